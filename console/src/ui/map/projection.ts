// From longitude and latitude to pixels and back: Web Mercator, a view of it, and what moves the view. Pure.
//
// The world is a square from 0 to 1, x to the east, y to the south; at zoom z it is 256 · 2^z pixels wide. Positions are WGS-84
// (CGCS2000 is the same within decimetres). Nothing here converts from GCJ-02: a shift by guess would be a second error.

export interface LonLat {
  readonly longitude: number;
  readonly latitude: number;
}

export interface WorldPoint {
  readonly x: number;
  readonly y: number;
}

/** What is looked at: the middle of the map, and how closely. */
export interface MapView extends WorldPoint {
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle of the world; empty while `west > east`. */
export interface Bounds {
  readonly west: number;
  readonly north: number;
  readonly east: number;
  readonly south: number;
}

export const TILE_PX = 256;
/** A continent. */
export const ZOOM_MIN = 3;
/** A lamp post: 7 cm a pixel at the equator. */
export const ZOOM_MAX = 21;
/** Beyond, Mercator goes to infinity (EPSG:3857). */
export const LATITUDE_MAX = 85.051129;
/** Metres around the equator, of the sphere that Web Mercator uses (radius 6378137 m). */
const EQUATOR_M = 40_075_016.686;
export const NO_BOUNDS: Bounds = { west: 1, north: 1, east: 0, south: 0 };

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));
const radians = (deg: number) => (deg * Math.PI) / 180;
/** China, when there is nothing else to look at. */
export const NOWHERE: MapView = { ...worldOf({ longitude: 105, latitude: 35 }), zoom: 4 };

export function worldOf({ longitude, latitude }: LonLat): WorldPoint {
  const sine = Math.sin(radians(clamp(latitude, -LATITUDE_MAX, LATITUDE_MAX)));
  return { x: longitude / 360 + 0.5, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) };
}

export function lonLatOf({ x, y }: WorldPoint): LonLat {
  const latitude = (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
  return { longitude: (x - 0.5) * 360, latitude };
}

/** Pixels of the whole world at a zoom. */
export const worldPx = (zoom: number) => TILE_PX * 2 ** zoom;

/** Pixels of a metre at a height of the world: Mercator stretches towards the poles. */
export function pxPerMetre(y: number, zoom: number): number {
  const { latitude } = lonLatOf({ x: 0, y });
  return worldPx(zoom) / (EQUATOR_M * Math.cos(radians(latitude)));
}

export function toScreen(view: MapView, { width, height }: Size, { x, y }: WorldPoint): { x: number; y: number } {
  const px = worldPx(view.zoom);
  return { x: (x - view.x) * px + width / 2, y: (y - view.y) * px + height / 2 };
}

export function fromScreen(view: MapView, { width, height }: Size, x: number, y: number): WorldPoint {
  const px = worldPx(view.zoom);
  return { x: view.x + (x - width / 2) / px, y: view.y + (y - height / 2) / px };
}

/** A view that there is: not beyond the poles, not around the world. */
export function bounded({ x, y, zoom }: MapView): MapView {
  return { x: clamp(x, 0, 1), y: clamp(y, 0, 1), zoom: clamp(zoom, ZOOM_MIN, ZOOM_MAX) };
}

/** The map follows the hand: what was under the pointer stays under it. */
export function panned(view: MapView, dx: number, dy: number): MapView {
  const px = worldPx(view.zoom);
  return bounded({ ...view, x: view.x - dx / px, y: view.y - dy / px });
}

/** Closer by so many zoom levels, with the place under the pointer kept where it is. */
export function zoomed(view: MapView, size: Size, x: number, y: number, by: number): MapView {
  const zoom = clamp(view.zoom + by, ZOOM_MIN, ZOOM_MAX);
  const under = fromScreen(view, size, x, y);
  const px = worldPx(zoom);
  return bounded({ x: under.x - (x - size.width / 2) / px, y: under.y - (y - size.height / 2) / px, zoom });
}

export function boundsOf(points: Iterable<WorldPoint>): Bounds {
  let { west, north, east, south } = NO_BOUNDS;
  for (const { x, y } of points) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    north = Math.min(north, y);
    south = Math.max(south, y);
  }
  return { west, north, east, south };
}

export function joined(a: Bounds, b: Bounds): Bounds {
  return {
    west: Math.min(a.west, b.west),
    north: Math.min(a.north, b.north),
    east: Math.max(a.east, b.east),
    south: Math.max(a.south, b.south),
  };
}

export const isEmpty = ({ west, east }: Bounds) => west > east;

export function meets(a: Bounds, b: Bounds): boolean {
  return a.west <= b.east && b.west <= a.east && a.north <= b.south && b.north <= a.south;
}

/** What a view shows, with so many pixels around it. */
export function seen(view: MapView, size: Size, marginPx = 0): Bounds {
  const { x: west, y: north } = fromScreen(view, size, -marginPx, -marginPx);
  const { x: east, y: south } = fromScreen(view, size, size.width + marginPx, size.height + marginPx);
  return { west, north, east, south };
}

/** The view that shows everything within bounds; a single place is not zoomed into beyond `zoomMax`. */
export function fitted(bounds: Bounds, size: Size, marginPx = 48, zoomMax = 17): MapView {
  if (isEmpty(bounds)) return NOWHERE;
  const room = (px: number) => Math.max(1, px - 2 * marginPx) / TILE_PX;
  const across = Math.min(
    room(size.width) / Math.max(bounds.east - bounds.west, 1e-12),
    room(size.height) / Math.max(bounds.south - bounds.north, 1e-12),
  );
  const zoom = Math.min(zoomMax, Math.log2(across));
  return bounded({ x: (bounds.west + bounds.east) / 2, y: (bounds.north + bounds.south) / 2, zoom });
}

const STEPS = [1, 2, 5];

/** The longest round length that fits into so many pixels: `{ metres: 200, px: 84 }`. */
export function scaleBar(view: MapView, pxMax: number): { metres: number; px: number } {
  const perMetre = pxPerMetre(view.y, view.zoom);
  const most = pxMax / perMetre;
  const ten = 10 ** Math.floor(Math.log10(most));
  const metres = ten * (STEPS.findLast((step) => step * ten <= most) ?? 1);
  return { metres, px: metres * perMetre };
}

/** Degrees between two lines of the grid, so that they are some 160 pixels apart. */
export function gridStepDeg(zoom: number): number {
  const wanted = (360 * 160) / worldPx(zoom);
  const ten = 10 ** Math.floor(Math.log10(wanted));
  return ten * (STEPS.find((step) => step * ten >= wanted) ?? 10);
}

/** As people write it: `113.32450° E, 23.10640° N`; five digits are a metre. */
export function positionWords({ longitude, latitude }: LonLat, digits = 5): string {
  const part = (value: number, [plus, minus]: [string, string]) =>
    `${Math.abs(value).toFixed(digits)}° ${value < 0 ? minus : plus}`;
  return `${part(longitude, ["E", "W"])}, ${part(latitude, ["N", "S"])}`;
}
