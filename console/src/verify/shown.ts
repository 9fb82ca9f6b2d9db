// What a page shows of a ledger entry against what the entry's record says: the names of the fields that differ.
//
// Invariant: everything that the entry's drawer shows is compared here, what is left out included. What no record holds
// (names of cameras, the number of an access entry) cannot be compared; the check says so as a step of its own.
import type { AccessEntry, Bilingual, FootageEntry } from "../api/types";
import { classOf } from "./acts.ts";
import type { AccessRecord, FootageRecord } from "./records.ts";

export type ShownField =
  | "time"
  | "kind"
  | "class"
  | "person"
  | "account"
  | "post"
  | "outcome"
  | "article"
  | "reason"
  | "remedy"
  | "cameras"
  | "span"
  | "purpose"
  | "basis"
  | "case"
  | "approver"
  | "note"
  | "recipient"
  | "text"
  | "subject"
  | "place"
  | "served"
  | "refers"
  | "camera"
  | "profile"
  | "seq"
  | "bytes"
  | "cause";

class Differences {
  readonly #names = new Set<ShownField>();
  /** Nothing shown is the same as nothing in the record, and as no words in it. */
  compare(name: ShownField, shown: unknown, real: unknown): void {
    if (text(shown) !== text(real)) this.#names.add(name);
  }
  get list(): ShownField[] {
    return [...this.#names];
  }
}

const text = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

/** The sentence in each language, as `said` would show it. */
const bothOf = (sentence: Bilingual | null | undefined): [string, string] => [
  sentence?.zh || sentence?.en || "",
  sentence?.en || sentence?.zh || "",
];

export function differencesOfAccess(entry: AccessEntry, record: AccessRecord): ShownField[] {
  const differs = new Differences();
  differs.compare("time", entry.time_ms, record.timeMs);
  differs.compare("kind", entry.kind, record.kind);
  differs.compare("class", entry.class, classOf(record.kind, record.refusal !== undefined));
  differs.compare("person", entry.person?.id, record.person);
  if (entry.person) differs.compare("person", entry.person.name, record.displayName);
  differs.compare("account", entry.account, record.account);
  differs.compare("post", entry.post, record.post);
  differs.compare("span", entry.span?.join(), record.span?.join());
  differs.compare("purpose", entry.purpose, record.purpose);
  differs.compare("basis", entry.legal_basis, record.legalBasis);
  differs.compare("case", entry.case, record.case);
  differs.compare("approver", entry.approver, record.approver);
  differs.compare("note", entry.note, record.note);
  differs.compare("recipient", entry.recipient, record.recipient);
  differs.compare("text", entry.text, record.extra);
  differs.compare("subject", entry.subject, record.subject);
  differs.compare("place", entry.place, record.place);
  differs.compare("refers", entry.refers_to, record.refersTo);
  compareOutcome(entry, record, differs);
  compareServed(entry, record, differs);
  compareCameras(entry, record, differs);
  return differs.list;
}

function compareOutcome({ outcome }: AccessEntry, { refusal }: AccessRecord, differs: Differences): void {
  differs.compare("outcome", outcome.permitted, refusal === undefined);
  differs.compare("article", outcome.article, refusal?.article);
  for (const shown of bothOf(outcome.reason)) differs.compare("reason", shown, refusal?.reason);
  for (const shown of bothOf(outcome.remedy)) differs.compare("remedy", shown, refusal?.remedy);
}

function compareServed({ served }: AccessEntry, record: AccessRecord, differs: Differences): void {
  const real = record.served;
  differs.compare("served", served?.units, real?.units);
  differs.compare("served", served?.bytes, real?.bytes);
  differs.compare("served", served?.profile, real?.profile);
  differs.compare("served", served?.from_ms, real?.fromMs);
  differs.compare("served", served?.to_ms, real?.toMs);
}

/** By id: a record holds no names. Where it holds only a digest, nothing but the number may be shown. */
function compareCameras(entry: AccessEntry, { cameras }: AccessRecord, differs: Differences): void {
  const shown = entry.cameras.map(({ id }) => id).sort();
  const [listed, count] = Array.isArray(cameras) ? [[...cameras].sort(), cameras.length] : [[], cameras.count];
  differs.compare("cameras", shown, listed);
  differs.compare("cameras", entry.cameras_count, count);
}

/** What is shown of an entry whose record has gone: its place and class, and whether it was a refusal. */
const WITHOUT_RECORD = ["index", "class", "published", "outcome", "permitted"];

/** True when an entry whose record is not there is nevertheless shown with content. */
export function showsContent(entry: AccessEntry): boolean {
  const all = Object.entries({ ...entry, ...entry.outcome });
  return all.some(([name, value]) => !WITHOUT_RECORD.includes(name) && value !== 0 && text(value) !== "");
}

export function differencesOfFootage(entry: FootageEntry, record: FootageRecord): ShownField[] {
  const differs = new Differences();
  // A deletion is of an instant, which is not shown.
  const spans = record.kind === "segment" || record.kind === "gap" || record.kind === "tick";
  differs.compare("kind", entry.kind, record.kind);
  differs.compare("camera", entry.camera?.id, record.camera);
  differs.compare("profile", entry.profile, record.profile);
  differs.compare("seq", entry.seq, record.seq);
  differs.compare("cause", entry.cause, record.cause);
  differs.compare("bytes", entry.bytes, record.bytes);
  differs.compare("span", entry.from_ms, spans ? record.fromMs : undefined);
  differs.compare("span", entry.to_ms, spans ? record.toMs : undefined);
  return differs.list;
}
