// What the pages of availability and outages decide: months, shares, orders, which gaps an outage made.
import { expect, test } from "vitest";
import type { AvailabilityRow, Finding, GapRow, Outage } from "../src/api/types";
import { ordered, orderOf } from "../src/pages/health/AvailabilityList";
import { askedOf } from "../src/pages/health/AvailabilityTab";
import {
  askedFor,
  byMonth,
  causesOf,
  chartTop,
  isMonth,
  markWords,
  monthSpan,
  monthsTo,
  partsOf,
  percentWords,
  unjustifiedOf,
} from "../src/pages/health/availability";
import { groupFindings } from "../src/pages/health/gaps";
import { gapsMade, lengthOf, outageTone } from "../src/pages/health/outages";
import { formatMonth, formatMonthShort } from "../src/ui/format";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const row = (part: Partial<AvailabilityRow>): AvailabilityRow => ({
  from_ms: monthSpan("2026-11").from_ms,
  to_ms: monthSpan("2026-11").to_ms,
  owed_s: 1000,
  recorded_s: 990,
  share: 0.99,
  missing_s: 8,
  missing: [],
  justified_s: 6,
  justified_share: 0.75,
  unaccounted_s: 2,
  ...part,
});

test("a month in the address is one", () => {
  const check = (text: string | undefined, expected: boolean) => expect(isMonth(text), text).toBe(expected);
  check("2026-11", true);
  check("2026-01", true);
  check("2026-13", false);
  check("2026-00", false);
  check("2026-1", false);
  check("2026-11-01", false);
  check(undefined, false);
});

test("a page that the address asks nothing of is this month by camera; a month to come is not asked for", () => {
  const now = monthSpan("2026-11").from_ms + 5 * DAY_MS;
  const check = (address: Record<string, string>, expected: object) =>
    expect(askedOf(address, now, 0)).toEqual(expected);
  check({}, { month: "2026-11", subject: "camera", unit: undefined });
  check({ month: "2026-03", by: "unit", unit: "u1" }, { month: "2026-03", subject: "unit", unit: "u1" });
  check({ month: "2027-01", by: "nonsense" }, { month: "2026-11", subject: "camera", unit: undefined });
});

test("twelve months end with the chosen one, across the year", () => {
  expect(monthsTo("2026-02", 4)).toEqual(["2025-11", "2025-12", "2026-01", "2026-02"]);
  expect(formatMonth("2026-02", "zh-CN")).toBe("2026-02");
  expect(formatMonth("2026-02", "en")).toBe("Feb 2026");
  expect(formatMonthShort("2026-02", "zh-CN")).toBe("2");
  expect(formatMonthShort("2026-02", "en")).toBe("Feb");
});

test("what is asked for reaches over the edges, and what that brings along is left out", () => {
  const { from_ms, to_ms } = askedFor(["2026-10", "2026-11"]);
  const begin = (month: number) => Date.UTC(2026, month - 1, 1);
  const months = {
    october: { from_ms: begin(10), to_ms: begin(11) },
    november: { from_ms: begin(11), to_ms: begin(12) },
  };
  expect([from_ms, to_ms]).toEqual([months.october.from_ms - DAY_MS, months.november.to_ms + DAY_MS]);
  // The months of a server eight hours to the west.
  const of = (from: number, to: number) => row({ from_ms: from + 8 * HOUR_MS, to_ms: to + 8 * HOUR_MS });
  const rows = [
    row({ from_ms, to_ms: months.october.from_ms + 8 * HOUR_MS }),
    of(months.october.from_ms, months.october.to_ms),
    of(months.november.from_ms, months.november.to_ms),
    row({ from_ms: months.november.to_ms + 8 * HOUR_MS, to_ms }),
  ];
  expect([...byMonth(rows)].map(([month, found]) => [month, found.length])).toEqual([
    ["2026-10", 1],
    ["2026-11", 1],
  ]);
});

test("a console in another zone than its server asks for the server's month", () => {
  const zone = process.env.TZ;
  // The server is in Shanghai, in the last hours of November there.
  const now = Date.UTC(2026, 10, 30, 12);
  const span = (month: number) => Date.UTC(2026, month - 1, 1) - 8 * HOUR_MS;
  const november = row({ from_ms: span(11), to_ms: span(12) });
  try {
    for (const browser of ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Shanghai"]) {
      process.env.TZ = browser;
      const { month } = askedOf({}, now, 480);
      expect(month, browser).toBe("2026-11");
      const asked = askedFor([month]);
      expect(asked.from_ms <= november.from_ms && asked.to_ms >= november.to_ms, browser).toBe(true);
      expect(byMonth([november]).get(month), browser).toEqual([november]);
      // Four hours later it is December there, wherever the console is.
      expect(askedOf({}, now + 4 * HOUR_MS, 480).month, browser).toBe("2026-12");
    }
  } finally {
    process.env.TZ = zone;
  }
});

test("a share is never rounded up", () => {
  const check = (share: number | null, expected: string) => expect(percentWords(share, "en")).toBe(expected);
  check(1, "100.00%");
  check(0.999999, "99.99%");
  check(0.29, "29.00%");
  check(0.9931, "99.31%");
  check(0, "0.00%");
  check(null, "–");
  expect(markWords(0.995, "en")).toBe("99.5%");
});

