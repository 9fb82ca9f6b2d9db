// When the recorder itself did not run, could not write, or had its clock set, as its ticks in the footage log bound it; with the
// gaps that it made and the reason that was announced for it. Of the last 31 days, or of a month.
import { useQueries } from "@tanstack/react-query";
import { api } from "../../api/client";
import { useOutages } from "../../api/queries";
import type { GapPage, GapRow, Outage } from "../../api/types";
import {
  type Column,
  Empty,
  formatCount,
  formatDuration,
  List,
  Loading,
  RowLink,
  Time,
  Trouble,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { isMonth, monthSpan } from "./availability";
import { MonthField } from "./MonthField";
import { Length, OutageSide, OutageWord, Ticks } from "./OutageSide";
import { AFTER_MS_MAX, gapsMade, keyOfOutage, lengthOf } from "./outages";

/** For so many outages of the list it is asked which gaps they made; the drawer asks for any. */
const LOOKED_UP_MAX = 50;
/** Gaps of an outage that ended a moment ago are still being written: it is asked again for this long after its beginning. */
const FRESH_MS = 600_000;
const AGAIN_MS = 5_000;
/** The most gaps that one answer may have. */
const GAPS_MAX = 500;

/** The gaps that these outages made, by the outage's key; what is not known yet is absent. */
export function useGapsMade(outages: readonly Outage[]): ReadonlyMap<string, GapRow[]> {
  const looked = outages.filter((outage) => outage.from_ms != null).slice(0, LOOKED_UP_MAX);
  return useQueries({
    queries: looked.map((outage) => ({
      queryKey: ["gaps", "of-outage", outage.from_ms],
      queryFn: async ({ signal }: { signal: AbortSignal }) => {
        const from = outage.from_ms as number;
        const query = { from_ms: from, to_ms: from + AFTER_MS_MAX, limit: GAPS_MAX };
        return gapsMade(outage, (await api.get<GapPage>("/api/gaps", query, signal)).gaps);
      },
      staleTime: 60_000,
      refetchInterval: () => (Date.now() - (outage.from_ms as number) < FRESH_MS ? AGAIN_MS : false),
    })),
    combine: (answers) =>
      new Map(
        looked.flatMap((outage, at) => {
          const gaps = answers[at]?.data;
          return gaps ? [[keyOfOutage(outage), gaps] as const] : [];
        }),
      ),
  });
}

export function OutagesTab() {
  const t = useT();
  const { language } = useLanguage();
  const [address, setAddress] = useAddress();
  const month = isMonth(address.month) ? address.month : undefined;
  const list = useOutages(month ? monthSpan(month) : {});
  const rows = list.data ?? [];
  const made = useGapsMade(rows);
  const open = rows.find((row) => keyOfOutage(row) === address.id);
  const columns = useColumns(made, (row) => setAddress({ id: keyOfOutage(row) }));
  if (list.error && !list.data) return <Trouble error={list.error} onRetry={() => list.refetch()} />;
  if (!list.data) return <Loading />;
  const stood = rows.filter(({ kind }) => kind === "down" || kind === "unwritten");
  const sum = stood.reduce((ms, row) => ms + (lengthOf(row) ?? 0), 0);
  return (
    <div className="wk-say">
      <div className="wk-toolbar">
        <MonthField
          month={month}
          onChange={(chosen) => setAddress({ month: chosen, id: undefined })}
          clear={t("outage-last")}
        />
        {stood.length > 0 ? (
          <span className="wk-soft">{t("outage-sum", { n: stood.length, length: formatDuration(sum, language) })}</span>
        ) : null}
      </div>
      <List
        label={t("health-tab-outages")}
        rows={rows}
        rowKey={keyOfOutage}
        columns={columns}
        open={address.id}
        onOpen={(row) => setAddress({ id: keyOfOutage(row) })}
        empty={<Empty title={t("outage-empty-title")}>{t("outage-empty")}</Empty>}
      />
      <p className="wk-hint">{t("outage-text")}</p>
      <OutageSide
        outage={open}
        made={open ? made.get(keyOfOutage(open)) : undefined}
        onClose={() => setAddress({ id: undefined })}
      />
    </div>
  );
}

function useColumns(made: ReadonlyMap<string, GapRow[]>, show: (row: Outage) => void): Column<Outage>[] {
  const t = useT();
  const { language } = useLanguage();
  return [
    {
      key: "from",
      title: t("gap-from"),
      width: "11.5rem",
      render: (row) => (
        <RowLink onOpen={() => show(row)}>
          {row.from_ms == null ? t("outage-no-time") : <Time ms={row.from_ms} />}
        </RowLink>
      ),
    },
    {
      key: "length",
      title: t("gap-length"),
      width: "7rem",
      align: "right",
      wide: "md",
      render: (row) => <Length row={row} />,
    },
    {
      key: "kind",
      title: t("outage-kind"),
      ellipsis: true,
      render: (row) => <OutageWord outage={row} />,
    },
    {
      key: "announced",
      title: t("outage-announced"),
      wide: "md",
      ellipsis: true,
      render: (row) =>
        row.kind === "down" ? (row.announced ?? <span className="wk-soft">{t("outage-not-announced")}</span>) : "",
    },
    {
      key: "gaps",
      title: t("outage-gaps"),
      width: "7rem",
      align: "right",
      wide: "md",
      render: (row) => {
        const gaps = made.get(keyOfOutage(row));
        return gaps ? formatCount(gaps.length, language) : "";
      },
    },
    {
      key: "ticks",
      title: t("outage-ticks"),
      width: "12rem",
      wide: "xl",
      render: (row) => <Ticks row={row} />,
    },
  ];
}
