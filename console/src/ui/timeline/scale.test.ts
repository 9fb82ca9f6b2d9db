// Tests of the timeline's arithmetic: the instant under the pointer stays, limits hold, ticks stand on the local clock.
// @vitest-environment node
import { describe, expect, it } from "vitest";
import {
  bucketFor,
  endOf,
  keepWithin,
  msAt,
  pan,
  reveal,
  SPAN_MS_MAX,
  SPAN_MS_MIN,
  scaleOf,
  ticksOf,
  tilesOf,
  xOf,
  zoomAt,
} from "./scale";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 22, 4, 0, 0);
const limits = { earliestMs: NOW - 31 * DAY, latestMs: NOW };
const china = () => 8 * HOUR;

describe("zoom and pan", () => {
  it("goes from a month to a second at the pointer and back, without losing the instant", () => {
    const width = 1200;
    let scale = scaleOf(NOW - 30 * DAY, NOW, width);
    const target = NOW - 10 * DAY + 1234.5;
    for (let step = 0; step < 400; step += 1) scale = zoomAt(scale, xOf(scale, target), 0.9, width, limits);
    expect(endOf(scale, width) - scale.fromMs).toBeCloseTo(SPAN_MS_MIN, 6);
    expect(xOf(scale, target)).toBeGreaterThan(0);
    expect(msAt(scale, xOf(scale, target))).toBeCloseTo(target, 3);
    for (let step = 0; step < 400; step += 1) scale = zoomAt(scale, 600, 1.1, width, limits);
    expect(endOf(scale, width) - scale.fromMs).toBeLessThanOrEqual(SPAN_MS_MAX);
    expect(endOf(scale, width) - scale.fromMs).toBeCloseTo(31 * DAY * 1.25 + SPAN_MS_MIN, -3);
  });
  it("keeps half of the view within the limits", () => {
    const scale = scaleOf(NOW - DAY, NOW, 1000);
    expect(endOf(pan(scale, -100_000, 1000, limits), 1000)).toBe(NOW + DAY / 2);
    expect(pan(scale, 1e9, 1000, limits).fromMs).toBe(limits.earliestMs - DAY / 2);
    expect(pan(scale, 100, 1000, limits).fromMs).toBe(NOW - DAY - DAY / 10);
    expect(keepWithin(scale, 1000, limits)).toBe(scale);
  });
  it("turns the page when the playhead leaves", () => {
    const scale = scaleOf(NOW - DAY, NOW - DAY + HOUR, 1000);
    expect(reveal(scale, NOW - DAY + HOUR / 2, 1000, limits)).toBe(scale);
    const next = reveal(scale, NOW - DAY + HOUR + 1, 1000, limits);
    expect(xOf(next, NOW - DAY + HOUR + 1)).toBeCloseTo(100);
    expect(xOf(reveal(scale, NOW - DAY - 5, 1000, limits), NOW - DAY - 5)).toBeCloseTo(900);
  });
});

describe("ticks", () => {
  const majors = (spanMs: number, fromMs = NOW - spanMs) => {
    const { unit, ticks } = ticksOf(scaleOf(fromMs, fromMs + spanMs, 1200), 1200, 80, china);
    return {
      unit,
      at: ticks.filter((tick) => tick.major).map((tick) => new Date(tick.ms + 8 * HOUR).toISOString().slice(5, 23)),
      count: ticks.length,
    };
  };
  it("stand on the local clock", () => {
    const day = majors(DAY, Date.UTC(2026, 10, 21, 16));
    expect(day.unit).toBe("hour");
    expect(day.at.slice(0, 3)).toEqual(["11-22T00:00:00.000", "11-22T02:00:00.000", "11-22T04:00:00.000"]);
    expect(majors(1000).unit).toBe("millisecond");
    expect(majors(1000).at[1]?.slice(-4)).toBe(".100");
    expect(majors(10 * 60_000).unit).toBe("minute");
    expect(majors(31 * DAY).unit).toBe("day");
    expect(majors(31 * DAY).at.every((text) => text.endsWith("T00:00:00.000"))).toBe(true);
    expect(majors(119 * DAY).unit).toBe("day");
  });
  it("labels are never closer than asked, at any zoom", () => {
    for (let span = 1000; span < 119 * DAY; span *= 1.37) {
      const scale = scaleOf(NOW - span, NOW, 1200);
      const { ticks } = ticksOf(scale, 1200, 80, china);
      const xs = ticks.filter((tick) => tick.major).map((tick) => xOf(scale, tick.ms));
      expect(xs.length, `span ${span}`).toBeGreaterThan(0);
      expect(ticks.length, `span ${span}`).toBeLessThan(600);
      for (let index = 1; index < xs.length; index += 1)
        expect((xs[index] ?? 0) - (xs[index - 1] ?? 0), `span ${span}`).toBeGreaterThan(70);
    }
  });
  it("follow summer time", () => {
    // Central Europe, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.
    const change = Date.UTC(2026, 2, 29, 1);
    const zone = (ms: number) => (ms < change ? HOUR : 2 * HOUR);
    const { ticks } = ticksOf(scaleOf(change - 3 * HOUR, change + 4 * HOUR, 1000), 1000, 80, zone);
    const hours = ticks.filter((tick) => tick.major).map((tick) => new Date(tick.ms + zone(tick.ms)).getUTCHours());
    expect(new Set(hours).size).toBe(hours.length);
    expect(hours).toContain(4);
  });
});

describe("levels of detail", () => {
  it("buckets are a little wider than a pixel", () => {
    const check = (spanMs: number, expected: number) => expect(bucketFor(spanMs / 1200)).toBe(expected);
    check(1000, 1000);
    check(HOUR, 5000);
    check(DAY, 240_000);
    check(31 * DAY, HOUR);
    check(120 * DAY, 4 * HOUR);
  });
  it("tiles cover the view and nothing beyond the limits", () => {
    const scale = scaleOf(NOW - DAY, NOW + DAY, 1200);
    const tileMs = 60_000 * 1024;
    const tiles = tilesOf(scale, 1200, 60_000, limits);
    expect(tiles[0]).toBe(Math.floor((NOW - DAY) / tileMs));
    expect(tiles.at(-1)).toBe(Math.floor((NOW - 1) / tileMs));
  });
});
