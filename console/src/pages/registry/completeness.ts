// How much of what a record should hold is there. Pure.
import type { CompletenessRow } from "../../api/types";

/** The share of expected values that are there; where none is expected nothing is missing. */
export function keptShare(row: Pick<CompletenessRow, "values_expected" | "values_missing">): number {
  return row.values_expected === 0 ? 1 : 1 - row.values_missing / row.values_expected;
}

/** Never rounded up: `100%` means that nothing is missing. */
export function shareWords(share: number): string {
  return share === 1 ? "100%" : `${(Math.floor(share * 1000) / 10).toFixed(1)}%`;
}
