// The timeline's arithmetic: time to pixels and back, zoom at a point, pan, limits, and where the ticks stand.
//
// Pure: no canvas, no language. Times are Unix milliseconds, lengths CSS pixels. Invariants: a zoom leaves the instant
// under the pointer where it is, unless a limit forbids it; the view never leaves its limits.

/** What is seen: the instant at the left edge and how much time one pixel holds. */
export interface Scale {
  readonly fromMs: number;
  readonly msPerPx: number;
}

export interface Limits {
  /** Nothing is kept before this. */
  readonly earliestMs: number;
  /** Nothing can be after this: now. */
  readonly latestMs: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The closest look: one second from edge to edge. */
export const SPAN_MS_MIN = SECOND;
/** The widest look: what is kept in the longest term known (90 days) with room around it. */
export const SPAN_MS_MAX = 120 * DAY;

export const xOf = (scale: Scale, ms: number): number => (ms - scale.fromMs) / scale.msPerPx;
export const msAt = (scale: Scale, x: number): number => scale.fromMs + x * scale.msPerPx;
export const endOf = (scale: Scale, width: number): number => scale.fromMs + width * scale.msPerPx;

/** Shows `[fromMs, toMs]` from edge to edge. */
export function scaleOf(fromMs: number, toMs: number, width: number): Scale {
  const span = clamp(toMs - fromMs, SPAN_MS_MIN, SPAN_MS_MAX);
  return { fromMs, msPerPx: span / Math.max(1, width) };
}

/** `factor` above 1 shows more time; what is under `x` stays under `x`. */
export function zoomAt(scale: Scale, x: number, factor: number, width: number, limits: Limits): Scale {
  const widest = Math.min(SPAN_MS_MAX, (limits.latestMs - limits.earliestMs) * 1.25 + SPAN_MS_MIN);
  const span = clamp(scale.msPerPx * width * factor, SPAN_MS_MIN, widest);
  const msPerPx = span / Math.max(1, width);
  return keepWithin({ fromMs: msAt(scale, x) - x * msPerPx, msPerPx }, width, limits);
}

/** Positive `dx` moves the picture to the right, into the past. */
export function pan(scale: Scale, dx: number, width: number, limits: Limits): Scale {
  return keepWithin({ fromMs: scale.fromMs - dx * scale.msPerPx, msPerPx: scale.msPerPx }, width, limits);
}

/** At least half of the view stays between the limits. */
export function keepWithin(scale: Scale, width: number, { earliestMs, latestMs }: Limits): Scale {
  const half = (scale.msPerPx * width) / 2;
  const fromMs = clamp(scale.fromMs, earliestMs - half, Math.max(earliestMs - half, latestMs - half));
  return fromMs === scale.fromMs ? scale : { fromMs, msPerPx: scale.msPerPx };
}

/** Moves the view by whole pages so that `ms` is seen, a tenth from the edge; the view itself when it is seen already. */
export function reveal(scale: Scale, ms: number, width: number, limits: Limits): Scale {
  const x = xOf(scale, ms);
  if (x >= 0 && x <= width) return scale;
  const at = x < 0 ? width * 0.9 : width * 0.1;
  return keepWithin({ fromMs: ms - at * scale.msPerPx, msPerPx: scale.msPerPx }, width, limits);
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

// --- ticks --------------------------------------------------------------------------------------------------------

export type TickUnit = "millisecond" | "second" | "minute" | "hour" | "day" | "month";

export interface Tick {
  readonly ms: number;
  /** A major tick bears a label. */
  readonly major: boolean;
}

export interface Ticks {
  /** What the labels count. */
  readonly unit: TickUnit;
  readonly ticks: readonly Tick[];
}

/** Steps between ticks: minor, major, and what the major's label counts. Days and months follow the calendar. */
const LADDER: readonly (readonly [number, number, TickUnit])[] = [
  [1, 10, "millisecond"],
  [5, 20, "millisecond"],
  [10, 50, "millisecond"],
  [20, 100, "millisecond"],
  [50, 200, "millisecond"],
  [100, 500, "millisecond"],
  [200, SECOND, "second"],
  [500, 2 * SECOND, "second"],
  [SECOND, 5 * SECOND, "second"],
  [2 * SECOND, 10 * SECOND, "second"],
  [5 * SECOND, 20 * SECOND, "second"],
  [5 * SECOND, 30 * SECOND, "second"],
  [10 * SECOND, MINUTE, "minute"],
  [30 * SECOND, 2 * MINUTE, "minute"],
  [MINUTE, 5 * MINUTE, "minute"],
  [2 * MINUTE, 10 * MINUTE, "minute"],
  [5 * MINUTE, 20 * MINUTE, "minute"],
  [5 * MINUTE, 30 * MINUTE, "minute"],
  [10 * MINUTE, HOUR, "hour"],
  [30 * MINUTE, 2 * HOUR, "hour"],
  [HOUR, 4 * HOUR, "hour"],
  [HOUR, 6 * HOUR, "hour"],
  [3 * HOUR, 12 * HOUR, "hour"],
  [6 * HOUR, DAY, "day"],
  [12 * HOUR, 2 * DAY, "day"],
  [DAY, 5 * DAY, "day"],
  [DAY, 10 * DAY, "day"],
  [5 * DAY, 31 * DAY, "month"],
];

/** Offset of local time from UTC in milliseconds at an instant; east is positive. */
export type Zone = (ms: number) => number;
export const browserZone: Zone = (ms) => -new Date(ms).getTimezoneOffset() * MINUTE;

/** The ticks of the view, so that labels are at least `labelPx` apart. */
export function ticksOf(scale: Scale, width: number, labelPx: number, zone: Zone = browserZone): Ticks {
  const wanted = labelPx * scale.msPerPx;
  const [minor, major, unit] = LADDER.find(([, step]) => step >= wanted) ?? (LADDER.at(-1) as (typeof LADDER)[number]);
  const from = scale.fromMs;
  const to = endOf(scale, width);
  if (major >= 2 * DAY) return { unit, ticks: calendarTicks(from, to, minor, major, unit, zone) };
  const ticks: Tick[] = [];
  // Counted on the local clock; an offset that changes within the view (summer time) is followed tick by tick.
  let local = Math.floor((from + zone(from)) / minor) * minor;
  for (let guard = 0; guard < 4000; guard += 1, local += minor) {
    const ms = local - zone(local - zone(from));
    if (ms > to) break;
    // A local time that the change of the clock leaves out is no tick.
    if (ms >= from && ms + zone(ms) === local) ticks.push({ ms, major: modulo(local, major) === 0 });
  }
  return { unit, ticks };
}

function calendarTicks(from: number, to: number, minor: number, major: number, unit: TickUnit, zone: Zone): Tick[] {
  const ticks: Tick[] = [];
  const step = Math.max(minor, 12 * HOUR);
  let local = Math.floor((from + zone(from)) / step) * step;
  for (let guard = 0; guard < 4000; guard += 1, local += step) {
    const ms = local - zone(local - zone(from));
    if (ms > to) break;
    if (ms < from) continue;
    const midnight = modulo(local, DAY) === 0;
    const date = new Date(local).getUTCDate();
    const every = Math.round(major / DAY);
    // Days are counted within their month, so that labels stay put while panning: 1, 6, 11 … or 1, 11, 21.
    const first = every === 2 ? date % 2 === 1 && date < 31 : (date - 1) % every === 0 && date < 30;
    const bears = midnight && (unit === "month" ? date === 1 : first);
    if (unit !== "month" || midnight) ticks.push({ ms, major: bears });
  }
  return ticks;
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

// --- levels of detail ---------------------------------------------------------------------------------------------

/** Bucket lengths in which activity is asked for. */
const BUCKETS_MS = [
  SECOND,
  2 * SECOND,
  5 * SECOND,
  15 * SECOND,
  MINUTE,
  4 * MINUTE,
  15 * MINUTE,
  HOUR,
  4 * HOUR,
  12 * HOUR,
] as const;

/** One request covers this many buckets of every row. */
export const BUCKETS_PER_TILE = 1024;

/** The finest bucket that is still at least a pixel and a half wide. */
export function bucketFor(msPerPx: number): number {
  return BUCKETS_MS.find((bucket) => bucket >= msPerPx * 1.5) ?? (BUCKETS_MS.at(-1) as number);
}

/** The tiles (by index) of one bucket length that the view touches. */
export function tilesOf(scale: Scale, width: number, bucketMs: number, limits: Limits): number[] {
  const tileMs = bucketMs * BUCKETS_PER_TILE;
  const from = Math.max(scale.fromMs, limits.earliestMs);
  const to = Math.min(endOf(scale, width), limits.latestMs);
  const tiles: number[] = [];
  for (let tile = Math.floor(from / tileMs); tile * tileMs < to && tiles.length < 16; tile += 1) tiles.push(tile);
  return tiles;
}
