// What a hold is to whoever reads the list: its state in one word, what of it waits for somebody. Not the server's decision.
import type { Hold, PurposeWord } from "../../api/types";
import type { Tone } from "../../ui";

/** Purposes under which footage is held; the server refuses others. */
export const HOLD_PURPOSES: PurposeWord[] = ["incident", "case", "supervision", "administration"];
/** The longest span of one hold. */
export const HOLD_DAYS_MAX = 31;
/** The most cameras of one hold. */
export const HOLD_CAMERAS_MAX = 64;
const DAY_MS = 86_400_000;
export const HOLD_SPAN_MAX_MS = HOLD_DAYS_MAX * DAY_MS;

/** The open request to lift it, if there is one. */
export function openRelease(hold: Hold) {
  return hold.releases.find((release) => !release.answer);
}

/** Whether it keeps footage now. */
export function keeps(hold: Hold): boolean {
  return hold.state === "placing" || hold.state === "held";
}

/** Fluent id of its state, with the tone: what waits for somebody is louder than what is as it should be. */
export function holdState(hold: Hold): { word: string; tone: Tone } {
  if (hold.state === "released") return { word: "hold-released", tone: "plain" };
  if (hold.state === "releasing") return { word: "hold-releasing", tone: "notice" };
  if (openRelease(hold)) return { word: "hold-asked", tone: "notice" };
  if (hold.state === "placing") return { word: "hold-placing", tone: "notice" };
  return { word: "hold-held", tone: "good" };
}

export const SHOWN = ["active", "due", "mine", "lifted", "all"] as const;
export type Shown = (typeof SHOWN)[number];

/** What the server is asked for; what is due or waits for the reader is chosen from those that are active. */
export function activeOf(shown: Shown): boolean | undefined {
  if (shown === "all") return undefined;
  return shown !== "lifted";
}

export function holdsShown(holds: Hold[], shown: Shown): Hold[] {
  if (shown === "due") return holds.filter((hold) => hold.overdue);
  if (shown === "mine") return holds.filter((hold) => hold.may_approve);
  return holds;
}
