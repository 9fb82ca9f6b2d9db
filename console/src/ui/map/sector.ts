// A field of view as a sector: where it begins, which way it looks, how wide and how far. Pure.
//
// Reckoned on a plane of metres around the sector's own position, which errs by less than a millimetre in a metre over the 5 km
// that a range may have. Directions are degrees clockwise from north.
import type { LonLat } from "./projection";

export interface FieldOfView {
  readonly directionDeg: number;
  readonly angleDeg: number;
  readonly rangeM: number;
}

export interface Sector extends LonLat, FieldOfView {}

const DEGREE_M = 111_320;
const radians = (deg: number) => (deg * Math.PI) / 180;
const degrees = (rad: number) => (rad * 180) / Math.PI;

/** 0 to 360, without 360. */
export const turned = (deg: number) => ((deg % 360) + 360) % 360;

/** How far two directions are apart: 0 to 180. */
export function apart(a: number, b: number): number {
  const difference = turned(a - b);
  return Math.min(difference, 360 - difference);
}

/** Metres to the east and north of a position. */
export function offsetOf(from: LonLat, to: LonLat): { east: number; north: number } {
  return {
    east: (to.longitude - from.longitude) * DEGREE_M * Math.cos(radians(from.latitude)),
    north: (to.latitude - from.latitude) * DEGREE_M,
  };
}

/** The position so many metres away in a direction. */
export function moved(from: LonLat, directionDeg: number, metres: number): LonLat {
  const turn = radians(directionDeg);
  return {
    longitude: from.longitude + (metres * Math.sin(turn)) / (DEGREE_M * Math.cos(radians(from.latitude))),
    latitude: from.latitude + (metres * Math.cos(turn)) / DEGREE_M,
  };
}

/** Direction and distance from one position to another. */
export function bearing(from: LonLat, to: LonLat): { directionDeg: number; metres: number } {
  const { east, north } = offsetOf(from, to);
  return { directionDeg: turned(degrees(Math.atan2(east, north))), metres: Math.hypot(east, north) };
}

export function contains(sector: Sector, place: LonLat): boolean {
  const { directionDeg, metres } = bearing(sector, place);
  if (metres > sector.rangeM) return false;
  return metres === 0 || apart(directionDeg, sector.directionDeg) <= sector.angleDeg / 2;
}

const RINGS = 24;
const RAYS = 48;

/** Which part of a field another one sees too, from 0 to 1: over samples of equal area, so exact to some hundredths. */
export function sharedPart(of: Sector, other: Sector): number {
  let within = 0;
  for (let ring = 0; ring < RINGS; ring += 1) {
    // Rings of equal area lie at the square roots.
    const metres = of.rangeM * Math.sqrt((ring + 0.5) / RINGS);
    for (let ray = 0; ray < RAYS; ray += 1) {
      const direction = of.directionDeg + of.angleDeg * ((ray + 0.5) / RAYS - 0.5);
      if (contains(other, moved(of, direction, metres))) within += 1;
    }
  }
  return within / (RINGS * RAYS);
}

export const sectorArea = ({ angleDeg, rangeM }: FieldOfView) =>
  (Math.PI * rangeM ** 2 * Math.min(angleDeg, 360)) / 360;

/** Where the handles of a sector stand; the one for the direction a little beyond, so that it is not under that for the range. */
export function handlesOf(sector: Sector, beyondM: number): Record<"direction" | "range" | "left" | "right", LonLat> {
  const { directionDeg, angleDeg, rangeM } = sector;
  return {
    direction: moved(sector, directionDeg, rangeM + beyondM),
    range: moved(sector, directionDeg, rangeM),
    left: moved(sector, directionDeg - angleDeg / 2, rangeM * 0.7),
    right: moved(sector, directionDeg + angleDeg / 2, rangeM * 0.7),
  };
}

export type Handle = keyof ReturnType<typeof handlesOf>;

/** The least and most that a record takes, as its fields say. */
export const ANGLE_DEG = { min: 1, max: 360 };
export const RANGE_M = { min: 0.5, max: 5000 };
const clamp = (value: number, { min, max }: { min: number; max: number }) => Math.min(max, Math.max(min, value));
/** Finer than a hand can drag, coarser than what looks measured. */
const round = (value: number, step: number) => Math.round(value / step) * step;

/** The field after a handle was dragged to a place. */
export function dragged(sector: Sector, handle: Handle, to: LonLat): FieldOfView {
  const { directionDeg, angleDeg, rangeM } = sector;
  const pull = bearing(sector, to);
  if (handle === "direction") return { directionDeg: turned(round(pull.directionDeg, 1)), angleDeg, rangeM };
  if (handle === "range") {
    const step = pull.metres < 20 ? 0.5 : 1;
    return { directionDeg, angleDeg, rangeM: clamp(round(pull.metres, step), RANGE_M) };
  }
  const side = handle === "right" ? 1 : -1;
  // Past straight behind it goes on to the whole circle rather than jumping back to nothing.
  const half = turned(side * (pull.directionDeg - directionDeg));
  const wide = half > 270 ? 0 : Math.min(half, 180);
  return { directionDeg, angleDeg: clamp(round(2 * wide, 1), ANGLE_DEG), rangeM };
}
