// Where playback stands, kept in the address: cameras and selection at once, the instant when it rests or every few seconds.
import { useCallback, useEffect, useRef, useState } from "react";
import { PlaybackGroup } from "../../player/group";
import { usePageSeen } from "../../player/usePageSeen";
import { serverNow, useAddress } from "../../ui";
import type { Span } from "../../ui/timeline";
import { addressOf, type Place, placeOf, sessionSpan, stillWithin } from "./address";

/** Where playback begins when nothing is asked for: a minute ago, so that footage is certainly closed and committed. */
const BEGIN_BACK_MS = 60_000;
const WRITE_MS = 4_000;
const LOOK_MS = 400;

export interface PlaceState {
  readonly group: PlaybackGroup;
  readonly cameras: readonly string[];
  readonly selection: Span | null;
  /** The span that the viewing session is opened for. */
  readonly session: Span;
  setCameras(cameras: readonly string[]): void;
  setSelection(selection: Span | null): void;
}

export function usePlace(): PlaceState {
  const [address, setAddress] = useAddress();
  const [first] = useState(() => placeOf(address));
  const [group] = useState(() => new PlaybackGroup(first.atMs ?? serverNow() - BEGIN_BACK_MS));
  const [cameras, setCameras] = useState<readonly string[]>(first.cameras);
  const [selection, setSelection] = useState<Span | null>(first.selection);
  const [session, setSession] = useState(() => sessionSpan(group.nowMs(), serverNow()));

  const seen = usePageSeen();
  useEffect(() => {
    // Time that passes while nobody looks would have to be found again.
    if (!seen && group.snapshot.playing) group.pause();
  }, [seen, group]);

  const written = useRef("");
  const write = useCallback(
    (place: Place) => {
      const next = addressOf(place);
      const text = JSON.stringify(next);
      if (text === written.current) return;
      written.current = text;
      setAddress(next);
    },
    [setAddress],
  );
  useEffect(() => {
    const now = () => write({ cameras, atMs: Math.floor(group.nowMs()), selection });
    now();
    let rested = group.nowMs();
    let wroteAt = performance.now();
    let sought = rested;
    const timer = setInterval(() => {
      const ms = group.nowMs();
      const { scrubbing } = group.snapshot;
      // A drag over a month must not open a session for every day that it passes.
      if (!scrubbing || ms === rested)
        setSession((before) => (stillWithin(before, ms, serverNow()) ? before : sessionSpan(ms, serverNow())));
      const due = performance.now() - wroteAt > WRITE_MS;
      if (!scrubbing && ms !== sought && (ms === rested || due)) {
        sought = ms;
        wroteAt = performance.now();
        now();
      }
      rested = ms;
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [group, cameras, selection, write]);
  return { group, cameras, selection, session, setCameras, setSelection };
}
