// Words on the timeline's axis: what a tick is called at each zoom, and the date that stands at its left end.
//
// Pure: language and zone are arguments. Not for sentences: those are Fluent texts.
import type { Language } from "../../api/types";
import { formatTime } from "../format";
import type { TickUnit } from "./scale";

/** Room that a label needs at each unit, in CSS pixels at the base type size. */
export const LABEL_PX: Record<TickUnit, number> = {
  millisecond: 104,
  second: 78,
  minute: 62,
  hour: 62,
  day: 64,
  month: 80,
};

/** The most room any label needs: with it the ticks are chosen before their unit is known. */
export const LABEL_PX_MAX = 104;

/** `12:03`, `12:03:05`, `12:03:05.250`; at local midnight the date instead. */
export function tickLabel(ms: number, unit: TickUnit, language: Language, timeZone?: string): string {
  const clock = formatTime(ms, language, { timeOnly: true, timeZone });
  if (unit === "day" || (clock === "00:00:00" && ms % 1000 === 0 && unit !== "month"))
    return dayLabel(ms, language, timeZone);
  if (unit === "month") {
    const date = formatTime(ms, language, { dateOnly: true, timeZone });
    return language === "zh-CN" ? date.slice(0, 7) : date.replace(/^\d+ /, "");
  }
  if (unit === "hour" || unit === "minute") return clock.slice(0, 5);
  return unit === "second" ? clock : `${clock}.${String(Math.floor(modulo(ms, 1000))).padStart(3, "0")}`;
}

/** `11-22` in Chinese, `22 Nov` in English. */
function dayLabel(ms: number, language: Language, timeZone?: string): string {
  const date = formatTime(ms, language, { dateOnly: true, timeZone });
  return language === "zh-CN" ? date.slice(5) : date.split(" ").slice(0, 2).join(" ");
}

/** The date at the left edge, with the day of the week: what the ticks of the day hang from. */
export function dateLabel(ms: number, language: Language, timeZone?: string): string {
  const date = formatTime(ms, language, { dateOnly: true, timeZone });
  const day = new Intl.DateTimeFormat(language, { weekday: "short", timeZone }).format(ms);
  return language === "zh-CN" ? `${date} ${day}` : `${day} ${date}`;
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
