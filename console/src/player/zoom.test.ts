// Tests of digital zoom: the point stays, the picture covers the tile.
// @vitest-environment node
import { expect, it } from "vitest";
import { FACTOR_MAX, shift, transformOf, WHOLE, zoomBy } from "./zoom";

it("keeps the point under the pointer", () => {
  const zoom = zoomBy(zoomBy(WHOLE, 2, 0.25, -0.1), 1.5, 0.25, -0.1);
  // The picture's point (0.25, -0.1) is drawn at point * factor + shift.
  expect(0.25 * zoom.factor + zoom.x).toBeCloseTo(0.25);
  expect(-0.1 * zoom.factor + zoom.y).toBeCloseTo(-0.1);
});
it("covers the tile", () => {
  const zoom = shift(zoomBy(WHOLE, 3, 0, 0), 9, -9);
  expect(zoom).toEqual({ factor: 3, x: 1, y: -1 });
  expect(zoomBy(zoom, 0.01, 0.5, 0.5)).toEqual(WHOLE);
  expect(zoomBy(WHOLE, 1e6, 0, 0).factor).toBe(FACTOR_MAX);
});
it("is written as CSS", () => {
  expect(transformOf(WHOLE)).toBe("none");
  expect(transformOf({ factor: 2, x: 0.25, y: 0 })).toBe("translate(25.000%, 0.000%) scale(2.0000)");
});
