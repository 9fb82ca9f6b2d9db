// Draws the ground: water, green, borders, roads, buildings, their names, and a grid of degrees. Knows no camera.
import type { Palette } from "../tokens";
import type { BaseFeature, BaseKind, BaseLayer, RoadClass } from "./geojson";
import { UNITS } from "./geojson";
import {
  gridStepDeg,
  lonLatOf,
  type MapView,
  meets,
  pxPerMetre,
  type Size,
  seen,
  toScreen,
  worldOf,
  worldPx,
} from "./projection";

export interface Ground extends Size {
  readonly view: MapView;
  readonly palette: Palette;
  readonly dark: boolean;
  readonly layers: readonly BaseLayer[];
  readonly english: boolean;
  /** Base type, in pixels. */
  readonly fontPx: number;
  /** 1 at a desk, more on a wall display. */
  readonly scale: number;
  readonly face: string;
  /** Patches of the screen that names of marks need. */
  readonly taken?: ReadonlySet<string>;
}

/** The patches of the screen that a line of text covers. */
export function patches(left: number, y: number, wide: number, fontPx: number): string[] {
  const row = Math.floor(y / (fontPx * 1.25));
  const found: string[] = [];
  for (let at = left; at <= left + wide; at += 24) found.push(`${Math.floor(at / 24)} ${row}`);
  return found;
}

/** From bottom to top. */
const ORDER: readonly BaseKind[] = ["green", "water", "border", "building", "rail", "road", "other", "label"];
/** Metres of a road's width, and the fewest pixels it is drawn with. */
const ROADS: Record<RoadClass, { metres: number; px: number; zoom: number }> = {
  main: { metres: 16, px: 2.2, zoom: 9 },
  street: { metres: 9, px: 1, zoom: 13 },
  path: { metres: 3, px: 0.7, zoom: 15 },
};
/** Below these zooms a kind is not drawn: it would be noise. */
const ZOOM_FROM: Partial<Record<BaseKind, number>> = { building: 15, label: 10, rail: 11 };
const NAME_ZOOM: Partial<Record<BaseKind, number>> = { road: 15, water: 12, green: 14, building: 17, label: 10 };

/** Colours of the ground: quieter than anything that is marked on it. */
function groundColours(palette: Palette, dark: boolean) {
  return dark
    ? { land: "#12191d", water: "#0f2a36", green: "#16251b", building: "#1e262b", road: "#323b41", name: palette.faint }
    : {
        land: "#f3f5f4",
        water: "#c3dfeb",
        green: "#dcebdc",
        building: "#e2e4e6",
        road: "#ffffff",
        name: palette.faint,
      };
}

const paths = new WeakMap<BaseFeature, Path2D>();

function pathOf(feature: BaseFeature): Path2D {
  let path = paths.get(feature);
  if (path) return path;
  path = new Path2D();
  for (const line of feature.paths) {
    for (let at = 0; at < line.length; at += 2) {
      if (at === 0) path.moveTo(line[0] ?? 0, line[1] ?? 0);
      else path.lineTo(line[at] ?? 0, line[at + 1] ?? 0);
    }
    if (feature.area) path.closePath();
  }
  paths.set(feature, path);
  return path;
}

export function paintGround(context: CanvasRenderingContext2D, ground: Ground): void {
  const colours = groundColours(ground.palette, ground.dark);
  context.fillStyle = colours.land;
  context.fillRect(0, 0, ground.width, ground.height);
  paintGrid(context, ground);
  const within = seen(ground.view, ground, 40);
  const shown = ground.layers.map((layer) => ({
    layer,
    features: meets(layer.bounds, within) ? layer.features.filter(({ bounds }) => meets(bounds, within)) : [],
  }));
  for (const kind of ORDER) {
    if (ground.view.zoom < (ZOOM_FROM[kind] ?? 0)) continue;
    for (const { layer, features } of shown) {
      const of = features.filter((feature) => feature.kind === kind);
      if (of.length > 0) paintKind(context, ground, layer, kind, of, colours);
    }
  }
  const features = shown.flatMap((one) => one.features);
  paintNames(context, ground, features, colours);
}

type Colours = ReturnType<typeof groundColours>;

