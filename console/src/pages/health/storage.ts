// What the disks and their cameras are to whoever reads the page: how long, in which order, what an act would change. Pure.
import type { CameraStorage, Group, Room, StorageDisk } from "../../api/types";
import type { Translate } from "../../ui";

/** In the order in which they would stop. */
export function stopOrder(cameras: readonly CameraStorage[]): CameraStorage[] {
  return [...cameras].sort((one, other) => one.priority - other.priority || other.enrolled_ms - one.enrolled_ms);
}

/** Whether the earliest that may come is on a rung, and which: the lowest rung is the loudest. */
export function rungTone(rung: number | null | undefined, ladder: readonly number[]): "good" | "late" | "breach" {
  if (rung === null || rung === undefined) return "good";
  return rung <= Math.min(...ladder) ? "breach" : "late";
}

/** The day within which the room ends, as the server reckons it: 1 is within the first. */
export function daysWords(days: number | null | undefined, t: Translate): string {
  if (days === null || days === undefined) return t("storage-never");
  if (days === 0) return t("storage-none-left");
  return days === 1 ? t("storage-below-one") : t("days", { n: days });
}

/** What retiring a disk means: what is recorded there goes elsewhere, what lies there stays. */
export interface Retiring {
  /** Cameras that are recorded there now. */
  moving: CameraStorage[];
  /** Those tied to it, which no longer are. */
  untied: CameraStorage[];
  /** The longest term of what may lie there. */
  term_days: number;
  /** What the other disks in use can hold, and what all cameras need. */
  room_bytes: number;
  needed_bytes: number;
  /** No other disk takes footage: it stays. */
  only: boolean;
}

const TAKES: ReadonlySet<StorageDisk["state"]> = new Set(["good", "failing", "full"]);

export function retiring(
  disk: StorageDisk,
  disks: readonly StorageDisk[],
  cameras: CameraStorage[],
  all: Room,
): Retiring {
  const others = disks.filter(({ id, state }) => id !== disk.id && state !== "retired");
  return {
    moving: cameras.filter((camera) => camera.disk === disk.id && camera.enabled),
    untied: cameras.filter((camera) => camera.tied === disk.id),
    term_days: Math.max(0, ...cameras.map((camera) => camera.term_days)),
    room_bytes: others.filter(({ state }) => TAKES.has(state)).reduce((sum, { room }) => sum + room.capacity_bytes, 0),
    needed_bytes: all.needed_bytes,
    only: others.length === 0,
  };
}

/** A group and all below it. */
export function groupAndBelow(groups: readonly Group[], wanted: string): ReadonlySet<string> {
  const inside = new Set([wanted]);
  for (let grown = true; grown; ) {
    const more = groups.filter(({ id, parent_id }) => !inside.has(id) && parent_id && inside.has(parent_id));
    for (const { id } of more) inside.add(id);
    grown = more.length > 0;
  }
  return inside;
}