test("recorded, justified, unjustified and not known make up what was owed", () => {
  const parts = partsOf(row({}));
  expect(parts).toEqual({ justified: 0.006, unjustified: 0.002, unaccounted: 0.002 });
  expect(0.99 + parts.justified + parts.unjustified + parts.unaccounted).toBeCloseTo(1, 9);
  // Sums of seconds as floats can differ in the last bit; nothing negative is shown for it.
  expect(unjustifiedOf({ missing_s: 5.999999, justified_s: 6 })).toBe(0);
  expect(partsOf(row({ owed_s: 0 })).justified).toBe(0);
});

test("the chart's height is the least round share that fits", () => {
  const check = (rows: AvailabilityRow[], expected: number) => expect(chartTop(rows)).toBe(expected);
  check([], 0.001);
  check([row({})], 0.01);
  check([row({}), row({ unaccounted_s: 40 })], 0.05);
  check([row({ unaccounted_s: 990 })], 1);
});

test("causes are summed, the longest first", () => {
  const rows = [
    row({ missing: [{ cause: "network", seconds: 5, gaps: 1 }] }),
    row({
      missing: [
        { cause: "us", seconds: 9, gaps: 2 },
        { cause: "network", seconds: 5, gaps: 3 },
      ],
    }),
  ];
  expect(causesOf(rows)).toEqual([
    { cause: "network", seconds: 10, gaps: 4 },
    { cause: "us", seconds: 9, gaps: 2 },
  ]);
});

test("the table's order is the address's, else the least recorded first", () => {
  const rows = [
    row({ about: { id: "a", name: "10 桥" }, share: 0.5 }),
    row({ about: { id: "b", name: "9 门" }, share: 0.9, justified_s: 8 }),
    row({ about: { id: "c", name: "1 路" }, share: 0.5, justified_s: 0 }),
  ];
  const check = (sort: string | undefined, expected: string) =>
    expect(
      ordered(rows, orderOf(sort, "camera"))
        .map(({ about }) => about?.id)
        .join(""),
      sort,
    ).toBe(expected);
  check(undefined, "cab");
  check("name", "cba");
  check("-name", "abc");
  check("-share", "bac");
  check("-unjustified", "cab");
  check("constructor", "cab");
  check("-", "cab");
  expect(orderOf(undefined, "month")).toEqual({ key: "name", descending: true });
});

test("what is found of several cameras is said once", () => {
  const finding = (kind: Finding["kind"], camera: string | null, reason: string): Finding => ({
    kind,
    article: "unit:clock",
    ...(camera === null ? {} : { camera: { id: camera, name: camera } }),
    binds: true,
    count: 1,
    since_ms: 0,
    reason: { zh: reason, en: reason },
    remedy: { zh: "", en: "" },
  });
  const groups = groupFindings([
    finding("outage", "a", "contradict"),
    finding("camera_clock", "a", "7 s behind"),
    finding("outage", "b", "contradict"),
    finding("outage", "a", "contradict"),
    finding("camera_clock", "b", "9 s behind"),
    finding("server_clock", null, "set back"),
  ]);
  expect(groups.map(({ cameras }) => cameras.map(({ id }) => id).join(""))).toEqual(["ab", "a", "b", ""]);
});

const gap = (from_ms: number, part: Partial<GapRow> = {}): GapRow => ({
  id: 1,
  camera: { id: "c", name: "c" },
  profile: "main",
  from_ms,
  to_ms: from_ms + 1000,
  cause: "us",
  evidence: "",
  state: "open",
  justified: false,
  ...part,
});

test("an outage made the gaps that begin with it, after a crash some seconds earlier", () => {
  const outage = { from_ms: 1_000_000, to_ms: 1_080_000 };
  const check = (from_ms: number, expected: number) =>
    expect(gapsMade(outage, [gap(from_ms)]).length, String(from_ms)).toBe(expected);
  check(1_000_000, 1);
  check(977_000, 1);
  check(1_009_000, 1);
  check(900_000, 0);
  check(1_020_000, 0);
  expect(gapsMade({ from_ms: null }, [gap(0)])).toEqual([]);
});

test("what contradicts the records is loudest, what was announced is quiet", () => {
  const tone = (part: Partial<Outage>, isAnnounced = false) =>
    outageTone({ kind: "down", uncovered: [], impossible: [], ...part }, isAnnounced);
  expect(tone({})).toBe("late");
  expect(tone({}, true)).toBe("plain");
  expect(tone({ kind: "clock_set" })).toBe("notice");
  expect(tone({ kind: "disorder" })).toBe("breach");
  expect(tone({ uncovered: [{ id: "c", name: "c" }] }, true)).toBe("breach");
  expect(tone({ impossible: [{ id: "c", name: "c" }] })).toBe("breach");
  expect(lengthOf({ from_ms: 5, to_ms: 9 })).toBe(4);
  expect(lengthOf({ from_ms: 5, to_ms: 5 })).toBeUndefined();
  expect(lengthOf({ from_ms: null, to_ms: null })).toBeUndefined();
});
