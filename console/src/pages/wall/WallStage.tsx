// The wall itself: tiles in a grid, the camera tree beside them, the bar over them, keys. One viewing session for all its
// cameras; each picture plays under it.
import { Button, Drawer } from "antd";
import { type CSSProperties, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useAllCameras, useMe } from "../../api/queries";
import type { Camera, ViewRequest } from "../../api/types";
import { Keyboard } from "../../player/Keyboard";
import { useKeys } from "../../player/keys";
import type { LiveHandle } from "../../player/LivePicture";
import { DARK } from "../../player/Picture";
import { saveStill } from "../../player/still";
import { useView } from "../../player/view";
import {
  CameraTree,
  formatIndex,
  formatTime,
  Loading,
  type Purpose,
  RefusalPanel,
  Trouble,
  useAddress,
  useAskPurpose,
  useLanguage,
  useT,
} from "../../ui";
import { camerasOf, chosenCamera, columnsOf, shown, type Wall } from "./grid";
import { KEY_LINES } from "./help";
import { useLayouts } from "./layouts";
import { Tile, type TileAct } from "./Tile";
import { useAwake, useWall } from "./useWall";
import { WallBar } from "./WallBar";
import { addressOfWall } from "./wallAddress";

/** Below this width the camera tree is a drawer and tiles scroll. */
const NARROW_PX = 720;

function requestOf(wall: Wall, known: ReadonlyMap<string, Camera>, purpose: Purpose): ViewRequest | null {
  const cameras = camerasOf(wall).filter((camera) => known.has(camera));
  if (cameras.length === 0) return null;
  return { mode: "live", cameras: cameras.sort(), ...purpose, ...(wall.layout ? { layout: wall.layout } : {}) };
}

