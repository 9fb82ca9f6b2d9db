// Availability by month: a column is the time owed, and what is missing hangs from its top. The height stands for a small share
// most of the time, and the axis says for which. The same figures are in the table of months.
import type { AvailabilityRow } from "../../api/types";
import { formatMonth, formatMonthShort, useLanguage, useT } from "../../ui";
import { chartTop, markWords, PARTS, partsOf, percentWords } from "./availability";

export interface MonthChartProps {
  months: string[];
  rows: ReadonlyMap<string, AvailabilityRow>;
  chosen?: string;
  /** Without it the chart is for paper, and nothing can be pressed. */
  onChoose?: (month: string) => void;
}

export function MonthChart({ months, rows, chosen, onChoose }: MonthChartProps) {
  const t = useT();
  const { language } = useLanguage();
  const known = months.flatMap((month) => rows.get(month) ?? []);
  const top = chartTop(known);
  return (
    <figure className="wk-months">
      <div className="wk-months-field">
        <div className="wk-months-axis" aria-hidden="true">
          {[0, 0.5, 1].map((part) => (
            <span key={part}>{markWords(1 - top * part, language)}</span>
          ))}
        </div>
        <ol className="wk-months-columns" aria-label={t("availability-chart")}>
          {months.map((month, at) => (
            <Month
              key={month}
              month={month}
              row={rows.get(month)}
              top={top}
              // Not in December, where January's stands beside it.
              year={month.endsWith("-01") || (at === 0 && !months[1]?.endsWith("-01"))}
              chosen={month === chosen}
              onChoose={onChoose}
            />
          ))}
        </ol>
      </div>
      <figcaption className="wk-legend">
        {(["recorded", ...PARTS] as const).map((part) => (
          <span key={part} className="wk-legend-of">
            <span className={`wk-legend-mark wk-part-${part}`} />
            {t(`availability-${part}`)}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

interface MonthProps {
  month: string;
  row: AvailabilityRow | undefined;
  top: number;
  /** Says the year too. */
  year: boolean;
  chosen: boolean;
  onChoose?: (month: string) => void;
}

function Month({ month, row, top, year, chosen, onChoose }: MonthProps) {
  const t = useT();
  const { language } = useLanguage();
  const name = formatMonth(month, language);
  const parts = row ? partsOf(row) : undefined;
  const words = row
    ? t("availability-month-words", { month: name, share: percentWords(row.share, language) })
    : t("availability-month-none", { month: name });
  const column = (
    <>
      <span className={`wk-month-column ${row ? "wk-part-recorded" : ""}`}>
        {parts
          ? PARTS.filter((part) => parts[part] > 0).map((part) => (
              <span
                key={part}
                className={`wk-month-part wk-part-${part}`}
                style={{ blockSize: `${Math.min(100, (parts[part] / top) * 100).toFixed(2)}%` }}
              />
            ))
          : null}
      </span>
      <span className="wk-month-name">{formatMonthShort(month, language)}</span>
      <span className="wk-month-year">{year ? month.slice(0, 4) : ""}</span>
      <span className="wk-month-share">{row ? percentWords(row.share, language) : "–"}</span>
    </>
  );
  return (
    <li>
      {onChoose ? (
        <button
          type="button"
          className="wk-month"
          aria-pressed={chosen}
          aria-label={words}
          title={words}
          onClick={() => onChoose(month)}
        >
          {column}
        </button>
      ) : (
        <span className={`wk-month ${chosen ? "wk-month-chosen" : ""}`}>{column}</span>
      )}
    </li>
  );
}
