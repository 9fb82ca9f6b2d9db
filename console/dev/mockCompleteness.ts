// Made-up availability, gaps and outages of a year, for looking at pages without a server. Never shipped.
import type { Availability, AvailabilityRow, GapCause, GapRow, Outage } from "../src/api/types.ts";
import { hash } from "./footage.ts";
import * as data from "./mockData.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const begun = Date.now();
/** Registered so long ago. */
const REGISTERED = begun - 260 * DAY;

function months(from: number, to: number): [number, number][] {
  const parts: [number, number][] = [];
  for (let at = from; at < to; ) {
    const day = new Date(at + 8 * HOUR);
    const next = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1) - 8 * HOUR;
    parts.push([at, Math.min(next, to)]);
    at = next;
  }
  return parts;
}

const CAUSES: GapCause[] = ["network", "camera", "planned", "us", "unknown"];

function rowOf(camera: { id: string; name: string }, from_ms: number, to_ms: number): AvailabilityRow | undefined {
  const owed_s = (Math.min(to_ms, begun) - Math.max(from_ms, REGISTERED)) / SECOND;
  if (owed_s <= 0) return undefined;
  const chance = (word: string) => (hash(`${camera.id} ${from_ms} ${word}`) % 1000) / 1000;
  const missing = CAUSES.filter((cause) => chance(cause) > 0.55).map((cause) => ({
    cause,
    seconds: Math.round(chance(`${cause} s`) ** 3 * owed_s * 0.01),
    gaps: 1 + Math.floor(chance(`${cause} n`) * 12),
  }));
  const missing_s = missing.reduce((sum, { seconds }) => sum + seconds, 0);
  const unaccounted_s = from_ms <= REGISTERED && REGISTERED < to_ms ? 4000 : to_ms > begun ? 60 : 0;
  const justified_s = missing_s * (chance("all") > 0.4 ? 1 : chance("part"));
  const recorded_s = owed_s - missing_s - unaccounted_s;
  return {
    about: camera,
    from_ms,
    to_ms,
    owed_s,
    recorded_s,
    share: recorded_s / owed_s,
    missing_s,
    missing,
    justified_s,
    justified_share: missing_s > 0 ? justified_s / missing_s : null,
    unaccounted_s,
  };
}

function sumOf(rows: AvailabilityRow[], about: AvailabilityRow["about"]): AvailabilityRow[] {
  const [first] = rows;
  if (!first) return [];
  const sum = (of: (row: AvailabilityRow) => number) => rows.reduce((all, row) => all + of(row), 0);
  const owed_s = sum((row) => row.owed_s);
  const recorded_s = sum((row) => row.recorded_s);
  const missing = CAUSES.map((cause) => {
    const found = rows.flatMap((row) => row.missing.filter((one) => one.cause === cause));
    return {
      cause,
      seconds: found.reduce((all, { seconds }) => all + seconds, 0),
      gaps: found.reduce((all, { gaps }) => all + gaps, 0),
    };
  });
  return [
    {
      ...first,
      about,
      owed_s,
      recorded_s,
      share: recorded_s / owed_s,
      missing_s: sum((row) => row.missing_s),
      missing: missing.filter(({ gaps }) => gaps > 0),
      justified_s: sum((row) => row.justified_s),
      justified_share: null,
      unaccounted_s: sum((row) => row.unaccounted_s),
    },
  ];
}

export function availability(query: URLSearchParams): Availability {
  const [from_ms, to_ms] = [Number(query.get("from_ms")), Number(query.get("to_ms"))];
  const by = query.get("by") ?? "camera";
  const parts = months(from_ms, to_ms);
  const of = ([from, to]: [number, number]) => data.cameras.flatMap((camera) => rowOf(camera, from, to) ?? []);
  const rows =
    by === "camera"
      ? parts.flatMap(of)
      : parts.flatMap((part) =>
          sumOf(of(part), by === "unit" ? data.units[0] : by === "system" ? { id: "none", name: "" } : undefined),
        );
  return { from_ms, to_ms, rows };
}

const DOWN = [
  { ago: 2 * DAY, length: 8 * SECOND, cause: "planned" as const, evidence: "升级到 0.3.0 upgrade to 0.3.0" },
  { ago: 9 * DAY, length: 41 * 60 * SECOND, cause: "power" as const, evidence: "boot id changed" },
  { ago: 20 * DAY, length: 95 * SECOND, cause: "us" as const, evidence: "the recorder was not running" },
];

export function outages(): Outage[] {
  const down = DOWN.map(
    ({ ago, length }, at): Outage => ({
      kind: "down",
      from_ms: begun - ago,
      to_ms: begun - ago + length,
      before: 9000 - at * 2000,
      after: 9003 - at * 2000,
      uncovered: at === 2 ? data.cameras.slice(3, 5) : [],
      impossible: [],
    }),
  );
  const none = { uncovered: [], impossible: [] };
  return [
    ...down,
    {
      kind: "unwritten",
      from_ms: begun - 22 * DAY,
      to_ms: begun - 22 * DAY + 43 * SECOND,
      before: 4100,
      after: 4101,
      ...none,
    },
    {
      kind: "clock_set",
      from_ms: begun - 25 * DAY,
      to_ms: begun - 25 * DAY,
      step_ms: -3_600_500,
      before: 3000,
      after: 3001,
      ...none,
    },
    { kind: "disorder", from_ms: null, to_ms: null, before: 2000, after: 2001, ...none },
  ];
}

/** Gaps of every camera at each outage, and those of the list. */
export function gapsBetween(query: URLSearchParams, empty: boolean) {
  const [from, to] = [Number(query.get("from_ms") ?? 0), Number(query.get("to_ms") ?? begun)];
  const camera = query.get("camera");
  const made = DOWN.flatMap(({ ago, length, cause, evidence }, at) =>
    data.cameras.map(
      ({ id, name }, number): GapRow => ({
        id: 8000 + at * 100 + number,
        camera: { id, name },
        profile: "main",
        from_ms: begun - ago,
        to_ms: begun - ago + length,
        cause,
        evidence,
        state: cause === "planned" ? "justified" : number % 3 === 0 ? "explained" : "open",
        justified: cause === "planned",
      }),
    ),
  );
  const gaps = [...made, ...data.gaps]
    .filter((gap) => gap.from_ms < to && gap.to_ms > from && (!camera || gap.camera.id === camera))
    .sort((one, other) => other.from_ms - one.from_ms);
  return { gaps: empty ? [] : gaps, next_cursor: null, total: empty ? 0 : gaps.length };
}
