// What is promised about keeping: floor and term of the system and of each camera, every change with its reason, and what is
// kept for too long. Changing is an administrator's, with a reason; the server refuses what goes below the pack's floor.
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { InputNumber, Select } from "antd";
import { type ReactNode, useState } from "react";
import { api } from "../../api/client";
import { useMe, useRetention, useRetentionOf } from "../../api/queries";
import type { CameraTerms, Retention } from "../../api/types";
import {
  Because,
  type Column,
  Empty,
  EntryLink,
  Facts,
  formatCount,
  List,
  Loading,
  Meaning,
  RowLink,
  Side,
  Time,
  Trouble,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { CameraFilter, cameraQuery } from "./CameraFilter";
import { RecordTerms } from "./RecordTerms";

/** The longest floor and term: ten years. */
const DAYS_MAX = 3650;
const PAGE_ROWS = 200;
/** Whose terms a camera has. */
const OWN = ["own", "system"] as const;

export function RetentionTab() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const own = OWN.find((one) => one === address.own);
  const query = { ...cameraQuery(address), own: own && own === "own", limit: PAGE_ROWS };
  const retention = useRetention(query);
  // The one that is open may be on no page that was read.
  const one = useRetentionOf(address.camera);
  const data = retention.data?.pages[0];
  if (retention.error && !data) return <Trouble error={retention.error} onRetry={() => retention.refetch()} />;
  if (!data) return <Loading />;
  const rows = retention.data?.pages.flatMap(({ cameras }) => cameras) ?? [];
  const open = [...rows, ...(one.data?.cameras ?? [])].find((row) => row.camera.id === address.camera);
  return (
    <div className="wk-say">
      <div className="wk-columns">
        <SystemTerms data={data} />
        <Overkept data={data} />
        <RecordTerms />
      </div>
      <h2>{t("retention-cameras")}</h2>
      <CameraFilter also={["own"]}>
        <Select
          className="wk-filter"
          aria-label={t("retention-whose")}
          placeholder={t("retention-whose")}
          allowClear
          value={own}
          onChange={(next: string | undefined) => setAddress({ own: next })}
          options={OWN.map((value) => ({ value, label: t(`retention-whose-${value}`) }))}
        />
      </CameraFilter>
      <Cameras
        rows={rows}
        list={retention}
        total={data.total}
        open={address.camera}
        onOpen={(camera) => setAddress({ camera })}
      />
      <h2>{t("retention-changes")}</h2>
      <Changes data={data} />
      <Side open={open !== undefined} title={open?.camera.name ?? ""} onClose={() => setAddress({ camera: undefined })}>
        {open ? <OneCamera key={open.camera.id} row={open} data={data} /> : null}
      </Side>
    </div>
  );
}

function Days({
  label,
  hint,
  value,
  min,
  empty,
  onChange,
}: {
  label: string;
  hint?: string;
  value: number | null;
  min: number;
  /** What an empty field means. */
  empty?: string;
  onChange: (days: number | null) => void;
}) {
  return (
    <Labelled label={label} hint={hint}>
      {(id) => (
        <InputNumber
          id={id}
          min={min}
          max={DAYS_MAX}
          precision={0}
          value={value}
          placeholder={empty}
          onChange={(days) => onChange(days)}
          style={{ width: "100%" }}
        />
      )}
    </Labelled>
  );
}

