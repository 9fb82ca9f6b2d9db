// From the registry's records to what a map marks: how each point and place stands, what its camera does now, what is found
// about it; and the filters and the search over that. Pure.
import type { Camera, Finding, Id, MapPlace, MapPoint, MapSystem, RegistryMap } from "../api/types";
import type { Live, MapMark, Standing } from "../ui/map/marks";
import { worldOf } from "../ui/map/projection";
import type { FieldOfView, Sector } from "../ui/map/sector";
import { cameraState } from "../ui/stream";

/** One thing of the map, with everything that is known of it here. */
export interface Item {
  readonly id: Id;
  readonly name: string;
  readonly kind: "point" | "planned" | "place";
  readonly unit: Id | null | undefined;
  readonly standing: Standing;
  /** `null` when nobody has entered where it is. */
  readonly mark: MapMark | null;
  readonly system: MapSystem | undefined;
  readonly place: MapPlace | undefined;
  readonly cameras: readonly Camera[];
  readonly findings: readonly Finding[];
}

/** What every record has at times; it is said, and marks nothing. */
const QUIET_FINDINGS = new Set(["incomplete", "stale"]);
export const isLoud = ({ code }: Finding) => !QUIET_FINDINGS.has(code ?? "");

export function itemsOf(map: RegistryMap, cameras: readonly Camera[], findings: readonly Finding[]): Item[] {
  const systems = new Map(map.systems.map((system) => [system.id, system]));
  const places = new Map(map.places.map((place) => [place.id, place]));
  const atPoint = grouped(cameras, ({ point_id }) => point_id);
  const ofRecord = grouped(findings, ({ record }) => record?.id);
  const ofCamera = grouped(findings, ({ camera }) => camera?.id);
  const item = (kind: "point" | "planned", point: MapPoint): Item => {
    const here = atPoint.get(point.id) ?? [];
    const found = [...(ofRecord.get(point.id) ?? []), ...here.flatMap(({ id }) => ofCamera.get(id) ?? [])];
    const system = systems.get(point.parent_id ?? "");
    const place = places.get(point.place_id ?? "");
    // What a planned point shares is hatched, whatever is found.
    const standing = kind === "planned" ? "planned" : pointStanding(system, place, here, found);
    const mark = markOf(kind, point, standing, fieldOf(point), liveOf(here));
    const of = { id: point.id, name: point.name, kind, unit: point.unit_id, standing, mark };
    return { ...of, system, place, cameras: here, findings: found };
  };
  return [
    ...map.points.map((point) => item("point", point)),
    ...map.planned.map((point) => item("planned", point)),
    ...map.places.map((place) => placeItem(place, ofRecord.get(place.id) ?? [])),
  ];
}

function grouped<T>(rows: readonly T[], key: (row: T) => Id | null | undefined): Map<Id, T[]> {
  const groups = new Map<Id, T[]>();
  for (const row of rows) {
    const of = key(row);
    if (!of) continue;
    const group = groups.get(of);
    if (group) group.push(row);
    else groups.set(of, [row]);
  }
  return groups;
}

function placeItem(place: MapPlace, findings: Finding[]): Item {
  const owed = findings.some(({ code }) => code === "place_without_system");
  const standing: Standing = owed ? "owed" : place.private_kind ? "private" : "place";
  return {
    ...{ id: place.id, name: place.name, kind: "place" as const, unit: place.unit_id, standing },
    mark: markOf("place", place, standing, undefined, undefined),
    ...{ system: undefined, place, cameras: [], findings },
  };
}

function pointStanding(
  system: MapSystem | undefined,
  place: MapPlace | undefined,
  cameras: readonly Camera[],
  findings: readonly Finding[],
): Standing {
  if (place?.private_kind) return "forbidden";
  if (findings.some(isLoud)) return "finding";
  const stage = system?.stage;
  if (stage === "decommissioned") return "stopped";
  if (cameras.length > 0 && cameras.every(({ enabled }) => !enabled)) return "stopped";
  if (stage === "in_use") return "in-use";
  return stage === "built" || stage === "tested" || stage === "accepted" ? "test" : "planned";
}

