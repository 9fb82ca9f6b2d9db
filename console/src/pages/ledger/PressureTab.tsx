// Reports of pressure, for the auditors of the unit: who was pressed by whom to do what, and what came of it. Those who run the unit
// do not see them.
import { useQueryClient } from "@tanstack/react-query";
import { Input, Segmented } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { usePressure } from "../../api/queries";
import type { PressureReport } from "../../api/types";
import {
  Because,
  type Column,
  Empty,
  EntryLink,
  Facts,
  List,
  Meaning,
  RowLink,
  Side,
  Time,
  useAddress,
  useT,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";

const PASSED_TO_CHARS_MAX = 100;
const SHOWN = ["open", "closed"] as const;

export function PressureTab() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const shown = SHOWN.find((one) => one === address.shown);
  const list = usePressure({ open: shown && shown === "open" });
  const rows = list.data?.pages.flatMap((page) => page.reports) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const show = ({ id }: PressureReport) => setAddress({ report: id });
  const what = (report: PressureReport) => t(`pressure-${report.what.replaceAll("_", "-")}`);
  const open = rows.find(({ id }) => id === address.report);
  const columns: Column<PressureReport>[] = [
    { key: "at", title: t("ledger-time"), width: "12.5rem", render: (report) => <Time ms={report.at_ms} /> },
    {
      key: "what",
      title: t("pressure-what"),
      render: (report) => <RowLink onOpen={() => show(report)}>{what(report)}</RowLink>,
    },
    { key: "whom", title: t("pressure-by-whom"), wide: "md", ellipsis: true, render: (report) => report.by_whom },
    { key: "unit", title: t("pressure-unit"), wide: "xl", ellipsis: true, render: (report) => report.unit.name },
    {
      key: "state",
      title: t("pressure-state"),
      width: "10rem",
      render: (report) => <State report={report} />,
    },
  ];
  return (
    <div className="wk-say">
      <div className="wk-toolbar">
        <Segmented
          aria-label={t("pressure-state")}
          value={shown ?? "all"}
          onChange={(next) => setAddress({ shown: next === "all" ? undefined : String(next), report: undefined })}
          options={["all", ...SHOWN].map((value) => ({ value, label: t(`pressure-shown-${value}`) }))}
        />
      </div>
      <List
        label={t("ledger-tab-pressure")}
        rows={rows}
        rowKey={({ id }) => id}
        columns={columns}
        answer={list}
        open={address.report}
        onOpen={show}
        total={<span>{t("pressure-total", { n: String(total) })}</span>}
        empty={<Empty title={t("pressure-none-title")}>{t("pressure-none")}</Empty>}
      />
      <Side open={open !== undefined} title={open ? what(open) : ""} onClose={() => setAddress({ report: undefined })}>
        {open ? <Report key={open.id} report={open} /> : null}
      </Side>
    </div>
  );
}

function State({ report }: { report: PressureReport }) {
  const t = useT();
  return (
    <Meaning tone={report.outcome ? "good" : "late"} quiet>
      {t(report.outcome ? "pressure-closed" : "pressure-open")}
    </Meaning>
  );
}

function Report({ report }: { report: PressureReport }) {
  const t = useT();
  const queries = useQueryClient();
  const [passedTo, setPassedTo] = useState("");
  const { outcome } = report;
  return (
    <div>
      <section className="wk-section">
        <Facts
          of={[
            [t("pressure-state"), <State key="state" report={report} />],
            [t("pressure-unit"), report.unit.name],
            [t("pressure-by-whom"), report.by_whom],
            [t("pressure-reporter"), report.reporter.name],
            [t("ledger-time"), <Time key="at" ms={report.at_ms} />],
            [t("pressure-entry"), <EntryLink key="entry" index={report.entry.index} />],
          ]}
        />
        <p style={{ whiteSpace: "pre-wrap" }}>{report.account}</p>
      </section>
      {outcome ? (
        <section className="wk-section">
          <h3>{t("pressure-outcome")}</h3>
          <p style={{ whiteSpace: "pre-wrap" }}>{outcome.text}</p>
          <Facts
            of={[
              [t("pressure-passed-to"), outcome.passed_to || null],
              [t("ledger-person"), outcome.by.name],
              [t("ledger-time"), <Time key="at" ms={outcome.at_ms} />],
              [t("pressure-entry"), <EntryLink key="entry" index={outcome.entry.index} />],
            ]}
          />
        </section>
      ) : report.may_close ? (
        <section className="wk-section">
          <Because
            title={t("pressure-close")}
            label={t("pressure-outcome")}
            acts={[
              {
                label: t("pressure-close-do"),
                primary: true,
                act: ({ reason }) =>
                  api.post(`/api/pressure/${report.id}/outcome`, { outcome: reason, passed_to: passedTo.trim() }),
              },
            ]}
            onDone={() => {
              for (const key of ["pressure", "gaps"]) queries.invalidateQueries({ queryKey: [key] });
            }}
          >
            <Labelled label={t("pressure-passed-to")}>
              {(id) => (
                <Input
                  id={id}
                  value={passedTo}
                  maxLength={PASSED_TO_CHARS_MAX}
                  onChange={(event) => setPassedTo(event.target.value)}
                />
              )}
            </Labelled>
          </Because>
        </section>
      ) : null}
    </div>
  );
}
