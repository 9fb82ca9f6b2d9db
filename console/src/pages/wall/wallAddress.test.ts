// Tests of a wall in an address: what one window tells another.
// @vitest-environment node
import { expect, it } from "vitest";
import { EMPTY, reduce } from "./grid";
import { addressOfWall, wallOfAddress } from "./wallAddress";

it("goes to another window and back", () => {
  const wall = reduce(reduce(EMPTY, { do: "place", camera: "a" }), { do: "place", camera: "b", at: 3 });
  const url = new URL(addressOfWall(wall, "2"), "http://localhost");
  expect(url.pathname).toBe("/wall");
  const search = Object.fromEntries(url.searchParams);
  expect(search.screen).toBe("2");
  expect(wallOfAddress(search.grid, search.tiles)?.tiles).toEqual(wall.tiles);
  expect(wallOfAddress("9", undefined)).toBeNull();
  expect(wallOfAddress("7", "a,b")?.grid).toBe(4);
});