/** The worst of a point's cameras. */
export function liveOf(cameras: readonly Camera[]): Live | undefined {
  const lives = cameras.map((camera): Live => {
    // Before its system is built a camera is not to be recorded: that is no gap.
    if (camera.recording === "no") return "off";
    const word = cameraState(camera)?.word;
    if (word === "recording" || word === "live") return "recording";
    return word === undefined || word === "disabled" ? "off" : "gap";
  });
  return (["gap", "off", "recording"] as const).find((live) => lives.includes(live));
}

function fieldOf({ direction_deg, angle_deg, range_m }: MapPoint): FieldOfView | undefined {
  if (typeof direction_deg !== "number" || typeof angle_deg !== "number" || typeof range_m !== "number") return;
  return { directionDeg: direction_deg, angleDeg: angle_deg, rangeM: range_m };
}

function markOf(
  kind: Item["kind"],
  at: Pick<MapPoint, "id" | "name" | "longitude" | "latitude">,
  standing: Standing,
  view: FieldOfView | undefined,
  live: Live | undefined,
): MapMark | null {
  const { id, name, longitude, latitude } = at;
  if (typeof longitude !== "number" || typeof latitude !== "number") return null;
  return { id, name, kind, longitude, latitude, ...worldOf({ longitude, latitude }), standing, view, live };
}

/** The sector that a mark sees. */
export function sectorOf(mark: MapMark): Sector | null {
  return mark.view ? { longitude: mark.longitude, latitude: mark.latitude, ...mark.view } : null;
}

export interface Filter {
  readonly unit?: string | undefined;
  readonly system?: string | undefined;
  readonly stage?: string | undefined;
  /** Only what something is found about. */
  readonly finding?: boolean | undefined;
}

export function filtered(items: readonly Item[], { unit, system, stage, finding }: Filter): Item[] {
  const places = new Set(items.filter((item) => item.system?.id === system).map(({ place }) => place?.id));
  return items.filter((item) => {
    if (unit && item.unit !== unit) return false;
    if (system && !(item.system?.id === system || (item.kind === "place" && places.has(item.id)))) return false;
    if (stage && stageOf(item) !== stage) return false;
    return !finding || item.standing === "forbidden" || item.standing === "owed" || item.findings.some(isLoud);
  });
}

/** A planned point stands where a planned system does; a place has no stage. */
const stageOf = ({ kind, system }: Item) =>
  kind === "planned" ? "planned" : kind === "point" ? system?.stage : undefined;

const FOUND_MAX = 20;

export interface Found {
  readonly id: Id;
  readonly name: string;
  readonly of: "point" | "planned" | "place" | "system";
}

/** Whatever has the words in its name, those that begin with them first. */
export function search(items: readonly Item[], systems: readonly MapSystem[], words: string): Found[] {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return [];
  const all: Found[] = [
    ...systems.map(({ id, name }) => ({ id, name, of: "system" as const })),
    ...items.map(({ id, name, kind }) => ({ id, name, of: kind })),
  ];
  const [first, later]: [Found[], Found[]] = [[], []];
  for (const one of all) {
    const at = one.name.toLowerCase().indexOf(wanted);
    if (at === 0) first.push(one);
    else if (at > 0) later.push(one);
    if (first.length >= FOUND_MAX) break;
  }
  return [...first, ...later].slice(0, FOUND_MAX);
}

/** The pairs of marks that see the same, of which both are shown. */
export function overlapPairs(
  overlaps: RegistryMap["overlaps"],
  items: readonly Item[],
): (readonly [MapMark, MapMark])[] {
  const marks = new Map(items.flatMap(({ id, mark }) => (mark ? [[id, mark] as const] : [])));
  return overlaps.flatMap(({ planned_id, existing_id }) => {
    const [planned, existing] = [marks.get(planned_id), marks.get(existing_id)];
    return planned && existing ? [[planned, existing] as const] : [];
  });
}

/** The cameras of some points, as a wall takes them: each once, in their order, and how many did not fit. */
export function wallOf(items: readonly Item[], most: number): { cameras: Id[]; left: number } {
  const cameras = [
    ...new Set(items.flatMap((item) => item.cameras.filter(({ enabled }) => enabled).map(({ id }) => id))),
  ];
  return { cameras: cameras.slice(0, most), left: Math.max(0, cameras.length - most) };
}
