// Shares and targets in words: hundredths of a percent or of a number as people write them. Pure; what is counted the server says.
import type { AreaRow, AreaTarget } from "../../api/supervision";

type Indicator = AreaTarget["indicator"];

/** The shares of a row, by the server's word for the figure. */
export const SHARES: readonly (readonly [name: Indicator, of: (row: AreaRow) => number | null | undefined])[] = [
  ["places_covered", (row) => row.places_covered_bp],
  ["accepted", (row) => row.accepted_bp],
  ["filed", (row) => row.filed_bp],
  ["available", (row) => row.available_bp],
  ["floors_kept", (row) => row.floors_kept_bp],
];

/** Figures for which a target may be set. */
export const INDICATORS: readonly Indicator[] = [
  ...SHARES.map(([name]) => name),
  "systems",
  "systems_in_use",
  "points",
  "cameras",
];

export const isShare = (indicator: string): boolean => SHARES.some(([name]) => name === indicator);

/** By which Fluent id a figure is called. */
export const indicatorWord = (indicator: string): string => `indicator-${indicator.replaceAll("_", "-")}`;

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
