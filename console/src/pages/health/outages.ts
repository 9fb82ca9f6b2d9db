// What an outage of the recorder is to whoever reads the list: how bad, how long, whether it had been announced. Pure.
import type { GapRow, Outage } from "../../api/types";
import type { Tone } from "../../ui";

/**
 * Between the end of the last picture and the moment from which surely nothing ran: after a crash that is the time at which a
 * tick would have been late. What begins later than a tick's interval after it has another cause.
 */
export const BEFORE_MS_MAX = 60_000;
export const AFTER_MS_MAX = 10_000;

/** How long nothing ran or was written; none where only a clock was set or an order is broken. */
export function lengthOf({ from_ms, to_ms }: Pick<Outage, "from_ms" | "to_ms">): number | undefined {
  if (from_ms == null || to_ms == null || to_ms <= from_ms) return undefined;
  return to_ms - from_ms;
}

/** The gaps that it made, of those that its beginning lies in: they begin with it. */
export function gapsMade({ from_ms }: Pick<Outage, "from_ms">, gaps: readonly GapRow[]): GapRow[] {
  if (from_ms == null) return [];
  return gaps.filter((gap) => gap.from_ms >= from_ms - BEFORE_MS_MAX && gap.from_ms <= from_ms + AFTER_MS_MAX);
}

/** What contradicts the records is worst; what was announced needs nobody. */
export function outageTone(outage: Pick<Outage, "kind" | "uncovered" | "impossible">, isAnnounced: boolean): Tone {
  if (outage.kind === "disorder" || outage.uncovered.length > 0 || outage.impossible.length > 0) return "breach";
  if (outage.kind === "clock_set") return "notice";
  return isAnnounced ? "plain" : "late";
}

export const keyOfOutage = (outage: Pick<Outage, "before" | "after">) => `${outage.before}-${outage.after}`;
