// Playback: up to nine cameras in step above one timeline. One viewing session for all of them and the day they are at.
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useCamerasById } from "../../api/queries";
import type { Camera, ViewRequest } from "../../api/types";
import { CameraPanel, useNarrow } from "../../player/CameraPanel";
import { type GroupSnapshot, type PlaybackGroup, TOGETHER_MAX } from "../../player/group";
import { Keyboard } from "../../player/Keyboard";
import { DARK } from "../../player/Picture";
import { inPlaceOfPictures, PictureTrouble, PictureTroubleLine } from "../../player/PictureTrouble";
import type { PlaybackHandle } from "../../player/PlaybackPicture";
import { useSaying, useStill } from "../../player/useStill";
import { useView } from "../../player/view";
import { Loading, type Purpose, serverNow, Trouble, useT, type WantedFootage } from "../../ui";
import type { LevelSpan, Span } from "../../ui/timeline";
import { beside } from "./address";
import { ClipBar, useWithin } from "./ClipBar";
import type { Clip } from "./clip";
import { GoTo } from "./GoTo";
import { GrantedBar, NotGranted } from "./GrantedBar";
import { closedAt, spanAt } from "./granted";
import { KEY_LINES } from "./help";
import { Notice } from "./Notice";
import { PlaybackDesk } from "./PlaybackDesk";
import { PlaybackTiles } from "./PlaybackTiles";
import { useDesk } from "./useDesk";
import { useEndOfGrant, useGranted } from "./useGranted";
import { usePlace } from "./usePlace";
import { usePlaybackKeys } from "./usePlaybackKeys";

/** The group's state without the running time, so that the page is not redrawn with every frame. */
function useGroupState(group: PlaybackGroup): GroupSnapshot {
  const [state, setState] = useState(group.snapshot);
  useEffect(
    () =>
      group.subscribe((next) =>
        setState((before) => {
          const keys = Object.keys(next) as (keyof GroupSnapshot)[];
          return keys.every((key) => key === "nowMs" || next[key] === before[key]) ? before : next;
        }),
      ),
    [group],
  );
  return state;
}

/** The viewing session of these cameras and this span; it is an entry, and waits for the camera that is being asked about. */
function useSession(cameras: readonly Camera[], asking: boolean, span: Span | null, purpose: Purpose | Clip["asked"]) {
  const last = useRef<ViewRequest | null>(null);
  const request = useMemo<ViewRequest | null>(() => {
    if (asking) return last.current;
    const ids = cameras.map(({ id }) => id).sort();
    last.current =
      ids.length === 0 || !span
        ? null
        : { mode: "playback", cameras: ids, from_ms: span.fromMs, to_ms: span.toMs, ...purpose };
    return last.current;
  }, [cameras, asking, span, purpose]);
  return useView(request);
}

/** How often it is looked whether the playhead has left what was asked for. */
const LOOK_MS = 400;

/**
 * The part of the session's span that lies beside clips of a level which the purpose does not answer for, and within what was granted
 * where one needs that; null at an instant for which nothing was.
 */
