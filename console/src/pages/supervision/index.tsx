// For supervisors: the systems of their area with what they lack, inspections, orders, accusations, awards. No picture is on this page.
// Auditors find here the accusations that no authority can deal with.
import { Select, Tabs } from "antd";
import { useState } from "react";
import { useMe } from "../../api/queries";
import { type SupervisedSystem, useSupervising, useSupervision } from "../../api/supervision";
import { InspectionSide } from "../../register/supervision/InspectionSide";
import { AwardList, InspectionList, OrderList } from "../../register/supervision/Lists";
import { AskRetention, DemandList } from "../../register/supervision/Retention";
import { Words } from "../../register/supervision/Words";
import {
  type Column,
  Empty,
  Facts,
  List,
  Meaning,
  Page,
  PrintButton,
  RowLink,
  Side,
  said,
  Time,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { Accusations } from "./Accusations";
import { Figures, Found } from "./Figures";
import { shareWords } from "./figures";
import { byInspection, InspectionCell, Rhythm } from "./Rhythm";
import { Rounds } from "./Rounds";
import "./figures.css";

const TABS = ["systems", "figures", "rounds", "inspections", "orders", "retention", "accusations", "awards"] as const;

export default function SupervisionPage() {
  const t = useT();
  const { rights } = useMe();
  const own = useSupervision(rights.supervision);
  const [address, setAddress] = useAddress();
  const tabs = rights.supervision ? TABS : (["accusations"] as const);
  const tab = tabs.find((name) => name === address.tab) ?? tabs[0];
  const open = (id: string | undefined) => setAddress({ id });
  const content = {
    systems: (
      <>
        {own.data ? <Rhythm own={own.data} /> : null}
        <Systems systems={byInspection(own.data?.systems ?? [])} answer={own} />
      </>
    ),
    figures: <Figures />,
    rounds: (
      <Rounds
        systems={own.data?.systems ?? []}
        open={address.id}
        onOpen={open}
        onInspection={(id) => setAddress({ tab: "inspections", id })}
      />
    ),
    inspections: <InspectionList open={address.id} onOpen={open} />,
    orders: <OrderList judges open={address.id} onOpen={open} />,
    retention: <DemandList open={address.id} onOpen={open} />,
    accusations: <Accusations />,
    awards: <AwardList decide={(id) => <DecideAward id={id} />} />,
  };
  const lead = own.data
    ? t("supervision-lead", { authority: own.data.authority.name, division: own.data.authority.division })
    : t("supervision-lead-auditor");
  return (
    <Page title={t("supervision-title")} lead={lead} actions={tab === "figures" ? <PrintButton /> : undefined}>
      {own.data?.late.map((late) => (
        <Late key={`${late.authority.id} ${late.what}`} late={late} />
      ))}
      <Tabs
        activeKey={tab}
        onChange={(key) => setAddress({ tab: key, id: undefined })}
        items={tabs.map((key) => ({ key, label: t(`supervision-tab-${key}`), children: content[key] }))}
        destroyOnHidden
      />
      <InspectionSide
        id={tab === "inspections" ? address.id : undefined}
        side="authority"
        onClose={() => open(undefined)}
        onOrder={(id) => setAddress({ tab: "orders", id })}
      />
    </Page>
  );
}

function Late({ late }: { late: { reason: { zh: string; en: string } } }) {
  const { language } = useLanguage();
  return (
    <p>
      <Meaning tone="late">{said(late.reason, language)}</Meaning>
    </p>
  );
}

function Systems({ systems, answer }: { systems: SupervisedSystem[]; answer: ReturnType<typeof useSupervision> }) {
  const t = useT();
  const [address, setAddress] = useAddress();
  const system = systems.find(({ id }) => id === address.system);
  const show = (id: string | undefined) => setAddress({ system: id });
  const columns: Column<SupervisedSystem>[] = [
    {
      key: "name",
      title: t("supervision-system"),
      ellipsis: true,
      render: (row) => <RowLink onOpen={() => show(row.id)}>{row.name}</RowLink>,
    },
    { key: "unit", title: t("order-to"), ellipsis: true, wide: "md", render: (row) => row.unit.name },
    {
      key: "stage",
      title: t("supervision-stage"),
      width: "8rem",
      wide: "md",
      render: (row) => t(`supervision-stage-${row.stage.replace("_", "-")}`),
    },
    {
      key: "filed",
      title: t("supervision-filings"),
      width: "10rem",
      wide: "xl",
      render: (row) => `${row.filings_made} / ${row.filings_made + row.filings_owed}`,
    },
    {
      key: "available",
      title: t("supervision-available"),
      width: "9rem",
      wide: "xl",
      render: (row) => shareWords(row.available_bp),
    },
    {
      key: "inspected",
      title: t("rhythm-next"),
      width: "12rem",
      wide: "md",
      render: (row) => <InspectionCell row={row} />,
    },
    {
      key: "found",
      title: t("supervision-found"),
      width: "15rem",
      render: (row) => <Found row={row} />,
    },
  ];
  return (
    <>
      <List
        label={t("supervision-tab-systems")}
        rows={systems}
        rowKey={({ id }) => id}
        columns={columns}
        answer={answer}
        open={address.system}
        onOpen={(row) => show(row.id)}
        empty={<Empty title={t("supervision-none-title")}>{t("supervision-none")}</Empty>}
      />
      <Side open={system !== undefined} title={system?.name ?? ""} onClose={() => show(undefined)} wide>
        {system ? <SystemView system={system} /> : null}
      </Side>
    </>
  );
}

function SystemView({ system }: { system: SupervisedSystem }) {
  const t = useT();
  const { language } = useLanguage();
  const [, setAddress] = useAddress();
  const [whole, setWhole] = useState(false);
  const send = useSupervising<{ unit_id: string; system_id?: string; reason: string }, { inspection: { id: string } }>(
    () => "/api/inspections",
    ({ inspection }) => setAddress({ tab: "inspections", id: inspection.id, system: undefined }),
  );
  return (
    <div className="wk-say">
      <Facts
        of={[
          [t("order-to"), system.unit.name],
          [t("supervision-stage"), t(`supervision-stage-${system.stage.replace("_", "-")}`)],
          [t("supervision-packs"), system.packs.join(t("form-semicolon"))],
          [t("supervision-cameras"), String(system.cameras)],
          [t("supervision-floor"), system.floor_days ? t("supervision-days", { n: system.floor_days }) : null],
          [t("supervision-filings"), `${system.filings_made} / ${system.filings_made + system.filings_owed}`],
          [t("supervision-available"), shareWords(system.available_bp)],
          [t("rhythm-last"), system.inspected_ms ? <Time key="last" ms={system.inspected_ms} dateOnly /> : null],
          [t("rhythm-next"), <InspectionCell key="next" row={system} />],
        ]}
      />
      <section className="wk-section" aria-label={t("inspection-begin")}>
        <h3>{t("inspection-begin")}</h3>
        <Words
          label={t("inspection-reason")}
          sending={send}
          acts={[
            {
              label: t("inspection-begin-do"),
              primary: true,
              act: (reason) =>
                send.mutate({ unit_id: system.unit.id, ...(whole ? {} : { system_id: system.id }), reason }),
            },
          ]}
        >
          <Select
            aria-label={t("inspection-what")}
            value={whole}
            onChange={setWhole}
            options={[
              { value: false, label: system.name },
              { value: true, label: t("inspection-all-systems") },
            ]}
          />
        </Words>
      </section>
      <AskRetention system={system.id} onAsked={(id) => setAddress({ tab: "retention", id, system: undefined })} />
      <section className="wk-section" aria-label={t("supervision-found")}>
        <h3>{t("supervision-found")}</h3>
        {system.findings.map((found) => (
          <p key={`${found.article}-${found.code}-${found.about}-${found.reason.en}`} className="wk-lines">
            <Meaning tone={found.severity === "breach" ? "breach" : found.severity === "due" ? "late" : "plain"}>
              {found.article}
            </Meaning>{" "}
            {found.about}: {said(found.reason, language)}
          </p>
        ))}
      </section>
    </div>
  );
}

function DecideAward({ id }: { id: string }) {
  const t = useT();
  const send = useSupervising<{ granted: boolean; text: string }>(() => `/api/awards/${id}/decision`);
  return (
    <Words
      label={t("award-decision")}
      sending={send}
      acts={[
        { label: t("award-grant"), primary: true, act: (text) => send.mutate({ granted: true, text }) },
        { label: t("award-decline"), act: (text) => send.mutate({ granted: false, text }) },
      ]}
    />
  );
}
