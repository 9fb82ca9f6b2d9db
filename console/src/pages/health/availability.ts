// Availability as figures: which months are asked for, what of the owed time was recorded, what became of the rest, orders of
// the table. Pure; nothing here fetches, and the server has done the sums.
// Invariant: a share is never rounded up, so that "100%" means that nothing is missing.
import dayjs from "dayjs";
import type { AvailabilityRow, GapCause, Language } from "../../api/types";

/** So many months stand side by side in the chart. */
export const MONTHS = 12;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The shortest month; a shorter part is the edge of one that was not asked for. */
const MONTH_DAYS_MIN = 27;
const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** A month as the address has it: `2026-11`. */
export function isMonth(text: string | undefined): text is string {
  return text !== undefined && MONTH.test(text);
}

/** The month on a clock that is so many minutes ahead of UTC; without them in UTC, which is near enough for the middle of a month. */
export function monthAt(ms: number, offsetMin = 0): string {
  return new Date(ms + offsetMin * MINUTE_MS).toISOString().slice(0, 7);
}

/** The month of the browser's zone, as lists of moments are shown in it. */
export function monthSpan(month: string): { from_ms: number; to_ms: number } {
  const first = dayjs(`${month}-01`);
  return { from_ms: first.valueOf(), to_ms: first.add(1, "month").valueOf() };
}

/** So many months up to this one, the oldest first. */
export function monthsTo(month: string, count: number): string[] {
  const last = dayjs(`${month}-01`);
  return Array.from({ length: count }, (_, at) => last.subtract(count - 1 - at, "month").format("YYYY-MM"));
}

/** What to ask for: the months in UTC and a day more at both ends, because the server's months are those of its own zone, whatever the
 * browser's is. */
export function askedFor(months: readonly string[]): { from_ms: number; to_ms: number } {
  const [first, last] = [months[0], months.at(-1)];
  if (!first || !last) return { from_ms: 0, to_ms: 0 };
  return { from_ms: beginOf(first, 0) - DAY_MS, to_ms: beginOf(last, 1) + DAY_MS };
}

/** When a month begins in UTC, or one so many later. */
function beginOf(month: string, later: number): number {
  const [year, number] = month.split("-").map(Number);
  return Date.UTC(year ?? 1970, (number ?? 1) - 1 + later, 1);
}

/** Rows of whole months by month; the edges of neighbouring months, which asking for more brought along, are left out. */
export function byMonth(rows: readonly AvailabilityRow[]): Map<string, AvailabilityRow[]> {
  const months = new Map<string, AvailabilityRow[]>();
  for (const row of rows) {
    if (row.to_ms - row.from_ms < MONTH_DAYS_MIN * DAY_MS) continue;
    const month = monthAt((row.from_ms + row.to_ms) / 2);
    months.set(month, [...(months.get(month) ?? []), row]);
  }
  return months;
}

/** Missing, and nobody answers for it. */
export function unjustifiedOf(row: Pick<AvailabilityRow, "missing_s" | "justified_s">): number {
  return Math.max(0, row.missing_s - row.justified_s);
}

export function gapsOf(row: Pick<AvailabilityRow, "missing">): number {
  return row.missing.reduce((sum, { gaps }) => sum + gaps, 0);
}

export const PARTS = ["justified", "unjustified", "unaccounted"] as const;
export type Part = (typeof PARTS)[number];

/** What is not recorded, each part as a share of what was owed. */
export function partsOf(row: AvailabilityRow): Record<Part, number> {
  const share = (seconds: number) => (row.owed_s > 0 ? seconds / row.owed_s : 0);
  return {
    justified: share(row.justified_s),
    unjustified: share(unjustifiedOf(row)),
    unaccounted: share(row.unaccounted_s),
  };
}

export function absentOf(row: AvailabilityRow): number {
  const { justified, unjustified, unaccounted } = partsOf(row);
  return justified + unjustified + unaccounted;
}

const TOPS = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

/** How much the chart's height stands for: the least round share that the most absent one fits in. */
export function chartTop(rows: readonly AvailabilityRow[]): number {
  const most = Math.max(0, ...rows.map(absentOf));
  return TOPS.find((top) => most <= top) ?? 1;
}

/** A share of what is there, in hundredths of a percent and never rounded up: `99.99%`. */
export function percentWords(share: number | null | undefined, language: Language): string {
  if (share === null || share === undefined) return "–";
  // A tiny bit more, so that 0.29 does not become 28.99%.
  const floored = Math.floor(share * 10_000 + 1e-6) / 10_000;
  return new Intl.NumberFormat(language, { style: "percent", minimumFractionDigits: 2 }).format(floored);
}

/** A mark of the axis: as many digits as it has. */
export function markWords(share: number, language: Language): string {
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 2 }).format(share);
}

/** Missing time of several rows by cause, the most first. */
export function causesOf(rows: readonly AvailabilityRow[]): { cause: GapCause; seconds: number; gaps: number }[] {
  const sums = new Map<GapCause, { cause: GapCause; seconds: number; gaps: number }>();
  for (const { cause, seconds, gaps } of rows.flatMap((row) => row.missing)) {
    const sum = sums.get(cause) ?? { cause, seconds: 0, gaps: 0 };
    sums.set(cause, { cause, seconds: sum.seconds + seconds, gaps: sum.gaps + gaps });
  }
  return [...sums.values()].sort((one, other) => other.seconds - one.seconds);
}

/** What a row of the table is about. */
export const SUBJECTS = ["camera", "system", "unit", "month"] as const;
export type Subject = (typeof SUBJECTS)[number];

/** What the server is asked to sum by. */
export function sumBy(subject: Subject): "camera" | "system" | "unit" | "all" {
  return subject === "month" ? "all" : subject;
}

/** The id of the row of cameras that stand at no system's point. */
export const IN_NO_SYSTEM = "none";

type Order = (one: AvailabilityRow, other: AvailabilityRow) => number;

const byName: Order = (one, other) =>
  (one.about?.name ?? "").localeCompare(other.about?.name ?? "", "zh-CN", { numeric: true }) ||
  one.from_ms - other.from_ms;

/** By column, ascending; equal ones by name. */
export const ORDERS: Record<string, Order> = {
  name: byName,
  share: (one, other) => (one.share ?? 1) - (other.share ?? 1) || byName(one, other),
  owed: (one, other) => one.owed_s - other.owed_s || byName(one, other),
  recorded: (one, other) => one.recorded_s - other.recorded_s || byName(one, other),
  justified: (one, other) => one.justified_s - other.justified_s || byName(one, other),
  unjustified: (one, other) => unjustifiedOf(one) - unjustifiedOf(other) || byName(one, other),
  unaccounted: (one, other) => one.unaccounted_s - other.unaccounted_s || byName(one, other),
  gaps: (one, other) => gapsOf(one) - gapsOf(other) || byName(one, other),
};
