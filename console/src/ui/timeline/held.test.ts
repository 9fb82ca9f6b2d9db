// Spans that are held: joined for drawing, and asked for by instant.
import { expect, test } from "vitest";
import { heldOf, isHeld } from "./held";

test("holds of one camera are joined where they overlap, and only within the view", () => {
  const held = [
    { camera: "a", fromMs: 30, toMs: 50 },
    { camera: "a", fromMs: 10, toMs: 35 },
    { camera: "a", fromMs: 60, toMs: 70 },
    { camera: "b", fromMs: 0, toMs: 100 },
    { camera: "a", fromMs: 200, toMs: 300 },
  ];
  expect(heldOf(held, "a", 0, 100)).toEqual([
    { camera: "a", fromMs: 10, toMs: 50 },
    { camera: "a", fromMs: 60, toMs: 70 },
  ]);
  expect(heldOf(held, "a", 70, 200)).toEqual([]);
  expect(isHeld(heldOf(held, "a", 0, 100), 49)).toBe(true);
  expect(isHeld(heldOf(held, "a", 0, 100), 50)).toBe(false);
});
