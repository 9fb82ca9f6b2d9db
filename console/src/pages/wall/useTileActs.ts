// What can be done with a tile's picture, by its buttons and by the page's keys: a still, the last seconds again, digital zoom.
import { type RefObject, useCallback } from "react";
import type { Camera, View } from "../../api/types";
import type { LiveHandle } from "../../player/LivePicture";
import { useStill } from "../../player/useStill";
import type { ZoomHandle } from "../../player/useZoom";
import { useT } from "../../ui";

const ZOOM_STEP = 1.5;
/** A share of the tile. */
const SHIFT_STEP = 0.12;

const ZOOMS = {
  zoom_in: (zoom: ZoomHandle) => zoom.zoomBy(ZOOM_STEP),
  zoom_out: (zoom: ZoomHandle) => zoom.zoomBy(1 / ZOOM_STEP),
  zoom_reset: (zoom: ZoomHandle) => zoom.reset(),
  // One looks to the left by moving the picture to the right.
  look_left: (zoom: ZoomHandle) => zoom.shift(SHIFT_STEP, 0),
  look_right: (zoom: ZoomHandle) => zoom.shift(-SHIFT_STEP, 0),
  look_up: (zoom: ZoomHandle) => zoom.shift(0, SHIFT_STEP),
  look_down: (zoom: ZoomHandle) => zoom.shift(0, -SHIFT_STEP),
};

export type TileAct = "replay" | "still" | "turn" | keyof typeof ZOOMS;

export interface TileActs {
  known: ReadonlyMap<string, Camera>;
  handles: RefObject<Map<string, LiveHandle>>;
  view: View | null;
  say: (text: string) => void;
  /** Somebody wants to turn a camera. */
  onTurn: (camera: string) => void;
}

export function useTileActs({ known, handles, view, say, onTurn }: TileActs): (act: TileAct, camera: string) => void {
  const t = useT();
  const still = useStill(view, say);
  return useCallback(
    (act, id) => {
      const [handle, camera] = [handles.current.get(id), known.get(id)];
      if (!handle || !camera) return;
      if (act === "turn") {
        if (camera.turns) onTurn(id);
      } else if (act === "still") still(camera, handle.video(), handle.shownMs());
      else if (act !== "replay") {
        const zoom = handle.zoom();
        if (zoom) ZOOMS[act](zoom);
      } else if (handle.replaying()) handle.backToLive();
      else if (handle.replay() === null) say(t("wall-replay-none"));
    },
    [known, handles, still, say, onTurn, t],
  );
}
