// The wall's arrangement: which camera stands in which tile, in how many pages, and what each action does to it.
//
// Pure. Invariants: a camera stands on a wall at most once; no change of the grid takes one off; the number of tiles is a whole number of pages; a tile keeps
// its place when its camera is lost or another is taken away.
import type { Id, Layout } from "../../api/types";

export type GridSize = 1 | 4 | 9 | 16;
export const GRID_SIZES: readonly GridSize[] = [1, 4, 9, 16];

/** One viewing session takes no more (LIVE_CAMERAS_MAX of the server), and a wall is one session. */
export const CAMERAS_MAX = 64;
/** Tiles with the holes between them; the server keeps no more of a layout. */
const TILES_MAX = 256;

export interface Wall {
  readonly grid: GridSize;
  /** Tiles of all pages in order. */
  readonly tiles: readonly (Id | null)[];
  readonly page: number;
  /** Index of the chosen tile within the page. */
  readonly selected: number;
  /** The chosen tile fills the wall with its main stream. */
  readonly oneUp: boolean;
  /** Seconds per page while the tour runs; `null` when it stands. */
  readonly tourSeconds: number | null;
  /** The saved layout this came from. */
  readonly layout: Id | null;
}

export const EMPTY: Wall = {
  grid: 4,
  tiles: [null, null, null, null],
  page: 0,
  selected: 0,
  oneUp: false,
  tourSeconds: null,
  layout: null,
};

export type Action =
  | { readonly do: "grid"; readonly grid: GridSize }
  | { readonly do: "place"; readonly camera: Id; readonly at?: number }
  /** Brings a camera into sight: where it stands, else where there is room, else in the chosen tile. */
  | { readonly do: "watch"; readonly camera: Id }
  | { readonly do: "swap"; readonly from: number; readonly to: number }
  | { readonly do: "remove"; readonly at?: number }
  | { readonly do: "fill"; readonly cameras: readonly Id[] }
  | { readonly do: "clear" }
  | { readonly do: "select"; readonly at: number }
  | { readonly do: "move"; readonly dx: number; readonly dy: number }
  | { readonly do: "one_up"; readonly on?: boolean; readonly at?: number }
  | { readonly do: "page"; readonly page: number }
  | { readonly do: "turn"; readonly by: number }
  | { readonly do: "tour"; readonly seconds: number | null }
  | { readonly do: "load"; readonly layout: Pick<Layout, "grid" | "tiles" | "tour_seconds"> & { id?: Id } }
  | { readonly do: "saved"; readonly layout: Id }
  /** A saved layout is no more. */
  | { readonly do: "forget"; readonly layout: Id }
  | { readonly do: "restore"; readonly wall: Wall };

export const columnsOf = (grid: GridSize): number => Math.sqrt(grid);
export const pagesOf = (wall: Wall): number => Math.max(1, Math.ceil(wall.tiles.length / wall.grid));

/** The tiles of the page that is shown. */
export function shown(wall: Wall): readonly (Id | null)[] {
  return wall.tiles.slice(wall.page * wall.grid, (wall.page + 1) * wall.grid);
}

/** All cameras of all pages: what the viewing session is opened for. */
export function camerasOf(wall: Wall): Id[] {
  return wall.tiles.filter((tile) => tile !== null);
}

export function chosenCamera(wall: Wall): Id | null {
  return shown(wall)[wall.selected] ?? null;
}

/** The smallest grid that shows so many at once, not smaller than the present one. */
export function gridFor(count: number, grid: GridSize): GridSize {
  return GRID_SIZES.find((size) => size >= Math.max(count, grid)) ?? 16;
}

/** True when nothing can be placed without taking something off. */
export function isFull(wall: Wall): boolean {
  return camerasOf(wall).length >= CAMERAS_MAX;
}

/** True when the wall shows exactly what the layout says: only then may the ledger name it. */
export function isLayout(wall: Wall, layout: Pick<Layout, "id" | "grid" | "tiles">): boolean {
  const text = (tiles: readonly (Id | null)[]) => JSON.stringify(tiles.slice(0, filledLength(tiles)));
  return layout.id === wall.layout && layout.grid === wall.grid && text(layout.tiles) === text(wall.tiles);
}

/** The number of tiles up to the last camera. */
function filledLength(tiles: readonly (Id | null)[]): number {
  return tiles.findLastIndex((tile) => tile !== null) + 1;
}

/** Empty pages at the end are dropped, the last page is filled up with empty tiles. */
function whole(wall: Wall): Wall {
  const pages = Math.max(1, Math.ceil(filledLength(wall.tiles) / wall.grid));
  const tiles = Array.from({ length: pages * wall.grid }, (_, index) => wall.tiles[index] ?? null);
  const page = Math.min(wall.page, pages - 1);
  const selected = Math.min(wall.selected, wall.grid - 1);
  const oneUp = wall.oneUp && tiles[page * wall.grid + selected] !== null;
  return { ...wall, tiles, page, selected, oneUp, tourSeconds: pages > 1 ? wall.tourSeconds : null };
}

function place(wall: Wall, camera: Id, at: number): Wall {
  const index = wall.page * wall.grid + at;
  const tiles = [...wall.tiles];
  const before = tiles.indexOf(camera);
  if (before === index) return wall;
  // A camera that already stands on the wall changes places with what is there.
  if (before >= 0) tiles[before] = tiles[index] ?? null;
  else if (tiles[index] === null && isFull(wall)) return wall;
  tiles[index] = camera;
  return whole({ ...wall, tiles, selected: at });
}

