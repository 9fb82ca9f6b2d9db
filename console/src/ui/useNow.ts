// The present moment as state, at a chosen pace, corrected by what the server says the time is.
// Not a scheduler: it only makes what shows an age redraw.
import { useEffect, useState } from "react";

let serverAheadMs = 0;
/** Before the server has said it, the browser's own. */
let offsetMin = -new Date().getTimezoneOffset();

/** Tells the console what the server's clock says now, and in which zone; ages and months are then the server's. */
export function setServerNow(nowMs: number, utcOffsetMin: number): void {
  serverAheadMs = nowMs - Date.now();
  offsetMin = utcOffsetMin;
}

/** By how many minutes the server's clock on the wall is ahead of UTC. */
export function serverOffsetMin(): number {
  return offsetMin;
}

/** The server's time as well as it is known here, in Unix milliseconds. */
export function serverNow(): number {
  return Date.now() + serverAheadMs;
}

/** The server's time, renewed every `everyMs`. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