export function WallStage({ purpose }: { purpose: Purpose }) {
  const t = useT();
  const { language } = useLanguage();
  const me = useMe();
  const [address] = useAddress();
  const list = useAllCameras();
  const layouts = useLayouts();
  const [wall, dispatch] = useWall(me.person.id, layouts.data);
  const known = useMemo(() => new Map(list.data?.map((camera) => [camera.id, camera])), [list.data]);
  const request = useMemo(() => requestOf(wall, known, purpose), [wall, known, purpose]);
  const { view, error, check, retry } = useView(request);
  const ask = useAskPurpose();
  const stage = useRef<HTMLDivElement>(null);
  const handles = useRef(new Map<string, LiveHandle>());
  const [awake, stir] = useAwake();
  const [busy, setBusy] = useState(false);
  const [help, setHelp] = useState(false);
  const [narrow] = useState(() => window.innerWidth < NARROW_PX);
  const [tree, setTree] = useState(!narrow && address.screen === undefined);
  const [full, setFull] = useState(false);
  const [said, say] = useSaying();
  const container = useCallback(() => stage.current ?? document.body, []);
  useBare(address.screen !== undefined);
  useEffect(() => {
    const changed = () => setFull(document.fullscreenElement === stage.current);
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, []);

  const act = useCallback(
    (what: TileAct, id: string) => {
      const handle = handles.current.get(id);
      const camera = known.get(id);
      if (!handle || !camera) return;
      if (what === "replay") {
        if (handle.replaying()) handle.backToLive();
        else handle.replay();
        return;
      }
      const video = handle.video();
      const atMs = handle.shownMs();
      if (!video || atMs === null || !view) return;
      const caption = `${camera.name} · ${formatTime(Math.round(atMs), language, { milliseconds: true, zone: true })}`;
      saveStill({ viewId: view.id, cameraId: id, atMs, video, caption }).then(
        (entry) => say(t("picture-still-saved", { entry: formatIndex(entry) })),
        (cause) => say(`${t("picture-still-failed")}: ${cause instanceof Error ? cause.message : ""}`),
      );
    },
    [known, view, language, t, say],
  );
  const toggleFull = () =>
    document.fullscreenElement ? document.exitFullscreen() : stage.current?.requestFullscreen().catch(() => undefined);
  const openScreen = () => window.open(addressOfWall(wall, "2"), "wk-screen-2", "popup,width=1280,height=760");
  const chosen = chosenCamera(wall);
  const onChosen = (what: TileAct) => chosen && act(what, chosen);
  useKeys({
    ArrowLeft: () => dispatch({ do: "move", dx: -1, dy: 0 }),
    ArrowRight: () => dispatch({ do: "move", dx: 1, dy: 0 }),
    ArrowUp: () => dispatch({ do: "move", dx: 0, dy: -1 }),
    ArrowDown: () => dispatch({ do: "move", dx: 0, dy: 1 }),
    "1": () => dispatch({ do: "grid", grid: 1 }),
    "2": () => dispatch({ do: "grid", grid: 4 }),
    "3": () => dispatch({ do: "grid", grid: 9 }),
    "4": () => dispatch({ do: "grid", grid: 16 }),
    Enter: () => dispatch({ do: "one_up" }),
    Escape: () => dispatch({ do: "one_up", on: false }),
    PageUp: () => dispatch({ do: "turn", by: -1 }),
    PageDown: () => dispatch({ do: "turn", by: 1 }),
    Delete: () => dispatch({ do: "remove" }),
    c: () => setTree((open) => !open),
    f: toggleFull,
    r: () => onChosen("replay"),
    s: () => onChosen("still"),
    t: () => dispatch({ do: "tour", seconds: wall.tourSeconds === null ? 15 : null }),
    "?": () => setHelp((open) => !open),
  });

  if (list.error && !list.data) return <Trouble error={list.error} onRetry={() => list.refetch()} />;
  if (!list.data) return <Loading />;
  const columns = wall.oneUp ? 1 : columnsOf(wall.grid);
  const places = shown(wall)
    .map((id, index) => ({ id, index }))
    .filter(({ index }) => !wall.oneUp || index === wall.selected);
  // Elements stay in one order while cameras change places: moving a video in the document would stop it.
  const ordered = [...places].sort((a, b) => (a.id ?? `~${a.index}`).localeCompare(b.id ?? `~${b.index}`));
  const onTree = new Set(camerasOf(wall));
  const treePanel = <CameraTree chosen={onTree} onOpen={(camera) => dispatch({ do: "place", camera: camera.id })} />;
  return (
    <div className="wk-wall" data-tree={(tree && !narrow) || undefined}>
      {tree && !narrow ? <aside className="wk-wall-tree">{treePanel}</aside> : null}
      {narrow ? (
        <Drawer open={tree} onClose={() => setTree(false)} placement="left" size={300} title={t("tree-label")}>
          {treePanel}
        </Drawer>
      ) : null}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only wakes the bar, which the keyboard reaches without it */}
      <div
        className="wk-stage"
        ref={stage}
        style={DARK}
        data-awake={awake || busy || undefined}
        onPointerMove={stir}
        onPointerDown={stir}
        onFocus={stir}
      >
        {error?.refusal ? (
          <div className="wk-stage-center">
            <RefusalPanel refusal={error.refusal}>
              <Button type="primary" onClick={ask}>
                {t("purpose-change")}
              </Button>
              <Button onClick={retry}>{t("action-retry")}</Button>
            </RefusalPanel>
          </div>
        ) : onTree.size === 0 ? (
          <EmptyWall cameras={list.data} onFill={(cameras) => dispatch({ do: "fill", cameras })} />
        ) : null}
        {onTree.size > 0 && !error?.refusal ? (
          <div
            className="wk-tiles"
            data-grid={wall.oneUp ? 1 : wall.grid}
            style={{ "--wk-columns": columns } as CSSProperties}
          >
            {ordered.map(({ id, index }) => (
              <Tile
                key={id ?? `empty-${index}`}
                index={index}
                place={wall.oneUp ? null : { row: Math.floor(index / columns) + 1, column: (index % columns) + 1 }}
                camera={(id !== null && known.get(id)) || null}
                lost={id !== null && !known.has(id)}
                view={id !== null && view?.cameras.includes(id) ? view : null}
                main={wall.oneUp || wall.grid === 1}
                selected={index === wall.selected && (wall.grid > 1 || wall.oneUp)}
                oneUp={wall.oneUp}
                handles={handles}
                dispatch={dispatch}
                act={act}
                onTrouble={check}
              />
            ))}
          </div>
        ) : null}
        <WallBar
          wall={wall}
          dispatch={dispatch}
          shown={awake || busy}
          tree={tree}
          full={full}
          onTree={() => setTree(!tree)}
          onFull={toggleFull}
          onScreen={openScreen}
          onHelp={() => setHelp(true)}
          onBusy={setBusy}
          container={container}
        />
        <p className="wk-stage-said" role="status">
          {said}
        </p>
        {help ? <Keyboard title={t("wall-help")} lines={KEY_LINES} onClose={() => setHelp(false)} /> : null}
      </div>
    </div>
  );
}

function EmptyWall({ cameras, onFill }: { cameras: readonly Camera[]; onFill: (cameras: string[]) => void }) {
  const t = useT();
  const usable = cameras.filter((camera) => camera.enabled).map((camera) => camera.id);
  return (
    <div className="wk-stage-center">
      <div className="wk-stage-empty">
        <p className="wk-empty-title">{t("wall-empty-title")}</p>
        <p>{t("wall-empty-text")}</p>
        {usable.length > 0 ? (
          <Button type="primary" onClick={() => onFill(usable)}>
            {t("wall-fill", { count: usable.length })}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** One line said over the wall for a few seconds; also read by screen readers. */
function useSaying(): [string, (text: string) => void] {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(""), 5000);
    return () => clearTimeout(timer);
  }, [said]);
  return [said, setSaid];
}

/** A second screen is pictures only: the shell steps aside (wall.css). */
function useBare(bare: boolean): void {
  useEffect(() => {
    if (!bare) return;
    document.documentElement.classList.add("wk-bare");
    return () => document.documentElement.classList.remove("wk-bare");
  }, [bare]);
}
