// Tests of what keys do to spans and speeds.
// @vitest-environment node
import { expect, it } from "vitest";
import { marked, nextSpeed } from "./usePlaybackKeys";

it("marks a span from either end", () => {
  expect(marked(null, "from", 1000)).toEqual({ fromMs: 1000, toMs: 61_000 });
  expect(marked(null, "to", 100_000)).toEqual({ fromMs: 40_000, toMs: 100_000 });
  expect(marked({ fromMs: 5, toMs: 50 }, "from", 20)).toEqual({ fromMs: 20, toMs: 50 });
  expect(marked({ fromMs: 5, toMs: 50 }, "from", 90)).toEqual({ fromMs: 90, toMs: 91 });
  expect(marked({ fromMs: 5, toMs: 50 }, "to", 2)).toEqual({ fromMs: 1, toMs: 2 });
});
it("goes through the speeds", () => {
  expect(nextSpeed(1, 1)).toBe(2);
  expect(nextSpeed(1, -1)).toBe(0.5);
  expect(nextSpeed(16, 1)).toBe(16);
  expect(nextSpeed(0.25, -1)).toBe(0.25);
});
