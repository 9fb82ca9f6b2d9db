// Tests of the wall's arrangement.
// @vitest-environment node
import { describe, expect, it } from "vitest";
import { type Action, camerasOf, chosenCamera, EMPTY, pagesOf, parseWall, reduce, shown, type Wall } from "./grid";

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
  it("reads back what the browser kept, or nothing", () => {
    const wall = run(...add("a", "b"), { do: "select", at: 1 });
    expect(parseWall(JSON.stringify(wall))?.tiles).toEqual(wall.tiles);
    for (const broken of [null, "", "{", "[]", '{"grid":5,"tiles":[]}', '{"grid":4}'])
      expect(parseWall(broken)).toBeNull();
  });
});
