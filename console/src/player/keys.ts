// Keys on picture pages: one listener on the window, silent while something is typed or a menu, tree or dialogue is used.
import { useEffect, useRef } from "react";

export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** `Shift+ArrowLeft`, `ArrowLeft`, `?`, `1`. Shift is named only for keys that have a name of their own. */
export function keyName(event: Pick<KeyboardEvent, "key" | "shiftKey">): string {
  const key = event.key === " " ? "Space" : event.key;
  return event.shiftKey && key.length > 1 ? `Shift+${key}` : key.length === 1 ? key.toLowerCase() : key;
}

const ELSEWHERE =
  'input:not([type="radio"]), textarea, select, [contenteditable="true"], dialog, [role="tree"], [role="menu"], [role="listbox"], [role="dialog"], [role="tablist"]';

const elementOf = (event: KeyboardEvent): Element | null => (event.target instanceof Element ? event.target : null);

/** Buttons and links keep Space and Enter for themselves. */
export function isTaken(event: KeyboardEvent): boolean {
  const target = elementOf(event);
  if (!target) return false;
  if (target.closest(ELSEWHERE)) return true;
  return (event.key === " " || event.key === "Enter") && target.closest("button, a, summary") !== null;
}

/** A choice in a toolbar keeps no key: it has the focus only because it was clicked. Its own arrows would act besides. */
const isChoice = (event: KeyboardEvent): boolean => elementOf(event)?.matches('input[type="radio"]') ?? false;

export function useKeys(map: KeyMap): void {
  const latest = useRef(map);
  latest.current = map;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): boolean => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return false;
      const act = latest.current[keyName(event)];
      if (!act) return false;
      event.preventDefault();
      act(event);
      return true;
    };
    const first = (event: KeyboardEvent) => {
      if (isChoice(event) && onKeyDown(event)) event.stopPropagation();
    };
    window.addEventListener("keydown", first, true);
    window.addEventListener("keydown", onKeyDown);
    return () => {
      window.removeEventListener("keydown", first, true);
      window.removeEventListener("keydown", onKeyDown);
    };
  }, []);
}
