// Under what the person is looking at pictures: chosen once, kept for the signed-in session, changed with one click.
// Nothing with pictures works before a choice. The server decides whether the choice entitles; this only carries it.
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import type { LegalBasisWord, PurposeWord } from "../api/types";

export interface Purpose {
  purpose: PurposeWord;
  legal_basis: LegalBasisWord;
  case?: string;
  note?: string;
}

interface PurposeState {
  purpose: Purpose | null;
  choose: (purpose: Purpose) => void;
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
  case: ["authority_request"],
  maintenance: ["maintenance_duty"],
  supervision: ["supervision_duty"],
  administration: ["operation"],
  training: ["operation", "consent"],
};

/** What is still missing before the purpose can be used, as a field name, or nothing. */
export function missingOf(draft: Partial<Purpose>): keyof Purpose | undefined {
  if (!draft.purpose) return "purpose";
  if (!draft.legal_basis) return "legal_basis";
  if (draft.purpose === "case" && !draft.case?.trim()) return "case";
  return undefined;
}

const PurposeContext = createContext<PurposeState | null>(null);
const keyOf = (session: string) => `wk-purpose:${session}`;

function stored(session: string): Purpose | null {
  try {
    const value = JSON.parse(sessionStorage.getItem(keyOf(session)) ?? "null") as Purpose | null;
    return value && missingOf(value) === undefined ? value : null;
  } catch {
    return null;
  }
}

/** `session` is the signed-in session's id: another session begins without a purpose. */
export function PurposeProvider({ session, children }: { session: string; children: ReactNode }) {
  const [purpose, setPurpose] = useState<Purpose | null>(() => stored(session));
  const [asking, setAsking] = useState(false);
  const choose = useCallback(
    (next: Purpose) => {
      sessionStorage.setItem(keyOf(session), JSON.stringify(next));
      setPurpose(next);
      setAsking(false);
    },
    [session],
  );
  const ask = useCallback(() => setAsking(true), []);
  const stopAsking = useCallback(() => setAsking(false), []);
  const value = useMemo(
    () => ({ purpose, choose, asking, ask, stopAsking }),
    [purpose, choose, asking, ask, stopAsking],
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
