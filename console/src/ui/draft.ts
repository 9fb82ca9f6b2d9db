// What was typed into a long form survives a reload: kept in this tab's session storage until it is sent or dropped.
// Never for passwords: a form leaves them out of its draft.
import { useCallback, useEffect, useState } from "react";

const keyOf = (name: string) => `wk-draft:${name}`;

export function useDraft<T extends object>(name: string, initial: T): [T, (change: Partial<T>) => void, () => void] {
  const [draft, setDraft] = useState<T>(() => {
    try {
      return { ...initial, ...(JSON.parse(sessionStorage.getItem(keyOf(name)) ?? "{}") as Partial<T>) };
    } catch {
      return initial;
    }
  });
  useEffect(() => {
    sessionStorage.setItem(keyOf(name), JSON.stringify(draft));
  }, [name, draft]);
  const change = useCallback((part: Partial<T>) => setDraft((before) => ({ ...before, ...part })), []);
  const drop = useCallback(() => {
    sessionStorage.removeItem(keyOf(name));
    setDraft(initial);
    // The key is written again by the effect with the initial values, which is harmless.
  }, [name, initial]);
  return [draft, change, drop];
}
