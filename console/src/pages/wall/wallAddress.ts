// A wall in an address: what one person sends another. Pure.
import { EMPTY, reduce, type Wall } from "./grid";

/** The wall that an address describes by itself: `?grid=9&tiles=a,,b`. */
export function wallOfAddress(grid: string | undefined, tiles: string | undefined): Wall | null {
  if (tiles === undefined) return null;
  const list = tiles.split(",").map((tile) => tile || null);
  return reduce(EMPTY, { do: "load", layout: { grid: Number(grid ?? 4), tiles: list } });
}
