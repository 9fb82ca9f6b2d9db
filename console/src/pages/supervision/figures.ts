// Shares and targets in words: hundredths of a percent or of a number as people write them. Pure; what is counted the server says.
import type { AreaRow, AreaTarget } from "../../api/supervision";

/** The shares of a row, by the word of their figure. */
export const SHARES: readonly (readonly [name: string, of: (row: AreaRow) => number | null | undefined])[] = [
  ["places-covered", (row) => row.places_covered_bp],
  ["accepted", (row) => row.accepted_bp],
  ["filed", (row) => row.filed_bp],
  ["available", (row) => row.available_bp],
  ["floors-kept", (row) => row.floors_kept_bp],
];

/** Figures for which a target may be set, as the server names them. */
export const INDICATORS = [
  "places_covered",
  "accepted",
  "filed",
  "available",
  "floors_kept",
  "systems",
  "systems_in_use",
  "points",
  "cameras",
] as const;

const OF_SHARES: readonly string[] = SHARES.map(([name]) => name.replace("-", "_"));

export function isShare(indicator: string): boolean {
  return OF_SHARES.includes(indicator);
}

function decimal(hundredths: number): string {
  return hundredths % 100 === 0 ? String(hundredths / 100) : (hundredths / 100).toFixed(2);
}

/** Of nothing there is no share. */
export function shareWords(hundredths: number | null | undefined): string {
  return hundredths === null || hundredths === undefined ? "–" : `${decimal(hundredths)} %`;
}

export function amountWords(hundredths: number | null | undefined, share: boolean): string {
  if (share || hundredths === null || hundredths === undefined) return shareWords(hundredths);
  return decimal(hundredths);
}

/** How much of a target stands, for its bar: 0 to 100. */
export function reachedPercent(target: Pick<AreaTarget, "target_hundredths" | "stands_hundredths">): number {
  const stands = target.stands_hundredths ?? 0;
  return Math.min(100, Math.round((stands / Math.max(1, target.target_hundredths)) * 100));
}
