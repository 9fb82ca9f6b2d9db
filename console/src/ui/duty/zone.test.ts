// @vitest-environment node
import { expect, test } from "vitest";
import { civilAt, clockText, dayOfText, dayText, lengthOf, minuteOfText, mondayOf, msAt, weekdayOf } from "./zone";

test("a room's clock is its zone's, also where the clock changes", () => {
  const check = (text: string, zone: string, day: string, minute: number) => {
    const ms = Date.parse(text);
    expect(civilAt(ms, zone)).toEqual({ day: dayOfText(day), minute });
    expect(msAt({ day: dayOfText(day) ?? 0, minute }, zone)).toBe(ms);
  };
  check("2026-11-29T23:55:00Z", "Asia/Shanghai", "2026-11-30", 475);
  check("2026-11-29T16:00:00Z", "Asia/Shanghai", "2026-11-30", 0);
  check("2026-03-08T07:30:00Z", "America/New_York", "2026-03-08", 210);
  check("2026-03-08T06:59:00Z", "America/New_York", "2026-03-08", 119);
  check("2026-11-01T12:00:00Z", "America/New_York", "2026-11-01", 420);
});

test("days, weeks and minutes as text", () => {
  const monday = dayOfText("2026-11-30") ?? 0;
  expect([weekdayOf(monday), weekdayOf(monday - 1), mondayOf(monday + 6), mondayOf(monday - 1)]).toEqual([
    0,
    6,
    monday,
    monday - 7,
  ]);
  expect(dayText(monday)).toBe("2026-11-30");
  expect([clockText(0), clockText(510), clockText(1_440)]).toEqual(["00:00", "08:30", "00:00"]);
  expect([minuteOfText("08:30"), minuteOfText("24:00"), dayOfText("soon")]).toEqual([510, undefined, undefined]);
  expect([lengthOf(480, 960), lengthOf(1_320, 480), lengthOf(480, 480)]).toEqual([480, 600, 1_440]);
});
