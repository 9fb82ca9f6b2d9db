// How long to wait before connecting again: doubling from a quarter of a second to 15 s, with full jitter, so that
// a wall of sixteen tiles does not return to a restarted server in one beat.
//
// It has no timer and no clock of its own. Invariant: the wait is never below `FLOOR_MS` nor above `CEILING_MS`.

const FLOOR_MS = 150;
const FIRST_MS = 250;
const CEILING_MS = 15_000;

/** `attempt` counts from 0; `chance` is in [0, 1). */
export function waitMs(attempt: number, chance: number): number {
  const span = Math.min(CEILING_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(FLOOR_MS + chance * (span - FLOOR_MS));
}

/** How long to wait before a media source that broke is made anew: doubling from half a second. */
export function rebuildMs(attempt: number): number {
  return Math.min(CEILING_MS, 2 * FIRST_MS * 2 ** Math.min(attempt, 10));
}

/** A media source that played this long was good: that it broke is no sign that the next one will. */
export const PLAYED_MS = 10_000;

/** A connection that held this long counts as good: the next failure starts from the first wait again. */
export const HELD_MS = 5_000;

/** Counts attempts that went wrong one after another. After one that ran well for `calmMs` it counts from the start. */
export class Attempts {
  private count = 0;
  private goodSince: number | null = null;
  private readonly calmMs: number;

  constructor(calmMs: number) {
    this.calmMs = calmMs;
  }

  /** It runs; said again while it goes on running, it changes nothing. */
  good(nowMs: number): void {
    this.goodSince ??= nowMs;
  }

  /** It went wrong: how many have in a row before this one. */
  failed(nowMs: number): number {
    if (this.goodSince !== null && nowMs - this.goodSince >= this.calmMs) this.count = 0;
    this.goodSince = null;
    this.count += 1;
    return this.count - 1;
  }
}
