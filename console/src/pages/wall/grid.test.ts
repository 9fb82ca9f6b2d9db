// Tests of the wall's arrangement.
// @vitest-environment node
import { describe, expect, it } from "vitest";
import {
  type Action,
  CAMERAS_MAX,
  camerasOf,
  chosenCamera,
  EMPTY,
  isFull,
  isLayout,
  pagesOf,
  parseWall,
  reduce,
  shown,
  type Wall,
} from "./grid";

const run = (...actions: Action[]): Wall => actions.reduce(reduce, EMPTY);
const add = (...cameras: string[]): Action[] => cameras.map((camera) => ({ do: "place", camera }));

describe("placing", () => {
  it("fills empty tiles in order, then opens a page", () => {
    const wall = run(...add("a", "b", "c", "d", "e"));
    expect(wall.tiles).toEqual(["a", "b", "c", "d", "e", null, null, null]);
    expect(wall).toMatchObject({ page: 1, selected: 0 });
    expect(shown(wall)).toEqual(["e", null, null, null]);
  });
  it("never shows a camera twice: it changes places", () => {
    const wall = run(...add("a", "b"), { do: "place", camera: "a", at: 1 });
    expect(wall.tiles).toEqual(["b", "a", null, null]);
    expect(run(...add("a", "b"), { do: "place", camera: "a" })).toMatchObject({
      tiles: ["a", "b", null, null],
      selected: 0,
    });
  });
  it("swaps tiles and keeps holes", () => {
    expect(run(...add("a", "b"), { do: "swap", from: 0, to: 3 }).tiles).toEqual([null, "b", null, "a"]);
    expect(run(...add("a", "b"), { do: "swap", from: 2, to: 0 }).tiles).toEqual(["a", "b", null, null]);
    expect(run(...add("a", "b", "c"), { do: "remove", at: 1 }).tiles).toEqual(["a", null, "c", null]);
  });
  it("drops empty pages", () => {
    expect(pagesOf(run(...add("a", "b", "c", "d", "e"), { do: "remove" }))).toBe(1);
  });
});

describe("grids", () => {
  it("keep the chosen camera in sight", () => {
    const wall = run(...add("a", "b", "c", "d"), { do: "select", at: 2 }, { do: "grid", grid: 1 });
    expect(wall).toMatchObject({ grid: 1, page: 2, selected: 0 });
    expect(chosenCamera(wall)).toBe("c");
    expect(reduce(wall, { do: "grid", grid: 9 })).toMatchObject({ page: 0, selected: 2 });
  });
  it("hide no camera when they shrink", () => {
    const wall = run(
      { do: "grid", grid: 9 },
      { do: "place", camera: "z", at: 8 },
      { do: "place", camera: "a", at: 0 },
      { do: "grid", grid: 4 },
    );
    expect(camerasOf(wall)).toEqual(["a", "z"]);
    expect(wall.tiles).toEqual(["a", "z", null, null]);
  });
});

describe("many cameras", () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);
  const sixteen = run({ do: "grid", grid: 16 }, ...add(...names(16)), { do: "select", at: 12 });
  it("none is lost when the grid shrinks, and the chosen one stays in sight", () => {
    for (const grid of [1, 4, 9] as const) {
      const small = reduce(sixteen, { do: "grid", grid });
      expect(camerasOf(small)).toEqual(names(16));
      expect(chosenCamera(small)).toBe("c12");
      expect(parseWall(JSON.stringify(small))?.tiles).toEqual(small.tiles);
      expect(reduce(small, { do: "grid", grid: 16 })).toMatchObject({ tiles: names(16), page: 0, selected: 12 });
    }
  });
  it("with an empty tile chosen, what stands after it is in sight", () => {
    const wall = run(
      { do: "grid", grid: 9 },
      { do: "place", camera: "a", at: 0 },
      { do: "place", camera: "z", at: 8 },
      { do: "select", at: 5 },
    );
    expect(chosenCamera(reduce(wall, { do: "grid", grid: 1 }))).toBe("z");
  });
  it("all are shown, in the grid that they fit in or in pages", () => {
    expect(run({ do: "fill", cameras: names(3) })).toMatchObject({ grid: 4 });
    expect(run({ do: "fill", cameras: names(7) })).toMatchObject({ grid: 9 });
    const wall = run({ do: "fill", cameras: names(50) });
    expect([wall.grid, pagesOf(wall), camerasOf(wall).length]).toEqual([16, 4, 50]);
  });
  it("are no more than one session takes; then only replacing helps", () => {
    const wall = run({ do: "fill", cameras: names(80) });
    expect([camerasOf(wall).length, isFull(wall)]).toEqual([CAMERAS_MAX, true]);
    expect(reduce(wall, { do: "place", camera: "new" })).toBe(wall);
    const replaced = reduce(wall, { do: "place", camera: "new", at: 2 });
    expect([replaced.tiles[2], camerasOf(replaced).length]).toEqual(["new", CAMERAS_MAX]);
  });
});

