// What will be found in the days to come if nothing is done, by the day on which it begins, and beside it by article, unit, system or camera.
import { useBoard } from "../../api/queries";
import type { Board, ComingFinding } from "../../api/types";
import { Empty, formatCount, Loading, Time, Trouble, useLanguage, useT } from "../../ui";
import { AlikePanel } from "../../ui/FindingsAlike";
import { alike } from "../../ui/findings";
import { GroupChoice, Groups, useSide } from "./Groups";

export function ComingTab() {
  const t = useT();
  const board = useBoard();
  const { data, dataUpdatedAt } = board;
  if (board.error) return <Trouble error={board.error} onRetry={() => board.refetch()} />;
  if (!data) return <Loading />;
  if (data.coming.length === 0)
    return <Empty title={t("finding-coming-none-title", { days: data.days })}>{t("finding-coming-none")}</Empty>;
  return <Coming board={data} askedMs={dataUpdatedAt} />;
}

function Coming({ board, askedMs }: { board: Board; askedMs: number }) {
  const t = useT();
  const { language } = useLanguage();
  const { side, isChosen } = useSide(board.coming.map((row) => row.finding));
  const rows = board.coming.filter(({ finding }) => isChosen(finding));
  return (
    <div className="wk-withgroups">
      <Groups {...side} />
      <div className="wk-withgroups-list">
        <div className="wk-toolbar">
          <GroupChoice {...side} />
        </div>
        <p className="wk-soft">{t("finding-coming-lead", { days: board.days })}</p>
        {rows.length === 0 ? <Empty title={t("hold-none-title")}>{t("finding-no-match")}</Empty> : null}
        {byDay(rows).map(([day, own]) => (
          <section key={day} className="wk-say wk-alike-weight">
            <h2>
              <time dateTime={day}>{day}</time>{" "}
              <span className="wk-faint">{t("finding-in-days", { days: own[0]?.in_days ?? 0 })}</span>
            </h2>
            {alike(own.map((row) => row.finding)).map((group) => (
              // A day to come is no day since which it is so.
              <AlikePanel key={group.key} group={group} askedMs={0} />
            ))}
          </section>
        ))}
        {board.coming_total > board.coming.length ? (
          <p className="wk-hint">
            {t("finding-coming-more", { n: formatCount(board.coming_total - board.coming.length, language) })}
          </p>
        ) : null}
        <p className="wk-hint">
          {t("finding-coming-how")} {t("finding-as-of")} <Time ms={askedMs} />
        </p>
      </div>
    </div>
  );
}

const byDay = (rows: ComingFinding[]): [string, ComingFinding[]][] => {
  const days = new Map<string, ComingFinding[]>();
  for (const row of rows) days.set(row.day, [...(days.get(row.day) ?? []), row]);
  return [...days];
};
