// What the timeline knows of recordings: tiles of spans, gaps and activity, kept by level of detail and put together for
// drawing and asking.
//
// Pure: requests are made by `useFootage.ts`. Invariants: the number of tiles kept is bounded; a gap is known once, by its
// id; a coarser tile stands in until the finer one is here.

import type { TimelineGap, TimelineRow } from "../../api/types";
import { BUCKETS_PER_TILE } from "./scale";

export interface Tile {
  readonly bucketMs: number;
  readonly index: number;
  readonly rows: ReadonlyMap<string, TimelineRow>;
  /** When it was read; the tile that holds the present is read again. */
  readonly readMs: number;
}

/** Nine rows of 64 tiles are some 600,000 bytes of activity. */
const TILES_MAX = 64;

export class FootageMap {
  private readonly tiles = new Map<string, Tile>();
  /** How often each level of activity was seen, per camera. */
  private readonly seen = new Map<string, Uint32Array>();

  put(tile: Tile): void {
    const key = keyOf(tile.bucketMs, tile.index);
    this.tiles.delete(key);
    this.tiles.set(key, tile);
    for (const [camera, row] of tile.rows) this.count(camera, row.activity);
    for (const oldest of this.tiles.keys()) {
      if (this.tiles.size <= TILES_MAX) break;
      this.tiles.delete(oldest);
    }
  }

  get(bucketMs: number, index: number): Tile | undefined {
    return this.tiles.get(keyOf(bucketMs, index));
  }

  /**
   * The levels between which a camera's activity usually lies. The server's levels are logarithms of frame sizes: a busy
   * street and an empty one differ by little, so each row is drawn in its own range.
   */
  range(camera: string): LevelRange {
    const seen = this.seen.get(camera);
    if (!seen) return { low: 0, high: 255 };
    const total = seen.reduce((sum, count) => sum + count, 0);
    const at = (share: number) => {
      let sum = 0;
      return seen.findIndex((count) => {
        sum += count;
        return count > 0 && sum >= total * share;
      });
    };
    const [low, high] = [at(0.05), at(0.99)];
    if (low < 0 || high < 0) return { low: 0, high: 255 };
    const missing = Math.max(0, LEVELS_MIN - (high - low));
    return { low: Math.max(0, low - missing / 3), high: high + (missing * 2) / 3 };
  }

  /** True when the tile must be asked for: absent, lacking one of the cameras, or holding the present and too old. */
  needs(bucketMs: number, index: number, cameras: readonly string[], nowMs: number, freshMs: number): boolean {
    const tile = this.get(bucketMs, index);
    if (!tile || cameras.some((camera) => !tile.rows.has(camera))) return true;
    const endMs = (index + 1) * bucketMs * BUCKETS_PER_TILE;
    return tile.readMs < endMs + freshMs && nowMs - tile.readMs > freshMs;
  }

  /** Activity of a camera in buckets of the best tiles known for the view, finest wanted first. */
  activity(camera: string, bucketMs: number, fromMs: number, toMs: number): ActivityRun[] {
    const wanted = this.runsOf(camera, bucketMs, fromMs, toMs);
    if (!this.isMissing(camera, bucketMs, fromMs, toMs)) return wanted;
    const others = [...new Set([...this.tiles.values()].map((tile) => tile.bucketMs))].filter(
      (other) => other !== bucketMs,
    );
    others.sort((a, b) => Math.abs(Math.log(a / bucketMs)) - Math.abs(Math.log(b / bucketMs)));
    // Coarser or finer stand-ins are drawn first, what was asked for over them.
    const standIns = others
      .slice(0, 2)
      .reverse()
      .flatMap((other) => this.runsOf(camera, other, fromMs, toMs));
    return [...standIns, ...wanted];
  }

  /** Footage and gaps of a camera in `[fromMs, toMs]`, merged over tiles of all levels. */
  known(camera: string, fromMs: number, toMs: number): Known {
    const spans: [number, number][] = [];
    const later: [number, number][] = [];
    const gaps = new Map<number | string, TimelineGap>();
    for (const tile of this.tiles.values()) {
      const row = tile.rows.get(camera);
      if (!row) continue;
      for (const [start, end] of row.spans) if (end > fromMs && start < toMs) spans.push([start, end]);
      for (const [start = 0, end = 0] of row.later) if (end > fromMs && start < toMs) later.push([start, end]);
      for (const gap of row.gaps) {
        if (gap.to_ms <= fromMs || gap.from_ms >= toMs) continue;
        // A gap is cut where its tile ends, and one that was still open has no index yet.
        const key = gap.id ?? `open ${gap.from_ms}`;
        const have = gaps.get(key);
        const from_ms = Math.min(gap.from_ms, have?.from_ms ?? gap.from_ms);
        const to_ms = Math.max(gap.to_ms, have?.to_ms ?? gap.to_ms);
        gaps.set(key, { ...gap, from_ms, to_ms });
      }
    }
    return {
      spans: merge(spans),
      later: merge(later),
      gaps: closedFirst([...gaps.values()]).sort((a, b) => a.from_ms - b.from_ms),
    };
  }