/** Without a place: the chosen tile if it is empty, else the first empty one, else a new page. */
function add(wall: Wall, camera: Id): Wall {
  const already = wall.tiles.indexOf(camera);
  if (already >= 0) return { ...wall, page: Math.floor(already / wall.grid), selected: already % wall.grid };
  if (isFull(wall)) return wall;
  const chosen = wall.page * wall.grid + wall.selected;
  let index = wall.tiles[chosen] === null ? chosen : wall.tiles.indexOf(null, wall.page * wall.grid);
  if (index < 0) index = wall.tiles.indexOf(null);
  if (index < 0) index = wall.tiles.length;
  const tiles = [...wall.tiles];
  tiles[index] = camera;
  return whole({ ...wall, tiles, page: Math.floor(index / wall.grid), selected: index % wall.grid, oneUp: false });
}

function regrid(wall: Wall, grid: GridSize): Wall {
  if (grid === wall.grid) return { ...wall, oneUp: false };
  const chosen = wall.page * wall.grid + wall.selected;
  // Holes are kept only within what fits; a smaller grid closes them up so that no camera is hidden by chance.
  const filled = camerasOf(wall);
  // An empty tile was chosen: what stands after it stays in sight.
  const camera = wall.tiles.slice(chosen).find((tile) => tile !== null) ?? null;
  const tiles = wall.tiles.length <= grid ? wall.tiles : filled;
  const index = camera === null ? 0 : Math.max(0, tiles.indexOf(camera));
  return whole({ ...wall, grid, tiles, page: Math.floor(index / grid), selected: index % grid, oneUp: false });
}

function move(wall: Wall, dx: number, dy: number): Wall {
  const columns = columnsOf(wall.grid);
  const x = (wall.selected % columns) + dx;
  const y = Math.floor(wall.selected / columns) + dy;
  if (y < 0 || y >= columns) return wall;
  const pages = pagesOf(wall);
  // Past the edge of a page lies the next page.
  if (x < 0 || x >= columns) {
    const page = wall.page + Math.sign(dx);
    if (page < 0 || page >= pages) return wall;
    return whole({ ...wall, page, selected: y * columns + (x < 0 ? columns - 1 : 0) });
  }
  return whole({ ...wall, selected: y * columns + x });
}

export function reduce(wall: Wall, action: Action): Wall {
  switch (action.do) {
    case "grid":
      return regrid(wall, action.grid);
    case "place":
      return action.at === undefined ? add(wall, action.camera) : place(wall, action.camera, action.at);
    case "watch": {
      const seen = add({ ...wall, oneUp: false }, action.camera);
      return chosenCamera(seen) === action.camera ? seen : place(seen, action.camera, seen.selected);
    }
    case "swap": {
      const camera = shown(wall)[action.from];
      return camera ? place(wall, camera, action.to) : wall;
    }
    case "remove": {
      const tiles = [...wall.tiles];
      tiles[wall.page * wall.grid + (action.at ?? wall.selected)] = null;
      return whole({ ...wall, tiles, oneUp: false });
    }
    case "fill": {
      const tiles = [...new Set(action.cameras)].slice(0, CAMERAS_MAX);
      const grid = gridFor(tiles.length, wall.grid);
      return whole({ ...wall, grid, tiles, page: 0, selected: 0, oneUp: false, layout: null });
    }
    case "clear":
      return { ...EMPTY, grid: wall.grid, tiles: Array.from({ length: wall.grid }, () => null) };
    case "select":
      return { ...wall, selected: Math.max(0, Math.min(wall.grid - 1, action.at)) };
    case "move":
      return move(wall, action.dx, action.dy);
    case "one_up": {
      const selected = action.at ?? wall.selected;
      const on = action.on ?? !wall.oneUp;
      return { ...wall, selected, oneUp: on && wall.grid > 1 && shown(wall)[selected] !== null };
    }
    case "page":
      return whole({ ...wall, page: Math.max(0, action.page), oneUp: false });
    case "turn":
      return { ...wall, page: (wall.page + action.by + pagesOf(wall)) % pagesOf(wall), oneUp: false };
    case "tour":
      return whole({ ...wall, tourSeconds: action.seconds });
    case "load": {
      const grid = GRID_SIZES.find((size) => size === action.layout.grid) ?? 4;
      const tour = action.layout.tour_seconds ?? null;
      return whole({
        ...EMPTY,
        grid,
        tiles: once(action.layout.tiles),
        tourSeconds: tour,
        layout: action.layout.id ?? null,
      });
    }
    case "saved":
      return { ...wall, layout: action.layout };
    case "forget":
      return wall.layout === action.layout ? { ...wall, layout: null } : wall;
    case "restore":
      return whole(action.wall);
  }
}

/** Each camera once, and no more than a wall takes; what is too much leaves its tile empty. */
function once(tiles: readonly (Id | null)[]): (Id | null)[] {
  const seen = new Set<Id>();
  return tiles.slice(0, TILES_MAX).map((tile) => {
    if (tile === null || seen.has(tile) || seen.size >= CAMERAS_MAX) return null;
    seen.add(tile);
    return tile;
  });
}

/** A wall kept in the browser, if it still has the shape of one. */
export function parseWall(text: string | null): Wall | null {
  try {
    const value = JSON.parse(text ?? "null") as Partial<Wall> | null;
    const grid = GRID_SIZES.find((size) => size === value?.grid);
    if (!value || !grid || !Array.isArray(value.tiles)) return null;
    const tiles = value.tiles.map((tile) => (typeof tile === "string" ? tile : null));
    const layout = typeof value.layout === "string" ? value.layout : null;
    return whole({ ...EMPTY, grid, tiles: once(tiles), layout });
  } catch {
    return null;
  }
}
