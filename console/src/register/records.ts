// What a record's fields ask and hold: which are empty, what a request carries, what differs between two versions. Pure; the
// fields themselves come from the server, which decides what is right.
import type { RecordBody, RegisterField, RegisterKind, RegisterRecord } from "../api/types";

/** Kinds by what they are about, in each group what a newcomer needs first; what is not named here comes last. */
export const KIND_GROUPS: readonly (readonly [group: string, kinds: readonly string[]])[] = [
  ["built", ["system", "point", "place", "sign", "division", "main-works"]],
  ["firms", ["contractor", "technician", "carrier", "product", "selection", "standard"]],
  ["papers", ["document", "agreement", "budget", "connection", "level-decision", "grant"]],
  ["planned", ["plan", "planned-point", "area-target"]],
  ["happened", ["round", "incident", "notice", "pressure-report"]],
];
const KINDS_FIRST = KIND_GROUPS.flatMap(([, kinds]) => kinds);
/** Set when a file is taken in, never by a form. */
const NOT_BY_HAND = new Set(["sha256", "bytes", "media_type", "file_name"]);
/** What files are taken in, by the endings of their names; the server looks at their first bytes too. */
export const FILE_ENDINGS = [".pdf", ".jpg", ".jpeg", ".png", ".webp", ".xlsx", ".docx", ".csv", ".txt"];
export const FILE_BYTES_MAX = 64 * 1024 * 1024;
/** A paper that only the system makes. */
export const STILL_PAPER = "commissioning-still";

export function kindsInOrder(kinds: RegisterKind[]): RegisterKind[] {
  const rank = ({ kind }: RegisterKind) =>
    KINDS_FIRST.includes(kind) ? KINDS_FIRST.indexOf(kind) : KINDS_FIRST.length;
  return [...kinds].sort((a, b) => rank(a) - rank(b));
}

/** The groups with the kinds that there are; `other` has those that no group names. */
export function groupedKinds(kinds: RegisterKind[]): [group: string, kinds: RegisterKind[]][] {
  const ordered = kindsInOrder(kinds);
  const groupOf = ({ kind }: RegisterKind) => KIND_GROUPS.find(([, own]) => own.includes(kind))?.[0] ?? "other";
  return [...KIND_GROUPS.map(([group]) => group), "other"]
    .map((group): [string, RegisterKind[]] => [group, ordered.filter((kind) => groupOf(kind) === group)])
    .filter(([, own]) => own.length > 0);
}

export function fieldsByHand(kind: RegisterKind): RegisterField[] {
  const byHand = (field: RegisterField) =>
    field.name === "paper" ? { ...field, choices: field.choices?.filter(({ id }) => id !== STILL_PAPER) } : field;
  return kind.fields.filter(({ name }) => !NOT_BY_HAND.has(name)).map(byHand);
}

/** Why a file would not be taken, before a byte of it is sent; the word of its message. */
export function fileProblem(file: Pick<File, "name" | "size">): string | undefined {
  if (!FILE_ENDINGS.some((ending) => file.name.toLowerCase().endsWith(ending))) return "file-ending";
  if (file.size === 0) return "file-empty";
  return file.size > FILE_BYTES_MAX ? "file-too-large" : undefined;
}

/** What a document's file is to a page: a picture, one frame of a camera, something to open, or something to save. */
export type FileLook = "picture" | "frame" | "open" | "save";

export function fileLook(body: RecordBody): FileLook | undefined {
  if (typeof body.sha256 !== "string") return undefined;
  const type = String(body.media_type ?? "");
  if (type.startsWith("image/")) return "picture";
  if (type === "video/mp4") return "frame";
  return type === "application/pdf" ? "open" : "save";
}

/** Where a document's file is read, each time with an entry. */
export function fileAddress(id: string, version?: number, download = false, note = ""): string {
  const query = new URLSearchParams();
  if (version !== undefined) query.set("version", String(version));
  if (download) query.set("download", "true");
  if (note.trim()) query.set("note", note.trim());
  const text = query.toString();
  return `/api/records/${id}/file${text ? `?${text}` : ""}`;
}

/** As the server sees it: spaces are nothing, and so is a flag that is not set. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (typeof value === "string") return value.trim() === "";
  return Array.isArray(value) && value.length === 0;
}

/** What is sent: without what is empty. */
export function bodyOf(values: RecordBody): RecordBody {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => !isEmpty(value))
      .map(([name, value]) => [name, typeof value === "string" ? value.trim() : value]),
  );
}

/** Fields without which the record is not taken. */
export function neededFields(kind: RegisterKind, values: RecordBody): RegisterField[] {
  return kind.fields.filter((field) => field.required && isEmpty(values[field.name]));
}

/** Fields that are expected and empty. What is masked is not known to be missing. */
export function missingFields(kind: RegisterKind, record: Pick<RegisterRecord, "body" | "masked">): RegisterField[] {
  return kind.fields.filter(
    (field) =>
      field.expected &&
      field.type !== "flag" &&
      isEmpty(record.body[field.name]) &&
      !(record.masked && field.confidential),
  );
}

const same = (a: unknown, b: unknown) =>
  (isEmpty(a) && isEmpty(b)) || JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

export function changedFields(kind: RegisterKind, before: RecordBody, after: RecordBody): RegisterField[] {
  return kind.fields.filter(({ name }) => !same(before[name], after[name]));
}

/** Somebody else's version came in between: what was changed here stays, everything else is as it is there now. */
export function rebased(kind: RegisterKind, before: RecordBody, typed: RecordBody, now: RecordBody): RecordBody {
  const values = { ...now };
  for (const { name } of changedFields(kind, before, typed)) {
    if (isEmpty(typed[name])) delete values[name];
    else values[name] = typed[name];
  }
  return values;
}

/** What of a point in use does not change without authorisation, as the server groups it. */
const AUTHORISED: Record<string, string[]> = {
  place: ["place", "longitude", "latitude"],
  purpose: ["purpose"],
  coverage: ["height_m", "direction_deg", "angle_deg", "range_m"],
};

export function changesAsked(before: RecordBody, after: RecordBody): string[] {
  return Object.keys(AUTHORISED).filter((word) => AUTHORISED[word]?.some((name) => !same(before[name], after[name])));
}

/** The records that a value names. */
export function namedBy(field: Pick<RegisterField, "type">, value: unknown): string[] {
  if (field.type === "record" && typeof value === "string") return [value];
  if (field.type === "records" && Array.isArray(value)) return value.filter((id) => typeof id === "string");
  return [];
}

/** Whether a record names another one in any of its fields. */
export function names(kind: RegisterKind, record: Pick<RegisterRecord, "body">, id: string): boolean {
  return kind.fields.some((field) => namedBy(field, record.body[field.name]).includes(id));
}

/** Kinds of which a record can name one of `kind`. */
export function kindsNaming(kinds: RegisterKind[], kind: string): RegisterKind[] {
  return kinds.filter(({ fields }) => fields.some(({ record }) => record === kind));
}
