// The newest values of a changing number, kept in the page while it is open. Not a time series: a reload forgets it.
import { useEffect, useRef, useState } from "react";

/** So many values are kept: five minutes at one every five seconds. */
export const HISTORY_MAX = 60;

/** Adds one value to each named history; histories that are not named any more are dropped. */
export function extend(before: ReadonlyMap<string, number[]>, now: ReadonlyMap<string, number>): Map<string, number[]> {
  const after = new Map<string, number[]>();
  for (const [name, value] of now) after.set(name, [...(before.get(name) ?? []), value].slice(-HISTORY_MAX));
  return after;
}

/** Histories by name, extended whenever `stamp` changes. */
export function useHistory(values: ReadonlyMap<string, number>, stamp: number): ReadonlyMap<string, number[]> {
  const [histories, setHistories] = useState<ReadonlyMap<string, number[]>>(new Map());
  const newest = useRef(values);
  newest.current = values;
  useEffect(() => {
    if (stamp) setHistories((before) => extend(before, newest.current));
  }, [stamp]);
  return histories;
}
