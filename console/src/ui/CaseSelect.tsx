// The choice of a registered case that counts: open, and confirmed by a second person. The server decides whether it covers the act.
import { Link } from "@tanstack/react-router";
import { Select } from "antd";
import { useCase, useOpenCases } from "../api/queries";
import type { CaseRow, Id } from "../api/types";
import { type Translate, useT } from "./i18n";

/** `2026-118 · Theft by the river` */
export const caseWords = ({ number, title }: Pick<CaseRow, "number" | "title">) => `${number} · ${title}`;

export interface CaseSelectProps {
  id?: string;
  value: Id | undefined;
  onChange: (chosen: CaseRow | undefined) => void;
}

export function CaseSelect({ id, value, onChange }: CaseSelectProps) {
  const t = useT();
  const open = useOpenCases();
  const cases = open.data?.cases ?? [];
  const options = cases.map((row) => ({ value: row.id, label: caseWords(row) }));
  // One that was chosen and does not count any more stays in sight: the server says why not.
  const gone = useCase(value !== undefined && open.data && !cases.some((row) => row.id === value) ? value : undefined);
  if (gone.id) options.unshift({ value: gone.id, label: gone.row ? caseWords(gone.row) : "…" });
  return (
    <Select
      id={id}
      value={value}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      loading={open.isPending}
      placeholder={t("case-none")}
      notFoundContent={t("case-none-open")}
      onChange={(next?: Id) => onChange(cases.find((row) => row.id === next))}
      options={options}
    />
  );
}

/** The systems that a case or a request names: those that the reader may know of, and how many others there are. */
export function systemWords({ systems, systems_count }: Pick<CaseRow, "systems" | "systems_count">, t: Translate) {
  const unseen = systems_count - systems.length;
  const names = systems.map(({ name }) => name);
  if (unseen > 0) names.push(t("case-systems-unseen", { n: unseen }));
  return names.join(" · ") || null;
}

/** A case by its id: its number and title, leading to the register. */
export function CaseLink({ id }: { id: Id }) {
  const { row } = useCase(id);
  return (
    <Link to="/cases" search={{ id }}>
      {row ? caseWords(row) : id}
    </Link>
  );
}
