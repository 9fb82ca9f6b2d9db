// Spans of cameras that are held as evidence, as the timeline shows them. Pure; who holds them is not its matter.
import type { Id } from "../../api/types";

export interface HeldSpan {
  readonly camera: Id;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What is held of a camera within a stretch of time, joined where holds overlap, in order. */
export function heldOf(held: readonly HeldSpan[], camera: Id, fromMs: number, toMs: number): HeldSpan[] {
  const found = held
    .filter((span) => span.camera === camera && span.fromMs < toMs && span.toMs > fromMs)
    .sort((one, other) => one.fromMs - other.fromMs);
  const joined: HeldSpan[] = [];
  for (const span of found) {
    const last = joined.at(-1);
    if (last && span.fromMs <= last.toMs) joined[joined.length - 1] = { ...last, toMs: Math.max(last.toMs, span.toMs) };
    else joined.push(span);
  }
  return joined;
}

export function isHeld(held: readonly HeldSpan[], ms: number): boolean {
  return held.some((span) => span.fromMs <= ms && ms < span.toMs);
}
