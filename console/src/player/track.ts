// What has been received of one camera's recording since the last seek: frames, gaps, the end. Answers whether a picture
// can be shown at an instant, which frame it is, and where footage goes on.
//
// Pure: no media, no clock. Times are Unix milliseconds with a fraction. Invariants: frames are ordered; what belongs to
// an earlier seek (epoch) is never mixed in.

import type { Sample } from "./boxes";

export interface Frame {
  readonly startMs: number;
  readonly endMs: number;
  readonly key: boolean;
}

export interface KnownGap {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cause: string;
}

/** Footage that was brought later: where from, and when it came. */
export interface Brought {
  readonly fromMs: number;
  readonly toMs: number;
  readonly source: string;
  readonly arrivedMs: number;
}

export type Readiness =
  | { readonly at: "picture" }
  | { readonly at: "loading" }
  | { readonly at: "gap"; readonly gap: KnownGap }
  | { readonly at: "end"; readonly endMs: number }
  /** Nothing comes whatever there is: the session ended, or this browser cannot play it. */
  | { readonly at: "none"; readonly why: Hindrance };

export type Hindrance = "ended" | "unplayable";

/** A gap's edge and the last frame before it may differ by this much: a frame's duration is a guess there. */
const EDGE_MS = 400;

/** Two frames closer than this are one. */
const SAME_MS = 0.5;

export class FootageTrack {
  private epochNow = 0;
  private base = 0;
  private frames: Frame[] = [];
  private gaps: KnownGap[] = [];
  private brought: Brought[] = [];
  private end: number | null = null;
  private keysOnly = false;

  /** A seek was answered: everything before is forgotten. */
  begin(epoch: number, baseMs: number, keysOnly: boolean): void {
    this.epochNow = epoch;
    this.base = baseMs;
    this.frames = [];
    this.gaps = [];
    this.brought = [];
    this.end = null;
    this.keysOnly = keysOnly;
  }

  get epoch(): number {
    return this.epochNow;
  }

  get baseMs(): number {
    return this.base;
  }

  get holdsKeysOnly(): boolean {
    return this.keysOnly;
  }

  get newest(): Frame | null {
    return this.frames.at(-1) ?? null;
  }

  /** Samples of one message, on the media line whose zero is `baseMs`. */
  add(samples: readonly Sample[]): void {
    for (const sample of samples) {
      const startMs = this.base + sample.startSeconds * 1000;
      const frame = { startMs, endMs: startMs + sample.durationSeconds * 1000, key: sample.key };
      // Frames come in decode order; with B-frames a few steps back finds the place.
      let at = this.frames.length;
      while (at > 0 && (this.frames[at - 1]?.startMs ?? 0) > startMs + SAME_MS) at -= 1;
      // A fragment that two groups share comes twice.
      if (at > 0 && (this.frames[at - 1]?.startMs ?? 0) > startMs - SAME_MS) continue;
      this.frames.splice(at, 0, frame);
    }
  }

  addGap(gap: KnownGap): void {
    this.gaps.push(gap);
  }

  addBrought(brought: Brought): void {
    this.brought.push(brought);
  }

  /** What the footage at `ms` is, if it was brought later. */
  broughtAt(ms: number): Brought | null {
    return this.brought.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs) ?? null;
  }

  setEnd(endMs: number): void {
    this.end = endMs;
  }

  /** Forgets what lies before `ms`; the frame on the screen stays. */
  prune(ms: number): void {
    const keep = this.indexAt(ms);
    if (keep > 64) this.frames.splice(0, keep);
    this.gaps = this.gaps.filter((gap) => gap.toMs >= ms);
    this.brought = this.brought.filter(({ toMs }) => toMs >= ms);
  }

  /** What can be shown at `ms`, when `marginMs` of footage must lie ahead to go on playing. */
  stateAt(ms: number, marginMs: number): Readiness {
    const gap = this.gapAt(ms);
    if (gap) return { at: "gap", gap };
    const index = this.indexAt(ms);
    const frame = this.frames[index];
    const newest = this.frames.at(-1);
    if (frame && newest) {
      const stops = this.stopAfter(newest.endMs);
      const headMs = this.keysOnly ? newest.startMs : newest.endMs;
      if (ms + marginMs <= headMs || (ms <= headMs && stops)) return { at: "picture" };
    }
    if (this.settle(ms) !== ms) return { at: "picture" };
    if (this.end !== null && ms >= Math.min(this.end, newest ? newest.endMs : this.end) - 1)
      return { at: "end", endMs: this.end };
    // In the crack between the last frame's guessed end and the gap that follows.
    const follows = this.gaps.find((candidate) => candidate.fromMs > ms && candidate.fromMs - ms <= EDGE_MS);
    const ahead = this.frames[index + 1];
    if (follows && (!frame || ms >= frame.endMs) && (!ahead || ahead.startMs >= follows.fromMs))
      return { at: "gap", gap: follows };
    return { at: "loading" };
  }

  /** `ms`, or the beginning of the frame that follows at once when `ms` lies in the crack before it. */
  settle(ms: number): number {
    const index = this.indexAt(ms);
    const frame = this.frames[index];
    const ahead = this.frames[index + 1];
    return ahead && ahead.startMs - ms <= EDGE_MS && (!frame || ms > frame.endMs + EDGE_MS) ? ahead.startMs : ms;
  }

  /** Where footage goes on after `ms`, as far as it is known here. */
  nextAfter(ms: number): number | null {
    let next: number | null = null;
    const gap =
      this.gapAt(ms) ?? this.gaps.find((candidate) => candidate.fromMs > ms && candidate.fromMs - ms <= EDGE_MS);
    if (gap) next = gap.toMs;
    const frame = this.frames[this.indexAt(ms) + 1];
    if (frame && (next === null || frame.startMs < next) && frame.startMs > ms) next = frame.startMs;
    return next;
  }

  /** The frame shown at `ms`: the last that began by then. */
  frameAt(ms: number): Frame | null {
    return this.frames[this.indexAt(ms)] ?? null;
  }

  /** The frame that a picture shows when its media stands at `mediaSeconds`; `null` when that is not known here. */
  shownAt(mediaSeconds: number): Frame | null {
    return this.frameAt(this.base + mediaSeconds * 1000);
  }

  /** The key frame shown at `ms` when only key frames are shown. */
  keyAt(ms: number): Frame | null {
    for (let index = this.indexAt(ms); index >= 0; index -= 1)
      if (this.frames[index]?.key) return this.frames[index] ?? null;
    return null;
  }

  /** The next or the previous frame, seen from the one shown at `ms`. */
  neighbour(ms: number, step: 1 | -1): Frame | null {
    return this.frames[this.indexAt(ms) + step] ?? null;
  }

  private gapAt(ms: number): KnownGap | null {
    // Instants are asked for in whole milliseconds: a gap that begins at one holds the fraction before it too.
    return this.gaps.find((gap) => gap.fromMs - 1 <= ms && ms < gap.toMs) ?? null;
  }

  private stopAfter(ms: number): boolean {
    return this.end !== null || this.gaps.some((gap) => Math.abs(gap.fromMs - ms) <= EDGE_MS);
  }

  /** Index of the last frame that began at or before `ms`; -1 when there is none. */
  private indexAt(ms: number): number {
    let low = 0;
    let high = this.frames.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      // Half a millisecond of grace: times pass through seconds and back.
      if ((this.frames[middle]?.startMs ?? 0) <= ms + 0.5) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
