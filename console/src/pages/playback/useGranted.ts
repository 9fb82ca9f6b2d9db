// What of the chosen cameras' footage one has a grant for, where their unit or a pack wants a second person's word. The server decides;
// this keeps the playhead and the viewing session within what was granted, so that nothing is asked for that is known to be refused.
import { useQueries } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { fourEyesQuery, useMe, useOwnGrants } from "../../api/queries";
import type { Camera, FourEyesOf, PurposeWord } from "../../api/types";
import type { PlaybackGroup } from "../../player/group";
import type { Span } from "../../ui/timeline";
import { isAtEnd, restAt, spanAt, spansOf } from "./granted";

const NONE: Span[] = [];
/** How often it is looked whether the playhead has left what was granted. */
const LOOK_MS = 100;

export interface Granted {
  /** The granted spans, newest first; none: it is not needed, or there is none, and the server says which. */
  readonly spans: readonly Span[];
  /** False until it is known whether one needs a grant, and which one has. */
  readonly known: boolean;
  /** Changes when a grant does. */
  readonly said: unknown;
}

/** Whether anybody asks for approval before these are played. */
function useNeeded(cameras: readonly Camera[]): { needed: boolean; known: boolean } {
  const combine = useCallback(
    (answers: { data?: FourEyesOf | undefined; isPending: boolean }[]) => ({
      // Where that cannot be read, the server says what it wants.
      known: answers.every(({ isPending }) => !isPending),
      needed: answers.some(({ data }) => data?.acts.some(({ act, approval }) => act === "playback" && approval)),
    }),
    [],
  );
  return useQueries({ queries: cameras.map(({ id }) => fourEyesQuery(id)), combine });
}

export function useGranted(cameras: readonly Camera[], purpose: PurposeWord): Granted {
  const { person } = useMe();
  const { needed, known } = useNeeded(cameras);
  const list = useOwnGrants(needed);
  const own = useMemo(
    () => list.data?.grants.filter((grant) => grant.asked.by.id === person.id) ?? [],
    [list.data, person.id],
  );
  const found = useMemo(
    () =>
      needed
        ? spansOf(
            own.filter((grant) => grant.purpose === purpose),
            cameras,
          )
        : NONE,
    [needed, own, cameras, purpose],
  );
  // The list comes again every few seconds: the same spans stay the same.
  const text = JSON.stringify(found);
  const spans = useMemo(() => JSON.parse(text) as Span[], [text]);
  const said = needed ? own.map(({ id, state }) => [id, state]) : null;
  return { spans, known: known && (!needed || !list.isPending), said };
}

/** Playing rests where a granted span ends. True while it rests there, or nearly. */
export function useEndOfGrant(spans: readonly Span[], group: PlaybackGroup): boolean {
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    if (spans.length === 0) {
      setEnded(false);
      return;
    }
    let inside = spanAt(spans, group.nowMs());
    const timer = setInterval(() => {
      const { scrubbing, playing } = group.snapshot;
      if (scrubbing) return;
      const ms = group.nowMs();
      const rest = playing ? restAt(spans, inside, ms) : null;
      // Where nothing is shown no time passes.
      if (rest !== null || (playing && !spanAt(spans, ms))) group.pause();
      if (rest !== null && rest !== ms) group.seek(rest);
      inside = spanAt(spans, group.nowMs());
      setEnded(!group.snapshot.playing && isAtEnd(spans, group.nowMs()));
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [spans, group]);
  return ended;
}
