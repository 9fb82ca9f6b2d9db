// Base layers: GeoJSON (RFC 7946) to what the canvas draws, and every reason why a file is not taken, with the feature. Pure.
//
// Invariant: what comes out has positions in range and paths that can be drawn; nothing of a file with a problem comes out.
import { type Bounds, boundsOf, joined, LATITUDE_MAX, NO_BOUNDS, worldOf } from "./projection";

/** Bytes of one file: what the server sends of the data folder, too (LAYER_BYTES_MAX). */
export const LAYER_BYTES_MAX = 16 * 1024 * 1024;
/** Features of one file: a district's buildings. */
export const FEATURES_MAX = 50_000;
/** Positions of one file: each costs the canvas a little at every step of the map. */
export const POSITIONS_MAX = 1_000_000;
/** So many problems are said; the first one mostly explains the others. */
export const PROBLEMS_MAX = 5;

/** What a feature is, from `properties.kind`; anything else is drawn as a thin line. */
export const BASE_KINDS = ["water", "green", "border", "road", "rail", "building", "label"] as const;
export type BaseKind = (typeof BASE_KINDS)[number] | "other";

/** How a road is drawn, from `properties.class`. */
export const ROAD_CLASSES = ["main", "street", "path"] as const;
export type RoadClass = (typeof ROAD_CLASSES)[number];

/** One feature, in metres-like units around the layer's own origin: world coordinates lose their last digits in a path. */
export interface BaseFeature {
  readonly kind: BaseKind;
  readonly road: RoadClass;
  readonly name: string;
  readonly nameEn: string;
  readonly bounds: Bounds;
  /** Rings of areas or lines, as x, y, x, y…, in the layer's units. */
  readonly paths: readonly Float64Array[];
  readonly area: boolean;
  /** Where its name stands: of a line its middle. */
  readonly at: { readonly x: number; readonly y: number };
}

export interface BaseLayer {
  readonly name: string;
  readonly bounds: Bounds;
  readonly origin: { readonly x: number; readonly y: number };
  readonly features: readonly BaseFeature[];
}

/** One world is so many layer units wide. */
export const UNITS = 2 ** 25;

/** Why a file is not taken: a text of the console with what it names. */
export interface LayerProblem {
  readonly id: string;
  /** Counted from 1, as an editor of such files counts them. */
  readonly feature?: number;
  readonly name?: string;
  readonly args?: Record<string, string>;
}

export type LayerResult = { readonly layer: BaseLayer } | { readonly problems: readonly LayerProblem[] };