function SystemTerms({ data }: { data: Retention }) {
  const t = useT();
  const { rights } = useMe();
  const queries = useQueryClient();
  const [floor, setFloor] = useState<number | null>(data.floor_days);
  const [term, setTerm] = useState<number | null>(data.term_days);
  const same = floor === data.floor_days && term === data.term_days;
  return (
    <section className="wk-panel">
      <h2>{t("retention-system")}</h2>
      <Facts
        of={[
          [t("retention-floor"), t("days", { n: data.floor_days })],
          [t("retention-term"), t("days", { n: data.term_days })],
          [t("retention-pack"), t("days", { n: data.pack_floor_days })],
        ]}
      />
      <p className="wk-hint">{t("retention-text")}</p>
      {rights.cameras ? (
        <details className="wk-details">
          <summary>{t("retention-change")}</summary>
          <Because
            label={t("because-reason")}
            paper
            hint={t("retention-change-note")}
            blocked={same || floor === null || term === null}
            acts={[
              {
                label: t("retention-change-do"),
                primary: true,
                act: ({ reason, document }) =>
                  api.patch("/api/retention", { floor_days: floor, term_days: term, reason, document }),
              },
            ]}
            onDone={() => queries.invalidateQueries()}
          >
            <div className="wk-fields-two">
              <Days label={t("retention-floor")} value={floor} min={1} onChange={setFloor} />
              <Days label={t("retention-term")} value={term} min={1} onChange={setTerm} />
            </div>
          </Because>
        </details>
      ) : null}
    </section>
  );
}