function useBeside(
  session: Span,
  group: PlaybackGroup,
  levels: readonly LevelSpan[],
  granted: readonly Span[],
  { note, case: of }: Purpose,
): Span | null {
  const answered = of ? 3 : note ? 2 : 1;
  const clips = useMemo(() => levels.filter(({ level }) => level > answered), [levels, answered]);
  const [at, setAt] = useState(() => group.nowMs());
  useEffect(() => {
    const timer = setInterval(() => {
      const ms = group.nowMs();
      if (group.snapshot.scrubbing) return;
      setAt((before) => {
        const closed = [...clips, ...closedAt(granted, before)];
        const { fromMs, toMs } = beside(session, before, closed);
        const inside = closed.some((clip) => clip.fromMs <= before && before < clip.toMs);
        return !inside && fromMs <= ms && ms < toMs ? before : ms;
      });
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [session, group, clips, granted]);
  const { fromMs, toMs } = beside(session, at, [...clips, ...closedAt(granted, at)]);
  const nothing = granted.length > 0 && !spanAt(granted, at);
  return useMemo(() => (nothing ? null : { fromMs, toMs }), [nothing, fromMs, toMs]);
}

/**
 * What was refused for the level of a clip, or for want of a grant, is asked for again when one has changed: it may have been taken
 * back, or given.
 */
function useAskedAgain(of: unknown, codes: string, code: string | undefined, retry: () => void) {
  // Compared by what it says: each answer of the server is another list.
  const said = JSON.stringify(of);
  const before = useRef(said);
  useEffect(() => {
    if (before.current !== said && code?.startsWith(codes)) retry();
    before.current = said;
  }, [said, codes, code, retry]);
}

/** How much around the playhead one asks for, where no span is chosen. */
const AROUND_MS = 5 * 60_000;

/** What one would ask a second person for. */
function wantedOf(cameras: readonly string[], selection: Span | null, ms: number): WantedFootage {
  const around = { fromMs: ms - AROUND_MS, toMs: Math.min(ms + AROUND_MS, serverNow()) };
  return { cameras, acts: ["playback", "still"], ...(selection ?? around) };
}

const NONE: ReadonlyMap<string, Camera> = new Map();
/** A clip is played as that; what else one was granted is none of it. */
const NOT_ASKED: readonly Span[] = [];

/** The cameras that are played, in the order chosen, renewed while they are. */
function useChosen(ids: readonly string[]) {
  const list = useCamerasById(ids, 5000);
  const { known = NONE } = list;
  const cameras = useMemo(() => ids.map((id) => known.get(id)).filter((camera) => camera !== undefined), [ids, known]);
  return { list, known, cameras };
}

/** Takes the chosen span to the form of another page. */
function useTaking(to: "/exports" | "/holds", cameras: readonly string[], selection: Span | null): () => void {
  const navigate = useNavigate();
  return () => {
    if (!selection) return;
    const [from_ms, to_ms] = [selection.fromMs, selection.toMs].map((ms) => String(Math.round(ms)));
    navigate({ to, search: { new: "1", cameras: cameras.join(","), from_ms, to_ms } as never });
  };
}

export function PlaybackStage({ purpose, clip }: { purpose: Purpose; clip?: Clip }) {
  const t = useT();
  const { group, cameras: ids, selection, session, setCameras, setSelection } = usePlace();
  const state = useGroupState(group);
  const { list, known, cameras } = useChosen(ids);
  const desk = useDesk(cameras, ids);
  const granted = useGranted(cameras, purpose.purpose);
  const spans = clip ? NOT_ASKED : granted.spans;
  const wide = useBeside(session, group, desk.levels, spans, purpose);
  const span = clip?.span ?? wide;
  useWithin(clip, group);
  const ended = useEndOfGrant(spans, group);
  const { view, error, check, retry } = useSession(
    cameras,
    list.asking || (!clip && (!desk.levelsKnown || !granted.known)),
    span,
    clip?.asked ?? purpose,
  );
  const instead = inPlaceOfPictures({ error, view });
  useAskedAgain(desk.levels, "clip_level", error?.refusal?.code, retry);
  useAskedAgain(granted.said, "grant_", error?.refusal?.code, retry);
  const [picked, setChosen] = useState<string | null>(null);
  const chosen = picked !== null && ids.includes(picked) ? picked : (ids[0] ?? null);
  const [oneUp, setOneUp] = useState(false);
  const narrow = useNarrow();
  const [tree, setTree] = useState(!narrow && !clip);
  const [going, setGoing] = useState(false);
  const [help, setHelp] = useState(false);
  const [said, say] = useSaying();
  const room = useRef<HTMLDivElement>(null);
  const handles = useRef(new Map<string, PlaybackHandle>());
  const saveStill = useStill(view, say);
  const wanted = () => wantedOf(ids, selection, group.nowMs());
  const onExport = useTaking("/exports", ids, selection);
  const onHold = useTaking("/holds", ids, selection);

  const onSeek = useCallback(
    (ms: number) => {
      group.seek(Math.min(ms, serverNow()));
      desk.timeline.current?.reveal();
    },
    [group, desk.timeline],
  );
  const onToggle = (camera: Camera) => {
    if (clip) say(t("clip-fixed"));
    else if (ids.includes(camera.id)) setCameras(ids.filter((id) => id !== camera.id));
    else if (ids.length >= TOGETHER_MAX) say(t("playback-most", { most: TOGETHER_MAX }));
    else setCameras([...ids, camera.id]);
  };
  const onStill = (id: string) => {
    const [camera, handle] = [known.get(id), handles.current.get(id)];
    // The frame's own time: in fast playing, while scrubbing and in gaps the clock is elsewhere.
    if (camera && handle) saveStill(camera, handle.video(), handle.shownMs());
  };
  const shared = {
    ...{ group, chosen, selection, onSeek, onExport, onHold, onStill, onChoose: setChosen, onSelection: setSelection },
    ...{ onTree: () => setTree((open) => !open), onGoTo: () => setGoing(true), onHelp: () => setHelp(true) },
  };
  const onZoom = (factor: number) => desk.timeline.current?.zoom(factor);
  usePlaybackKeys({ ...shared, cameras: ids, oneUp, onOneUp: setOneUp, onZoom });

  if (list.error && !list.known) return <Trouble error={list.error} onRetry={list.refetch} />;
  if (!list.known) return <Loading />;
  return (
    <div className="wk-playback" data-tree={(tree && !narrow) || undefined}>
      <CameraPanel
        open={tree}
        narrow={narrow}
        onClose={() => setTree(false)}
        chosen={new Set(ids)}
        onToggle={onToggle}
        draggable={false}
      />
      <div className="wk-playback-stage" style={DARK}>
        {clip ? <ClipBar clip={clip} /> : <GrantedBar spans={spans} onGo={onSeek} wanted={wanted()} />}
        <div className="wk-playback-pictures" ref={room}>
          {instead ? (
            <PictureTrouble error={instead} onRetry={retry} wanted={wanted()} />
          ) : cameras.length === 0 ? (
            <EmptyStage onTree={tree ? undefined : () => setTree(true)} />
          ) : !span ? (
            <NotGranted spans={spans} onGo={onSeek} wanted={wanted()} />
          ) : (
            <PlaybackTiles
              {...{ cameras, chosen, oneUp, view, group, room, handles, onStill }}
              onChoose={setChosen}
              onOneUp={setOneUp}
              onTrouble={check}
              whole={desk.wholeGap}
            />
          )}
          {error && !instead ? <PictureTroubleLine error={error} onRetry={retry} /> : null}
          <Notice state={state} names={known} ended={ended} />
          {said ? (
            <p className="wk-playback-said" role="status">
              {said}
            </p>
          ) : null}
          {help ? <Keyboard title={t("playback-help")} lines={KEY_LINES} onClose={() => setHelp(false)} /> : null}
        </div>
      </div>
      <PlaybackDesk {...shared} desk={desk} granted={spans} state={state} tree={tree} />
      <GoTo open={going} atMs={() => group.nowMs()} onGo={onSeek} onClose={() => setGoing(false)} />
    </div>
  );
}

function EmptyStage({ onTree }: { onTree: (() => void) | undefined }) {
  const t = useT();
  return (
    <div className="wk-picture-page-center">
      <div className="wk-picture-page-empty">
        <p className="wk-empty-title">{t("playback-empty-title")}</p>
        <p>{t("playback-empty-text", { most: TOGETHER_MAX })}</p>
        {onTree ? <Button onClick={onTree}>{t("wall-tree")}</Button> : null}
      </div>
    </div>
  );
}
