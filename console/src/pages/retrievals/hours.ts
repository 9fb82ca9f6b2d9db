// Hours of service as they are edited: openings of a week gathered into lines of days, and closed days in one text. Pure.
import type { ServiceOpening } from "../../api/types";

/** The same hours on some days. */
export interface HoursLine {
  /** 0 Monday to 6 Sunday. */
  days: number[];
  from_min: number;
  length_min: number;
}

export const OFFICE: HoursLine = { days: [0, 1, 2, 3, 4], from_min: 540, length_min: 480 };

/** Openings of the same length that begin at the same time are one line. */
export function linesOf(openings: readonly ServiceOpening[]): HoursLine[] {
  const lines: HoursLine[] = [];
  for (const { weekday, from_min, length_min } of openings) {
    const same = lines.find((line) => line.from_min === from_min && line.length_min === length_min);
    if (same) same.days.push(weekday);
    else lines.push({ days: [weekday], from_min, length_min });
  }
  return lines;
}

export const openingsOf = (lines: readonly HoursLine[]): ServiceOpening[] =>
  lines.flatMap(({ days, from_min, length_min }) => days.map((weekday) => ({ weekday, from_min, length_min })));

/** Dates, parted by anything that is in none. */
export const daysOf = (text: string): string[] => text.split(/[^\d-]+/).filter(Boolean);

export const isDay = (text: string): boolean => {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
};
