// How far a round of inspections is.
import { expect, test } from "vitest";
import { farOf } from "./Rounds";

test("a round is over by what ended and what was refused", () => {
  const check = (open_count: number, ended_count: number, refused_count: number, over: number, all: number) =>
    expect(farOf({ open_count, ended_count, refused_count })).toEqual({ over, all });
  check(2, 0, 0, 0, 2);
  check(1, 1, 1, 2, 3);
  check(0, 1, 1, 2, 2);
});
