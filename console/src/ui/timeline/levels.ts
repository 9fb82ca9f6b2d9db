// Spans of cameras' footage that are protected more than the camera, as the timeline shows them. Pure; who raised them is not its
// matter. A span that was left open has no end.
import type { Id } from "../../api/types";

export interface LevelSpan {
  readonly camera: Id;
  readonly fromMs: number;
  readonly toMs: number;
  readonly level: number;
}

/** Those of a camera within a stretch of time, the highest last: it is drawn over the others. */
export function levelsOf(levels: readonly LevelSpan[], camera: Id, fromMs: number, toMs: number): LevelSpan[] {
  return levels
    .filter((span) => span.camera === camera && span.fromMs < toMs && span.toMs > fromMs)
    .sort((one, other) => one.level - other.level || one.fromMs - other.fromMs);
}

/** The highest level at an instant; null where the camera's own holds. */
export function levelAt(levels: readonly LevelSpan[], ms: number): number | null {
  const here = levels.filter((span) => span.fromMs <= ms && ms < span.toMs).map(({ level }) => level);
  return here.length > 0 ? Math.max(...here) : null;
}
