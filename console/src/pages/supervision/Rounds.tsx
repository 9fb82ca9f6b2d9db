// Rounds of inspection: several systems of the area begun at once with one reason and one plan, and how far each round is. What becomes of
// an inspection is on its own page.
import { Button, Input, Select } from "antd";
import { useState } from "react";
import {
  type Inspection,
  type InspectionRound,
  type InspectionRoundWhole,
  type SupervisedSystem,
  useRound,
  useRounds,
  useSupervising,
} from "../../api/supervision";
import { InspectionWord } from "../../register/supervision/Lists";
import { Words } from "../../register/supervision/Words";
import { type Column, Empty, Facts, List, Loading, Meaning, RowLink, Side, Time, Trouble, useT } from "../../ui";
import { OfficeEntry } from "../../ui/EntryLink";
import { Labelled } from "../../ui/Labelled";

/** As the server takes them. */
const SYSTEMS_MAX = 50;

type Counts = Pick<InspectionRound, "open_count" | "ended_count" | "refused_count">;

/** How many there are, and how many of them are over. */
export const farOf = ({ open_count, ended_count, refused_count }: Counts) => ({
  all: open_count + ended_count + refused_count,
  over: ended_count + refused_count,
});

export interface RoundsProps {
  systems: SupervisedSystem[];
  open: string | undefined;
  onOpen: (id: string | undefined) => void;
  onInspection: (id: string) => void;
}

export function Rounds({ systems, open, onOpen, onInspection }: RoundsProps) {
  const t = useT();
  const [beginning, setBeginning] = useState(false);
  const all = useRounds();
  const columns: Column<InspectionRound>[] = [
    {
      key: "reason",
      title: t("inspection-reason"),
      ellipsis: true,
      render: (row) => <RowLink onOpen={() => onOpen(row.id)}>{row.reason}</RowLink>,
    },
    { key: "by", title: t("inspection-authority"), wide: "md", ellipsis: true, render: (row) => row.authority.name },
    { key: "at", title: t("inspection-at"), width: "13rem", wide: "md", render: (row) => <Time ms={row.at_ms} /> },
    { key: "far", title: t("round-far"), width: "14rem", render: (row) => <Far round={row} /> },
    {
      key: "orders",
      title: t("round-orders"),
      width: "12rem",
      wide: "md",
      render: (row) => t("round-orders-count", { all: row.orders_count, open: row.orders_open_count }),
    },
  ];
  return (
    <>
      <div className="wk-toolbar">
        <Button type="primary" disabled={systems.length === 0} onClick={() => setBeginning(true)}>
          {t("inspection-round-begin")}
        </Button>
      </div>
      <List
        label={t("supervision-tab-rounds")}
        rows={all.data?.pages.flatMap(({ rounds }) => rounds) ?? []}
        rowKey={({ id }) => id}
        columns={columns}
        answer={all}
        open={open}
        onOpen={(row) => onOpen(row.id)}
        empty={<Empty title={t("inspection-round-none-title")}>{t("inspection-round-none")}</Empty>}
      />
      <Side open={beginning} title={t("inspection-round-begin")} onClose={() => setBeginning(false)}>
        <Begin
          systems={systems}
          onBegun={(id) => {
            setBeginning(false);
            onOpen(id);
          }}
        />
      </Side>
      <RoundSide id={open} onClose={() => onOpen(undefined)} onInspection={onInspection} />
    </>
  );
}

function Far({ round }: { round: InspectionRound }) {
  const t = useT();
  const { all, over } = farOf(round);
  return (
    <>
      <Meaning tone={over === all ? "plain" : "notice"}>{t("round-over", { over, all })}</Meaning>
      {round.refused_count > 0 ? (
        <Meaning tone="breach">{t("round-refused", { n: round.refused_count })}</Meaning>
      ) : null}
    </>
  );
}

interface Asked {
  reason: string;
  plan: string;
  inspections: { unit_id: string; system_id: string }[];
}

