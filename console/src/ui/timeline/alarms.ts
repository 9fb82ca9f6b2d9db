// Events of alarm and door systems as marks on the timeline. Pure; what became of them is not its matter.
import type { Id } from "../../api/types";

export interface AlarmMark {
  readonly camera: Id;
  readonly ms: number;
  /** What happened, as the API's word. */
  readonly kind: string;
  /** An alarm, and not only a note. */
  readonly called: boolean;
}

/** A mark is under the pointer within so many pixels of it. */
const REACH_PX = 5;

/** The marks of a camera within a stretch of time, in order. */
export function marksOf(marks: readonly AlarmMark[], camera: Id, fromMs: number, toMs: number): AlarmMark[] {
  return marks
    .filter((mark) => mark.camera === camera && fromMs <= mark.ms && mark.ms < toMs)
    .sort((one, other) => one.ms - other.ms);
}

/** The mark under the pointer: the nearest that is near enough. */
export function markAt(marks: readonly AlarmMark[], ms: number, msPerPx: number): AlarmMark | undefined {
  const near = marks.filter((mark) => Math.abs(mark.ms - ms) <= REACH_PX * msPerPx);
  return near.sort((one, other) => Math.abs(one.ms - ms) - Math.abs(other.ms - ms))[0];
}
