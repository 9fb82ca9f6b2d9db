// What a filing's state means on the page, and the dossier's shape (docs/design/filing.md). Pure.
import type { FilingMade, FilingOwed } from "../api/types";
import type { Tone } from "../ui/tokens";

export const TONES: Record<string, Tone> = {
  not_yet: "plain",
  undated: "notice",
  owed: "plain",
  soon: "notice",
  late: "late",
  filed: "good",
  filed_late: "good",
  outdated: "late",
};

/** Something is to be filed, now or soon. */
export function isOpen({ state }: Pick<FilingOwed, "state">): boolean {
  return ["undated", "owed", "soon", "late", "outdated"].includes(state);
}

export interface DossierPoint {
  name: string;
  gb28181_id: string | null;
  place: string | null;
  address: string | null;
  longitude: number | null;
  latitude: number | null;
  height_m: number | null;
  direction_deg: number | null;
  angle_deg: number | null;
  range_m: number | null;
  purpose: string | null;
  security_level: number | null;
  outdoor: boolean;
  product: string | null;
}

export interface Dossier {
  format: string;
  pack: string;
  article: string;
  filed_by: string;
  recipient: { zh: string; en: string } | null;
  unit: string;
  system: Record<string, string | boolean | null> & { name: string };
  contractors: {
    work: string;
    name: string;
    credit_code: string | null;
    certificate: string | null;
    valid_until: string | null;
  }[];
  equipment: { maker: string | null; model: string | null; certificate: string | null; points: number }[];
  technical_parameters: Record<string, string | number>;
  points: DossierPoint[];
  retention: { days: number; article: string } | null;
  papers: { kind: string; title: string; number: string | null; dated: string | null; sha256: string | null }[];
}

/** `113.30000, 23.10000`, or nothing while one of both is not known. */
export function positionOf({ longitude, latitude }: Pick<DossierPoint, "longitude" | "latitude">): string {
  if (longitude === null || latitude === null) return "";
  return `${longitude.toFixed(5)}, ${latitude.toFixed(5)}`;
}

/** Direction, angle and range as far as they are known: `90° / 60° / 35 m`. */
export function viewOf({ direction_deg, angle_deg, range_m }: DossierPoint): string {
  const parts = [
    direction_deg === null ? undefined : `${direction_deg}°`,
    angle_deg === null ? undefined : `${angle_deg}°`,
    range_m === null ? undefined : `${range_m} m`,
  ];
  return parts.some(Boolean) ? parts.map((part) => part ?? "–").join(" / ") : "";
}

/** The last filing under the pack: the one that counts. Filings come oldest first. */
export const lastFiled = (made: readonly FilingMade[], pack: string): FilingMade | undefined =>
  made.findLast((one) => one.pack === pack);

/** The filing that a dossier of this hash amends: the last one under the pack; of one that was filed itself, the one before it. */
export function amendedBy(made: readonly FilingMade[], pack: string, sha256: string): FilingMade | undefined {
  const own = made.filter((one) => one.pack === pack);
  return own.at(-1)?.dossier_sha256 === sha256 ? own.at(-2) : own.at(-1);
}

export type FieldChange = [name: string, before: string, after: string];

/** What one part of a dossier says otherwise than before. */
export interface Change {
  part: "dossier" | "system" | "technical" | "contractors" | "equipment" | "points" | "papers";
  /** Of a row: what it is called. */
  name: string;
  what: "added" | "removed" | "changed";
  fields: FieldChange[];
}

type Values = Record<string, unknown>;

const words = (value: unknown): string =>
  value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

function fieldsOf(before: Values, after: Values): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const all = names.map((name): FieldChange => [name, words(before[name]), words(after[name])]);
  return all.filter(([, was, is]) => was !== is);
}

/** Rows by what they are called; a second one of the same name is counted, so that none is lost. */
function byName(rows: readonly Values[], names: readonly string[]): Map<string, Values> {
  const found = new Map<string, Values>();
  for (const row of rows) {
    const own = names
      .map((name) => words(row[name]))
      .filter(Boolean)
      .join(" ");
    let [name, many] = [own, 1];
    while (found.has(name)) {
      many += 1;
      name = `${own} (${many})`;
    }
    found.set(name, row);
  }
  return found;
}

function rowsOf(
  part: Change["part"],
  names: readonly string[],
  before: readonly Values[],
  after: readonly Values[],
): Change[] {
  const [was, is] = [byName(before, names), byName(after, names)];
  const all = [...new Set([...was.keys(), ...is.keys()])];
  return all.flatMap((name): Change[] => {
    const [old, now] = [was.get(name), is.get(name)];
    if (!old) return [{ part, name, what: "added", fields: [] }];
    if (!now) return [{ part, name, what: "removed", fields: [] }];
    const fields = fieldsOf(old, now);
    return fields.length > 0 ? [{ part, name, what: "changed", fields }] : [];
  });
}

/** What the dossier `after` says otherwise than `before`, part by part in the order of the form; empty when nothing. */
export function changesOf(before: Dossier, after: Dossier): Change[] {
  const head = ({ article, filed_by, recipient, unit, retention }: Dossier) => ({
    article,
    filed_by,
    recipient: recipient?.zh,
    unit,
    retention: retention ? `${retention.days} (${retention.article})` : undefined,
  });
  const whole = (part: Change["part"], was: Values, is: Values): Change[] => {
    const fields = fieldsOf(was, is);
    return fields.length > 0 ? [{ part, name: "", what: "changed", fields }] : [];
  };
  return [
    ...whole("dossier", head(before), head(after)),
    ...whole("system", before.system, after.system),
    ...rowsOf("contractors", ["work", "name"], before.contractors, after.contractors),
    ...rowsOf("equipment", ["maker", "model"], before.equipment, after.equipment),
    ...whole("technical", before.technical_parameters, after.technical_parameters),
    ...rowsOf("points", ["name"], before.points as unknown as Values[], after.points as unknown as Values[]),
    ...rowsOf("papers", ["kind", "title"], before.papers, after.papers),
  ];
}
