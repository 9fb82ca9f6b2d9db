// Hours of service as they are edited: nothing is lost between lines and openings, and what is no date is none.
import { expect, test } from "vitest";
import { daysOf, isDay, linesOf, OFFICE, openingsOf } from "./hours";

test("openings are gathered into lines and come back as they were", () => {
  const openings = openingsOf([OFFICE, { days: [5], from_min: 540, length_min: 180 }]);
  expect(openings).toHaveLength(6);
  expect(linesOf(openings)).toEqual([OFFICE, { days: [5], from_min: 540, length_min: 180 }]);
  expect(linesOf([])).toEqual([]);
});

test("closed days are read from a text", () => {
  expect(daysOf("2026-10-01，2026-10-02 2026-10-03\n")).toEqual(["2026-10-01", "2026-10-02", "2026-10-03"]);
  expect(["2026-10-01", "2026-02-30", "2026-1-1", "26-01-01"].map(isDay)).toEqual([true, false, false, false]);
});
