// What a retrieval is to whoever reads the list: its state in one word, how far it is, what its clock says. Not the law's decision.
import type { Retrieval, RetrievalDetail, RetrievalEvent } from "../../api/types";
import { TOGETHER_MAX } from "../../player/group";
import { idOf } from "../../register/retrieving";
import type { PurposeDraft, Tone } from "../../ui";

export const ORGANS = [
  "public_security",
  "national_security",
  "procuratorate",
  "court",
  "government",
  "government_department",
  "emergency_management",
  "other",
] as const;
export const LEVELS = ["township", "county", "city", "province", "national"] as const;
export const CAMERAS_MAX = 16;

/** Fluent id of its state, with the tone: what waits for somebody is louder than what is as it should be. */
export function stateOf(one: Pick<Retrieval, "state" | "late">): { word: string; tone: Tone } {
  if (one.late) return { word: `retrieval-state-${idOf(one.state)}`, tone: "late" };
  const tones: Record<Retrieval["state"], Tone> = {
    draft: "notice",
    complete: "notice",
    approved: "notice",
    handed_over: "notice",
    closed: "good",
    refused: "plain",
  };
  return { word: `retrieval-state-${idOf(one.state)}`, tone: tones[one.state] };
}

export const STEPS = ["request", "papers", "complete", "approve", "hand-over", "receipt"] as const;

/** How many steps are done. */
export function stepsDone(one: Retrieval): number {
  const reached: Record<Retrieval["state"], number> = {
    draft: 1,
    complete: 3,
    approved: 4,
    handed_over: 5,
    closed: 6,
    refused: 1,
  };
  const checked = one.detail?.officers.some((officer) => officer.checked_by) ?? false;
  return one.state === "draft" && checked ? 2 : reached[one.state];
}

/** Words of steps after which somebody else has the copy. */
const HOLDING = ["handed-over", "receipt", "transferred", "returned", "destroyed"];

/** The register of where its copy is: each time that it moved. */
export function whereabouts(events: readonly RetrievalEvent[]): RetrievalEvent[] {
  return events.filter(({ what }) => HOLDING.includes(what));
}

/** Of a receipt: the article under which whoever received it undertook to keep to use and secrecy, and what was said beside it. */
export function undertakenIn({ what, note }: Pick<RetrievalEvent, "what" | "note">): {
  undertaken?: string | undefined;
  note: string;
} {
  const found = what === "receipt" ? /^undertaking=(\S+)\s*/.exec(note) : null;
  return found ? { undertaken: found[1], note: note.slice(found[0].length) } : { note };
}

export const SHOWN = ["open", "late", "closed", "refused", "all"] as const;
export type Shown = (typeof SHOWN)[number];

/** What the server is asked for. */
export function queryOf(shown: Shown): { state?: string; late?: boolean; open?: boolean } {
  if (shown === "late") return { late: true };
  if (shown === "open") return { open: true };
  return shown === "closed" || shown === "refused" ? { state: shown } : {};
}

/** Playback of what was approved; of more cameras than it shows together, the first. */
export function playbackOf(one: Pick<Retrieval, "cameras" | "from_ms" | "to_ms">): Record<string, string> {
  const cameras = one.cameras.map(({ id }) => id).slice(0, TOGETHER_MAX);
  const place = { cameras: cameras.join(",") };
  if (one.from_ms == null || one.to_ms == null) return place;
  return { ...place, from_ms: String(one.from_ms), to_ms: String(one.to_ms) };
}

/** Under what it is played: what an authority asks for is its case, and its request the basis. */
export function purposeFor(
  one: Pick<Retrieval, "case_number" | "organ_name">,
  detail: Pick<RetrievalDetail, "case">,
): PurposeDraft {
  return {
    purpose: "case",
    legal_basis: "authority_request",
    // As long as the purpose's own field takes.
    number: one.case_number.slice(0, 80),
    remark: one.organ_name,
    ...(detail.case ? { case_id: detail.case, case_number: one.case_number } : {}),
  };
}
