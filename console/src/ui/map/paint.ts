// Draws what is marked: fields of view, what two of them share, marks with their shapes, clusters with their numbers, names.
// Knows no page and no query. What it draws, `hits` finds again under a pointer.
import type { Palette } from "../tokens";
import type { Cluster, Clusters } from "./cluster";
import { type MapMark, SHAPES, STANDING_TONES, STANDINGS, type Standing, worstOf } from "./marks";
import { type Ground, paintGround, patches } from "./paintBase";
import {
  type Bounds,
  type MapView,
  pxPerMetre,
  type Size,
  scaleBar,
  seen,
  toScreen,
  type WorldPoint,
} from "./projection";
import type { FieldOfView } from "./sector";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MapScene extends Ground {
  readonly clusters: Clusters<MapMark>;
  /** A planned field and an existing one that see the same. */
  readonly overlaps: readonly (readonly [MapMark, MapMark])[];
  /** What is open, and what is chosen. */
  readonly chosen: ReadonlySet<string>;
  readonly box: Box | null;
  /** Drawn for a sheet, which shows the canvas in another size: its scale must be in it. */
  readonly paper: boolean;
}

/** Fields of view are drawn from here on where they are large enough to be seen. */
const FIELD_PX_MIN = 7;
/** From here on also those of a few points that stand at one pole. */
const FIELDS_CLUSTERED_ZOOM = 16;
const FIELDS_CLUSTERED_MAX = 6;
const NAME_ZOOM = 16.5;
const MARK_PX = 13;
/** A pointer this near to a mark means it. */
const HIT_PX = 16;

export function paintMap(context: CanvasRenderingContext2D, scene: MapScene): void {
  const within = seen(scene.view, scene, 60);
  // A sector reaches further than its mark.
  const far = seen(scene.view, scene, 900);
  const inside = (bounds: Bounds) => (cluster: WorldPoint) => {
    const { x, y } = cluster;
    return x >= bounds.west && x <= bounds.east && y >= bounds.north && y <= bounds.south;
  };
  const shown = scene.clusters.at(scene.view.zoom).filter(inside(far));
  const near = shown.filter(inside(within));
  const names = namesOf(context, scene, near);
  paintGround(context, { ...scene, taken: names.taken });
  for (const { marks } of shown)
    if (marks.length === 1 || (marks.length <= FIELDS_CLUSTERED_MAX && scene.view.zoom >= FIELDS_CLUSTERED_ZOOM))
      for (const mark of marks) paintField(context, scene, mark);
  for (const [planned, existing] of scene.overlaps) paintShared(context, scene, planned, existing);
  const rank = (cluster: Cluster<MapMark>) => STANDINGS.length - STANDINGS.indexOf(sumOf(cluster).worst);
  near.sort((a, b) => rank(a) - rank(b));
  for (const cluster of near) {
    if (cluster.marks.length > 1) paintCluster(context, scene, cluster);
    else if (cluster.marks[0]) paintMark(context, scene, cluster.marks[0]);
  }
  paintMarkNames(context, scene, names.of);
  if (scene.box) paintBox(context, scene, scene.box);
  if (scene.paper) paintScale(context, scene);
}

export function toneColour(palette: Palette, mark: Pick<MapMark, "standing">): string {
  const tone = STANDING_TONES[mark.standing];
  return tone === "plain" ? palette.soft : palette[tone];
}

/** The outline of a field in the canvas's pixels; `null` where it is too small to be seen. */
export function fieldPath(view: MapView, size: Size, mark: MapMark, field: FieldOfView): Path2D | null {
  const { x, y } = toScreen(view, size, mark);
  const radius = field.rangeM * pxPerMetre(mark.y, view.zoom);
  if (radius < FIELD_PX_MIN) return null;
  const path = new Path2D();
  if (field.angleDeg >= 360) {
    path.arc(x, y, radius, 0, 2 * Math.PI);
    return path;
  }
  // North is up, and an arc of the canvas begins in the east.
  const middle = ((field.directionDeg - 90) * Math.PI) / 180;
  const half = (field.angleDeg * Math.PI) / 360;
  path.moveTo(x, y);
  path.arc(x, y, radius, middle - half, middle + half);
  path.closePath();
  return path;
}

