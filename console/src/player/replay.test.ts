// Tests of how far back instant replay goes.
// @vitest-environment node
import { expect, it } from "vitest";
import { replayOf } from "./replay";

const r = (start: number, end: number) => ({ start, end });

it("goes back as far as there is something unbroken, and says how far", () => {
  const check = (buffered: { start: number; end: number }[], expected: [number, number, boolean] | null) => {
    const replay = replayOf(buffered, 30);
    expect(replay && [replay.fromSeconds, replay.untilSeconds, replay.whole]).toEqual(expected);
  };
  check([], null);
  check([r(10, 11)], null);
  check([r(0, 100)], [70, 99.4, true]);
  check([r(69.5, 100)], [70, 99.4, true]);
  check([r(90, 100)], [90.05, 99.4, false]);
  check([r(60, 89), r(90, 100)], [90.05, 99.4, false]);
  check([r(60, 89.98), r(90, 100)], [70, 99.4, true]);
  expect(replayOf([r(88, 100)])?.lengthSeconds).toBeCloseTo(11.95);
});
