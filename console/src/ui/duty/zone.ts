// The clock that hangs in a monitoring room: days and minutes of its zone, whatever zone the browser is in. Pure.

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
export const DAY_MIN = 1_440;

/** What the room's clock shows: the day counted from 1970-01-01, and the minute of it. */
export interface Civil {
  day: number;
  minute: number;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone);
  if (!clock) {
    const number = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" } as const;
    clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...number });
    clocks.set(zone, clock);
  }
  return clock;
}

export function civilAt(ms: number, zone: string): Civil {
  const shown = Object.fromEntries(
    clockOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const day = Date.UTC(shown.year ?? 1970, (shown.month ?? 1) - 1, shown.day ?? 1) / DAY_MS;
  return { day, minute: (shown.hour ?? 0) * 60 + (shown.minute ?? 0) };
}

/** When the room's clock shows that; where it is put forward over it, as if it had not been. */
export function msAt({ day, minute }: Civil, zone: string): number {
  const wanted = day * DAY_MS + minute * MINUTE_MS;
  let ms = wanted;
  // Twice: the first guess may be on the other side of a change of the clock.
  for (let time = 0; time < 2; time += 1) {
    const shown = civilAt(ms, zone);
    ms += wanted - (shown.day * DAY_MS + shown.minute * MINUTE_MS);
  }
  return ms;
}

/** 0 Monday to 6 Sunday: 1970-01-01 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

/** The Monday of a day's week. */
export const mondayOf = (day: number): number => day - weekdayOf(day);

/** `2026-11-30`, as fields for days take it. */
export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

export function dayOfText(text: string): number | undefined {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms / DAY_MS;
}

/** `08:30` */
export const clockText = (minute: number): string => {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor((minute % DAY_MIN) / 60))}:${two(minute % 60)}`;
};

export function minuteOfText(text: string): number | undefined {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return found ? Number(found[1]) * 60 + Number(found[2]) : undefined;
}

/** From one time of the clock to another: the same or an earlier one is on the next day. */
export const lengthOf = (from: number, to: number): number => (to > from ? to - from : to - from + DAY_MIN);
