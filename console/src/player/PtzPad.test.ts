// Tests of the pad: slow near its middle, full at the rim, nothing for a hand that trembles.
import { expect, it } from "vitest";
import { speedAt } from "./PtzPad";

it("pushes as far as the pointer is from the middle, up and right positive", () => {
  const check = (x: number, y: number, pan: number, tilt: number) =>
    expect(speedAt(x, y), `${x} ${y}`).toEqual({ pan, tilt, zoom: 0 });
  check(0, 0, 0, 0);
  check(0.1, -0.05, 0, 0);
  check(1, 0, 100, 0);
  check(-1, 0, -100, 0);
  check(0, -1, 0, 100);
  check(3, 0, 100, 0);
  check(1, 1, 71, -71);
  const half = speedAt(0.5, 0);
  expect(half.pan).toBeGreaterThan(20);
  expect(half.pan).toBeLessThan(50);
});
