// A wall in an address: what one window tells another. Pure.
import { EMPTY, reduce, type Wall } from "./grid";

/** The wall that an address describes by itself: `?grid=9&tiles=a,,b`. */
export function wallOfAddress(grid: string | undefined, tiles: string | undefined): Wall | null {
  if (tiles === undefined) return null;
  const list = tiles.split(",").map((tile) => tile || null);
  return reduce(EMPTY, { do: "load", layout: { grid: Number(grid ?? 4), tiles: list } });
}

/** The address under which another window shows this wall. */
export function addressOfWall(wall: Wall, screen: string): string {
  const query = new URLSearchParams({
    screen,
    grid: String(wall.grid),
    tiles: wall.tiles.map((tile) => tile ?? "").join(","),
  });
  return `/wall?${query}`;
}
