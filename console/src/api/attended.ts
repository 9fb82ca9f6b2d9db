// Whether somebody is at this console: when a hand last touched it. Only what a hand asked for keeps the session open; what pages ask
// for by themselves does not, so a console that is left alone locks. Not a measure of anybody's work: the time is told to nobody.

/** What a page asks for within this time of a touch still comes from it; longer than the state line's interval, so that each is told. */
export const ATTENDED_MS = 10_000;
const TOUCHES = ["pointerdown", "pointermove", "wheel", "keydown", "touchstart"] as const;

let lastMs = Number.NEGATIVE_INFINITY;

/** Begins to look; what a script sends counts for nothing. */
export function watchHand(target: Pick<Window, "addEventListener">): void {
  for (const name of TOUCHES)
    target.addEventListener(name, (event) => touched(event.isTrusted, performance.now()), {
      capture: true,
      passive: true,
    });
}

export function touched(trusted: boolean, nowMs: number): void {
  if (trusted) lastMs = nowMs;
}

/** The header of a request that is made now. */
export function attended(nowMs: number): Record<string, string> {
  return nowMs - lastMs < ATTENDED_MS ? { "X-Watchkeeper-Attended": "1" } : {};
}
