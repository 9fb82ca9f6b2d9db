// The wall itself: tiles in a grid, the list of cameras beside them, the bar over them. One viewing session for all its
// cameras; each picture plays under it. A further window (`?screen=2`) is a wall of its own.
import { Button } from "antd";
import { useCallback, useMemo, useRef, useState } from "react";
import { useCameraPage, useCamerasById, useMe } from "../../api/queries";
import type { Camera, Layout, ViewRequest } from "../../api/types";
import { AlarmCall } from "../../player/AlarmCall";
import { CameraPanel, useNarrow } from "../../player/CameraPanel";
import { Keyboard } from "../../player/Keyboard";
import type { LiveHandle } from "../../player/LivePicture";
import { DARK } from "../../player/Picture";
import { inPlaceOfPictures, PictureTrouble, PictureTroubleLine } from "../../player/PictureTrouble";
import { PtzPanel } from "../../player/PtzPanel";
import { useBare, useFullScreen } from "../../player/useFullScreen";
import { useSaying } from "../../player/useStill";
import { useView } from "../../player/view";
import { Loading, type Purpose, PurposeChip, Trouble, useAddress, useT } from "../../ui";
import { type Action, CAMERAS_MAX, camerasOf, isFull, isLayout, type Wall } from "./grid";
import { KEY_LINES } from "./help";
import { useLayouts } from "./layouts";
import { openScreen, screenOf, useScreenBeat } from "./screens";
import { usePostLayout } from "./usePostLayout";
import { useTileActs } from "./useTileActs";
import { useAwake, useWall } from "./useWall";
import { useWallKeys } from "./useWallKeys";
import { WallBar } from "./WallBar";
import { WallTiles } from "./WallTiles";

function requestOf(
  wall: Wall,
  known: ReadonlyMap<string, Camera>,
  layouts: readonly Layout[] | undefined,
  purpose: Purpose,
): ViewRequest | null {
  const cameras = camerasOf(wall).filter((camera) => known.has(camera));
  if (cameras.length === 0) return null;
  const layout = layouts?.find((saved) => isLayout(wall, saved));
  return { mode: "live", cameras: cameras.sort(), ...purpose, ...(layout ? { layout: layout.id } : {}) };
}

const NONE: ReadonlyMap<string, Camera> = new Map();

/** The wall's own cameras, renewed while they hang there, and the session that they want. */
function useCamerasOn(wall: Wall, layouts: readonly Layout[] | undefined, purpose: Purpose) {
  const cameras = useCamerasById(camerasOf(wall), 5000);
  const { known = NONE, asking } = cameras;
  const last = useRef<ViewRequest | null>(null);
  // A session is an entry: it waits for the camera that is being asked about.
  const request = useMemo(() => {
    if (!asking) last.current = requestOf(wall, known, layouts, purpose);
    return last.current;
  }, [wall, known, asking, layouts, purpose]);
  return { ...cameras, isKnown: cameras.known !== undefined, known, request };
}

/** Places cameras, and says so when there is no room for another. */
function useRoom(wall: Wall, dispatch: (action: Action) => void, say: (text: string) => void) {
  const t = useT();
  const full = isFull(wall);
  return useCallback(
    (action: Action) => {
      if (action.do === "place" && full) say(t("wall-no-room", { most: CAMERAS_MAX }));
      dispatch(action);
    },
    [full, dispatch, say, t],
  );
}

