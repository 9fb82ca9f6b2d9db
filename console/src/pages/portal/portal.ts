// What a request is to the officer who filed it: its state in one word, how far it is, what the form still lacks. Not the law's decision.
import type { PortalFiling, PortalRequest } from "../../api/types";
import { type CERTIFICATES, SPAN_MAX_MS } from "../../register/retrieving";
import { type SealDraft, sealProblem, sealTo, type Tone } from "../../ui";

export const PERSONS_MAX = 8;

export interface Person {
  name: string;
  number: string;
  certificate?: (typeof CERTIFICATES)[number];
}

export interface RequestDraft {
  ground?: PortalFiling["ground"];
  way: PortalFiling["way"];
  case_number: string;
  place: string;
  reason: string;
  from_ms?: number;
  to_ms?: number;
  persons: Person[];
  seal: SealDraft;
}

export const NOTHING: RequestDraft = {
  way: "copy",
  case_number: "",
  place: "",
  reason: "",
  persons: [{ name: "", number: "" }],
  seal: { way: "passphrase" },
};

const named = ({ name, number }: Person): boolean => name.trim() !== "" && number.trim() !== "";

/** Fluent ids of what is missing or wrong, in the order of the form. */
export function missingInRequest(draft: RequestDraft): string[] {
  const missing: string[] = [];
  if (!draft.ground) missing.push("portal-need-ground");
  if (!draft.case_number.trim()) missing.push("portal-need-case");
  if (!draft.place.trim()) missing.push("portal-need-place");
  if (draft.from_ms === undefined || draft.to_ms === undefined) missing.push("portal-need-span");
  else if (draft.to_ms <= draft.from_ms) missing.push("span-bad");
  else if (draft.to_ms - draft.from_ms > SPAN_MAX_MS) missing.push("export-span-long");
  if (!draft.persons.some(named)) missing.push("portal-need-persons");
  if (!sealTo(draft.seal) || sealProblem(draft.seal)) missing.push("portal-need-seal");
  return missing;
}

export function filingOf(draft: RequestDraft): PortalFiling | undefined {
  const { ground, from_ms, to_ms } = draft;
  const seal_to = sealTo(draft.seal);
  if (missingInRequest(draft).length > 0 || !ground || from_ms === undefined || to_ms === undefined || !seal_to)
    return undefined;
  return {
    ground,
    way: draft.way,
    case_number: draft.case_number.trim(),
    place: draft.place.trim(),
    reason: draft.reason.trim(),
    from_ms,
    to_ms,
    persons: draft.persons.filter(named),
    seal_to,
  };
}

/** What waits for the officer is louder than what waits for the unit. */
export function toneOf(state: PortalRequest["state"]): Tone {
  const tones: Record<PortalRequest["state"], Tone> = {
    filed: "plain",
    asked: "late",
    taken: "notice",
    ready: "late",
    received: "good",
    closed: "good",
    refused: "plain",
    withdrawn: "plain",
  };
  return tones[state];
}

export const STEPS = ["filed", "taken", "ready", "received"] as const;

/** How many steps are done. */
export function stepsDone(state: PortalRequest["state"]): number {
  const at: Record<PortalRequest["state"], number> = {
    filed: 1,
    asked: 1,
    taken: 2,
    ready: 3,
    received: 4,
    closed: 4,
    refused: 1,
    withdrawn: 1,
  };
  return at[state];
}

/** It goes on: papers can be sent, and it can be taken back. */
export const isOpen = (state: PortalRequest["state"]): boolean => ["filed", "asked", "taken", "ready"].includes(state);
