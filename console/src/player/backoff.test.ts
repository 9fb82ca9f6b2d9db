// Tests of the waiting times between connections.
// @vitest-environment node
import { expect, it } from "vitest";
import { Attempts, rebuildMs, waitMs } from "./backoff";

it("grows, is jittered and bounded", () => {
  const check = (attempt: number, chance: number, expected: number) => expect(waitMs(attempt, chance)).toBe(expected);
  check(0, 0, 150);
  check(0, 1, 250);
  check(3, 0.5, 1075);
  check(6, 1, 15_000);
  check(500, 1, 15_000);
  check(500, 0, 150);
});

it("counts failures in a row, and starts over after a good run only", () => {
  const attempts = new Attempts(10_000);
  expect([attempts.failed(0), attempts.failed(1000)]).toEqual([0, 1]);
  attempts.good(2000);
  attempts.good(11_000);
  expect(attempts.failed(11_500)).toBe(2);
  attempts.good(20_000);
  expect(attempts.failed(30_000)).toBe(0);
  expect(attempts.failed(90_000)).toBe(1);
});

it("media sources are made anew later each time", () => {
  expect([0, 1, 4, 5, 99].map(rebuildMs)).toEqual([500, 1000, 8000, 15_000, 15_000]);
});
