// The spans that were granted, against a playhead: which one it is in, what lies outside all, where playing rests. Pure: it reads no grant
// and asks nobody. The server has the last word; this keeps a person from asking it for what is known to be refused, which would be an entry.
import type { Camera, GrantRow } from "../../api/types";
import type { Span } from "../../ui/timeline";

/** Before and behind everything. */
const [BEGINNING_MS, END_MS] = [0, Number.MAX_SAFE_INTEGER];
/** So much before the end of a granted span it rests: the last picture stays. */
const BEFORE_END_MS = 100;
/** So near to the end of a granted span it has come to the end of it: a player stops with its last whole picture. */
const END_NEAR_MS = 2_000;

/**
 * The spans of one's grants that play all of these cameras, the newest first, as the server takes them. What is open under one that is used
 * up goes on within it; where another holds, that one is it.
 */
export function spansOf(own: readonly GrantRow[], cameras: readonly Pick<Camera, "id" | "unit_id">[]): Span[] {
  // Which cameras a grant of systems reaches only the server knows.
  const reaches = (grant: GrantRow, { id, unit_id }: Pick<Camera, "id" | "unit_id">) =>
    grant.cameras.some((camera) => camera.id === id) || (grant.systems_count > 0 && grant.unit.id === unit_id);
  const names = (grant: GrantRow) => cameras.every((camera) => reaches(grant, camera));
  const fit = own.filter((grant) => grant.acts.includes("playback") && names(grant));
  const holds = fit.filter(({ state }) => state === "granted");
  const usable = holds.length > 0 ? holds : fit.filter(({ state }) => state === "used_up").slice(0, 1);
  const spans = usable.flatMap(({ from_ms, to_ms }) =>
    from_ms == null || to_ms == null ? [] : [{ fromMs: from_ms, toMs: to_ms }],
  );
  const firstOf = (one: Span) => spans.findIndex(({ fromMs, toMs }) => fromMs === one.fromMs && toMs === one.toMs);
  return spans.filter((one, at) => firstOf(one) === at);
}

/** The granted span in which an instant lies. */
export const spanAt = (spans: readonly Span[], ms: number): Span | undefined =>
  spans.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);

/** Where nothing is granted. */
export function outsideOf(spans: readonly Span[]): Span[] {
  const outside: Span[] = [];
  let fromMs = BEGINNING_MS;
  for (const span of [...spans].sort((one, other) => one.fromMs - other.fromMs)) {
    if (span.fromMs > fromMs) outside.push({ fromMs, toMs: span.fromMs });
    fromMs = Math.max(fromMs, span.toMs);
  }
  return spans.length > 0 ? [...outside, { fromMs, toMs: END_MS }] : [];
}

/** What a viewing session at an instant must not reach into: all but the granted span that it is in. Nothing is known without any. */
export function closedAt(spans: readonly Span[], ms: number): Span[] {
  if (spans.length === 0) return [];
  const inside = spanAt(spans, ms);
  return inside ? outsideOf([inside]) : [{ fromMs: BEGINNING_MS, toMs: END_MS }];
}

/**
 * Where a playhead rests that plays to the end of the span it was in; null: it goes on, in another one or because somebody took it
 * elsewhere.
 */
export function restAt(spans: readonly Span[], was: Span | undefined, ms: number): number | null {
  if (!was || ms < was.toMs - BEFORE_END_MS || ms > was.toMs + END_NEAR_MS || spanAt(spans, was.toMs)) return null;
  return ms < was.toMs ? ms : was.toMs - BEFORE_END_MS;
}

/** Whether a playhead has come to where a granted span ends and none goes on. */
export function isAtEnd(spans: readonly Span[], ms: number): boolean {
  const inside = spanAt(spans, ms);
  return inside !== undefined && inside.toMs - ms <= END_NEAR_MS && !spanAt(spans, inside.toMs);
}
