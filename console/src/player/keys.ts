// Keys on picture pages: one listener on the window, silent while something is typed or a menu, tree or dialogue is used.
import { useEffect, useRef } from "react";

export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** `Shift+ArrowLeft`, `ArrowLeft`, `?`, `1`. Shift is named only for keys that have a name of their own. */
export function keyName(event: Pick<KeyboardEvent, "key" | "shiftKey">): string {
  const key = event.key === " " ? "Space" : event.key;
  return event.shiftKey && key.length > 1 ? `Shift+${key}` : key.length === 1 ? key.toLowerCase() : key;
}

const ELSEWHERE =
  'input, textarea, select, [contenteditable="true"], [role="tree"], [role="menu"], [role="listbox"], [role="dialog"], [role="tablist"]';

/** Buttons and links keep Space and Enter for themselves. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(ELSEWHERE)) return true;
  return (
    (event.key === " " || event.key === "Enter") &&
    target?.closest("button, a, summary, [role=slider]") !== null &&
    target !== null
  );
}

export function useKeys(map: KeyMap): void {
  const latest = useRef(map);
  latest.current = map;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
      const act = latest.current[keyName(event)];
      if (!act) return;
      event.preventDefault();
      act(event);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
