// What was typed into a long form survives a reload: kept in this tab's session storage until it is sent, dropped, or its
// writer signs out. Each person has drafts of their own; nobody finds another's.
// Never for passwords: a form leaves them out of its draft.
import { useCallback, useEffect, useState } from "react";
import { useMe } from "../api/queries";
import type { Id } from "../api/types";

const PREFIX = "wk-draft:";
const keyOf = (person: Id, name: string) => `${PREFIX}${person}:${name}`;

/** Forgets what was typed in this tab: at sign-out everybody's, at sign-in that of everybody but the person. */
export function forgetDrafts(except?: Id): void {
  for (const key of Object.keys(sessionStorage))
    if (key.startsWith(PREFIX) && !(except && key.startsWith(keyOf(except, "")))) sessionStorage.removeItem(key);
}

export function useDraft<T extends object>(name: string, initial: T): [T, (change: Partial<T>) => void, () => void] {
  const key = keyOf(useMe().person.id, name);
  const [draft, setDraft] = useState<T>(() => {
    try {
      return { ...initial, ...(JSON.parse(sessionStorage.getItem(key) ?? "{}") as Partial<T>) };
    } catch {
      return initial;
    }
  });
  useEffect(() => {
    sessionStorage.setItem(key, JSON.stringify(draft));
  }, [key, draft]);
  const change = useCallback((part: Partial<T>) => setDraft((before) => ({ ...before, ...part })), []);
  const drop = useCallback(() => {
    sessionStorage.removeItem(key);
    setDraft(initial);
    // The key is written again by the effect with the initial values, which is harmless.
  }, [key, initial]);
  return [draft, change, drop];
}
