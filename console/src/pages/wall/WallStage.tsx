// The wall itself: tiles in a grid, the list of cameras beside them, the bar over them. One viewing session for all its
// cameras; each picture plays under it.
import { Button } from "antd";
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useAllCameras, useMe } from "../../api/queries";
import type { Camera, ViewRequest } from "../../api/types";
import { CameraPanel, useNarrow } from "../../player/CameraPanel";
import { Keyboard } from "../../player/Keyboard";
import type { LiveHandle } from "../../player/LivePicture";
import { DARK } from "../../player/Picture";
import { PictureRefusal } from "../../player/PictureRefusal";
import { useSaying, useStill } from "../../player/useStill";
import { useView } from "../../player/view";
import { Loading, type Purpose, Trouble, useAddress, useT } from "../../ui";
import { camerasOf, type Wall } from "./grid";
import { KEY_LINES } from "./help";
import { useLayouts } from "./layouts";
import type { TileAct } from "./Tile";
import { useAwake, useWall } from "./useWall";
import { useWallKeys } from "./useWallKeys";
import { WallBar } from "./WallBar";
import { WallTiles } from "./WallTiles";
import { addressOfWall } from "./wallAddress";

function requestOf(wall: Wall, known: ReadonlyMap<string, Camera>, purpose: Purpose): ViewRequest | null {
  const cameras = camerasOf(wall).filter((camera) => known.has(camera));
  if (cameras.length === 0) return null;
  return { mode: "live", cameras: cameras.sort(), ...purpose, ...(wall.layout ? { layout: wall.layout } : {}) };
}

function useFullScreen(stage: RefObject<HTMLElement | null>): [boolean, () => void] {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const changed = () => setFull(document.fullscreenElement === stage.current);
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, [stage]);
  const toggle = () => {
    const done = document.fullscreenElement ? document.exitFullscreen() : stage.current?.requestFullscreen();
    // A browser that does not allow it says so itself.
    done?.catch(() => undefined);
  };
  return [full, toggle];
}

/** A second screen is pictures only: the shell steps aside (wall.css). */
function useBare(bare: boolean): void {
  useEffect(() => {
    if (!bare) return;
    document.documentElement.classList.add("wk-bare");
    return () => document.documentElement.classList.remove("wk-bare");
  }, [bare]);
}

export function WallStage({ purpose }: { purpose: Purpose }) {
  const t = useT();
  const me = useMe();
  const [address] = useAddress();
  const list = useAllCameras();
  const layouts = useLayouts();
  const [wall, dispatch] = useWall(me.person.id, layouts.data);
  const known = useMemo(() => new Map(list.data?.map((camera) => [camera.id, camera])), [list.data]);
  const request = useMemo(() => requestOf(wall, known, purpose), [wall, known, purpose]);
  const { view, error, check, retry } = useView(request);
  const stage = useRef<HTMLDivElement>(null);
  const handles = useRef(new Map<string, LiveHandle>());
  const [awake, stir] = useAwake();
  const [busy, setBusy] = useState(false);
  const [help, setHelp] = useState(false);
  const narrow = useNarrow();
  const [tree, setTree] = useState(!narrow && address.screen === undefined);
  const [full, toggleFull] = useFullScreen(stage);
  const [said, say] = useSaying();
  const still = useStill(view, say);
  const container = useCallback(() => stage.current ?? document.body, []);
  useBare(address.screen !== undefined);

  const act = useCallback(
    (what: TileAct, id: string) => {
      const [handle, camera] = [handles.current.get(id), known.get(id)];
      if (!handle || !camera) return;
      if (what === "still") still(camera, handle.video(), handle.shownMs());
      else if (handle.replaying()) handle.backToLive();
      else handle.replay();
    },
    [known, still],
  );
  const [onTree, onHelp] = [() => setTree((open) => !open), () => setHelp((open) => !open)];
  useWallKeys({ wall, dispatch, act, onTree, onFull: toggleFull, onHelp });

  if (list.error && !list.data) return <Trouble error={list.error} onRetry={() => list.refetch()} />;
  if (!list.data) return <Loading />;
  const onWall = new Set(camerasOf(wall));
  return (
    <div className="wk-wall" data-tree={(tree && !narrow) || undefined}>
      <CameraPanel
        open={tree}
        narrow={narrow}
        onClose={() => setTree(false)}
        chosen={onWall}
        onOpen={(camera) => dispatch({ do: "place", camera: camera.id })}
      />
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
          <PictureRefusal refusal={error.refusal} onRetry={retry} />
        ) : onWall.size === 0 ? (
          <EmptyWall cameras={list.data} onFill={(cameras) => dispatch({ do: "fill", cameras })} />
        ) : (
          <WallTiles {...{ wall, known, view, handles, dispatch, act }} onTrouble={check} />
        )}
        <WallBar
          {...{ wall, dispatch, tree, full, onTree, onHelp, container }}
          shown={awake || busy}
          onFull={toggleFull}
          onScreen={() => window.open(addressOfWall(wall, "2"), "wk-screen-2", "popup,width=1280,height=760")}
          onBusy={setBusy}
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
    <div className="wk-picture-page-center">
      <div className="wk-picture-page-empty wk-stage-empty">
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