export function WallStage({ purpose }: { purpose: Purpose }) {
  const t = useT();
  const me = useMe();
  const [address] = useAddress();
  const layouts = useLayouts();
  const handles = useRef(new Map<string, LiveHandle>());
  const isHeld = () => [...handles.current.values()].some((handle) => handle.replaying());
  const screen = screenOf(address.screen);
  const [wall, change] = useWall({ person: me.person.id, screen, layouts: layouts.data, isHeld });
  const asked = address.layout !== undefined || address.tiles !== undefined || address.camera !== undefined;
  usePostLayout({ person: me.person.id, screen, asked, layouts: layouts.data, dispatch: change });
  const cameras = useCamerasOn(wall, layouts.data, purpose);
  const { known, request } = cameras;
  const { view, error, check, retry } = useView(request);
  const stage = useRef<HTMLDivElement>(null);
  const [awake, stir] = useAwake();
  const [busy, setBusy] = useState(false);
  const [help, setHelp] = useState(false);
  const narrow = useNarrow();
  const [tree, setTree] = useState(!narrow && (screen === 1 || camerasOf(wall).length === 0));
  const [full, toggleFull] = useFullScreen();
  const [said, say] = useSaying();
  const dispatch = useRoom(wall, change, say);
  const [turning, setTurning] = useState<string>();
  const turned = turning === undefined ? undefined : known.get(turning);
  const act = useTileActs({ known, handles, view, say, onTurn: setTurning });
  const container = useCallback(() => stage.current ?? document.body, []);
  useScreenBeat(screen);
  useBare(screen > 1);
  const [onTree, onHelp] = [() => setTree((open) => !open), () => setHelp((open) => !open)];
  useWallKeys({ wall, dispatch, act, onTree, onFull: toggleFull, onHelp });
  const onScreen = () => {
    const opened = openScreen();
    if (opened !== "opened") say(t(`wall-screen-${opened}`));
  };

  if (cameras.error && !cameras.isKnown) return <Trouble error={cameras.error} onRetry={cameras.refetch} />;
  if (!cameras.isKnown) return <Loading />;
  const onWall = new Set(camerasOf(wall));
  const instead = inPlaceOfPictures({ error, view });
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
        {instead ? (
          <PictureTrouble
            error={instead}
            onRetry={retry}
            wanted={{ cameras: cameras.request?.cameras ?? [], acts: ["live"] }}
          />
        ) : onWall.size === 0 ? (
          <EmptyWall onFill={(cameras) => dispatch({ do: "fill", cameras })} />
        ) : (
          <WallTiles {...{ wall, known, view, handles, dispatch, act }} asking={cameras.asking} onTrouble={check} />
        )}
        {error && !instead ? <PictureTroubleLine error={error} onRetry={retry} /> : null}
        <WallBar
          {...{ wall, dispatch, tree, full, onTree, onHelp, onScreen, container }}
          shown={awake || busy}
          onFull={toggleFull}
          onBusy={setBusy}
        />
        {screen === 1 ? <AlarmCall purpose={purpose} /> : null}
        {turned && view ? (
          <PtzPanel key={turned.id} camera={turned} purpose={purpose} onClose={() => setTurning(undefined)} />
        ) : null}
        {full || screen > 1 ? (
          <div className="wk-stage-purpose">
            <PurposeChip />
          </div>
        ) : null}
        <p className="wk-stage-said" role="status">
          {said}
        </p>
        {help ? <Keyboard title={t("wall-help")} lines={KEY_LINES} onClose={() => setHelp(false)} /> : null}
      </div>
    </div>
  );
}

function EmptyWall({ onFill }: { onFill: (cameras: string[]) => void }) {
  const t = useT();
  const first = useCameraPage({ enabled: true, limit: CAMERAS_MAX }, { everyMs: 30_000 });
  const usable = first.data?.cameras.map((camera) => camera.id) ?? [];
  const count = usable.length;
  const all = first.data?.total ?? 0;
  return (
    <div className="wk-picture-page-center">
      <div className="wk-picture-page-empty wk-stage-empty">
        <p className="wk-empty-title">{t("wall-empty-title")}</p>
        <p>{t("wall-empty-text")}</p>
        {count > 0 ? (
          <Button type="primary" onClick={() => onFill(usable)}>
            {count < all ? t("wall-fill-first", { count, all }) : t("wall-fill", { count })}
          </Button>
        ) : null}
        {count < all ? <p>{t("wall-fill-rest", { most: CAMERAS_MAX })}</p> : null}
      </div>
    </div>
  );
}
