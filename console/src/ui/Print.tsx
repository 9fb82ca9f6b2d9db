// Printing a record or a page: the button, and the line that says on every sheet what it is (which unit, which entry).
// How paper looks is styles/print.css; this only brings the words there, since a margin box cannot read them from the page.
import { Button } from "antd";
import { Fragment, type ReactNode } from "react";
import { useMe, useSystemState } from "../api/queries";
import { formatTime } from "./format";
import { Icon } from "./Icon";
import { useLanguage, useT } from "./i18n";
import { useNow } from "./useNow";

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

/** Forms are on A4, whatever the printer would take. */
const FORM_RULE = "@page { size: A4; }";

/** A form of its own: only on paper, and there instead of the page around it. `foot`: what stands on each of its sheets. */
export function PaperForm({ foot, children }: { foot?: string; children: ReactNode }) {
  const { data } = useSystemState();
  return (
    <section className="wk-paper" aria-hidden="true">
      <style>{FORM_RULE}</style>
      {foot ? <style>{sheetRule([data?.unit_name, foot].filter(Boolean).join(" · "))}</style> : null}
      {children}
    </section>
  );
}

/** Title and facts of a form, with the unit, and when and by whom it was made. Facts without a value are left out. */
export function FormHead({ title, facts }: { title: string; facts: [label: string, value: string | undefined][] }) {
  const t = useT();
  const { language } = useLanguage();
  const { person } = useMe();
  const { data } = useSystemState();
  const now = useNow(5000);
  const all: [string, string | undefined][] = [
    [t("form-unit"), data?.unit_name],
    ...facts,
    [t("form-made-at"), formatTime(now, language, { zone: true })],
    [t("form-printed-by"), `${person.name} (${person.account})`],
  ];
  return (
    <header className="wk-form-head">
      <h1>{title}</h1>
      <dl>
        {all
          .filter(([, value]) => value)
          .map(([label, value]) => (
            <Fragment key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </Fragment>
          ))}
      </dl>
    </header>
  );
}

/** Places to sign for each of these people, and one for the date. */
export function FormFoot({ signs }: { signs: string[] }) {
  const t = useT();
  return (
    <div className="wk-form-foot">
      {[...signs, t("form-date")].map((sign) => (
        <p key={sign}>
          {sign}
          <span />
        </p>
      ))}
    </div>
  );
}
