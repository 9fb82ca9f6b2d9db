// Fetches what the timeline needs for the view it has: one request per tile for all its cameras, few at a time, after the
// gesture has come to rest. Each read is an entry's use at the server, so nothing is asked for twice without need.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api } from "../../api/client";
import type { Id, Timeline } from "../../api/types";
import { serverNow } from "../useNow";
import { FootageMap } from "./footage";
import { BUCKETS_PER_TILE, bucketFor, type Limits, type Scale, tilesOf } from "./scale";

/** The gesture has come to rest. */
const REST_MS = 140;
/** The tile that holds the present is read again after this long, or after twenty of its buckets if that is longer. */
const FRESH_MS = 10_000;
const FRESH_BUCKETS = 0.25;
const AT_ONCE_MAX = 3;

export interface FootageState {
  readonly map: FootageMap;
  /** Grows with each answer: what is drawn depends on it. */
  readonly version: number;
  readonly loading: boolean;
  /** Why something of the view is not known; `null` when all that was asked for came. */
  readonly error: unknown;
  /** Asks again for what did not come. */
  retry(): void;
}

export function useFootage(cameras: readonly Id[], scale: Scale | null, width: number, limits: Limits): FootageState {
  const map = useRef(new FootageMap());
  const [state, setState] = useState({ version: 0, loading: false, error: null as unknown });
  const key = cameras.join(",");
  const beat = useBeat(FRESH_MS);
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => setAttempt((before) => before + 1), []);
  const { earliestMs } = limits;
  // biome-ignore lint/correctness/useExhaustiveDependencies(beat): each beat looks again whether the present has moved on
  // biome-ignore lint/correctness/useExhaustiveDependencies(attempt): each attempt asks again
  useEffect(() => {
    if (!scale || width <= 0 || key === "") return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const bucketMs = bucketFor(scale.msPerPx);
      const now = serverNow();
      const fresh = Math.max(FRESH_MS, bucketMs * FRESH_BUCKETS);
      const ids = key.split(",");
      const tiles = tilesOf(scale, width, bucketMs, { earliestMs, latestMs: now });
      const needed = tiles.filter((tile) => map.current.needs(bucketMs, tile, ids, now, fresh));
      if (needed.length === 0) {
        setState((before) => (before.error === null ? before : { ...before, error: null }));
        return;
      }
      setState((before) => ({ ...before, loading: true }));
      fetchTiles(needed, bucketMs, ids, map.current, abort.signal, () => {
        setState((before) => ({ ...before, version: before.version + 1 }));
      }).then(
        () => setState((before) => ({ ...before, loading: false, error: null })),
        (error) => !abort.signal.aborted && setState((before) => ({ ...before, loading: false, error })),
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key, scale, width, earliestMs, beat, attempt]);
  return useMemo(() => ({ map: map.current, ...state, retry }), [state, retry]);
}

async function fetchTiles(
  tiles: readonly number[],
  bucketMs: number,
  cameras: readonly Id[],
  map: FootageMap,
  signal: AbortSignal,
  arrived: () => void,
): Promise<void> {
  const left = [...tiles];
  const tileMs = bucketMs * BUCKETS_PER_TILE;
  const work = async () => {
    for (let index = left.shift(); index !== undefined; index = left.shift()) {
      const readMs = serverNow();
      const query = { cameras, from_ms: index * tileMs, to_ms: (index + 1) * tileMs, bucket_ms: bucketMs };
      const answer = await api.get<Timeline>("/api/timeline", query, signal);
      const rows = new Map(answer.rows.map((row) => [row.camera, row]));
      map.put({ bucketMs, index, readMs, rows });
      arrived();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE_MAX }, work));
}

function useBeat(everyMs: number): number {
  const [beat, setBeat] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && setBeat((before) => before + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return beat;
}
