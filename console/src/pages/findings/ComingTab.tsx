// What will be found in the days to come if nothing is done, by the day on which it begins.
import { useBoard } from "../../api/queries";
import type { ComingFinding } from "../../api/types";
import { Empty, formatCount, Loading, Time, Trouble, useLanguage, useT } from "../../ui";
import { AlikePanel } from "../../ui/FindingsAlike";
import { alike } from "../../ui/findings";

export function ComingTab() {
  const t = useT();
  const { language } = useLanguage();
  const board = useBoard();
  const { data, dataUpdatedAt } = board;
  if (board.error) return <Trouble error={board.error} onRetry={() => board.refetch()} />;
  if (!data) return <Loading />;
  if (data.coming.length === 0)
    return <Empty title={t("finding-coming-none-title", { days: data.days })}>{t("finding-coming-none")}</Empty>;
  return (
    <>
      <p className="wk-soft">{t("finding-coming-lead", { days: data.days })}</p>
      {byDay(data.coming).map(([day, rows]) => (
        <section key={day} className="wk-say wk-alike-weight">
          <h2>
            <time dateTime={day}>{day}</time>{" "}
            <span className="wk-faint">{t("finding-in-days", { days: rows[0]?.in_days ?? 0 })}</span>
          </h2>
          {alike(rows.map((row) => row.finding)).map((group) => (
            // A day to come is no day since which it is so.
            <AlikePanel key={group.key} group={group} askedMs={0} />
          ))}
        </section>
      ))}
      {data.coming_total > data.coming.length ? (
        <p className="wk-hint">
          {t("finding-coming-more", { n: formatCount(data.coming_total - data.coming.length, language) })}
        </p>
      ) : null}
      <p className="wk-hint">
        {t("finding-coming-how")} {t("finding-as-of")} <Time ms={dataUpdatedAt} />
      </p>
    </>
  );
}

const byDay = (rows: ComingFinding[]): [string, ComingFinding[]][] => {
  const days = new Map<string, ComingFinding[]>();
  for (const row of rows) days.set(row.day, [...(days.get(row.day) ?? []), row]);
  return [...days];
};