  private count(camera: string, activity: readonly number[]): void {
    const seen = this.seen.get(camera) ?? new Uint32Array(256);
    this.seen.set(camera, seen);
    for (const level of activity) {
      // Nothing recorded is no level.
      if (level > 0 && level < 256) seen[level] = (seen[level] ?? 0) + 1;
    }
  }

  private runsOf(camera: string, bucketMs: number, fromMs: number, toMs: number): ActivityRun[] {
    const runs: ActivityRun[] = [];
    const tileMs = bucketMs * BUCKETS_PER_TILE;
    for (let index = Math.floor(fromMs / tileMs); index * tileMs < toMs && runs.length < 64; index += 1) {
      const row = this.get(bucketMs, index)?.rows.get(camera);
      if (row) runs.push({ fromMs: index * tileMs, bucketMs, levels: row.activity });
    }
    return runs;
  }

  private isMissing(camera: string, bucketMs: number, fromMs: number, toMs: number): boolean {
    const tileMs = bucketMs * BUCKETS_PER_TILE;
    for (let index = Math.floor(fromMs / tileMs); index * tileMs < toMs; index += 1)
      if (!this.get(bucketMs, index)?.rows.has(camera)) return true;
    return false;
  }
}

export interface LevelRange {
  readonly low: number;
  readonly high: number;
}

/** A camera whose levels differ by less than this is calm, and is drawn so. */
const LEVELS_MIN = 24;

export interface ActivityRun {
  readonly fromMs: number;
  readonly bucketMs: number;
  readonly levels: readonly number[];
}

export interface Known {
  readonly spans: readonly (readonly [number, number])[];
  /** Brought later from elsewhere; the gaps that it fills stay gaps. */
  readonly later: readonly (readonly [number, number])[];
  readonly gaps: readonly TimelineGap[];
}

/** A gap that was open when one tile was read and closed when another was is the closed one. */
function closedFirst(gaps: readonly TimelineGap[]): TimelineGap[] {
  const closed = gaps.filter((gap) => gap.id !== null && gap.id !== undefined);
  const open = gaps.filter(
    (gap) =>
      (gap.id === null || gap.id === undefined) &&
      !closed.some((other) => other.from_ms <= gap.from_ms && gap.from_ms < other.to_ms),
  );
  return [...closed, ...open];
}

const keyOf = (bucketMs: number, index: number): string => `${bucketMs}:${index}`;

/** Segments that meet within this time are one span to the eye and to the table. */
const MEET_MS = 1;

/** Spans sorted and joined where they meet or overlap. */
export function merge(spans: readonly (readonly [number, number])[]): [number, number][] {
  const sorted = [...spans].sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [start, end] of sorted) {
    const last = merged.at(-1);
    if (last && start <= last[1] + MEET_MS) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

export type Found =
  | { readonly what: "footage" }
  | { readonly what: "gap"; readonly gap: TimelineGap; readonly later: boolean }
  | { readonly what: "nothing" };

/** What is known of one camera at an instant. */
export function at(known: Known, ms: number): Found {
  const gap = known.gaps.find((candidate) => candidate.from_ms <= ms && ms < candidate.to_ms);
  if (gap) return { what: "gap", gap, later: known.later.some(([start, end]) => start <= ms && ms < end) };
  return known.spans.some(([start, end]) => start <= ms && ms < end) ? { what: "footage" } : { what: "nothing" };
}

/** One line of the table that stands beside the picture of the timeline. */
export interface Line {
  readonly camera: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly gap: TimelineGap | null;
  /** It was brought later. */
  readonly later: boolean;
}

/** Spans and gaps of several cameras within the view, cut to it, in order of time. */
export function linesOf(map: FootageMap, cameras: readonly string[], fromMs: number, toMs: number): Line[] {
  const lines: Line[] = [];
  for (const camera of cameras) {
    const known = map.known(camera, fromMs, toMs);
    for (const [start, end] of known.spans)
      lines.push({ camera, fromMs: Math.max(start, fromMs), toMs: Math.min(end, toMs), gap: null, later: false });
    for (const gap of known.gaps) lines.push({ camera, fromMs: gap.from_ms, toMs: gap.to_ms, gap, later: false });
    for (const [start, end] of known.later)
      lines.push({ camera, fromMs: Math.max(start, fromMs), toMs: Math.min(end, toMs), gap: null, later: true });
  }
  const order = new Map(cameras.map((camera, index) => [camera, index]));
  return lines.sort((a, b) => (order.get(a.camera) ?? 0) - (order.get(b.camera) ?? 0) || a.fromMs - b.fromMs);
}
