// Under what the person is looking at pictures: chosen once, kept for the signed-in session, changed with one click.
// Nothing with pictures works before a choice. The server decides whether the choice entitles; this only carries it.
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import type { LegalBasisWord, PurposeWord } from "../api/types";

/** Exactly what a view or an export is asked for with: it can be spread into the request. */
export interface Purpose {
  purpose: PurposeWord;
  legal_basis: LegalBasisWord;
  /** A registered case's id. */
  case?: string;
  note?: string;
}

/** What is typed in the panel. */
export interface PurposeDraft {
  purpose?: PurposeWord;
  legal_basis?: LegalBasisWord;
  /** The authority's document or case number; the purpose `case` needs it, or a registered case. */
  number?: string;
  /** The registered case, and its number for the chip. */
  case_id?: string;
  case_number?: string;
  remark?: string;
}

/** The longest note that an entry holds. */
export const NOTE_CHARS_MAX = 500;

interface PurposeState {
  purpose: Purpose | null;
  /** What was typed for it, to begin from when it is changed. */
  draft: PurposeDraft;
  choose: (draft: PurposeDraft) => void;
  asking: boolean;
  ask: () => void;
  stopAsking: () => void;
}

/** Purposes under which pictures are looked at; `administration` is for the system itself and shows none. */
export const PICTURE_PURPOSES: PurposeWord[] = [
  "duty_watch",
  "incident",
  "case",
  "maintenance",
  "supervision",
  "training",
];

/** The legal bases that fit a purpose; the first is proposed. */
export const BASES_OF: Record<PurposeWord, LegalBasisWord[]> = {
  duty_watch: ["unit_duty"],
  incident: ["unit_duty", "authority_request", "consent"],
  case: ["authority_request", "unit_duty", "consent"],
  maintenance: ["maintenance_duty"],
  supervision: ["supervision_duty"],
  administration: ["operation"],
  training: ["operation", "consent"],
};

/** The same of a copy: what an authority asks for goes out by a retrieval, and no other way (guangzhou-2007:19, datong-2008:21). */
export const copyBasesOf = (purpose: PurposeWord): LegalBasisWord[] =>
  BASES_OF[purpose].filter((basis) => basis !== "authority_request");

/** A draft that was made for looking, as one for a copy: a basis that a copy cannot have is stated anew, by whoever states it. */
export function forCopy(draft: PurposeDraft): PurposeDraft {
  return draft.legal_basis === "authority_request" ? { ...draft, legal_basis: undefined } : draft;
}

/** What is still missing before the purpose can be used, as a field name, or nothing. */
export function missingOf(draft: PurposeDraft): keyof PurposeDraft | undefined {
  if (!draft.purpose) return "purpose";
  if (!draft.legal_basis) return "legal_basis";
  if (draft.purpose === "case" && !draft.number?.trim() && !draft.case_id) return "number";
  return undefined;
}

/** The request's form of a complete draft: number and remark become the note that the ledger keeps. */
export function purposeOf(draft: PurposeDraft): Purpose | undefined {
  const { purpose, legal_basis, number, case_id, remark } = draft;
  if (!purpose || !legal_basis || missingOf(draft)) return undefined;
  const note = [purpose === "case" && number ? `№ ${number.trim()}` : "", remark?.trim() ?? ""]
    .filter(Boolean)
    .join("; ");
  const named = case_id ? { case: case_id } : {};
  return { purpose, legal_basis, ...named, ...(note ? { note: note.slice(0, NOTE_CHARS_MAX) } : {}) };
}

const PurposeContext = createContext<PurposeState | null>(null);
const keyOf = (session: string) => `wk-purpose:${session}`;

function stored(session: string): PurposeDraft {
  try {
    return (JSON.parse(sessionStorage.getItem(keyOf(session)) ?? "{}") as PurposeDraft | null) ?? {};
  } catch {
    return {};
  }
}

/** `session` is the signed-in session's id: another session begins without a purpose. */
export function PurposeProvider({ session, children }: { session: string; children: ReactNode }) {
  const [draft, setDraft] = useState<PurposeDraft>(() => stored(session));
  const purpose = useMemo(() => purposeOf(draft) ?? null, [draft]);
  const [asking, setAsking] = useState(false);
  const choose = useCallback(
    (next: PurposeDraft) => {
      sessionStorage.setItem(keyOf(session), JSON.stringify(next));
      setDraft(next);
      setAsking(false);
    },
    [session],
  );
  const ask = useCallback(() => setAsking(true), []);
  const stopAsking = useCallback(() => setAsking(false), []);
  const value = useMemo(
    () => ({ purpose, draft, choose, asking, ask, stopAsking }),
    [purpose, draft, choose, asking, ask, stopAsking],
  );
  return <PurposeContext value={value}>{children}</PurposeContext>;
}

export function usePurposeState(): PurposeState {
  const state = useContext(PurposeContext);
  if (!state) throw new Error("PurposeProvider is missing above this component");
  return state;
}

/** The purpose in force, or `null` before one was chosen. */
export function usePurpose(): Purpose | null {
  return usePurposeState().purpose;
}

/** Opens the panel in which a purpose is chosen. */
export function useAskPurpose(): () => void {
  return usePurposeState().ask;
}

/** The same where there may be no session, and so no purpose. */
export const useMayAskPurpose = (): (() => void) | undefined => useContext(PurposeContext)?.ask;

/** What was typed for the purpose in force: another form may begin from it. */
export function usePurposeDraft(): PurposeDraft {
  return usePurposeState().draft;
}
