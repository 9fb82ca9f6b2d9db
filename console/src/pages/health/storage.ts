// What the disks and their cameras are to whoever reads the page: how long, and what an act would change. Pure.
import type { Room, StorageDisk } from "../../api/types";
import type { Translate } from "../../ui";

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

/** What retiring a disk means for the room. Whose cameras move, the server says. */
export interface Retiring {
  /** What the other disks in use can hold, and what all cameras need. */
  room_bytes: number;
  needed_bytes: number;
  /** No other disk takes footage: it stays. */
  only: boolean;
}

const TAKES: ReadonlySet<StorageDisk["state"]> = new Set(["good", "failing", "full"]);

export function retiring(disk: StorageDisk, disks: readonly StorageDisk[], all: Room): Retiring {
  const others = disks.filter(({ id, state }) => id !== disk.id && state !== "retired");
  return {
    room_bytes: others.filter(({ state }) => TAKES.has(state)).reduce((sum, { room }) => sum + room.capacity_bytes, 0),
    needed_bytes: all.needed_bytes,
    only: others.length === 0,
  };
}
