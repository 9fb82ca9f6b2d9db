// The table of availability: ordered by any column, the least recorded on top when nothing else is asked for.
import type { AvailabilityRow } from "../../api/types";
import {
  type Column,
  Empty,
  formatCount,
  formatDuration,
  formatMonth,
  List,
  Meaning,
  type Order,
  RowLink,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import {
  absentOf,
  gapsOf,
  IN_NO_SYSTEM,
  monthAt,
  ORDERS,
  PARTS,
  partsOf,
  percentWords,
  type Subject,
  unjustifiedOf,
} from "./availability";

const FIRST: Record<Subject, Order> = {
  camera: { key: "share", descending: false },
  system: { key: "share", descending: false },
  unit: { key: "share", descending: false },
  month: { key: "name", descending: true },
};

/** `-share` as the order by share, the most first. */
export function orderOf(sort: string | undefined, subject: Subject): Order {
  const descending = sort?.startsWith("-") ?? false;
  const key = descending ? sort?.slice(1) : sort;
  return key !== undefined && Object.hasOwn(ORDERS, key) ? { key, descending } : FIRST[subject];
}

export function ordered(rows: readonly AvailabilityRow[], { key, descending }: Order): AvailabilityRow[] {
  const order = ORDERS[key];
  if (!order) return [...rows];
  return [...rows].sort((one, other) => (descending ? -order(one, other) : order(one, other)));
}

export const keyOf = (row: AvailabilityRow) => row.about?.id ?? String(row.from_ms);

/** What a row is called: its camera, system or unit, or its month. */
export function useRowName(): (row: AvailabilityRow) => string {
  const t = useT();
  const { language } = useLanguage();
  return (row) =>
    row.about?.id === IN_NO_SYSTEM
      ? t("availability-in-no-system")
      : row.about?.name || formatMonth(monthAt((row.from_ms + row.to_ms) / 2), language);
}

/** `most` is the greatest share that is not recorded: the length of a whole bar. */
function useColumns(subject: Subject, most: number, show: (row: AvailabilityRow) => void): Column<AvailabilityRow>[] {
  const t = useT();
  const { language } = useLanguage();
  const name = useRowName();
  const length = (
    key: string,
    width: string,
    wide: Column<AvailabilityRow>["wide"],
    of: (row: AvailabilityRow) => number,
  ) => ({
    key,
    title: t(`availability-column-${key}`),
    width,
    wide,
    align: "right" as const,
    ordered: true,
    render: (row: AvailabilityRow) => (of(row) > 0 ? formatDuration(of(row) * 1000, language) : "–"),
  });
  return [
    {
      key: "name",
      title: t(`availability-row-${subject}`),
      ellipsis: true,
      ordered: true,
      render: (row) => <RowLink onOpen={() => show(row)}>{name(row)}</RowLink>,
    },
    {
      key: "share",
      title: t("availability-column-share"),
      width: "6.5rem",
      align: "right",
      ordered: true,
      render: (row) => percentWords(row.share, language),
    },
    length("owed", "9rem", "xl", (row) => row.owed_s),
    length("recorded", "9rem", "xl", (row) => row.recorded_s),
    {
      ...length("unjustified", "9rem", undefined, unjustifiedOf),
      render: (row) =>
        unjustifiedOf(row) > 0 ? (
          <Meaning tone="late">{formatDuration(unjustifiedOf(row) * 1000, language)}</Meaning>
        ) : (
          "–"
        ),
    },
    length("justified", "8.5rem", "md", (row) => row.justified_s),
    length("unaccounted", "8.5rem", "md", (row) => row.unaccounted_s),
    {
      key: "gaps",
      title: t("availability-column-gaps"),
      width: "5.5rem",
      align: "right",
      wide: "xl",
      ordered: true,
      render: (row) => formatCount(gapsOf(row), language),
    },
    {
      key: "bar",
      title: t("availability-column-absent"),
      width: "16%",
      wide: "xl",
      render: (row) => (most > 0 ? <PartsBar row={row} most={most} /> : null),
    },
  ];
}

/** What is not recorded as a bar, beside those of the other rows. The figures stand in the table. */
function PartsBar({ row, most }: { row: AvailabilityRow; most: number }) {
  const parts = partsOf(row);
  return (
    <span className="wk-parts" aria-hidden="true">
      {PARTS.map((part) => (
        <span
          key={part}
          className={`wk-part-${part}`}
          style={{ inlineSize: `${((parts[part] / most) * 100).toFixed(2)}%` }}
        />
      ))}
    </span>
  );
}

export function AvailabilityList({ rows, subject }: { rows: AvailabilityRow[]; subject: Subject }) {
  const t = useT();
  const [address, setAddress] = useAddress();
  const order = orderOf(address.sort, subject);
  const show = (row: AvailabilityRow) => {
    if (subject === "camera") setAddress({ id: row.about?.id });
    // A system and a unit lead to their cameras, a month to the cameras in it.
    else if (subject === "system") setAddress({ by: undefined, system: row.about?.id, sort: undefined });
    else if (subject === "unit") setAddress({ by: undefined, unit: row.about?.id, sort: undefined });
    else setAddress({ by: undefined, month: monthAt((row.from_ms + row.to_ms) / 2), sort: undefined });
  };
  const columns = useColumns(subject, Math.max(0, ...rows.map(absentOf)), show);
  return (
    <List
      label={t("health-tab-availability")}
      rows={ordered(rows, order)}
      rowKey={keyOf}
      columns={columns}
      open={address.id}
      onOpen={show}
      order={order}
      onOrder={({ key, descending }) => setAddress({ sort: descending ? `-${key}` : key })}
      empty={<Empty title={t("availability-empty-title")}>{t("availability-empty")}</Empty>}
    />
  );
}
