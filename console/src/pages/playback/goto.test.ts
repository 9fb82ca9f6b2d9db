// Tests of typed times.
// @vitest-environment node
import { expect, it } from "vitest";
import { parseTime } from "./goto";

const local = (...parts: [number, number, number, number?, number?, number?, number?]) => {
  const [year, month, day, hour = 0, minute = 0, second = 0, ms = 0] = parts;
  return new Date(year, month - 1, day, hour, minute, second, ms).getTime();
};
const now = local(2026, 11, 22, 10, 30);
const at = local(2026, 11, 20, 23, 0);

it("reads what people type", () => {
  const check = (text: string, expected: number | null) => expect(parseTime(text, at, now), text).toBe(expected);
  check("12:03", local(2026, 11, 20, 12, 3));
  check("12：03：05", local(2026, 11, 20, 12, 3, 5));
  check("11-22 09:00", local(2026, 11, 22, 9));
  check("11月22日 09:00", local(2026, 11, 22, 9));
  check("2026-11-22 12:03:05.25", local(2026, 11, 22, 12, 3, 5, 250));
  check("2026/11/22T12:03:05.250", local(2026, 11, 22, 12, 3, 5, 250));
  check("12-30 08:00", local(2025, 12, 30, 8));
  check("11-20", local(2026, 11, 20));
  check("-10m", at - 600_000);
  check("+1.5h", at + 5_400_000);
  check("-30秒", at - 30_000);
  check("now", now);
  for (const wrong of ["", "tomorrow", "25:00", "12:75", "02-30 10:00", "13-01 10:00", "10m", "--"]) check(wrong, null);
});

it("a time of today that is still to come was yesterday", () => {
  expect(parseTime("12:00", now, now)).toBe(local(2026, 11, 21, 12));
});
