// Times, durations, sizes and rates as text. Pure functions: the language and the zone are arguments, never read here.
// Not a place for words: units of measure are symbols, words come from the Fluent files.
import type { Language } from "../api/types";

export interface TimeOptions {
  /** Leave the date out. */
  timeOnly?: boolean;
  /** Leave the time of day out. */
  dateOnly?: boolean;
  seconds?: boolean;
  milliseconds?: boolean;
  /** Append the zone's offset, `UTC+8`. Use it wherever two zones could be meant. */
  zone?: boolean;
  /** IANA zone name; the browser's own when absent. */
  timeZone?: string;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function parts(ms: number, timeZone: string | undefined): Record<string, string> {
  const key = timeZone ?? "";
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "shortOffset",
    });
    formatters.set(key, formatter);
  }
  return Object.fromEntries(formatter.formatToParts(ms).map((part) => [part.type, part.value]));
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A point in time: `2026-11-22 10:00:05` in Chinese (GB/T 7408), `22 Nov 2026 10:00:05` in English. */
export function formatTime(ms: number, language: Language, options: TimeOptions = {}): string {
  const p = parts(ms, options.timeZone);
  const date =
    language === "zh-CN" ? `${p.year}-${p.month}-${p.day}` : `${p.day} ${MONTHS[Number(p.month) - 1]} ${p.year}`;
  let time = `${p.hour}:${p.minute}`;
  if (options.seconds !== false) time += `:${p.second}`;
  if (options.milliseconds) time += `.${String(((ms % 1000) + 1000) % 1000).padStart(3, "0")}`;
  const pieces = options.timeOnly ? [time] : options.dateOnly ? [date] : [date, time];
  if (options.zone) pieces.push(zoneText(p.timeZoneName));
  return pieces.join(" ");
}

function zoneText(name: string | undefined): string {
  return (name ?? "UTC")
    .replace("GMT", "UTC")
    .replace("−", "-")
    .replace(/^UTC[+-]0$/, "UTC");
}

/** A month that the address writes `2026-11`: the same in Chinese (GB/T 7408), `Nov 2026` in English. */
export function formatMonth(month: string, language: Language): string {
  const [year, number] = month.split("-");
  return language === "zh-CN" ? month : `${MONTHS[Number(number) - 1]} ${year}`;
}

/** The month without its year: `11`, `Nov`. */
export function formatMonthShort(month: string, language: Language): string {
  const number = Number(month.split("-")[1]);
  return language === "zh-CN" ? String(number) : (MONTHS[number - 1] ?? "");
}

/** The zone's offset at an instant: `UTC+8`. */
export function formatZone(ms: number, timeZone?: string): string {
  return zoneText(parts(ms, timeZone).timeZoneName);
}

/** A span: the date is written once when both ends fall on it. */
export function formatSpan(fromMs: number, toMs: number, language: Language, options: TimeOptions = {}): string {
  const [a, b] = [parts(fromMs, options.timeZone), parts(toMs, options.timeZone)];
  const sameDay = a.year === b.year && a.month === b.month && a.day === b.day;
  const from = formatTime(fromMs, language, { ...options, zone: false });
  return `${from} – ${formatTime(toMs, language, sameDay ? { ...options, timeOnly: true } : options)}`;
}

/** The day as a unit of measure; smaller ones are written as a clock. */
const DAY: Record<Language, string> = { "zh-CN": "天", en: "d" };

/** A length of time as a clock: `0:05`, `12:03`, `1:02:03`, `3 d 04:00` (`3 天 04:00`). Negative lengths keep their sign. */
export function formatDuration(ms: number, language: Language): string {
  const sign = ms < 0 ? "-" : "";
  const total = Math.floor(Math.abs(ms) / 1000);
  const [days, hours, minutes, seconds] = [
    Math.floor(total / 86_400),
    Math.floor(total / 3600) % 24,
    Math.floor(total / 60) % 60,
    total % 60,
  ];
  const two = (value: number) => String(value).padStart(2, "0");
  if (days > 0) return `${sign}${days} ${DAY[language]} ${two(hours)}:${two(minutes)}`;
  if (hours > 0) return `${sign}${hours}:${two(minutes)}:${two(seconds)}`;
  return `${sign}${minutes}:${two(seconds)}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Bytes in powers of 1000 with three figures: `1.23 GB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** A bit rate given in kbit/s: `850 kbit/s`, `2.05 Mbit/s`. */
export function formatRate(kbps: number): string {
  return kbps < 1000 ? `${Math.round(kbps)} kbit/s` : `${(kbps / 1000).toFixed(kbps < 10_000 ? 2 : 1)} Mbit/s`;
}

/** A count with the language's grouping: `12,345`. */
export function formatCount(value: number, language: Language): string {
  return new Intl.NumberFormat(language).format(value);
}

/** Names one after another, with the language's own commas: `甲、乙、丙`, `A, B, C`. */
export function formatList(names: readonly string[], language: Language): string {
  return new Intl.ListFormat(language, { type: "conjunction", style: "narrow" }).format(names);
}

/** A long hash in the middle of a sentence: `3f9a0c…d41e`. */
export function shortHash(hex: string): string {
  return hex.length <= 14 ? hex : `${hex.slice(0, 6)}…${hex.slice(-4)}`;
}

/** The code of a ledger entry, the same in all languages: which log, which place in it. `access #1290` */
export function formatEntry(log: "access" | "footage", index: number): string {
  return `${log} ${formatIndex(index)}`;
}

/** A ledger index, never grouped: it is a name, not a quantity. */
export function formatIndex(index: number): string {
  return `#${index}`;
}

/** How far a clock is off: `+3.5 s`. */
export function formatOffset(ms: number): string {
  const tenths = Math.round(ms / 100);
  const sign = tenths > 0 ? "+" : tenths < 0 ? "−" : "±";
  return `${sign}${(Math.abs(tenths) / 10).toFixed(1)} s`;
}
