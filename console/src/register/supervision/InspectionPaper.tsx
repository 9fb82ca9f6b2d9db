// An inspection on paper: whom it looked at and why, each line that was judged or that the system found something of, what the unit said,
// and places to sign. What else the checklist has is counted.
import type { InspectionLine, InspectionWhole } from "../../api/supervision";
import { formatEntry, formatTime } from "../../ui/format";
import { said, useLanguage, useT } from "../../ui/i18n";
import { FormFoot, FormHead, PaperForm } from "../../ui/Print";

/** What is written by hand has as much room as what the text says. */
const COLUMN_WIDTHS: readonly [name: string, width: string | undefined][] = [
  ["article", undefined],
  ["asks", "34%"],
  ["found", "24%"],
  ["verdict", undefined],
  ["note", "18%"],
];

export function InspectionPaper({ whole }: { whole: InspectionWhole }) {
  const t = useT();
  const { language } = useLanguage();
  const { inspection, lines, comments } = whole;
  const time = (ms: number) => formatTime(ms, language, { zone: true });
  const shown = lines.filter((line) => line.verdict || line.findings_count > 0);
  const ended = inspection.ended_ms ? `${time(inspection.ended_ms)} ${inspection.end_note ?? ""}`.trim() : undefined;
  const count = { judged: inspection.judged_count, all: inspection.lines_count, lacking: inspection.lacking_count };
  return (
    <PaperForm>
      <FormHead
        title={t("inspection-paper")}
        facts={[
          [t("order-to"), inspection.unit.name],
          [t("inspection-system"), inspection.system?.name ?? t("inspection-all-systems")],
          [t("inspection-authority"), inspection.authority.name],
          [t("order-by"), inspection.by.name],
          [t("inspection-at"), time(inspection.at_ms)],
          [t("inspection-state"), t(`inspection-state-${inspection.state}`)],
          [t("inspection-reason"), inspection.reason],
          [t("inspection-end-note"), ended],
          [t("inspection-judged"), t("inspection-count", count)],
          [t("order-entry"), formatEntry(inspection.entry.log, inspection.entry.index)],
        ]}
      />
      <h2>{t("inspection-paper-lines")}</h2>
      <table className="wk-form-table">
        <colgroup>
          {COLUMN_WIDTHS.map(([name, width]) => (
            <col key={name} style={{ width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {COLUMN_WIDTHS.map(([name]) => (
              <th key={name} scope="col">
                {t(`inspection-column-${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((line) => (
            <LineRow key={line.number} line={line} />
          ))}
        </tbody>
      </table>
      {comments.length > 0 ? <h2>{t("inspection-paper-comments")}</h2> : null}
      {comments.map((one) => (
        <p key={one.at_ms}>
          {one.by.name} · {time(one.at_ms)} · {one.text}
        </p>
      ))}
      <FormFoot signs={[t("order-sign-authority"), t("order-sign-unit")]} />
    </PaperForm>
  );
}

function LineRow({ line }: { line: InspectionLine }) {
  const t = useT();
  const { language } = useLanguage();
  return (
    <tr>
      <td className="wk-form-code">{line.article}</td>
      <td>{said(line.asks, language)}</td>
      <td>
        {line.findings.map((found) => (
          <div key={`${found.code}-${found.about}-${found.reason.en}`}>
            {found.about}: {said(found.reason, language)}
          </div>
        ))}
        {line.findings_count > line.findings.length
          ? t("inspection-found-more", { n: line.findings_count - line.findings.length })
          : null}
      </td>
      <td className="wk-form-code">{line.verdict ? t(`verdict-${line.verdict.replace("_", "-")}`) : ""}</td>
      <td>{line.note ?? ""}</td>
    </tr>
  );
}
