// Decides what happens next to one SourceBuffer: which bytes to append, what to evict, where to step over a hole.
//
// It is pure: it holds a queue and answers `next(...)`; `source.ts` carries the answers out. Invariants: at most one
// operation is under way; the queue is bounded in bytes; nothing at or after the playhead is evicted for age.

export interface Range {
  readonly start: number;
  readonly end: number;
}

export type Step =
  | { readonly do: "append"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly do: "remove"; readonly start: number; readonly end: number }
  | { readonly do: "change_type"; readonly mime: string }
  | { readonly do: "offset"; readonly seconds: number }
  | { readonly do: "rest" };

export type Push = "queued" | "overflow";

/** Bytes waiting for the SourceBuffer; beyond it the player starts over from a key frame (two heavy groups). */
export const QUEUE_BYTES_MAX = 32 * 1024 * 1024;

/** What stays behind the playhead in any case, in seconds: the group under it must stay decodable. */
const KEEP_BEHIND_SECONDS = 1;

/** Evict for age only when this much has gathered: removing after each frame would cost more than it frees. */
const EVICT_AT_LEAST_SECONDS = 4;

export interface AppenderOptions {
  /** Seconds kept before the newest buffered second. */
  readonly keepSeconds: number;
}

type Item =
  | { readonly mime: string }
  | { readonly offsetSeconds: number }
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly clear: Range };

export class AppendPlan {
  private readonly queue: Item[] = [];
  private bytes = 0;
  private busy = false;
  /** The buffer said it is full: evict before the next append. */
  private full = false;
  private retry: Uint8Array<ArrayBuffer> | null = null;
  private readonly keepSeconds: number;

  constructor(options: AppenderOptions) {
    this.keepSeconds = options.keepSeconds;
  }

  get queuedBytes(): number {
    return this.bytes;
  }

  get idle(): boolean {
    return !this.busy && this.queue.length === 0 && this.retry === null;
  }

  push(bytes: Uint8Array<ArrayBuffer>): Push {
    if (this.bytes + bytes.byteLength > QUEUE_BYTES_MAX) return "overflow";
    this.bytes += bytes.byteLength;
    this.queue.push({ bytes });
    return "queued";
  }

  /** The codec changes from here on. */
  changeType(mime: string): void {
    this.queue.push({ mime });
  }

  /** From here on, this much is added to every time stamp of what is appended. */
  offset(offsetSeconds: number): void {
    this.queue.push({ offsetSeconds });
  }

  /** Forget what waits and empty the buffer: a seek, or a new beginning. */
  clear(): void {
    this.queue.length = 0;
    this.bytes = 0;
    this.retry = null;
    this.full = false;
    this.queue.push({ clear: { start: 0, end: Number.POSITIVE_INFINITY } });
  }

  /** The operation given last has ended well. */
  done(): void {
    this.busy = false;
  }

  /** The append given last was refused for want of room (QuotaExceededError): it is given again after eviction. */
  refused(bytes: Uint8Array<ArrayBuffer>): void {
    this.busy = false;
    this.full = true;
    this.retry = bytes;
  }

  /**
   * What to do now. `buffered` and `playhead` are seconds of the media line.
   * `null` as playhead means that nothing plays yet.
   */
  next(buffered: readonly Range[], playhead: number | null): Step {
    if (this.busy) return { do: "rest" };
    if (this.full) {
      const evict = evictForRoom(buffered, playhead);
      // Nothing can go: wait until the playhead has moved.
      if (evict === null) return { do: "rest" };
      this.full = false;
      return this.begin({ do: "remove", ...evict });
    }
    if (this.retry !== null) {
      const bytes = this.retry;
      this.retry = null;
      return this.begin({ do: "append", bytes });
    }
    const aged = evictForAge(buffered, playhead, this.keepSeconds);
    if (aged !== null) return this.begin({ do: "remove", ...aged });
    const item = this.queue.shift();
    if (item === undefined) return { do: "rest" };
    if ("mime" in item) return this.begin({ do: "change_type", mime: item.mime });
    if ("offsetSeconds" in item) return this.begin({ do: "offset", seconds: item.offsetSeconds });
    if ("clear" in item) {
      if (buffered.length === 0) return this.next(buffered, playhead);
      return this.begin({ do: "remove", ...item.clear });
    }
    this.bytes -= item.bytes.byteLength;
    return this.begin({ do: "append", bytes: item.bytes });
  }

  private begin(step: Step): Step {
    this.busy = true;
    return step;
  }
}

/** What is older than `keepSeconds` before the newest second, never what the playhead still needs. */
export function evictForAge(buffered: readonly Range[], playhead: number | null, keepSeconds: number): Range | null {
  const first = buffered[0];
  const last = buffered.at(-1);
  if (!first || !last) return null;
  let end = last.end - keepSeconds;
  if (playhead !== null) end = Math.min(end, playhead - KEEP_BEHIND_SECONDS);
  return end - first.start >= EVICT_AT_LEAST_SECONDS ? { start: first.start, end } : null;
}

/** When the buffer is full: everything behind the playhead, or else what lies furthest ahead. */
export function evictForRoom(buffered: readonly Range[], playhead: number | null): Range | null {
  const first = buffered[0];
  const last = buffered.at(-1);
  if (!first || !last) return null;
  const at = playhead ?? first.start;
  const behind = at - KEEP_BEHIND_SECONDS;
  if (behind - first.start > 0.5) return { start: first.start, end: behind };
  // A range wholly behind a hole ahead of us is of no use now; it will be asked for again.
  if (buffered.length > 1 && last.start > at) return { start: last.start, end: Number.POSITIVE_INFINITY };
  return null;
}

/** Two ranges closer than this are one to the eye; Chromium steps over such a hole by itself. */
const TOUCH_SECONDS = 0.05;

/** The range that holds `at`, ranges that touch being one. */
export function rangeAt(buffered: readonly Range[], at: number): Range | null {
  for (let index = 0; index < buffered.length; index += 1) {
    const range = buffered[index];
    if (!range || at < range.start - TOUCH_SECONDS || at > range.end) continue;
    let end = range.end;
    for (let after = index + 1; after < buffered.length; after += 1) {
      const more = buffered[after];
      if (!more || more.start - end > TOUCH_SECONDS) break;
      end = more.end;
    }
    return { start: range.start, end };
  }
  return null;
}

/** Where the picture can go on when the playhead stands in a hole or at the end of a range; `null` when nowhere. */
export function stepOver(buffered: readonly Range[], at: number): number | null {
  const here = rangeAt(buffered, at);
  if (here !== null && here.end - at > TOUCH_SECONDS) return null;
  const next = buffered.find((range) => range.start > at);
  return next ? next.start : null;
}

export function rangesOf(ranges: {
  readonly length: number;
  start(index: number): number;
  end(index: number): number;
}): Range[] {
  return Array.from({ length: ranges.length }, (_, index) => ({ start: ranges.start(index), end: ranges.end(index) }));
}
