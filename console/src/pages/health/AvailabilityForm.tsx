// The month's availability as a form on A4: whose, of which month, sums, the chart, every row, how it is reckoned, and places to
// sign. On paper only; the screen has the same figures in its own shape.
import { useAvailability, useUnits } from "../../api/queries";
import type { AvailabilityRow } from "../../api/types";
import {
  FormFoot,
  FormHead,
  formatCount,
  formatDuration,
  formatMonth,
  formatTime,
  PaperForm,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { keyOf, ordered, orderOf, useRowName } from "./AvailabilityList";
import { askedFor, causesOf, gapsOf, percentWords, type Subject, unjustifiedOf } from "./availability";
import { MonthChart } from "./MonthChart";

interface AvailabilityFormProps {
  month: string;
  months: string[];
  sums: ReadonlyMap<string, AvailabilityRow>;
  rows: AvailabilityRow[];
  subject: Subject;
}

export function AvailabilityForm({ month, months, sums, rows, subject }: AvailabilityFormProps) {
  const t = useT();
  const { language } = useLanguage();
  const [address] = useAddress();
  const scope = useScope(month);
  const whole = sums.get(month);
  const causes = causesOf(whole ? [whole] : []);
  const time = (ms: number) => formatTime(ms, language, { seconds: false });
  return (
    <PaperForm>
      <FormHead
        title={t("availability-form-title")}
        facts={[
          [t("availability-form-scope"), scope],
          [t("availability-month"), formatMonth(month, language)],
          [
            t("availability-form-span"),
            whole
              ? `${time(whole.from_ms)} – ${formatTime(whole.to_ms, language, { seconds: false, zone: true })}`
              : undefined,
          ],
        ]}
      />
      <h2>{t("availability-form-sum")}</h2>
      <FigureTable
        rows={whole ? [whole] : []}
        first={t("availability-month")}
        name={() => formatMonth(month, language)}
      />
      {causes.length > 0 ? (
        <p>
          {t("availability-causes")}
          {t("form-colon")}
          {causes
            .map(
              ({ cause, seconds, gaps }) =>
                `${t(`cause-${cause}`)} ${t("availability-cause-words", {
                  length: formatDuration(seconds * 1000, language),
                  n: gaps,
                })}`,
            )
            .join(t("form-semicolon"))}
        </p>
      ) : null}
      <h2>{t("availability-form-chart")}</h2>
      <MonthChart months={months} rows={sums} chosen={month} />
      <h2>{t(`availability-form-by-${subject}`)}</h2>
      <Rows rows={ordered(rows, orderOf(address.sort, subject))} subject={subject} />
      <p>{t("availability-text")}</p>
      <FormFoot signs={[t("form-made-by"), t("form-checked-by"), t("form-responsible")]} />
    </PaperForm>
  );
}

/** Whose cameras these are: of a unit, of a system of the register, or of all that the preparer's posts cover. */
function useScope(month: string): string {
  const t = useT();
  const [{ unit, system }] = useAddress();
  const units = useUnits();
  const name = useRowName();
  const systems = useAvailability({ by: "system", ...askedFor([month]), unit });
  const chosen = systems.data?.rows.find(({ about }) => about?.id === system);
  const parts = [
    units.data?.find(({ id }) => id === unit)?.name,
    system ? (chosen ? name(chosen) : system) : undefined,
  ];
  return parts.filter(Boolean).join(" · ") || t("availability-form-scope-all");
}

function Rows({ rows, subject }: { rows: AvailabilityRow[]; subject: Subject }) {
  const t = useT();
  const name = useRowName();
  return <FigureTable rows={rows} first={t(`availability-row-${subject}`)} name={name} numbered />;
}

function FigureTable({
  rows,
  first,
  name,
  numbered,
}: {
  rows: AvailabilityRow[];
  first: string;
  name: (row: AvailabilityRow) => string;
  numbered?: boolean;
}) {
  const t = useT();
  const { language } = useLanguage();
  const length = (seconds: number) => (seconds > 0 ? formatDuration(seconds * 1000, language) : "–");
  return (
    <table className="wk-form-table">
      <thead>
        <tr>
          {numbered ? <th scope="col">{t("form-number")}</th> : null}
          <th scope="col">{first}</th>
          {["owed", "recorded", "share", "gaps", "justified", "unjustified", "unaccounted"].map((column) => (
            <th key={column} scope="col" className="wk-right">
              {t(`availability-column-${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={keyOf(row)}>
            {numbered ? <td>{at + 1}</td> : null}
            <td>{name(row)}</td>
            <td className="wk-right">{length(row.owed_s)}</td>
            <td className="wk-right">{length(row.recorded_s)}</td>
            <td className="wk-right">{percentWords(row.share, language)}</td>
            <td className="wk-right">{formatCount(gapsOf(row), language)}</td>
            <td className="wk-right">{length(row.justified_s)}</td>
            <td className="wk-right">{length(unjustifiedOf(row))}</td>
            <td className="wk-right">{length(row.unaccounted_s)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
