// What a field holds, in words: choices by their names, days as days, other records as links.
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { useRecord } from "../api/queries";
import type { RegisterField } from "../api/types";
import { formatList, formatTime, said, useLanguage, useT } from "../ui";
import { DocumentPicture } from "./DocumentFile";
import { isEmpty, namedBy } from "./records";

/** The name of another record; with `link`, the way to it. */
export function RecordName({ id, link }: { id: string; link?: boolean }) {
  const t = useT();
  const record = useRecord(id);
  if (record.error) return <span className="wk-faint">{t("register-unseen")}</span>;
  if (!record.data) return <span className="wk-faint">…</span>;
  const { kind, name, removed_ms } = record.data;
  const words = removed_ms ? t("register-removed-name", { name }) : name;
  if (!link) return <span>{words}</span>;
  return (
    <Link to="/registry" search={{ kind, record: id } as never}>
      {words}
    </Link>
  );
}

export function FieldValue({ field, value, link = true }: { field: RegisterField; value: unknown; link?: boolean }) {
  const t = useT();
  const { language } = useLanguage();
  if (isEmpty(value)) return null;
  const named = namedBy(field, value);
  if (named.length > 0)
    return (
      <span className="wk-register-names">
        {named.map((id) => (
          <Fragment key={id}>
            <RecordName id={id} link={link} />
            {field.name === "photo" && link ? <DocumentPicture id={id} /> : null}
          </Fragment>
        ))}
      </span>
    );
  const choice = (word: unknown) => {
    const known = field.choices?.find(({ id }) => id === word);
    return known ? said(known.name, language) : String(word);
  };
  switch (field.type) {
    case "flag":
      return t("register-yes");
    case "one":
      return choice(value);
    case "some":
      return formatList((value as unknown[]).map(choice), language);
    case "date":
      return <span className="wk-nowrap">{dayWords(String(value), language)}</span>;
    case "number":
    case "whole":
      return `${value}${field.unit === "°" || !field.unit ? "" : " "}${field.unit ?? ""}`;
    case "lines":
      return <span className="wk-lines">{String(value)}</span>;
    case "digits":
    case "letters":
      return <span className="wk-code">{String(value)}</span>;
    default:
      return String(value);
  }
}

/** A day of the calendar, the same in every zone. */
export function dayWords(day: string, language: "zh-CN" | "en"): string {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(ms) ? day : formatTime(ms, language, { dateOnly: true, timeZone: "UTC" });
}