describe("watching", () => {
  it("brings a camera into sight, whatever stands on the wall", () => {
    const check = (wall: Wall, camera: string, expected: Partial<Wall>) => {
      const after = reduce(wall, { do: "watch", camera });
      expect(chosenCamera(after)).toBe(camera);
      expect(after).toMatchObject({ ...expected, oneUp: false });
      expect(reduce(after, { do: "watch", camera })).toEqual(after);
    };
    check(EMPTY, "a", { tiles: ["a", null, null, null] });
    const four = run(...add("a", "b", "c", "d"), { do: "one_up", at: 1 });
    check(four, "d", { tiles: ["a", "b", "c", "d"], selected: 3 });
    check(four, "e", { tiles: ["a", "b", "c", "d", "e", null, null, null], page: 1 });
    const full = run({ do: "fill", cameras: Array.from({ length: 64 }, (_, at) => `c${at}`) }, { do: "select", at: 5 });
    check(full, "new", { page: 0, selected: 5 });
  });
});

describe("moving", () => {
  it("goes over the tiles and on to the next page", () => {
    const wall = run(...add("a", "b", "c", "d", "e"), { do: "page", page: 0 }, { do: "select", at: 1 });
    expect(reduce(wall, { do: "move", dx: 1, dy: 0 })).toMatchObject({ page: 1, selected: 0 });
    expect(reduce(wall, { do: "move", dx: 0, dy: 1 })).toMatchObject({ page: 0, selected: 3 });
    expect(reduce(wall, { do: "move", dx: 0, dy: -1 })).toBe(wall);
  });
  it("one picture fills the wall, and only where there is one", () => {
    const wall = run(...add("a"));
    expect(reduce(wall, { do: "one_up" }).oneUp).toBe(true);
    expect(reduce(wall, { do: "one_up", at: 3 }).oneUp).toBe(false);
    expect(reduce(reduce(wall, { do: "one_up" }), { do: "remove" }).oneUp).toBe(false);
  });
  it("turns pages round and round", () => {
    const wall = run(...add("a", "b", "c", "d", "e"), { do: "turn", by: 1 });
    expect(wall.page).toBe(0);
    expect(reduce(wall, { do: "turn", by: -1 }).page).toBe(1);
  });
  it("a tour needs two pages", () => {
    expect(run(...add("a"), { do: "tour", seconds: 5 }).tourSeconds).toBeNull();
    expect(run(...add("a", "b", "c", "d", "e"), { do: "tour", seconds: 5 }).tourSeconds).toBe(5);
  });
});

describe("keeping", () => {
  it("loads a saved layout", () => {
    const wall = run({ do: "load", layout: { id: "l", grid: 9, tiles: ["a", null, "a", "b"], tour_seconds: 9 } });
    expect(wall).toMatchObject({
      grid: 9,
      layout: "l",
      tourSeconds: null,
      tiles: ["a", null, null, "b", null, null, null, null, null],
    });
  });
  it("is a layout only while it shows just that", () => {
    const layout = { id: "l", grid: 4, tiles: ["a", null, "b"], tour_seconds: null };
    const wall = run({ do: "load", layout });
    const check = (action: Action, expected: boolean) => expect(isLayout(reduce(wall, action), layout)).toBe(expected);
    check({ do: "select", at: 2 }, true);
    check({ do: "one_up", at: 2 }, true);
    check({ do: "place", camera: "c" }, false);
    check({ do: "swap", from: 0, to: 1 }, false);
    check({ do: "remove", at: 0 }, false);
    check({ do: "grid", grid: 9 }, false);
    check({ do: "forget", layout: "l" }, false);
    check({ do: "forget", layout: "other" }, true);
    expect(isLayout(reduce(reduce(wall, { do: "swap", from: 0, to: 1 }), { do: "swap", from: 1, to: 0 }), layout)).toBe(
      true,
    );
  });
  it("reads back what the browser kept, or nothing", () => {
    const wall = run(...add("a", "b"), { do: "select", at: 1 });
    expect(parseWall(JSON.stringify(wall))?.tiles).toEqual(wall.tiles);
    for (const broken of [null, "", "{", "[]", '{"grid":5,"tiles":[]}', '{"grid":4}'])
      expect(parseWall(broken)).toBeNull();
  });
});