function paintKind(
  context: CanvasRenderingContext2D,
  ground: Ground,
  layer: BaseLayer,
  kind: BaseKind,
  features: readonly BaseFeature[],
  colours: Colours,
): void {
  const { view, width, height } = ground;
  const factor = worldPx(view.zoom) / UNITS;
  const origin = toScreen(view, ground, layer.origin);
  const ratio = context.getTransform().a;
  context.save();
  context.setTransform(ratio * factor, 0, 0, ratio * factor, ratio * origin.x, ratio * origin.y);
  context.lineJoin = "round";
  context.lineCap = "round";
  if (kind === "road") paintRoads(context, ground, features, colours, factor);
  else
    for (const feature of features) {
      const path = pathOf(feature);
      if (feature.area && kind !== "border" && kind !== "other") {
        context.fillStyle = kind === "water" ? colours.water : kind === "green" ? colours.green : colours.building;
        context.fill(path, "evenodd");
      } else {
        context.strokeStyle = kind === "water" ? colours.water : ground.palette.control;
        context.lineWidth = (kind === "water" ? Math.max(1.2, width > height ? 2 : 1.5) : 1) / factor;
        context.setLineDash(
          kind === "border" ? [6 / factor, 4 / factor] : kind === "rail" ? [3 / factor, 3 / factor] : [],
        );
        context.stroke(path);
        context.setLineDash([]);
      }
    }
  context.restore();
}

function paintRoads(
  context: CanvasRenderingContext2D,
  { view, palette, dark }: Ground,
  features: readonly BaseFeature[],
  colours: Colours,
  factor: number,
): void {
  const metre = pxPerMetre(view.y, view.zoom);
  for (const edge of [true, false])
    for (const name of ["path", "street", "main"] as const) {
      const { metres, px, zoom } = ROADS[name];
      const wide = Math.max(px, metres * metre);
      // A light ground needs the edge that a dark one does not.
      if (view.zoom < zoom || (edge && (dark || wide < 2.5))) continue;
      context.strokeStyle = edge ? palette.line : dark || wide >= 2.5 ? colours.road : palette.line;
      context.lineWidth = (edge ? wide + 1.6 : wide) / factor;
      for (const feature of features) if (feature.road === name) context.stroke(pathOf(feature));
    }
}

function paintNames(
  context: CanvasRenderingContext2D,
  ground: Ground,
  features: readonly BaseFeature[],
  { name: colour, land: halo }: Colours,
): void {
  const taken = new Set<string>();
  context.font = `${Math.round(ground.fontPx * 0.82)}px ${ground.face}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 3;
  context.lineJoin = "round";
  for (const feature of features) {
    const name = ground.english ? feature.nameEn || feature.name : feature.name || feature.nameEn;
    if (!name || ground.view.zoom < (NAME_ZOOM[feature.kind] ?? 16)) continue;
    const { x, y } = toScreen(ground.view, ground, feature.at);
    // One name in each patch of the screen, and each name once in a wider one.
    const keys = [
      `${Math.round(x / 90)} ${Math.round(y / 22)}`,
      `${name} ${Math.round(x / 300)} ${Math.round(y / 300)}`,
    ];
    const half = (name.length * ground.fontPx * (/[\u3000-\u9fff]/.test(name) ? 0.82 : 0.42)) / 2;
    const under = [-1, 0, 1].flatMap((row) =>
      patches(x - half, y + row * ground.fontPx * 0.8, 2 * half, ground.fontPx * 0.86),
    );
    if (keys.some((key) => taken.has(key)) || under.some((patch) => ground.taken?.has(patch))) continue;
    for (const key of keys) taken.add(key);
    context.strokeStyle = halo;
    context.strokeText(name, x, y);
    context.fillStyle = colour;
    context.fillText(name, x, y);
  }
}

/** Lines of longitude and latitude, so that an empty ground still says where one is and how large it is. */
function paintGrid(context: CanvasRenderingContext2D, ground: Ground): void {
  const step = gridStepDeg(ground.view.zoom);
  const { west, north, east, south } = seen(ground.view, ground);
  const [least, most] = [lonLatOf({ x: west, y: south }), lonLatOf({ x: east, y: north })];
  context.strokeStyle = ground.palette.line;
  context.globalAlpha = 0.55;
  context.lineWidth = 1;
  context.beginPath();
  for (let longitude = Math.ceil(least.longitude / step) * step; longitude < most.longitude; longitude += step) {
    const { x } = toScreen(ground.view, ground, worldOf({ longitude, latitude: 0 }));
    context.moveTo(Math.round(x) + 0.5, 0);
    context.lineTo(Math.round(x) + 0.5, ground.height);
  }
  for (let latitude = Math.ceil(least.latitude / step) * step; latitude < most.latitude; latitude += step) {
    const { y } = toScreen(ground.view, ground, worldOf({ longitude: 0, latitude }));
    context.moveTo(0, Math.round(y) + 0.5);
    context.lineTo(ground.width, Math.round(y) + 0.5);
  }
  context.stroke();
  context.globalAlpha = 1;
}
