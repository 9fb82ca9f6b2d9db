// How a person stands, as one word with its meaning: what hinders first, then what will soon.
import type { Person, Standing } from "../api/types";
import type { Tone } from "./tokens";

const DAY_MS = 86_400_000;
/** What ends within a month is said beforehand. */
const SOON_MS = 30 * DAY_MS;

export interface StandingWord {
  tone: Tone;
  /** Fluent id. */
  word: string;
}

/** Whether any post shows pictures: only then vetting is wanted. */
export function seesPictures(posts: Person["posts"]): boolean {
  return posts.some(({ role }) => role === "viewer" || role === "operator");
}

/** Whether any post runs the system or answers for it: then training is wanted too, and nothing is refused without it. */
const keepsSystem = (posts: Person["posts"]): boolean =>
  posts.some(({ role }) => role === "administrator" || role === "manager");

export function standingWord(standing: Standing, posts: Person["posts"], nowMs: number): StandingWord {
  const hindered = hindrance(standing, nowMs);
  if (hindered) return hindered;
  const waiting: StandingWord | undefined = standing.unconfirmed_by
    ? { tone: "late", word: "standing-account-unconfirmed" }
    : undefined;
  if (seesPictures(posts)) {
    const lacking = lack(standing, nowMs);
    if (lacking) return lacking.word === "standing-soon" ? (waiting ?? lacking) : lacking;
  } else if (keepsSystem(posts) && !isTime(standing.trained_until_ms) && !isTime(standing.grace_until_ms)) {
    return { tone: "late", word: "standing-untrained" };
  }
  if (waiting) return waiting;
  if (posts.length > 0 && standing.confirm_by_ms <= nowMs) return { tone: "notice", word: "standing-unconfirmed" };
  return { tone: "good", word: "standing-in-order" };
}

/** Nothing can be done with the account at all. */
function hindrance(standing: Standing, nowMs: number): StandingWord | undefined {
  if (isTime(standing.left_ms)) return { tone: "plain", word: "standing-left" };
  if (isTime(standing.account_until_ms) && standing.account_until_ms <= nowMs)
    return { tone: "late", word: "standing-ended" };
  if (standing.dormant) return { tone: "late", word: "standing-dormant" };
  return undefined;
}

/** There is no picture, or soon none. */
function lack(standing: Standing, nowMs: number): StandingWord | undefined {
  if (standing.contractor) return { tone: "plain", word: "standing-contractor" };
  if (standing.vetting?.passed === false) return { tone: "breach", word: "standing-vetting-failed" };
  const untrained = !isTime(standing.trained_until_ms);
  if (isTime(standing.grace_until_ms) && (untrained || !standing.vetting))
    return { tone: "notice", word: "standing-grace" };
  if (untrained) return { tone: "late", word: "standing-untrained" };
  if (!standing.vetting) return { tone: "late", word: "standing-unvetted" };
  const vetted = standing.vetting.valid_until_ms ?? Number.MAX_SAFE_INTEGER;
  if (vetted <= nowMs) return { tone: "late", word: "standing-vetting-ended" };
  const end = Math.min(
    vetted,
    standing.trained_until_ms ?? Number.MAX_SAFE_INTEGER,
    standing.account_until_ms ?? Number.MAX_SAFE_INTEGER,
  );
  return end - nowMs < SOON_MS ? { tone: "notice", word: "standing-soon" } : undefined;
}

/** Absent is `undefined` in a type and may be `null` in a schema. */
const isTime = (ms: number | null | undefined): ms is number => ms !== undefined && ms !== null;

/** The last day of something whose end is the first instant at which it is over. */
export function lastDayMs(untilMs: number): number {
  return untilMs - 1;
}
