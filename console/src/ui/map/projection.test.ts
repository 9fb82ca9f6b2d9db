// @vitest-environment node
// Positions to pixels and back, what moves a view, and the two things that a reader measures by: the bar and the grid.
import { describe, expect, test } from "vitest";
import {
  boundsOf,
  fitted,
  fromScreen,
  gridStepDeg,
  isEmpty,
  lonLatOf,
  NO_BOUNDS,
  NOWHERE,
  panned,
  positionWords,
  pxPerMetre,
  scaleBar,
  toScreen,
  worldOf,
  worldPx,
  ZOOM_MAX,
  ZOOM_MIN,
  zoomed,
} from "./projection";

const SIZE = { width: 800, height: 600 };
const GUANGZHOU = { longitude: 113.3245, latitude: 23.1064 };

describe("Web Mercator", () => {
  test("known positions of EPSG:3857", () => {
    const check = (longitude: number, latitude: number, x: number, y: number) => {
      const world = worldOf({ longitude, latitude });
      // From metres of EPSG:3857 to the unit square.
      expect(world.x).toBeCloseTo(0.5 + x / 40_075_016.686, 9);
      expect(world.y).toBeCloseTo(0.5 - y / 40_075_016.686, 9);
    };
    check(0, 0, 0, 0);
    check(180, 0, 20_037_508.343, 0);
    check(116.391, 39.907, 12_956_586.853, 4_852_436.962);
    check(-74.006, 40.7128, -8_238_310.236, 4_970_071.579);
  });

  test("there and back again", () => {
    for (const [longitude, latitude] of [
      [0, 0],
      [113.3245, 23.1064],
      [-179.9, -80],
      [179.9, 85],
    ] as const) {
      const back = lonLatOf(worldOf({ longitude, latitude }));
      expect(back.longitude).toBeCloseTo(longitude, 9);
      expect(back.latitude).toBeCloseTo(latitude, 9);
    }
  });

  test("a metre is longer in pixels towards the poles", () => {
    const at = (latitude: number) => pxPerMetre(worldOf({ longitude: 0, latitude }).y, 18);
    expect(at(0)).toBeCloseTo(worldPx(18) / 40_075_016.686, 9);
    expect(at(60) / at(0)).toBeCloseTo(2, 6);
  });
});

describe("a view", () => {
  const view = { ...worldOf(GUANGZHOU), zoom: 16 };

  test("its middle is in the middle", () => {
    expect(toScreen(view, SIZE, view)).toEqual({ x: 400, y: 300 });
    expect(fromScreen(view, SIZE, 400, 300)).toEqual({ x: view.x, y: view.y });
  });

  test("zooming keeps what is under the pointer there", () => {
    const before = fromScreen(view, SIZE, 130, 500);
    const closer = zoomed(view, SIZE, 130, 500, 1.5);
    const after = toScreen(closer, SIZE, before);
    expect(closer.zoom).toBe(17.5);
    expect(after.x).toBeCloseTo(130, 6);
    expect(after.y).toBeCloseTo(500, 6);
  });

  test("panning carries what is under the hand", () => {
    const under = fromScreen(view, SIZE, 100, 100);
    const after = toScreen(panned(view, 37, -20), SIZE, under);
    expect(after.x).toBeCloseTo(137, 6);
    expect(after.y).toBeCloseTo(80, 6);
  });

  test("it ends where the world ends", () => {
    expect(zoomed(view, SIZE, 0, 0, 50).zoom).toBe(ZOOM_MAX);
    expect(zoomed(view, SIZE, 0, 0, -50).zoom).toBe(ZOOM_MIN);
    expect(panned({ x: 0.5, y: 0.5, zoom: 3 }, -1e9, -1e9)).toEqual({ x: 1, y: 1, zoom: 3 });
  });

  test("fitting shows every corner, and a single place not too closely", () => {
    const corners = [worldOf(GUANGZHOU), worldOf({ longitude: 113.34, latitude: 23.12 })];
    const whole = fitted(boundsOf(corners), SIZE, 40);
    for (const corner of corners) {
      const { x, y } = toScreen(whole, SIZE, corner);
      expect(x).toBeGreaterThanOrEqual(39.99);
      expect(x).toBeLessThanOrEqual(760.01);
      expect(y).toBeGreaterThanOrEqual(39.99);
      expect(y).toBeLessThanOrEqual(560.01);
    }
    expect(fitted(boundsOf([worldOf(GUANGZHOU)]), SIZE).zoom).toBe(17);
    expect(isEmpty(boundsOf([]))).toBe(true);
    expect(fitted(NO_BOUNDS, SIZE)).toEqual(NOWHERE);
  });
});

test("the bar is a round length that fits", () => {
  for (let zoom = ZOOM_MIN; zoom <= ZOOM_MAX; zoom += 0.7) {
    const { metres, px } = scaleBar({ ...worldOf(GUANGZHOU), zoom }, 110);
    expect(px).toBeLessThanOrEqual(110.000001);
    expect(px).toBeGreaterThan(110 / 2.6);
    expect(["1", "2", "5"]).toContain(
      String(Number((metres / 10 ** Math.floor(Math.log10(metres) + 1e-9)).toFixed(6))),
    );
  }
});

test("lines of the grid are neither crowded nor absent", () => {
  for (let zoom = ZOOM_MIN; zoom <= ZOOM_MAX; zoom += 0.5) {
    const px = (gridStepDeg(zoom) / 360) * worldPx(zoom);
    expect(px).toBeGreaterThanOrEqual(159);
    expect(px).toBeLessThanOrEqual(410);
  }
});

test("positions as people write them", () => {
  expect(positionWords(GUANGZHOU)).toBe("113.32450° E, 23.10640° N");
  expect(positionWords({ longitude: -0.5, latitude: -33 }, 2)).toBe("0.50° W, 33.00° S");
});