function Begin({ systems, onBegun }: { systems: SupervisedSystem[]; onBegun: (id: string) => void }) {
  const t = useT();
  const [plan, setPlan] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const send = useSupervising<Asked, InspectionRoundWhole>(
    () => "/api/inspection-rounds",
    ({ round }) => onBegun(round.id),
  );
  const inspections = systems
    .filter(({ id }) => chosen.includes(id))
    .map(({ id, unit }) => ({ unit_id: unit.id, system_id: id }));
  const blocked = plan.trim() === "" || inspections.length === 0 || inspections.length > SYSTEMS_MAX;
  return (
    <Words
      label={t("inspection-reason")}
      sending={send}
      acts={[
        {
          label: t("round-begin-do", { n: inspections.length }),
          primary: true,
          disabled: blocked,
          act: (reason) => send.mutate({ reason, plan: plan.trim(), inspections }),
        },
      ]}
    >
      <Labelled label={t("round-plan")} hint={t("round-plan-hint")}>
        {(id) => (
          <Input.TextArea
            id={id}
            rows={3}
            maxLength={1000}
            value={plan}
            onChange={(event) => setPlan(event.target.value)}
          />
        )}
      </Labelled>
      <Labelled label={t("round-systems")} hint={t("round-systems-hint", { n: SYSTEMS_MAX })}>
        {(id) => (
          <Select
            id={id}
            mode="multiple"
            maxCount={SYSTEMS_MAX}
            showSearch={{ optionFilterProp: "label" }}
            value={chosen}
            onChange={setChosen}
            options={systems.map((system) => ({ value: system.id, label: `${system.name} · ${system.unit.name}` }))}
          />
        )}
      </Labelled>
    </Words>
  );
}

interface RoundSideProps {
  id: string | undefined;
  onClose: () => void;
  onInspection: (id: string) => void;
}

function RoundSide({ id, onClose, onInspection }: RoundSideProps) {
  const t = useT();
  const whole = useRound(id);
  return (
    <Side open={id !== undefined} title={t("round-one")} onClose={onClose} wide>
      {id && whole.isPending ? <Loading /> : null}
      {whole.error ? <Trouble error={whole.error} /> : null}
      {whole.data ? <Contents whole={whole.data} onInspection={onInspection} /> : null}
    </Side>
  );
}

function Contents({ whole, onInspection }: { whole: InspectionRoundWhole; onInspection: (id: string) => void }) {
  const t = useT();
  const { round, inspections } = whole;
  const columns: Column<Inspection>[] = [
    {
      key: "what",
      title: t("inspection-what"),
      ellipsis: true,
      render: (row) => <RowLink onOpen={() => onInspection(row.id)}>{row.system?.name ?? row.unit.name}</RowLink>,
    },
    { key: "unit", title: t("order-to"), ellipsis: true, wide: "md", render: (row) => row.unit.name },
    {
      key: "judged",
      title: t("inspection-judged"),
      width: "11rem",
      wide: "md",
      render: (row) =>
        t("inspection-count", { judged: row.judged_count, all: row.lines_count, lacking: row.lacking_count }),
    },
    {
      key: "orders",
      title: t("round-orders"),
      width: "10rem",
      wide: "md",
      render: (row) => t("round-orders-count", { all: row.orders_count, open: row.orders_open_count }),
    },
    { key: "state", title: t("inspection-state"), width: "8rem", render: (row) => <InspectionWord inspection={row} /> },
  ];
  return (
    <div className="wk-say">
      <Facts
        of={[
          [t("inspection-authority"), round.authority.name],
          [t("inspection-reason"), round.reason],
          [t("round-plan"), round.plan],
          [t("target-by"), round.by.name],
          [t("inspection-at"), <Time key="at" ms={round.at_ms} zone />],
          [t("order-entry"), <OfficeEntry key="entry" index={round.entry.index} />],
          [t("round-far"), <Far key="far" round={round} />],
          [t("round-orders"), t("round-orders-count", { all: round.orders_count, open: round.orders_open_count })],
        ]}
      />
      <List
        label={t("inspection-list")}
        rows={inspections}
        rowKey={({ id }) => id}
        columns={columns}
        onOpen={(row) => onInspection(row.id)}
        empty={<Empty title={t("inspection-none-title")}>{t("inspection-none")}</Empty>}
      />
    </div>
  );
}
