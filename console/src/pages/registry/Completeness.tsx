// How complete the records are and how old, kind by kind and unit by unit, what lacks most first. Each missing field leads to the
// records that lack it, and from there to their forms at that field.
import { Link } from "@tanstack/react-router";
import { Select } from "antd";
import { useCompleteness, useUnits } from "../../api/queries";
import type { CompletenessRow, RegisterKind } from "../../api/types";
import {
  Age,
  type Column,
  Empty,
  formatCount,
  List,
  Meaning,
  said,
  type Tone,
  type Translate,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { keptShare, shareWords } from "./completeness";

/** So many missing fields stand in the row; the list of the kind has all. */
const FIELDS_SHOWN = 4;
/** Below this share of its values a kind is late. */
const SHARE_LATE = 0.8;

const toneOf = (row: CompletenessRow): Tone => {
  const share = keptShare(row);
  return share === 1 ? "good" : share < SHARE_LATE ? "late" : "notice";
};

export function CompletenessView({ kinds }: { kinds: RegisterKind[] }) {
  const t = useT();
  const { language } = useLanguage();
  const [address, setAddress] = useAddress();
  const report = useCompleteness();
  const units = useUnits();
  const several = (units.data?.length ?? 0) > 1;
  const rows = (report.data?.rows ?? []).filter((row) => !address.unit || row.unit_id === address.unit);
  const sum = (of: (row: CompletenessRow) => number) =>
    formatCount(
      rows.reduce((before, row) => before + of(row), 0),
      language,
    );
  const columns = useColumns(kinds, several, report.data?.stale_days ?? 0);
  return (
    <div className="wk-say">
      {several ? (
        <div className="wk-toolbar">
          <Select
            className="wk-filter"
            aria-label={t("register-unit")}
            placeholder={t("register-unit")}
            allowClear
            value={address.unit}
            onChange={(unit: string | undefined) => setAddress({ unit })}
            options={(units.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          />
        </div>
      ) : null}
      {rows.length > 0 ? (
        <p>
          {t("complete-sum", {
            records: sum((row) => row.records),
            incomplete: sum((row) => row.incomplete),
            stale: sum((row) => row.stale),
          })}
        </p>
      ) : null}
      <List
        label={t("register-completeness-view")}
        rows={rows}
        rowKey={(row) => `${row.kind} ${row.unit_id ?? ""}`}
        columns={columns}
        answer={report}
        empty={<Empty title={t("register-empty-title")}>{t("complete-empty")}</Empty>}
      />
      <p className="wk-hint">{t("complete-text", { days: String(report.data?.stale_days ?? "–") })}</p>
    </div>
  );
}

/** Leads to the list of records of a row, what lacks most first. */
function listOf(row: CompletenessRow, more: Record<string, string>) {
  return { kind: row.kind, ...(row.unit_id ? { unit: row.unit_id } : {}), ...more } as never;
}

function useColumns(kinds: RegisterKind[], several: boolean, staleDays: number): Column<CompletenessRow>[] {
  const t = useT();
  const { language } = useLanguage();
  const units = useUnits();
  const count = (value: number) => formatCount(value, language);
  const kindOf = (row: CompletenessRow) => kinds.find(({ kind }) => kind === row.kind);
  return [
    {
      key: "kind",
      title: t("register-kind"),
      ellipsis: true,
      render: (row) => (
        <Link to="/registry" search={listOf(row, { order: "lacking" })}>
          {said(kindOf(row)?.name, language)}
        </Link>
      ),
    },
    ...(several
      ? [
          {
            key: "unit",
            title: t("register-unit"),
            width: "16%",
            wide: "md" as const,
            ellipsis: true,
            render: (row: CompletenessRow) =>
              row.unit_id ? units.data?.find(({ id }) => id === row.unit_id)?.name : t("complete-shared"),
          },
        ]
      : []),
    {
      key: "records",
      title: t("complete-records"),
      width: "5rem",
      align: "right",
      render: (row) => count(row.records),
    },
    {
      key: "share",
      title: t("complete-share"),
      width: "6.5rem",
      render: (row) => (
        <Meaning tone={toneOf(row)} quiet>
          {shareWords(keptShare(row))}
        </Meaning>
      ),
    },
    {
      key: "lacking",
      title: t("complete-lacking"),
      width: "46%",
      wide: "md",
      render: (row) => <Lacking row={row} kind={kindOf(row)} />,
    },
    ...ageColumns(t, count, staleDays),
  ];
}

/** How old they are. */
function ageColumns(t: Translate, count: (value: number) => string, staleDays: number): Column<CompletenessRow>[] {
  return [
    {
      key: "stale",
      title: t("complete-stale", { days: String(staleDays) }),
      width: "10rem",
      align: "right",
      wide: "xl",
      render: (row) =>
        row.stale > 0 ? (
          <Link to="/registry" search={listOf(row, { order: "oldest" })}>
            {count(row.stale)}
          </Link>
        ) : (
          count(0)
        ),
    },
    {
      key: "oldest",
      title: t("complete-oldest"),
      width: "8rem",
      wide: "xl",
      render: (row) => <Age ms={row.oldest_ms} everyMs={60_000} />,
    },
  ];
}

function Lacking({ row, kind }: { row: CompletenessRow; kind: RegisterKind | undefined }) {
  const t = useT();
  const { language } = useLanguage();
  const most = [...row.lacking].sort((one, other) => other.records - one.records);
  const rest = most.length - FIELDS_SHOWN;
  if (most.length === 0) return <span className="wk-soft">{t("complete-none-lacking")}</span>;
  return (
    <span className="wk-lacking">
      {most.slice(0, FIELDS_SHOWN).map(({ field, records }) => (
        <Link key={field} to="/registry" search={listOf(row, { lacks: field })}>
          {said(kind?.fields.find(({ name }) => name === field)?.label, language)} {formatCount(records, language)}
        </Link>
      ))}
      {rest > 0 ? <span className="wk-soft">{t("complete-more", { n: String(rest) })}</span> : null}
    </span>
  );
}
