// Keeps pictures on time. Live: how fast to play, or where to jump, so that the picture stays near the newest frame.
// Playback: one master clock that up to nine cameras follow.
//
// Everything here is pure: monotonic milliseconds are passed in. Invariants: a recording plays within a tenth of the
// speed asked for; the master clock never runs while it is held.

// --- live ---------------------------------------------------------------------------------------------------------

/** The least distance kept to the newest frame: less, and each late packet stops the picture. */
const TARGET_MIN_SECONDS = 0.18;
/** The most that a jittery line may push the distance to. */
const TARGET_MAX_SECONDS = 1.5;
/** Further behind than the target by this much: jump instead of hurrying. */
const JUMP_SECONDS = 1;
const GAUGE_WINDOW_MS = 8_000;

/** Measures the longest pause between arrivals in the last seconds: what must be buffered to play smoothly. */
export class ArrivalGauge {
  private readonly pauses: { atMs: number; seconds: number }[] = [];
  private lastMs: number | null = null;

  arrived(nowMs: number): void {
    if (this.lastMs !== null) {
      const seconds = (nowMs - this.lastMs) / 1000;
      // A pause this long is an interruption, not jitter.
      if (seconds < 3) this.pauses.push({ atMs: nowMs, seconds });
    }
    this.lastMs = nowMs;
    while (this.pauses[0] && nowMs - this.pauses[0].atMs > GAUGE_WINDOW_MS) this.pauses.shift();
  }

  /** Seconds to stay behind the newest frame. */
  targetSeconds(): number {
    let longest = 0;
    for (const pause of this.pauses) longest = Math.max(longest, pause.seconds);
    return Math.min(TARGET_MAX_SECONDS, Math.max(TARGET_MIN_SECONDS, longest * 1.25 + 0.06));
  }
}

export type Chase = { readonly jumpTo: number } | { readonly rate: number };

/**
 * What a live picture does now: `newest` is where the newest frame begins, `at` the playhead, `current` the rate it has.
 * Past the newest frame the playhead runs on in that frame's guessed duration: nothing is lost, it only has to slow down.
 */
export function chase(newest: number, at: number, targetSeconds: number, current: number): Chase {
  const behind = newest - at;
  const excess = behind - targetSeconds;
  if (excess > JUMP_SECONDS) return { jumpTo: Math.max(0, newest - targetSeconds) };
  if (excess > 0.35) return { rate: 1.1 };
  // Hysteresis: once hurrying, hurry until the target is nearly met.
  if (excess > 0.12 || (current > 1 && excess > 0.04)) return { rate: 1.04 };
  if (behind < 0) return { rate: 0.5 };
  if (behind < targetSeconds * 0.4) return { rate: 0.9 };
  return { rate: 1 };
}

/** How long a least difference of clocks is remembered: a stepped clock is forgotten after at most two of these. */
const OFFSET_WINDOW_MS = 60_000;

/**
 * The difference between our clock and the server's capture times, as the least seen in the last minute or two: the
 * fastest frame stands for "just now". One gauge serves all pictures of a page.
 */
export class OffsetGauge {
  private beganMs = Number.NEGATIVE_INFINITY;
  private least = Number.POSITIVE_INFINITY;
  private before = Number.POSITIVE_INFINITY;

  observe(wallMs: number, nowMs: number): void {
    if (nowMs - this.beganMs > OFFSET_WINDOW_MS) {
      this.before = this.least;
      this.least = Number.POSITIVE_INFINITY;
      this.beganMs = nowMs;
    }
    this.least = Math.min(this.least, nowMs - wallMs);
  }

  /** Milliseconds between capture and now; `null` while nothing was observed. */
  ageMs(wallMs: number, nowMs: number): number | null {
    const offset = Math.min(this.least, this.before);
    return offset === Number.POSITIVE_INFINITY ? null : Math.max(0, nowMs - wallMs - offset);
  }
}

// --- playback -----------------------------------------------------------------------------------------------------

/** The speeds offered. Above `FULL_SPEED_MAX` only key frames are shown. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const;
export const FULL_SPEED_MAX = 4;

/** Footage time against monotonic time. It stands while paused or held. */
export class MasterClock {
  private anchorWallMs: number;
  private anchorMonoMs: number;
  private running = false;
  private stopped = false;
  private speedNow = 1;

  constructor(wallMs: number, monoMs: number) {
    this.anchorWallMs = wallMs;
    this.anchorMonoMs = monoMs;
  }

  nowMs(monoMs: number): number {
    if (!this.running || this.stopped) return this.anchorWallMs;
    return this.anchorWallMs + Math.max(0, monoMs - this.anchorMonoMs) * this.speedNow;
  }

  get playing(): boolean {
    return this.running;
  }

  /** True while playing but waiting for pictures. */
  get held(): boolean {
    return this.stopped;
  }

  get speed(): number {
    return this.speedNow;
  }

  seek(wallMs: number, monoMs: number): void {
    this.anchorWallMs = wallMs;
    this.anchorMonoMs = monoMs;
  }

  play(monoMs: number): void {
    this.seek(this.nowMs(monoMs), monoMs);
    this.running = true;
  }

  pause(monoMs: number): void {
    this.seek(this.nowMs(monoMs), monoMs);
    this.running = false;
  }

  setSpeed(speed: number, monoMs: number): void {
    this.seek(this.nowMs(monoMs), monoMs);
    this.speedNow = speed;
  }

  /** Stands still until released, because a camera's picture is not here yet. */
  hold(held: boolean, monoMs: number): void {
    if (held === this.stopped) return;
    this.seek(this.nowMs(monoMs), monoMs);
    this.stopped = held;
  }
}

export type Follow = { readonly seekTo: number } | { readonly rate: number };

/** A picture further from the master clock than this many seconds of real time is put right by a seek. */
const SEEK_SECONDS = 0.45;
/** Differences below this are not seen; leave the rate alone. */
const STILL_SECONDS = 0.025;

/** How a playing video follows the clock: `target` and `at` are seconds of the same line. */
export function follow(target: number, at: number, speed: number): Follow {
  const drift = target - at;
  if (Math.abs(drift) > SEEK_SECONDS * Math.max(1, speed)) return { seekTo: target };
  if (Math.abs(drift) < STILL_SECONDS * Math.max(1, speed)) return { rate: speed };
  const correction = Math.max(-0.1, Math.min(0.1, (drift / Math.max(1, speed)) * 0.5));
  return { rate: speed * (1 + correction) };
}
