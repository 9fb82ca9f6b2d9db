// Printing a record or a page: the button, and the line that says on every sheet what it is (which unit, which entry).
// How paper looks is styles/print.css; this only brings the words there, since a margin box cannot read them from the page.
import { Button } from "antd";
import { useSystemState } from "../api/queries";
import { Icon } from "./Icon";
import { useT } from "./i18n";

export function PrintButton() {
  const t = useT();
  return (
    <Button icon={<Icon name="print" size={15} />} onClick={() => window.print()}>
      {t("action-print")}
    </Button>
  );
}

/** Text as a CSS string. Whatever could end the string or the style element is written by its number. */
export function cssString(text: string): string {
  const escaped = text.replace(/["\\<>&\p{Cc}]/gu, (found) => `\\${found.codePointAt(0)?.toString(16)} `);
  return `"${escaped}"`;
}

/** The rule that puts words at the foot of every sheet, left of the page number. */
export function sheetRule(words: string): string {
  return `@page { @bottom-left { content: ${cssString(words)}; font: 9pt sans-serif; } }`;
}

/** On paper only: the line at the head of the record, and the same at the foot of every sheet. */
export function PrintWords({ words }: { words: string }) {
  const { data } = useSystemState();
  const line = [data?.unit_name, words].filter(Boolean).join(" · ");
  return (
    <>
      <style>{sheetRule(line)}</style>
      <p className="wk-print-words">{line}</p>
    </>
  );
}
