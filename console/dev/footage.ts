// The made-up recordings: which seconds each camera has, why others are missing, how lively it was. Pure functions of
// time, so that every request tells the same story. Never shipped.

export interface MadeGap {
  id: number;
  from_ms: number;
  to_ms: number;
  cause: string;
  evidence: string;
  state: "open" | "justified";
  justified: boolean;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const KEPT_MS = 31 * DAY;

/** Each camera's misfortunes: every so often, at an offset, for a length. */
const HABITS = [
  {
    every: 4 * HOUR,
    at: 63 * MINUTE + 10 * SECOND,
    length: 50 * SECOND,
    cause: "network",
    evidence: "connection reset by peer, reconnected after 3 attempts",
  },
  {
    every: DAY,
    at: 14 * HOUR + 20 * MINUTE,
    length: 25 * MINUTE,
    cause: "camera",
    evidence: "RTSP 503 Service Unavailable",
  },
  { every: 3 * DAY, at: 26 * HOUR, length: 2 * HOUR, cause: "planned", evidence: "announced maintenance" },
  { every: 5 * DAY, at: 50 * HOUR, length: 9 * HOUR, cause: "power", evidence: "boot id changed" },
  { every: 6 * DAY, at: 100 * HOUR, length: 40 * MINUTE, cause: "credentials", evidence: "RTSP 401 Unauthorized" },
  {
    every: 7 * DAY,
    at: 30 * HOUR,
    length: 7 * MINUTE,
    cause: "disk",
    evidence: "write failed: no space left on device",
  },
  { every: 9 * DAY, at: 80 * HOUR, length: 3 * MINUTE, cause: "unknown", evidence: "" },
  { every: 2 * DAY, at: 21 * HOUR, length: 11 * MINUTE, cause: "us", evidence: "recorder restarted" },
  { every: 8 * DAY, at: 120 * HOUR, length: 5 * HOUR, cause: "privacy", evidence: "stopped by 李主任, order 2026-77" },
];

export function hash(text: string): number {
  let value = 2166136261;
  for (const letter of text) value = Math.imul(value ^ letter.charCodeAt(0), 16777619) >>> 0;
  return value;
}

export function gapsOf(camera: string, fromMs: number, toMs: number): MadeGap[] {
  const seed = hash(camera);
  const gaps: MadeGap[] = [];
  for (const [index, habit] of HABITS.entries()) {
    // A camera has some of these habits, not all; the first is everyone's, at a different minute.
    if (index > 0 && ((seed >> index) & 1) === 0) continue;
    const shift = index === 0 ? (seed % 5) * 7 * SECOND : (seed % 11) * 13 * MINUTE;
    const first = Math.floor((fromMs - DAY) / habit.every) * habit.every;
    for (let base = first; base < toMs; base += habit.every) {
      const from_ms = base + habit.at + shift;
      const to_ms = from_ms + habit.length;
      if (to_ms <= fromMs || from_ms >= toMs) continue;
      const justified = habit.cause === "planned" || habit.cause === "privacy";
      gaps.push({
        id: hash(`${camera}-${from_ms}`),
        from_ms,
        to_ms,
        cause: habit.cause,
        evidence: habit.evidence,
        state: justified ? ("justified" as const) : ("open" as const),
        justified,
      });
    }
  }
  gaps.sort((a, b) => a.from_ms - b.from_ms);
  const apart: MadeGap[] = [];
  for (const gap of gaps) {
    const last = apart.at(-1);
    if (!last || gap.from_ms > last.to_ms) apart.push(gap);
  }
  return apart;
}

export function timelineRow(camera: string, fromMs: number, toMs: number, bucketMs: number, nowMs: number) {
  const from = Math.max(fromMs, nowMs - KEPT_MS);
  const to = Math.min(toMs, nowMs - 2 * SECOND);
  const gaps = gapsOf(camera, from, to);
  const spans: [number, number][] = [];
  let at = from;
  for (const gap of gaps) {
    if (gap.from_ms > at) spans.push([at, gap.from_ms]);
    at = Math.max(at, gap.to_ms);
  }
  if (to > at) spans.push([at, to]);
  const buckets = Math.min(5000, Math.max(0, Math.ceil((toMs - fromMs) / bucketMs)));
  const activity = Array.from({ length: buckets }, (_, index) => {
    const ms = fromMs + (index + 0.5) * bucketMs;
    return spans.some(([start, end]) => ms >= start && ms < end) ? livelinessAt(camera, ms) : 0;
  });
  return { camera, profile: "main", spans, gaps, activity };
}

function livelinessAt(camera: string, ms: number): number {
  const hour = ((ms / HOUR + 8) % 24) / 24;
  const day = 0.5 - 0.5 * Math.cos(2 * Math.PI * hour);
  const seed = hash(camera) % 97;
  const wave = 0.5 + 0.5 * Math.sin(ms / (37 * SECOND) + seed);
  const burst = Math.sin(ms / (6.1 * MINUTE) + seed * 3) > 0.82 ? 0.5 : 0;
  const grain = (hash(`${camera}${Math.floor(ms / (4 * SECOND))}`) % 100) / 100;
  return Math.round(255 * Math.min(1, 0.12 + 0.35 * day + 0.15 * wave * day + burst + 0.12 * grain));
}
