// Lists of inspections, orders and awards, the same for both sides. What can be done with a row is in its drawer.
import { Button } from "antd";
import type { ReactNode } from "react";
import {
  type Award,
  type CorrectionOrder,
  type Inspection,
  useAwards,
  useInspections,
  useOrder,
  useOrders,
} from "../../api/supervision";
import { useT } from "../../ui/i18n";
import { type Column, List, RowLink } from "../../ui/List";
import { Meaning } from "../../ui/Meaning";
import { Empty, Trouble } from "../../ui/Page";
import { Facts, Time } from "../../ui/parts";
import { OrderSide, OrderWord } from "./OrderSide";

export function InspectionWord({ inspection }: { inspection: Inspection }) {
  const t = useT();
  const tone = { open: "notice", ended: "plain", refused: "breach" } as const;
  return <Meaning tone={tone[inspection.state]}>{t(`inspection-state-${inspection.state}`)}</Meaning>;
}

export function InspectionList({ open, onOpen }: { open?: string; onOpen: (id: string) => void }) {
  const t = useT();
  const all = useInspections();
  const columns: Column<Inspection>[] = [
    {
      key: "unit",
      title: t("inspection-what"),
      ellipsis: true,
      render: (row) => <RowLink onOpen={() => onOpen(row.id)}>{row.system?.name ?? row.unit.name}</RowLink>,
    },
    {
      key: "authority",
      title: t("inspection-authority"),
      wide: "md",
      ellipsis: true,
      render: (row) => row.authority.name,
    },
    { key: "at", title: t("inspection-at"), width: "13rem", wide: "md", render: (row) => <Time ms={row.at_ms} /> },
    {
      key: "judged",
      title: t("inspection-judged"),
      width: "9rem",
      wide: "md",
      render: (row) =>
        t("inspection-count", { judged: row.judged_count, all: row.lines_count, lacking: row.lacking_count }),
    },
    { key: "state", title: t("inspection-state"), width: "9rem", render: (row) => <InspectionWord inspection={row} /> },
  ];
  return (
    <List
      label={t("inspection-list")}
      rows={all.data?.pages.flatMap(({ inspections }) => inspections) ?? []}
      rowKey={({ id }) => id}
      columns={columns}
      answer={all}
      open={open}
      onOpen={(row) => onOpen(row.id)}
      empty={<Empty title={t("inspection-none-title")}>{t("inspection-none")}</Empty>}
    />
  );
}

export function OrderList(props: { judges?: boolean; open?: string; onOpen: (id: string | undefined) => void }) {
  const { judges = false, open, onOpen } = props;
  const t = useT();
  const all = useOrders();
  const one = useOrder(open);
  const rows = all.data?.pages.flatMap(({ orders }) => orders) ?? [];
  const columns: Column<CorrectionOrder>[] = [
    {
      key: "number",
      title: t("order-number"),
      width: "9rem",
      render: (row) => <RowLink onOpen={() => onOpen(row.id)}>{row.number}</RowLink>,
    },
    { key: "unit", title: t("order-to"), ellipsis: true, wide: "md", render: (row) => row.unit.name },
    { key: "article", title: t("order-article"), width: "12rem", wide: "md", render: (row) => row.article },
    {
      key: "deadline",
      title: t("order-deadline"),
      width: "13rem",
      wide: "md",
      render: (row) => <Time ms={row.deadline_ms} />,
    },
    { key: "state", title: t("order-state"), width: "10rem", render: (row) => <OrderWord order={row} /> },
  ];
  return (
    <>
      <List
        label={t("order-list")}
        rows={rows}
        rowKey={({ id }) => id}
        columns={columns}
        answer={all}
        open={open}
        onOpen={(row) => onOpen(row.id)}
        empty={<Empty title={t("order-none-title")}>{t("order-none")}</Empty>}
      />
      <OrderSide order={open === undefined ? undefined : one.data} judges={judges} onClose={() => onOpen(undefined)} />
    </>
  );
}

function AwardWords({ award }: { award: Award }) {
  const t = useT();
  const { decision } = award;
  const word = decision ? (decision.granted ? "award-granted" : "award-declined") : "award-proposed";
  return (
    <>
      <h2>
        <span>{award.whom}</span>
        <Meaning tone={decision?.granted ? "good" : decision ? "plain" : "notice"}>{t(word)}</Meaning>
      </h2>
      <Facts
        of={[
          [t("order-to"), award.unit.name],
          [t("award-case"), award.case.name],
          [t("award-merit"), award.merit],
          [t("award-by"), award.by.name],
          [t("award-decision"), decision ? `${decision.text} (${decision.by})` : null],
        ]}
      />
    </>
  );
}

/** The proposals that one may see, newest first; `decide`: what whoever decides has below one that waits. */
export function AwardList({ decide }: { decide?: (id: string) => ReactNode }) {
  const t = useT();
  const all = useAwards();
  const awards = all.data?.pages.flatMap((page) => page.awards);
  return (
    <div className="wk-say">
      {all.error ? <Trouble error={all.error} /> : null}
      {awards?.length === 0 ? <Empty title={t("award-none-title")}>{t("award-none")}</Empty> : null}
      {awards?.map((award) => (
        <section key={award.id} className="wk-panel" aria-label={award.whom}>
          <AwardWords award={award} />
          {award.decision ? null : decide?.(award.id)}
        </section>
      ))}
      <MoreAwards all={all} />
    </div>
  );
}

/** Where there are more proposals, how to get them. */
function MoreAwards({ all }: { all: ReturnType<typeof useAwards> }) {
  const t = useT();
  return all.hasNextPage ? (
    <div className="wk-buttons">
      <Button loading={all.isFetchingNextPage} onClick={() => all.fetchNextPage()}>
        {t("action-more")}
      </Button>
    </div>
  ) : null;
}
