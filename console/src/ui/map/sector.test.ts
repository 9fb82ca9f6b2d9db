// @vitest-environment node
// Fields of view: what lies in one, what two share, and what dragging a handle makes of one.
import { expect, test } from "vitest";
import {
  apart,
  bearing,
  contains,
  dragged,
  type Handle,
  handlesOf,
  moved,
  type Sector,
  sectorArea,
  sharedPart,
} from "./sector";

const AT = { longitude: 113.3245, latitude: 23.1064 };
const sector = (directionDeg: number, angleDeg: number, rangeM: number): Sector => ({
  ...AT,
  directionDeg,
  angleDeg,
  rangeM,
});

test("directions are clockwise from north", () => {
  const check = (to: number, metres: number) => {
    const found = bearing(AT, moved(AT, to, metres));
    expect(found.directionDeg).toBeCloseTo(to, 6);
    expect(found.metres).toBeCloseTo(metres, 6);
  };
  for (const direction of [0, 45, 90, 180, 270, 359]) check(direction, 120);
  // North is more latitude, east more longitude.
  expect(moved(AT, 0, 10).latitude).toBeGreaterThan(AT.latitude);
  expect(moved(AT, 90, 10).longitude).toBeGreaterThan(AT.longitude);
  expect([apart(350, 10), apart(10, 350), apart(0, 180), apart(90, 90)]).toEqual([20, 20, 180, 0]);
});

test("what a field contains", () => {
  const check = (of: Sector, direction: number, metres: number, expected: boolean) =>
    expect(contains(of, moved(AT, direction, metres)), `${direction}° ${metres} m`).toBe(expected);
  const north = sector(0, 60, 50);
  check(north, 0, 49, true);
  check(north, 0, 51, false);
  check(north, 29, 20, true);
  check(north, 331, 20, true);
  check(north, 31, 20, false);
  check(north, 180, 5, false);
  check(sector(90, 360, 30), 271, 29, true);
  check(sector(180, 300, 30), 0, 10, false);
  expect(contains(north, AT)).toBe(true);
});

test("what two fields share", () => {
  const check = (a: Sector, b: Sector, expected: number) => expect(sharedPart(a, b)).toBeCloseTo(expected, 1);
  const north = sector(0, 60, 50);
  check(north, north, 1);
  check(north, sector(30, 60, 50), 0.5);
  check(north, sector(180, 60, 50), 0);
  // All that the shorter one sees the longer one sees; of the longer one it is a quarter.
  check(sector(0, 60, 25), north, 1);
  check(north, sector(0, 60, 25), 0.25);
  check(north, { ...north, ...moved(AT, 90, 500) }, 0);
  expect(sectorArea(sector(0, 360, 10))).toBeCloseTo(Math.PI * 100, 6);
});

test("handles stand where they pull", () => {
  const of = sector(90, 60, 40);
  const at = (handle: Handle) => bearing(of, handlesOf(of, 5)[handle]);
  expect(at("direction").directionDeg).toBeCloseTo(90, 6);
  expect(at("direction").metres).toBeCloseTo(45, 6);
  expect(at("range").metres).toBeCloseTo(40, 6);
  expect(at("left").directionDeg).toBeCloseTo(60, 6);
  expect(at("right").directionDeg).toBeCloseTo(120, 6);
});

test("dragging a handle changes what it is for, in round values within the record's limits", () => {
  const of = sector(90, 60, 40);
  const check = (handle: Handle, direction: number, metres: number, expected: [number, number, number]) => {
    const { directionDeg, angleDeg, rangeM } = dragged(of, handle, moved(AT, direction, metres));
    expect([directionDeg, angleDeg, rangeM], `${handle} ${direction}° ${metres} m`).toEqual(expected);
  };
  check("direction", 123.4, 77, [123, 60, 40]);
  check("direction", 359.8, 77, [0, 60, 40]);
  check("range", 5, 66.6, [90, 60, 67]);
  check("range", 90, 12.3, [90, 60, 12.5]);
  check("range", 90, 0.01, [90, 60, 0.5]);
  check("range", 90, 9000, [90, 60, 5000]);
  check("right", 140, 20, [90, 100, 40]);
  check("left", 40, 20, [90, 100, 40]);
  check("right", 88, 20, [90, 1, 40]);
  // Half the circle on each side is all of it.
  check("right", 269, 20, [90, 358, 40]);
});
