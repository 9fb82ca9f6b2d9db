// A clip that a colleague handed on, as playback plays it: under the sender's purpose, within its span alone. Bounds as the server has them.
import type { GrantRow, ViewRequest } from "../../api/types";
import type { Purpose } from "../../ui";
import type { Span } from "../../ui/timeline";

export const CLIP_SPAN_MS_MAX = 30 * 60_000;
export const CLIP_CAMERAS_MAX = 9;
export const CLIP_USES_MAX = 20;
/** How long a clip may be played: an hour, a shift, a day, three, a week. */
export const CLIP_HOURS = [1, 8, 24, 72, 168] as const;

export interface Clip {
  row: GrantRow;
  span: Span;
  /** What its view is asked for with: the server adds the sender's case and reason. */
  asked: Pick<ViewRequest, "purpose" | "legal_basis" | "clip">;
  /** The same with both, as the levels of footage are judged by. */
  purpose: Purpose;
}

export function clipOf(row: GrantRow | undefined): Clip | undefined {
  if (!row?.shared || row.from_ms == null || row.to_ms == null) return undefined;
  const { purpose, legal_basis } = row;
  return {
    row,
    span: { fromMs: row.from_ms, toMs: row.to_ms },
    asked: { purpose, legal_basis, clip: row.id },
    purpose: { purpose, legal_basis, note: row.reason, ...(row.case ? { case: row.case } : {}) },
  };
}
