// What of playback stands in the address: cameras, instant, chosen span. And the span of the viewing session. Pure.
import type { Id } from "../../api/types";
import { TOGETHER_MAX } from "../../player/group";
import type { Address } from "../../ui";
import type { Span } from "../../ui/timeline";

export interface Place {
  readonly cameras: readonly Id[];
  /** `null`: shortly before now. */
  readonly atMs: number | null;
  readonly selection: Span | null;
}

const whole = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;

export function placeOf(address: Address): Place {
  const cameras = [...new Set((address.cameras ?? "").split(",").filter(Boolean))].slice(0, TOGETHER_MAX);
  const [from, to] = [whole(address.from_ms), whole(address.to_ms)];
  const selection = from !== null && to !== null && to > from ? { fromMs: from, toMs: to } : null;
  return { cameras, atMs: whole(address.at) ?? selection?.fromMs ?? null, selection };
}

export function addressOf({ cameras, atMs, selection }: Place): Address {
  return {
    cameras: cameras.length > 0 ? cameras.join(",") : undefined,
    at: atMs === null ? undefined : String(Math.round(atMs)),
    from_ms: selection ? String(Math.round(selection.fromMs)) : undefined,
    to_ms: selection ? String(Math.round(selection.toMs)) : undefined,
  };
}

/** Near midnight the session takes both days, so that playing on does not stop at the stroke. */
const MARGIN_MS = 5 * 60_000;
/** A session may reach this far past the present: the server allows a minute for clocks that differ. */
const AHEAD_MS = 50_000;
/** The session is opened anew when the playhead comes this near to its end. */
const NEAR_MS = 8_000;

/** The viewing session's span: the local day of the instant as far as it has passed, one line in the ledger. */
export function sessionSpan(ms: number, nowMs: number): Span {
  const from = new Date(ms - MARGIN_MS);
  from.setHours(0, 0, 0, 0);
  const to = new Date(ms + MARGIN_MS);
  to.setHours(24, 0, 0, 0);
  return { fromMs: from.getTime(), toMs: Math.min(to.getTime(), nowMs + AHEAD_MS) };
}

/** True while the session's span serves the instant, or no longer one could be had. */
export function stillWithin(span: Span, ms: number, nowMs: number): boolean {
  if (ms < span.fromMs) return false;
  if (ms < span.toMs - NEAR_MS) return true;
  return sessionSpan(ms, nowMs).toMs < span.toMs + AHEAD_MS / 2;
}

/**
 * What is asked for at an instant, beside clips that want more than was stated: up to the nearest of them on either side. Within one
 * it is the whole span, and the server says what is wanted.
 */
export function beside(span: Span, ms: number, clips: readonly Span[]): Span {
  if (clips.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)) return span;
  const before = clips.filter(({ toMs }) => toMs <= ms).map(({ toMs }) => toMs);
  const after = clips.filter(({ fromMs }) => fromMs > ms).map(({ fromMs }) => fromMs);
  return { fromMs: Math.max(span.fromMs, ...before), toMs: Math.min(span.toMs, ...after) };
}
