// Tests of the waiting times between connections.
// @vitest-environment node
import { expect, it } from "vitest";
import { waitMs } from "./backoff";

it("grows, is jittered and bounded", () => {
  const check = (attempt: number, chance: number, expected: number) => expect(waitMs(attempt, chance)).toBe(expected);
  check(0, 0, 150);
  check(0, 1, 250);
  check(3, 0.5, 1075);
  check(6, 1, 15_000);
  check(500, 1, 15_000);
  check(500, 0, 150);
});
