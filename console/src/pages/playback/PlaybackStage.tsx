// Playback: up to nine cameras in step above one timeline. One viewing session for all of them and the day they are at.
import { useNavigate } from "@tanstack/react-router";
import { Button, Drawer } from "antd";
import { type CSSProperties, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useAllCameras, useSystemState } from "../../api/queries";
import type { Camera, ViewRequest } from "../../api/types";
import { SPEEDS } from "../../player/clock";
import { type GroupSnapshot, TOGETHER_MAX } from "../../player/group";
import { Keyboard } from "../../player/Keyboard";
import { useKeys } from "../../player/keys";
import { columnsFor } from "../../player/mosaic";
import { DARK } from "../../player/Picture";
import { PictureIcon } from "../../player/PictureIcon";
import { type PlaybackHandle, PlaybackPicture } from "../../player/PlaybackPicture";
import { saveStill } from "../../player/still";
import type { KnownGap } from "../../player/track";
import { useView } from "../../player/view";
import {
  CameraTree,
  formatIndex,
  formatTime,
  Loading,
  type Purpose,
  RefusalPanel,
  serverNow,
  Trouble,
  useAskPurpose,
  useLanguage,
  useT,
} from "../../ui";
import { endOf, type Scale, Timeline, type TimelineHandle, TimelineTable, useFootage } from "../../ui/timeline";
import { GoTo } from "./GoTo";
import { KEY_LINES } from "./help";
import { Notice } from "./Notice";
import { SelectionBar } from "./SelectionBar";
import { Transport } from "./Transport";
import { usePlace } from "./usePlace";

const DAY_MS = 86_400_000;
const NARROW_PX = 720;
/** Assumed kept when the server does not say. */
const KEPT_DAYS = 31;

/** The group's state without the running time, so that the page is not redrawn with every frame. */
function useGroupState(group: {
  snapshot: GroupSnapshot;
  subscribe: (listener: (snapshot: GroupSnapshot) => void) => () => void;
}) {
  const [state, setState] = useState(group.snapshot);
  useEffect(
    () =>
      group.subscribe((next) =>
        setState((before) => {
          const same = (Object.keys(next) as (keyof GroupSnapshot)[]).every(
            (key) => key === "nowMs" || next[key] === before[key],
          );
          return same ? before : next;
        }),
      ),
    [group],
  );
  return state;
}

/** The size of the room that pictures have. */
function useRoom(): [(element: HTMLElement | null) => void, { width: number; height: number }] {
  const [room, setRoom] = useState({ width: 1600, height: 900 });
  const watch = useRef<ResizeObserver | null>(null);
  const attach = useCallback((element: HTMLElement | null) => {
    watch.current?.disconnect();
    if (!element) return;
    watch.current = new ResizeObserver(() => setRoom({ width: element.clientWidth, height: element.clientHeight }));
    watch.current.observe(element);
  }, []);
  return [attach, room];
}

