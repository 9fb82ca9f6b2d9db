// Reads a time as people type it: `12:03`, `11-22 12:03:05`, `2026-11-22 12:03:05.250`, `-10m`, `now`. Pure.
//
// Invariant: what is not understood is `null`; a time without a date is the last one that has passed.

const UNITS_MS: Record<string, number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  秒: 1000,
  分: 60_000,
  时: 3_600_000,
  天: 86_400_000,
};

const RELATIVE = /^([+-])\s*(\d+(?:\.\d+)?)\s*(s|m|h|d|秒|分|时|天)$/;
const ABSOLUTE =
  /^(?:(?:(\d{4})[-/年])?(\d{1,2})[-/月](\d{1,2})日?[ T]*)?(?:(\d{1,2})[:：](\d{2})(?:[:：](\d{2})(?:\.(\d{1,3}))?)?)?$/;

/** `atMs` is where the playhead stands (for relative times), `nowMs` the present. Dates are local. */
export function parseTime(text: string, atMs: number, nowMs: number): number | null {
  const typed = text.trim();
  if (typed === "") return null;
  if (typed === "now" || typed === "现在") return nowMs;
  const relative = RELATIVE.exec(typed);
  if (relative)
    return Math.round(atMs) + (relative[1] === "-" ? -1 : 1) * Number(relative[2]) * (UNITS_MS[relative[3] ?? ""] ?? 0);
  const found = ABSOLUTE.exec(typed);
  if (!found) return null;
  const [, year, month, day, hour, minute, second, fraction] = found;
  if (
    Number(month ?? 1) > 12 ||
    Number(month ?? 1) < 1 ||
    Number(hour ?? 0) > 23 ||
    Number(minute ?? 0) > 59 ||
    Number(second ?? 0) > 59
  )
    return null;
  const now = new Date(nowMs);
  const clock = [
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
    Number((fraction ?? "0").padEnd(3, "0")),
  ] as const;
  if (month === undefined) {
    const near = new Date(atMs);
    const sameDay = new Date(near.getFullYear(), near.getMonth(), near.getDate(), ...clock).getTime();
    return sameDay <= nowMs ? sameDay : sameDay - 86_400_000;
  }
  const date = new Date(Number(year ?? now.getFullYear()), Number(month) - 1, Number(day), ...clock);
  if (date.getDate() !== Number(day)) return null;
  // `12-30 08:00` typed in January is last year's.
  if (year === undefined && date.getTime() > nowMs) date.setFullYear(date.getFullYear() - 1);
  return date.getTime();
}
