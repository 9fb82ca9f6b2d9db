// Tests of the arrangement of pictures in a room.
// @vitest-environment node
import { expect, it } from "vitest";
import { columnsFor } from "./mosaic";

it("shows pictures as large as the room lets", () => {
  const check = (count: number, width: number, height: number, expected: number) =>
    expect(columnsFor(count, width, height)).toBe(expected);
  check(1, 1600, 900, 1);
  check(2, 1600, 700, 2);
  check(2, 390, 500, 1);
  check(4, 1100, 640, 2);
  check(5, 1100, 560, 3);
  check(9, 1100, 560, 3);
  check(4, 390, 500, 1);
  check(3, 3000, 500, 3);
  check(0, 100, 100, 1);
});