export function PlaybackStage({ purpose }: { purpose: Purpose }) {
  const t = useT();
  const { language } = useLanguage();
  const navigate = useNavigate();
  const list = useAllCameras();
  const system = useSystemState();
  const place = usePlace();
  const { group, cameras: ids, selection, session, setCameras, setSelection } = place;
  const state = useGroupState(group);
  const known = useMemo(() => new Map(list.data?.map((camera) => [camera.id, camera])), [list.data]);
  const cameras = useMemo(
    () => ids.map((id) => known.get(id)).filter((camera): camera is Camera => camera !== undefined),
    [ids, known],
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const [oneUp, setOneUp] = useState(false);
  const [narrow] = useState(() => window.innerWidth < NARROW_PX);
  const [tree, setTree] = useState(!narrow);
  const [selecting, setSelecting] = useState(false);
  const [table, setTable] = useState(false);
  const [going, setGoing] = useState(false);
  const [help, setHelp] = useState(false);
  const [skipGaps, setSkipGaps] = useState(true);
  const [said, setSaid] = useState("");
  const [view, setView] = useState<{ scale: Scale; width: number } | null>(null);
  const timeline = useRef<TimelineHandle>(null);
  const handles = useRef(new Map<string, PlaybackHandle>());
  const [stage, room] = useRoom();
  group.skipGaps = skipGaps;

  const request = useMemo<ViewRequest | null>(() => {
    if (cameras.length === 0) return null;
    const span = { from_ms: session.fromMs, to_ms: session.toMs };
    return { mode: "playback", cameras: cameras.map(({ id }) => id).sort(), ...span, ...purpose };
  }, [cameras, session, purpose]);
  const session_ = useView(request);
  const ask = useAskPurpose();

  const days = system.data?.kept.days ?? KEPT_DAYS;
  // Whole minutes: a limit that moves every second would start every request anew.
  const nowMinute = Math.ceil(serverNow() / 60_000) * 60_000;
  const limits = useMemo(
    () => ({ earliestMs: nowMinute - (days + 1) * DAY_MS, latestMs: nowMinute }),
    [nowMinute, days],
  );
  const floorDays = Math.max(0, ...cameras.map((camera) => camera.floor_days));
  const floorMs = cameras.length > 0 && floorDays > 0 ? nowMinute - floorDays * DAY_MS : null;
  const names = useMemo(() => cameras.map(({ id, name }) => ({ id, name })), [cameras]);
  const footage = useFootage(ids, view?.scale ?? null, view?.width ?? 0, limits);
  const whole = useCallback(
    (camera: string, gap: KnownGap): KnownGap => {
      const found = footage.map.known(camera, gap.fromMs, gap.toMs).gaps.find((other) => other.cause === gap.cause);
      return found ? { fromMs: found.from_ms, toMs: found.to_ms, cause: found.cause } : gap;
    },
    [footage],
  );
  const current = chosen !== null && ids.includes(chosen) ? chosen : (ids[0] ?? null);

  const toggle = (camera: Camera) => {
    if (ids.includes(camera.id)) setCameras(ids.filter((id) => id !== camera.id));
    else if (ids.length >= TOGETHER_MAX) setSaid(t("playback-most", { most: TOGETHER_MAX }));
    else setCameras([...ids, camera.id]);
  };
  const seek = useCallback(
    (ms: number) => {
      group.seek(Math.min(ms, serverNow()));
      timeline.current?.reveal();
    },
    [group],
  );
  const still = () => {
    const video = current === null ? null : handles.current.get(current)?.video();
    const camera = current === null ? undefined : known.get(current);
    if (!video || !camera || !session_.view) return;
    const atMs = group.nowMs();
    const caption = `${camera.name} · ${formatTime(Math.round(atMs), language, { milliseconds: true, zone: true })}`;
    saveStill({ viewId: session_.view.id, cameraId: camera.id, atMs, video, caption }).then(
      (entry) => setSaid(t("picture-still-saved", { entry: formatIndex(entry) })),
      (cause) => setSaid(`${t("picture-still-failed")}: ${cause instanceof Error ? cause.message : ""}`),
    );
  };
  const exportIt = () =>
    selection &&
    navigate({
      to: "/exports",
      search: {
        new: "1",
        cameras: ids.join(","),
        from_ms: String(Math.round(selection.fromMs)),
        to_ms: String(Math.round(selection.toMs)),
      } as never,
    });
  const mark = (edge: "fromMs" | "toMs") => {
    const ms = group.nowMs();
    const other = edge === "fromMs" ? (selection?.toMs ?? ms + 60_000) : (selection?.fromMs ?? ms - 60_000);
    const [fromMs, toMs] = edge === "fromMs" ? [ms, Math.max(ms + 1, other)] : [Math.min(other, ms - 1), ms];
    setSelection({ fromMs, toMs });
  };
  const faster = (by: number) => {
    const at = SPEEDS.indexOf(state.speed as (typeof SPEEDS)[number]);
    group.setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + by))] ?? 1);
  };
  const by = (ms: number) => () => seek(group.nowMs() + ms);
  useKeys({
    Space: () => group.toggle(),
    k: () => group.toggle(),
    ",": () => group.step(-1, current ?? undefined),
    ".": () => group.step(1, current ?? undefined),
    ArrowLeft: by(-10_000),
    ArrowRight: by(10_000),
    "Shift+ArrowLeft": by(-60_000),
    "Shift+ArrowRight": by(60_000),
    j: by(-10_000),
    l: by(10_000),
    ArrowUp: () => faster(1),
    ArrowDown: () => faster(-1),
    g: () => setGoing(true),
    i: () => mark("fromMs"),
    o: () => mark("toMs"),
    e: exportIt,
    s: still,
    c: () => setTree((open) => !open),
    "+": () => timeline.current?.zoom(0.5),
    "=": () => timeline.current?.zoom(0.5),
    "-": () => timeline.current?.zoom(2),
    Enter: () => setOneUp((on) => !on && current !== null),
    Escape: () => (oneUp ? setOneUp(false) : setSelection(null)),
    "?": () => setHelp(true),
    ...Object.fromEntries(ids.map((id, index) => [String(index + 1), () => setChosen(id)])),
  });
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(""), 5000);
    return () => clearTimeout(timer);
  }, [said]);

  if (list.error && !list.data) return <Trouble error={list.error} onRetry={() => list.refetch()} />;
  if (!list.data) return <Loading />;
  const columns = oneUp ? 1 : columnsFor(cameras.length, room.width, room.height);
  const treePanel = <CameraTree chosen={new Set(ids)} onToggle={toggle} draggable={false} />;
  const { error, view: opened } = session_;
  return (
    <div className="wk-playback" data-tree={(tree && !narrow) || undefined}>
      {tree && !narrow ? <aside className="wk-playback-tree">{treePanel}</aside> : null}
      {narrow ? (
        <Drawer open={tree} onClose={() => setTree(false)} placement="left" size={300} title={t("tree-label")}>
          {treePanel}
        </Drawer>
      ) : null}
      <div className="wk-playback-stage" style={DARK} ref={stage}>
        {error?.refusal ? (
          <div className="wk-playback-center">
            <RefusalPanel refusal={error.refusal}>
              <Button type="primary" onClick={ask}>
                {t("purpose-change")}
              </Button>
              <Button onClick={session_.retry}>{t("action-retry")}</Button>
            </RefusalPanel>
          </div>
        ) : cameras.length === 0 ? (
          <div className="wk-playback-center">
            <div className="wk-playback-empty">
              <p className="wk-empty-title">{t("playback-empty-title")}</p>
              <p>{t("playback-empty-text", { most: TOGETHER_MAX })}</p>
              {tree ? null : <Button onClick={() => setTree(true)}>{t("wall-tree")}</Button>}
            </div>
          </div>
        ) : (
          <div
            className="wk-playback-tiles"
            data-count={oneUp ? 1 : cameras.length}
            style={{ "--wk-columns": columns } as CSSProperties}
          >
            {cameras.map((camera) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the digits choose a camera, Enter enlarges it
              <section
                key={camera.id}
                aria-label={camera.name}
                data-chosen={(camera.id === current && cameras.length > 1) || undefined}
                hidden={oneUp && camera.id !== current}
                onClick={() => setChosen(camera.id)}
                onDoubleClick={() => {
                  setChosen(camera.id);
                  setOneUp((on) => !on);
                }}
              >
                <PlaybackPicture
                  ref={(handle) => {
                    if (handle) handles.current.set(camera.id, handle);
                    else handles.current.delete(camera.id);
                  }}
                  camera={camera}
                  view={opened?.cameras.includes(camera.id) ? opened : null}
                  group={group}
                  onTrouble={session_.check}
                  whole={whole}
                  tools={
                    <button type="button" title={t("picture-still")} aria-label={t("picture-still")} onClick={still}>
                      <PictureIcon name="still" size={16} />
                    </button>
                  }
                />
              </section>
            ))}
          </div>
        )}
        <Notice group={group} state={state} names={known} />
        {said ? (
          <p className="wk-playback-said" role="status">
            {said}
          </p>
        ) : null}
        {help ? <Keyboard title={t("playback-help")} lines={KEY_LINES} onClose={() => setHelp(false)} /> : null}
      </div>
      <div className="wk-playback-desk">
        <Transport
          group={group}
          playing={state.playing}
          speed={state.speed}
          skipGaps={skipGaps}
          selecting={selecting}
          table={table}
          tree={tree}
          onStep={(direction) => group.step(direction, current ?? undefined)}
          onSkipGaps={setSkipGaps}
          onSelecting={setSelecting}
          onTable={setTable}
          onTree={setTree}
          onGoTo={() => setGoing(true)}
          onZoom={(factor) => timeline.current?.zoom(factor)}
          onShow={(lastMs) => timeline.current?.show(nowMinute - lastMs, nowMinute + lastMs / 30)}
          onHelp={() => setHelp(true)}
        />
        {selection ? (
          <SelectionBar
            selection={selection}
            cameras={cameras.length}
            onPlay={() => {
              seek(selection.fromMs);
              group.play();
            }}
            onShow={() =>
              timeline.current?.show(
                selection.fromMs - (selection.toMs - selection.fromMs) * 0.1,
                selection.toMs + (selection.toMs - selection.fromMs) * 0.1,
              )
            }
            onExport={exportIt}
            onClear={() => setSelection(null)}
          />
        ) : null}
        <Timeline
          ref={timeline}
          cameras={names}
          chosen={current}
          onChoose={setChosen}
          playheadMs={() => group.nowMs()}
          playing={state.playing}
          limits={limits}
          floorMs={floorMs}
          scale={view?.scale ?? null}
          onScale={(scale, width) => setView({ scale, width })}
          footage={footage}
          selection={selection}
          onSelection={setSelection}
          selecting={selecting}
          onSeek={(ms) => group.seek(Math.min(ms, serverNow()))}
          onScrub={(ms) => group.scrub(Math.min(ms, serverNow()))}
          onScrubEnd={() => group.endScrub()}
        />
        {table && view ? (
          <TimelineTable
            map={footage.map}
            cameras={names}
            fromMs={view.scale.fromMs}
            toMs={endOf(view.scale, view.width)}
            onPlay={(ms, camera) => {
              setChosen(camera);
              seek(ms);
              group.play();
            }}
          />
        ) : null}
      </div>
      <GoTo open={going} atMs={() => group.nowMs()} onGo={seek} onClose={() => setGoing(false)} />
    </div>
  );
}