/** Footage past its term that is still there although nothing holds it: kept without a ground. */
function Overkept({ data }: { data: Retention }) {
  const t = useT();
  const { language } = useLanguage();
  return (
    <section className="wk-panel">
      <h2>{t("retention-overkept")}</h2>
      {data.overkept.length === 0 ? (
        <Meaning tone="good" quiet>
          {t("retention-overkept-none")}
        </Meaning>
      ) : (
        <ul className="wk-say">
          {data.overkept.map((kept) => (
            <li key={`${kept.camera.id} ${kept.profile}`}>
              <Meaning tone="late">
                {t("retention-overkept-words", {
                  name: kept.camera.name,
                  n: formatCount(kept.segments, language),
                  term: String(kept.term_days),
                })}
              </Meaning>{" "}
              <span className="wk-soft">
                {t("retention-oldest")} <Time ms={kept.oldest_ms} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="wk-hint">{t("retention-overkept-text")}</p>
    </section>
  );
}

/** Days in force, and whose they are. */
function Own({ days, own }: { days: number; own: number | null | undefined }) {
  const t = useT();
  const whose = own === null || own === undefined ? "retention-of-system" : "retention-own";
  return (
    <>
      {t("days", { n: days })} <span className="wk-soft">{t(whose)}</span>
    </>
  );
}

function Cameras({
  rows,
  list,
  total,
  open,
  onOpen,
}: {
  rows: CameraTerms[];
  list: ReturnType<typeof useRetention>;
  /** Of all that the filter finds, also those that were not read yet. */
  total: number;
  open: string | undefined;
  onOpen: (camera: string) => void;
}) {
  const t = useT();
  const columns: Column<CameraTerms>[] = [
    {
      key: "camera",
      title: t("ledger-camera"),
      ellipsis: true,
      render: (row) => <RowLink onOpen={() => onOpen(row.camera.id)}>{row.camera.name}</RowLink>,
    },
    {
      key: "floor",
      title: t("retention-floor"),
      width: "14rem",
      render: (row) => <Own days={row.floor_days} own={row.own_floor_days} />,
    },
    {
      key: "term",
      title: t("retention-term"),
      width: "14rem",
      wide: "md",
      render: (row) => <Own days={row.term_days} own={row.own_term_days} />,
    },
  ];
  return (
    <List
      label={t("retention-cameras")}
      rows={rows}
      rowKey={(row) => row.camera.id}
      columns={columns}
      answer={list}
      open={open}
      onOpen={(row) => onOpen(row.camera.id)}
      total={<span>{t("camera-total", { n: String(total) })}</span>}
      empty={<Empty title={t("tree-no-match")}>{t("camera-no-match")}</Empty>}
    />
  );
}

/** What a change of one camera says: nothing for what stays, null for what follows the system again. */
export function termsChange(
  row: Pick<CameraTerms, "own_floor_days" | "own_term_days">,
  floor: number | null,
  term: number | null,
): { floor_days?: number | null; term_days?: number | null } {
  return {
    ...(floor === (row.own_floor_days ?? null) ? {} : { floor_days: floor }),
    ...(term === (row.own_term_days ?? null) ? {} : { term_days: term }),
  };
}

/** The article that a floor comes from, and the way to it. */
function Rule({ id }: { id: string }) {
  const [pack, article] = id.split(":");
  return (
    <Link className="wk-code" to="/rules" search={{ pack, article } as never}>
      {id}
    </Link>
  );
}

function OneCamera({ row, data }: { row: CameraTerms; data: Retention }) {
  const t = useT();
  const { rights } = useMe();
  const queries = useQueryClient();
  const [floor, setFloor] = useState<number | null>(row.own_floor_days ?? null);
  const [term, setTerm] = useState<number | null>(row.own_term_days ?? null);
  const change = termsChange(row, floor, term);
  const system = (days: number) => t("retention-as-system", { n: days });
  return (
    <div>
      <section className="wk-section">
        <Facts
          of={[
            [t("retention-floor"), <Own key="floor" days={row.floor_days} own={row.own_floor_days} />],
            ...(row.floor_article
              ? [[t("retention-floor-from"), <Rule key="article" id={row.floor_article} />] as [string, ReactNode]]
              : []),
            [t("retention-term"), <Own key="term" days={row.term_days} own={row.own_term_days} />],
          ]}
        />
      </section>
      {rights.cameras ? (
        <section className="wk-section">
          <Because
            title={t("retention-change")}
            label={t("because-reason")}
            paper
            hint={t("retention-change-note")}
            blocked={Object.keys(change).length === 0}
            acts={[
              {
                label: t("retention-change-do"),
                primary: true,
                act: (said) => api.patch(`/api/retention/cameras/${row.camera.id}`, { ...change, ...said }),
              },
            ]}
            onDone={() => queries.invalidateQueries()}
          >
            <div className="wk-fields-two">
              <Days
                label={t("retention-floor")}
                value={floor}
                min={1}
                empty={system(data.floor_days)}
                onChange={setFloor}
              />
              <Days
                label={t("retention-term")}
                value={term}
                min={1}
                empty={system(data.term_days)}
                onChange={setTerm}
              />
            </div>
          </Because>
        </section>
      ) : null}
    </div>
  );
}

type Change = Retention["changes"][number];

function Changes({ data }: { data: Retention }) {
  const t = useT();
  const days = (value: number | null | undefined) =>
    value === null || value === undefined ? t("retention-of-system") : t("days", { n: value });
  const columns: Column<Change>[] = [
    { key: "at", title: t("retention-at"), width: "12rem", render: (change) => <Time ms={change.at_ms} /> },
    {
      key: "camera",
      title: t("retention-of"),
      ellipsis: true,
      render: (change) => change.camera?.name ?? t("retention-system"),
    },
    {
      key: "floor",
      title: t("retention-floor"),
      width: "9rem",
      wide: "md",
      render: (change) => days(change.floor_days),
    },
    { key: "term", title: t("retention-term"), width: "9rem", wide: "md", render: (change) => days(change.term_days) },
    {
      key: "reason",
      title: t("because-reason"),
      width: "26%",
      wide: "xl",
      ellipsis: true,
      render: (change) => [change.reason, change.document].filter(Boolean).join(" · "),
    },
    {
      key: "by",
      title: t("retention-by"),
      width: "9rem",
      wide: "xl",
      render: (change) => change.person?.name ?? t("retention-setup"),
    },
    {
      key: "entry",
      title: t("export-entry"),
      width: "7rem",
      wide: "md",
      render: (change) => <EntryLink index={change.entry.index} />,
    },
  ];
  return (
    <List
      label={t("retention-changes")}
      rows={data.changes}
      rowKey={(change) => String(change.entry.index) + (change.camera?.id ?? "")}
      columns={columns}
      empty={<Empty title={t("retention-changes-none")}>{t("retention-changes-empty")}</Empty>}
    />
  );
}
