// What a retrieval is to whoever reads the list: its state in one word, how far it is, what its clock says. Not the law's decision.
import type { Retrieval, RetrievalEvent } from "../../api/types";
import { idOf } from "../../register/retrieving";
import type { Tone } from "../../ui";

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

export const SHOWN = ["open", "late", "closed", "refused", "all"] as const;
export type Shown = (typeof SHOWN)[number];

/** What the server is asked for. */
export function queryOf(shown: Shown): { state?: string; late?: boolean; open?: boolean } {
  if (shown === "late") return { late: true };
  if (shown === "open") return { open: true };
  return shown === "closed" || shown === "refused" ? { state: shown } : {};
}
