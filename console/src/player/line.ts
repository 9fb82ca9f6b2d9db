// Places the units of a live stream on the one line that a video element plays: seconds of wall time since a base.
//
// A stream's media line begins again whenever the camera connects again, and main and sub stream have lines of their
// own. Here they become one line that only goes forward. It holds no media and reads no clock. Invariants: within one
// stream session the offset is constant (no jitter from wall estimates); a unit that was placed before is a duplicate.

export interface Unit {
  readonly wallMs: number;
  readonly mediaSeconds: number;
  readonly key: boolean;
}

export type Placed =
  /** Not to be appended: it was seen before, or it cannot be decoded without the key frame before it. */
  | { readonly use: "drop" }
  | {
      readonly use: "append";
      readonly lineSeconds: number;
      readonly offsetSeconds: number;
      readonly offsetChanged: boolean;
    };

/** The base lies this far before the first unit, so that an older group sent later still has a positive time. */
const LEAD_SECONDS = 60;

/** Media and wall time may differ by this much from unit to unit before the line counts as broken. */
const TEAR_SECONDS = 0.75;

/** The line begins again this long after its end when the wall clock stepped back. */
const STEP_SECONDS = 0.05;

export class LiveLine {
  private baseMs: number | null = null;
  private offsetSeconds = 0;
  private last: { wallMs: number; mediaSeconds: number; lineSeconds: number } | null = null;
  private needKey = true;
  private anchorNext = true;

  /** Another stream (profile, parameters) begins: the next key frame is placed anew. */
  newStream(): void {
    this.anchorNext = true;
    this.needKey = true;
  }

  /** The connection was lost or units were skipped: go on with what is new; a duplicate is recognised. */
  resume(): void {
    this.needKey = false;
  }

  /** The buffer was thrown away: begin with a key frame, forget what was placed. */
  restart(): void {
    this.baseMs = null;
    this.last = null;
    this.newStream();
  }

  place(unit: Unit): Placed {
    if (this.needKey && !unit.key) return { use: "drop" };
    const last = this.last;
    const torn =
      last !== null &&
      Math.abs(unit.mediaSeconds - last.mediaSeconds - (unit.wallMs - last.wallMs) / 1000) > TEAR_SECONDS;
    if (last !== null && !this.anchorNext && !torn) {
      if (unit.mediaSeconds <= last.mediaSeconds) return { use: "drop" };
      return this.accept(unit, false);
    }
    if (!unit.key) {
      this.needKey = true;
      return { use: "drop" };
    }
    this.baseMs ??= unit.wallMs - LEAD_SECONDS * 1000;
    let lineSeconds = (unit.wallMs - this.baseMs) / 1000;
    // A new stream may overlap the old one (main replaces sub); a torn line may only go forward.
    if (torn && !this.anchorNext && last !== null) lineSeconds = Math.max(lineSeconds, last.lineSeconds + STEP_SECONDS);
    this.offsetSeconds = Math.max(lineSeconds, 0) - unit.mediaSeconds;
    this.anchorNext = false;
    return this.accept(unit, true);
  }

  /** The wall time of a line time, from the newest unit: good to 15 ms within 30 s (the server slews by 500 ppm). */
  wallMsAt(lineSeconds: number): number | null {
    return this.last && this.last.wallMs - (this.last.lineSeconds - lineSeconds) * 1000;
  }

  /** Where the newest placed unit begins. */
  get newestSeconds(): number | null {
    return this.last?.lineSeconds ?? null;
  }

  private accept(unit: Unit, offsetChanged: boolean): Placed {
    this.needKey = false;
    const lineSeconds = unit.mediaSeconds + this.offsetSeconds;
    this.last = { wallMs: unit.wallMs, mediaSeconds: unit.mediaSeconds, lineSeconds };
    return { use: "append", lineSeconds, offsetSeconds: this.offsetSeconds, offsetChanged };
  }
}
