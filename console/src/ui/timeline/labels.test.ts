// Tests of the words on the axis, in both languages.
// @vitest-environment node
import { expect, it } from "vitest";
import { dateLabel, tickLabel } from "./labels";

const zone = "Asia/Shanghai";
const noon = Date.UTC(2026, 10, 22, 4, 3, 5, 250);
const midnight = Date.UTC(2026, 10, 21, 16);

it("names ticks by their unit", () => {
  const check = (ms: number, unit: Parameters<typeof tickLabel>[1], zh: string, en: string) => {
    expect(tickLabel(ms, unit, "zh-CN", zone)).toBe(zh);
    expect(tickLabel(ms, unit, "en", zone)).toBe(en);
  };
  check(noon, "millisecond", "12:03:05.250", "12:03:05.250");
  check(noon, "second", "12:03:05", "12:03:05");
  check(noon, "minute", "12:03", "12:03");
  check(midnight, "hour", "11-22", "22 Nov");
  check(midnight + 40, "millisecond", "00:00:00.040", "00:00:00.040");
  check(midnight, "day", "11-22", "22 Nov");
  check(midnight, "month", "2026-11", "Nov 2026");
});

it("names the day at the left edge", () => {
  expect(dateLabel(noon, "zh-CN", zone)).toBe("2026-11-22 周日");
  expect(dateLabel(noon, "en", zone)).toBe("Sun 22 Nov 2026");
});
