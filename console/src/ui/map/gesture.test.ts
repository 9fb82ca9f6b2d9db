// @vitest-environment node
// Pointers, wheel and keys to what they mean.
import { expect, test } from "vitest";
import { keyAct, MapGesture, wheelLevels } from "./gesture";

test("a click is a tap although the hand trembles; a drag pans", () => {
  const gesture = new MapGesture();
  gesture.down(1, 10, 10, false);
  expect(gesture.move(1, 12, 11)).toEqual([]);
  expect(gesture.up(1)).toEqual([{ do: "tap", x: 10, y: 10 }]);
  gesture.down(1, 10, 10, false);
  expect(gesture.move(1, 30, 5)).toEqual([{ do: "pan", dx: 20, dy: -5 }]);
  expect(gesture.up(1)).toEqual([]);
  expect(gesture.busy).toBe(false);
});

test("a rectangle grows from where it began, whichever way it is drawn", () => {
  const gesture = new MapGesture();
  gesture.down(1, 100, 100, true);
  expect(gesture.move(1, 60, 130)).toEqual([{ do: "box", x: 60, y: 100, width: 40, height: 30 }]);
  expect(gesture.up(1)).toEqual([{ do: "boxed" }]);
  gesture.down(1, 100, 100, true);
  gesture.move(1, 60, 130);
  expect(gesture.cancel(1)).toEqual([{ do: "unbox" }]);
});

test("two fingers zoom about their middle, and the first to go leaves no tap", () => {
  const gesture = new MapGesture();
  gesture.down(1, 100, 100, false);
  gesture.down(2, 200, 100, false);
  expect(gesture.move(2, 300, 100)).toEqual([
    { do: "pan", dx: 50, dy: 0 },
    { do: "zoom", x: 200, y: 100, by: 1 },
  ]);
  expect(gesture.up(1)).toEqual([]);
  expect(gesture.up(2)).toEqual([]);
});

test("a second finger ends a rectangle", () => {
  const gesture = new MapGesture();
  gesture.down(1, 0, 0, true);
  gesture.move(1, 50, 50);
  expect(gesture.down(2, 80, 80, true)).toEqual([{ do: "unbox" }]);
});

test("the wheel in pixels, lines and pages; never more than a level at once", () => {
  expect(wheelLevels(-120, 0)).toBe(0.5);
  expect(wheelLevels(3, 1)).toBeCloseTo(-0.2, 6);
  expect(wheelLevels(1, 2)).toBe(-1);
  expect(wheelLevels(-100_000, 0)).toBe(1);
});

test("keys", () => {
  const check = (key: string, shift: boolean, expected: unknown) =>
    expect(keyAct(key, shift, 800, 600)).toEqual(expected);
  check("ArrowLeft", false, { do: "pan", dx: 80, dy: 0 });
  check("ArrowDown", true, { do: "pan", dx: 0, dy: -240 });
  check("+", false, { do: "zoom", x: 400, y: 300, by: 1 });
  check("-", false, { do: "zoom", x: 400, y: 300, by: -1 });
  check("a", false, null);
});
