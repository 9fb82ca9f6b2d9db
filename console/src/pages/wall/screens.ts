// Which of the wall's windows are open in this browser, so that a further one is a wall of its own and not a copy. Each
// window says now and then that it is there.
//
// Nothing here leaves the browser. Invariant: what others wrote is read without throwing.
import { useEffect } from "react";

const KEY = "wk-screens";
/** How often a window says that it is there. */
const BEAT_MS = 20_000;
/** Browsers let hidden windows do something once a minute only. */
const GONE_MS = 150_000;
/** More windows than a desk has room for. */
const SCREENS_MAX = 16;

/** When each window last said that it is there. */
export type Screens = Readonly<Record<string, number>>;

export function parseScreens(text: string | null): Screens {
  try {
    const value = JSON.parse(text ?? "{}") as unknown;
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter((entry) => typeof entry[1] === "number"));
  } catch {
    return {};
  }
}

/** The number of the next window: the first after this browser's main wall that is not open; `null` when all are. */
export function nextScreen(screens: Screens, nowMs: number): number | null {
  for (let screen = 2; screen <= SCREENS_MAX; screen += 1) {
    const seen = screens[screen];
    if (seen === undefined || nowMs - seen > GONE_MS) return screen;
  }
  return null;
}

/** The number of a window from its address; anything else is the main wall. */
export function screenOf(text: string | undefined): number {
  const screen = /^\d{1,2}$/.test(text ?? "") ? Number(text) : 1;
  return screen >= 1 && screen <= SCREENS_MAX ? screen : 1;
}

const note = (screen: number, seenMs: number | undefined): void =>
  localStorage.setItem(KEY, JSON.stringify({ ...parseScreens(localStorage.getItem(KEY)), [screen]: seenMs }));

/** Opens one more window with a wall of its own. `full`: there are enough; `blocked`: the browser does not let us. */
export function openScreen(): "opened" | "full" | "blocked" {
  const screen = nextScreen(parseScreens(localStorage.getItem(KEY)), Date.now());
  if (screen === null) return "full";
  const opened = window.open(`/wall?screen=${screen}`, `wk-screen-${screen}`, "popup,width=1280,height=760");
  if (!opened) return "blocked";
  // On its behalf, until it says so itself: a second press opens the next one.
  note(screen, Date.now());
  return "opened";
}

/** Says that this window is there for as long as it is. */
export function useScreenBeat(screen: number): void {
  useEffect(() => {
    const beat = () => note(screen, Date.now());
    const leave = () => note(screen, undefined);
    beat();
    const timer = setInterval(beat, BEAT_MS);
    window.addEventListener("pagehide", leave);
    window.addEventListener("pageshow", beat);
    return () => {
      clearInterval(timer);
      window.removeEventListener("pagehide", leave);
      window.removeEventListener("pageshow", beat);
      leave();
    };
  }, [screen]);
}