function paintField(context: CanvasRenderingContext2D, scene: MapScene, mark: MapMark): void {
  const path = mark.view && fieldPath(scene.view, scene, mark, mark.view);
  if (!path) return;
  const colour = toneColour(scene.palette, mark);
  context.lineWidth = (scene.chosen.has(mark.id) ? 2 : 1) * scene.scale;
  if (mark.kind !== "planned") {
    context.fillStyle = colour;
    context.globalAlpha = scene.chosen.has(mark.id) ? 0.3 : 0.16;
    context.fill(path);
  }
  context.globalAlpha = scene.chosen.has(mark.id) ? 1 : 0.75;
  context.strokeStyle = colour;
  context.setLineDash(mark.kind === "planned" ? [5, 4] : []);
  context.stroke(path);
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** What both see, hatched: the canvas cuts one outline by the other. */
function paintShared(context: CanvasRenderingContext2D, scene: MapScene, a: MapMark, b: MapMark): void {
  const first = a.view && fieldPath(scene.view, scene, a, a.view);
  const second = b.view && fieldPath(scene.view, scene, b, b.view);
  if (!first || !second || !a.view || !b.view) return;
  const { x, y } = toScreen(scene.view, scene, a);
  const reach = Math.min(a.view.rangeM * pxPerMetre(a.y, scene.view.zoom), Math.hypot(scene.width, scene.height));
  if (x + reach < 0 || y + reach < 0 || x - reach > scene.width || y - reach > scene.height) return;
  context.save();
  context.clip(first);
  context.clip(second);
  context.strokeStyle = scene.palette.late;
  context.lineWidth = 1.6 * scene.scale;
  const step = 7 * scene.scale;
  context.beginPath();
  for (let along = -2 * reach; along <= 2 * reach; along += step) {
    context.moveTo(x + along - reach, y + reach);
    context.lineTo(x + along + reach, y - reach);
  }
  context.stroke();
  context.restore();
}

interface Sum {
  readonly worst: Standing;
  readonly counts: ReadonlyMap<Standing, number>;
}

const sums = new WeakMap<Cluster<MapMark>, Sum>();

/** What a cluster holds, counted once: a city's clusters hold thousands. */
function sumOf(cluster: Cluster<MapMark>): Sum {
  const known = sums.get(cluster);
  if (known) return known;
  const counts = new Map<Standing, number>();
  for (const { standing } of cluster.marks) counts.set(standing, (counts.get(standing) ?? 0) + 1);
  const sum = { worst: worstOf(cluster.marks), counts };
  sums.set(cluster, sum);
  return sum;
}

const outlines = new Map<string, Path2D>();

function outline(d: string): Path2D {
  const known = outlines.get(d);
  if (known) return known;
  const made = new Path2D(d);
  outlines.set(d, made);
  return made;
}

function paintMark(context: CanvasRenderingContext2D, scene: MapScene, mark: MapMark): void {
  const { x, y } = toScreen(scene.view, scene, mark);
  const size = MARK_PX * scene.scale * (mark.standing === "place" ? 0.75 : 1);
  const chosen = scene.chosen.has(mark.id);
  if (chosen) {
    context.beginPath();
    context.arc(x, y, size * 0.95, 0, 2 * Math.PI);
    context.strokeStyle = scene.palette.accent;
    context.lineWidth = 2.5 * scene.scale;
    context.stroke();
  }
  const { d, hollow } = SHAPES[mark.standing];
  const path = outline(d);
  const colour = toneColour(scene.palette, mark);
  context.save();
  context.translate(x - size / 2, y - size / 2);
  context.scale(size / 12, size / 12);
  // A rim of the ground's colour keeps a mark apart from what lies under it.
  context.lineWidth = 3;
  context.strokeStyle = scene.palette.page;
  context.stroke(path);
  context.fillStyle = hollow ? scene.palette.page : colour;
  context.fill(path, "evenodd");
  if (hollow) {
    context.lineWidth = 1.9;
    context.strokeStyle = colour;
    if (mark.kind === "planned") context.setLineDash([2.4, 1.6]);
    context.stroke(path);
  }
  context.restore();
  if (mark.live && mark.live !== "recording") paintLive(context, scene, mark.live, x + size * 0.55, y - size * 0.55);
}

/** What is wrong with the camera now: a cross for a gap, a bar for one that is off. What records has no badge. */
function paintLive(context: CanvasRenderingContext2D, scene: MapScene, live: string, x: number, y: number): void {
  const radius = 4.6 * scene.scale;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = scene.palette.page;
  context.fill();
  context.strokeStyle = live === "gap" ? scene.palette.breach : scene.palette.soft;
  context.lineWidth = 1.7 * scene.scale;
  context.stroke();
  const arm = radius * 0.45;
  context.beginPath();
  context.moveTo(x - arm, y - (live === "gap" ? arm : 0));
  context.lineTo(x + arm, y + (live === "gap" ? arm : 0));
  if (live === "gap") {
    context.moveTo(x - arm, y + arm);
    context.lineTo(x + arm, y - arm);
  }
  context.stroke();
}

export function clusterRadius(count: number, scale: number): number {
  return (11 + 3.2 * Math.log10(count)) * scale;
}

/** A number on a disk; its rim is shared out among the standings that lie under it. */
function paintCluster(context: CanvasRenderingContext2D, scene: MapScene, cluster: Cluster<MapMark>): void {
  const { x, y } = toScreen(scene.view, scene, cluster);
  const radius = clusterRadius(cluster.marks.length, scene.scale);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = scene.palette.raised;
  context.fill();
  context.lineWidth = 3 * scene.scale;
  const { worst, counts } = sumOf(cluster);
  let from = -Math.PI / 2;
  for (const standing of STANDINGS) {
    const count = counts.get(standing);
    if (!count) continue;
    // However few, a private place is seen.
    const to = from + 2 * Math.PI * (count / cluster.marks.length);
    context.beginPath();
    context.arc(x, y, radius, from, to);
    context.strokeStyle = toneColour(scene.palette, { standing });
    context.stroke();
    from = to;
  }
  if (scene.chosen.size > 0 && cluster.marks.some(({ id }) => scene.chosen.has(id))) {
    context.beginPath();
    context.arc(x, y, radius + 4 * scene.scale, 0, 2 * Math.PI);
    context.strokeStyle = scene.palette.accent;
    context.lineWidth = 2 * scene.scale;
    context.stroke();
  }
  if (worst === "forbidden" || worst === "owed") {
    context.save();
    context.translate(x + radius * 0.6, y - radius * 1.15);
    context.scale((9 * scene.scale) / 12, (9 * scene.scale) / 12);
    context.strokeStyle = scene.palette.page;
    context.lineWidth = 3;
    context.stroke(outline(SHAPES[worst].d));
    context.fillStyle = scene.palette.breach;
    context.fill(outline(SHAPES[worst].d), "evenodd");
    context.restore();
  }
  context.font = `600 ${Math.round(scene.fontPx * 0.86)}px ${scene.face}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = scene.palette.text;
  context.fillText(countWords(cluster.marks.length), x, y + 0.5);
}

/** `940`, `1.2k`, `20k`: what fits into a disk. */
export function countWords(count: number): string {
  if (count < 1000) return String(count);
  const thousands = count / 1000;
  return `${thousands < 9.95 ? thousands.toFixed(1) : Math.round(thousands)}k`;
}

interface Name {
  readonly words: string;
  readonly left: number;
  readonly y: number;
}

const nameFont = (scene: MapScene) => Math.round(scene.fontPx * 0.86);

/** The names for which there is room: the chosen one's first, then those of the worst. */
function namesOf(context: CanvasRenderingContext2D, scene: MapScene, shown: readonly Cluster<MapMark>[]) {
  const taken = new Set<string>();
  const of: Name[] = [];
  const font = nameFont(scene);
  context.font = `500 ${font}px ${scene.face}`;
  const marks = shown.flatMap((cluster) => (cluster.marks.length === 1 ? cluster.marks : []));
  const rank = (mark: MapMark) => (scene.chosen.has(mark.id) ? -1 : STANDINGS.indexOf(mark.standing));
  const named = marks.filter(({ id }) => scene.view.zoom >= NAME_ZOOM || scene.chosen.has(id));
  for (const mark of named.sort((a, b) => rank(a) - rank(b))) {
    const { x, y } = toScreen(scene.view, scene, mark);
    const words = mark.name.length > 26 ? `${mark.name.slice(0, 25)}…` : mark.name;
    const left = x + MARK_PX * 0.85 * scene.scale;
    const cells = patches(left, y, context.measureText(words).width, font);
    if (cells.some((cell) => taken.has(cell))) continue;
    for (const cell of cells) taken.add(cell);
    of.push({ words, left, y });
  }
  return { of, taken };
}

function paintMarkNames(context: CanvasRenderingContext2D, scene: MapScene, names: readonly Name[]): void {
  context.font = `500 ${nameFont(scene)}px ${scene.face}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 4;
  for (const { words, left, y } of names) {
    context.strokeStyle = scene.palette.page;
    context.strokeText(words, left, y);
    context.fillStyle = scene.palette.text;
    context.fillText(words, left, y);
  }
}

function paintScale(context: CanvasRenderingContext2D, scene: MapScene): void {
  const { metres, px } = scaleBar(scene.view, 160);
  const [left, bottom] = [16, scene.height - 14];
  context.strokeStyle = scene.palette.text;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(left, bottom - 6);
  context.lineTo(left, bottom);
  context.lineTo(left + px, bottom);
  context.lineTo(left + px, bottom - 6);
  context.stroke();
  context.font = `${scene.fontPx}px ${scene.face}`;
  context.textAlign = "left";
  context.textBaseline = "bottom";
  context.fillStyle = scene.palette.text;
  context.fillText(lengthWords(metres), left, bottom - 7);
}

/** `200 m`, `2 km`. */
export const lengthWords = (metres: number) => (metres >= 1000 ? `${metres / 1000} km` : `${metres} m`);

function paintBox(context: CanvasRenderingContext2D, scene: MapScene, { x, y, width, height }: Box): void {
  context.fillStyle = scene.palette.accent;
  context.globalAlpha = 0.14;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
  context.strokeStyle = scene.palette.accent;
  context.lineWidth = 1.5;
  context.strokeRect(x, y, width, height);
}

/** What a pointer at a place of the canvas means. */
export function hit(scene: MapScene, x: number, y: number): Cluster<MapMark> | null {
  let best: Cluster<MapMark> | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  for (const cluster of scene.clusters.at(scene.view.zoom)) {
    const at = toScreen(scene.view, scene, cluster);
    const reach =
      cluster.marks.length > 1 ? clusterRadius(cluster.marks.length, scene.scale) + 4 : HIT_PX * scene.scale;
    const distance = Math.hypot(at.x - x, at.y - y);
    if (distance <= reach && distance < nearest) [best, nearest] = [cluster, distance];
  }
  return best;
}

/** Everything of a list that lies within a rectangle of the canvas. */
export function within(scene: MapScene, box: Box): MapMark[] {
  return scene.clusters.marks.filter((mark) => {
    const { x, y } = toScreen(scene.view, scene, mark);
    return x >= box.x && y >= box.y && x <= box.x + box.width && y <= box.y + box.height;
  });
}
