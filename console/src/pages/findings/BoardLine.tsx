// The morning in one line: how much is forbidden, owed, coming, and what the last seven days brought. Each figure leads to its list.
import { useBoard } from "../../api/queries";
import { formatCount, useAddress, useLanguage, useT } from "../../ui";

interface Figure {
  name: string;
  count: number;
  tone?: "breach" | "late";
  address: Record<string, string | undefined>;
}

export function BoardLine() {
  const t = useT();
  const { language } = useLanguage();
  const [, setAddress] = useAddress();
  const board = useBoard().data;
  if (!board) return null;
  const figures: Figure[] = [
    { name: "breach", count: board.breaches, tone: "breach", address: { weight: "breach" } },
    { name: "due", count: board.due, tone: "late", address: { weight: "due" } },
    { name: "coming", count: board.coming_total, address: { tab: "coming" } },
    { name: "opened", count: board.opened_in_week, address: { tab: "history", state: "open" } },
    { name: "closed", count: board.closed_in_week, address: { tab: "history", state: "closed" } },
  ];
  const clear = {
    tab: undefined,
    weight: undefined,
    state: undefined,
    article: undefined,
    kind: undefined,
    q: undefined,
    by: undefined,
    of: undefined,
    unit: undefined,
    system: undefined,
  };
  return (
    <ul className="wk-board" aria-label={t("finding-board")}>
      {figures.map(({ name, count, tone, address }) => (
        <li key={name}>
          <button type="button" onClick={() => setAddress({ ...clear, ...address })}>
            <span className={count > 0 && tone ? `wk-board-count wk-board-${tone}` : "wk-board-count"}>
              {formatCount(count, language)}
            </span>
            <span className="wk-soft">{t(`finding-board-${name}`, { days: board.days })}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
