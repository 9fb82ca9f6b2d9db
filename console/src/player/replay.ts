// What instant replay can show: how far back the buffer reaches without a hole, and where the replay ends. Pure.
//
// Invariant: a replay begins and ends inside one unbroken stretch of what is buffered.

import type { Range } from "./buffer";

/** What instant replay goes back to when so much is here. */
export const REPLAY_SECONDS = 30;
/** Less than this is not worth a look back. */
const REPLAY_SECONDS_MIN = 1;
/** The buffer may begin in the middle of a frame, and end in one whose length is a guess. */
const EDGE_SECONDS = 0.05;
const TAIL_SECONDS = 0.6;
/** Two ranges closer than this are one to the eye. */
const TOUCH_SECONDS = 0.05;

export interface Replay {
  readonly fromSeconds: number;
  /** Where the present was when the replay began: having come here, it has shown everything. */
  readonly untilSeconds: number;
  /** How much there is. */
  readonly lengthSeconds: number;
  /** There is all that was asked for. */
  readonly whole: boolean;
}

export function replayOf(buffered: readonly Range[], seconds: number = REPLAY_SECONDS): Replay | null {
  const last = buffered.at(-1);
  if (!last) return null;
  let start = last.start;
  for (let index = buffered.length - 2; index >= 0; index -= 1) {
    const range = buffered[index];
    if (!range || start - range.end > TOUCH_SECONDS) break;
    start = range.start;
  }
  const from = Math.max(start + EDGE_SECONDS, last.end - seconds);
  const until = last.end - TAIL_SECONDS;
  if (until - from < REPLAY_SECONDS_MIN) return null;
  // A second is lost to what is evicted meanwhile; nobody counts it.
  const whole = last.end - from > seconds - 1;
  return { fromSeconds: from, untilSeconds: until, lengthSeconds: last.end - from, whole };
}