const AREAS = new Set(["Polygon", "MultiPolygon"]);
const DEPTH: Record<string, number> = {
  Point: 0,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const textOf = (value: unknown) => (typeof value === "string" ? value.slice(0, 100) : "");

class Wrong extends Error {
  readonly problem: LayerProblem;
  constructor(problem: LayerProblem) {
    super(problem.id);
    this.problem = problem;
  }
}

/** Reads one file. */
export function readLayer(name: string, text: string): LayerResult {
  if (text.length > LAYER_BYTES_MAX) return { problems: [{ id: "map-file-large" }] };
  let file: unknown;
  try {
    // A byte order mark is none of the text.
    file = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    return { problems: [{ id: "map-file-no-json", args: { detail: error instanceof Error ? error.message : "" } }] };
  }
  if (!isObject(file) || file.type !== "FeatureCollection" || !Array.isArray(file.features))
    return { problems: [{ id: "map-file-no-collection" }] };
  if (isObject(file.crs) && !/CRS84|4326/.test(JSON.stringify(file.crs)))
    return { problems: [{ id: "map-file-crs", args: { crs: JSON.stringify(file.crs).slice(0, 80) } }] };
  if (file.features.length > FEATURES_MAX)
    return { problems: [{ id: "map-file-features", args: { n: String(file.features.length) } }] };
  return layerOf(name, file.features);
}

function layerOf(name: string, features: unknown[]): LayerResult {
  const problems: LayerProblem[] = [];
  const read: Raw[] = [];
  let positions = 0;
  for (const [at, feature] of features.entries()) {
    try {
      const raw = rawOf(feature);
      positions += raw.paths.reduce((sum, path) => sum + path.length / 2, 0);
      read.push(raw);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      const properties = isObject(feature) && isObject(feature.properties) ? feature.properties : {};
      problems.push({ ...error.problem, feature: at + 1, name: textOf(properties.name) });
      if (problems.length === PROBLEMS_MAX) break;
    }
  }
  if (positions > POSITIONS_MAX) problems.push({ id: "map-file-positions", args: { n: String(positions) } });
  if (problems.length > 0) return { problems };
  const bounds = read.reduce((all, raw) => joined(all, raw.bounds), NO_BOUNDS);
  const origin = read.length > 0 ? { x: bounds.west, y: bounds.north } : { x: 0, y: 0 };
  return { layer: { name, bounds, origin, features: read.map((raw) => placed(raw, origin)) } };
}

/** A feature in world coordinates. */
interface Raw extends Pick<BaseFeature, "kind" | "road" | "name" | "nameEn" | "bounds" | "area"> {
  readonly paths: readonly Float64Array[];
}

function rawOf(feature: unknown): Raw {
  if (!isObject(feature) || feature.type !== "Feature") throw new Wrong({ id: "map-feature-none" });
  const { geometry } = feature;
  const type = isObject(geometry) ? String(geometry.type) : "null";
  const depth = DEPTH[type];
  if (!isObject(geometry) || depth === undefined) throw new Wrong({ id: "map-feature-geometry", args: { type } });
  const area = AREAS.has(type);
  const paths = linesOf(geometry.coordinates, depth).map((line) => pathOf(line, area, depth > 0));
  const properties = isObject(feature.properties) ? feature.properties : {};
  const kind = BASE_KINDS.find((known) => known === properties.kind) ?? (depth === 0 ? "label" : "other");
  const road = ROAD_CLASSES.find((known) => known === properties.class) ?? "street";
  const bounds = paths.reduce((all, path) => joined(all, boundsOf(pointsOf(path))), NO_BOUNDS);
  return { kind, road, name: textOf(properties.name), nameEn: textOf(properties.name_en), bounds, paths, area };
}

/** The lists of positions at a depth of nesting. */
function linesOf(value: unknown, depth: number): unknown[][] {
  if (depth === 0) return [[value]];
  if (!Array.isArray(value)) throw new Wrong({ id: "map-feature-coordinates" });
  if (depth === 1) return [value];
  return value.flatMap((part) => linesOf(part, depth - 1));
}

function pathOf(line: unknown[], area: boolean, line_: boolean): Float64Array {
  if (area && line.length < 4) throw new Wrong({ id: "map-feature-ring", args: { n: String(line.length) } });
  if (line_ && line.length < 2) throw new Wrong({ id: "map-feature-line" });
  const path = new Float64Array(line.length * 2);
  for (const [at, position] of line.entries()) {
    const [longitude, latitude] = Array.isArray(position) ? (position as unknown[]) : [];
    if (typeof longitude !== "number" || typeof latitude !== "number")
      throw new Wrong({ id: "map-feature-position", args: { at: String(at + 1) } });
    // Metres of a projection are the usual mistake; 180 degrees away from it.
    if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= LATITUDE_MAX))
      throw new Wrong({ id: "map-feature-range", args: { at: String(at + 1), value: `${longitude}, ${latitude}` } });
    const { x, y } = worldOf({ longitude, latitude });
    path[2 * at] = x;
    path[2 * at + 1] = y;
  }
  return path;
}

function* pointsOf(path: Float64Array): Generator<{ x: number; y: number }> {
  for (let at = 0; at < path.length; at += 2) yield { x: path[at] ?? 0, y: path[at + 1] ?? 0 };
}

function placed(raw: Raw, origin: { x: number; y: number }): BaseFeature {
  const paths = raw.paths.map((path) =>
    path.map((value, at) => (value - (at % 2 === 0 ? origin.x : origin.y)) * UNITS),
  );
  const { west, east, north, south } = raw.bounds;
  const first = raw.paths[0] ?? new Float64Array(2);
  const half = first.length / 2;
  const along = 2 * Math.floor((half - 1) / 2);
  const at = raw.area
    ? { x: (west + east) / 2, y: (north + south) / 2 }
    : half > 1
      ? {
          x: ((first[along] ?? 0) + (first[along + 2] ?? 0)) / 2,
          y: ((first[along + 1] ?? 0) + (first[along + 3] ?? 0)) / 2,
        }
      : { x: first[0] ?? 0, y: first[1] ?? 0 };
  return { ...raw, paths, at };
}
