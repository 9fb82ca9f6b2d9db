// The timeline's part of playback: what it may show, the view it has, the footage it knows, and who is chosen on it.
import { useQueries } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import { type Alarm, alarmMarksOf } from "../../api/alarms";
import { clipLevelsQuery, useHeld, useSystemState } from "../../api/queries";
import type { Camera, ClipLevel, Named } from "../../api/types";
import type { KnownGap } from "../../player/track";
import { serverNow } from "../../ui";
import {
  type AlarmMark,
  type FootageState,
  type HeldSpan,
  type LevelSpan,
  type Limits,
  type Scale,
  type TimelineHandle,
  useFootage,
} from "../../ui/timeline";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Assumed kept when the server does not say. */
const KEPT_DAYS = 31;

const NONE_HELD: readonly HeldSpan[] = [];

export interface Desk {
  readonly timeline: React.RefObject<TimelineHandle | null>;
  readonly names: readonly Named[];
  readonly limits: Limits;
  /** Footage younger than this must still be here; `null` when no camera is chosen. */
  readonly floorMs: number | null;
  readonly view: { scale: Scale; width: number } | null;
  onScale(scale: Scale, width: number): void;
  readonly footage: FootageState;
  readonly held: readonly HeldSpan[];
  readonly alarms: readonly AlarmMark[];
  /** What is protected more than its camera. */
  readonly levels: readonly LevelSpan[];
  /** Until that is known, nothing is asked for that it may refuse. */
  readonly levelsKnown: boolean;
  /** The whole of a gap, as far as the timeline knows it. */
  wholeGap(camera: string, gap: KnownGap): KnownGap;
  /** Shows the last `ms` before now. */
  showLast(ms: number): void;
}

const spanOf = (camera: string, { from_ms, to_ms, level }: ClipLevel): LevelSpan => ({
  camera,
  fromMs: from_ms,
  toMs: to_ms ?? Number.POSITIVE_INFINITY,
  level,
});

/** What of these cameras is protected more than they are, as long as it is. */
function useLevels(ids: readonly string[]): { spans: readonly LevelSpan[]; known: boolean } {
  const combine = useCallback(
    (answers: { data?: ClipLevel[] | undefined; isPending: boolean }[]) => ({
      known: answers.every(({ isPending }) => !isPending),
      spans: answers.flatMap(({ data = [] }, at) =>
        data.filter(({ lowered }) => !lowered).map((one) => spanOf(ids[at] ?? "", one)),
      ),
    }),
    [ids],
  );
  return useQueries({ queries: ids.map((id) => clipLevelsQuery(id)), combine });
}

/** What alarm and door systems said of the cameras shown; test events called nobody and mark nothing. */
function useAlarmMarks(ids: readonly string[]): readonly AlarmMark[] {
  const combine = useCallback(
    (answers: { data?: Alarm[] | undefined }[]) =>
      answers.flatMap(({ data }, index) =>
        (data ?? [])
          .filter(({ state }) => state !== "test")
          .map(({ at_ms, kind, state }) => ({ camera: ids[index] ?? "", ms: at_ms, kind, called: state !== "noted" })),
      ),
    [ids],
  );
  return useQueries({ queries: ids.map((id) => alarmMarksOf(id)), combine });
}

export function useDesk(cameras: readonly Camera[], ids: readonly string[]): Desk {
  const system = useSystemState();
  const timeline = useRef<TimelineHandle>(null);
  const [view, setView] = useState<{ scale: Scale; width: number } | null>(null);
  const days = system.data?.kept.days ?? KEPT_DAYS;
  // Whole minutes: a limit that moves every second would start every request anew.
  const nowMs = Math.ceil(serverNow() / MINUTE_MS) * MINUTE_MS;
  const limits = useMemo(() => ({ earliestMs: nowMs - (days + 1) * DAY_MS, latestMs: nowMs }), [nowMs, days]);
  const floorDays = Math.max(0, ...cameras.map((camera) => camera.floor_days));
  const names = useMemo(() => cameras.map(({ id, name }) => ({ id, name })), [cameras]);
  const footage = useFootage(ids, view?.scale ?? null, view?.width ?? 0, limits);
  const levels = useLevels(ids);
  const alarms = useAlarmMarks(ids);
  const held = useHeld().data ?? NONE_HELD;
  const onScale = useCallback((scale: Scale, width: number) => setView({ scale, width }), []);
  const wholeGap = useCallback(
    (camera: string, gap: KnownGap): KnownGap => {
      const found = footage.map.known(camera, gap.fromMs, gap.toMs).gaps.find((other) => other.cause === gap.cause);
      return found ? { fromMs: found.from_ms, toMs: found.to_ms, cause: found.cause } : gap;
    },
    [footage],
  );
  return {
    timeline,
    names,
    limits,
    floorMs: floorDays > 0 ? nowMs - floorDays * DAY_MS : null,
    view,
    onScale,
    footage,
    held,
    alarms,
    levels: levels.spans,
    levelsKnown: levels.known,
    wholeGap,
    showLast: (ms) => timeline.current?.show(nowMs - ms, nowMs + ms / 30),
  };
}
