// Keeps a canvas like its scene: redrawn when the scene, the playhead or the present has changed, at most once a frame.
import { type RefObject, useEffect, useRef } from "react";
import { serverNow } from "../useNow";
import type { TimelineControl } from "./control";
import { paint, type Scene } from "./paint";

export type StillScene = Omit<Scene, "playheadMs" | "nowMs">;

/** `busy` says whether somebody holds the timeline: then the view does not turn by itself. */
export function useDrawing(
  canvas: RefObject<HTMLCanvasElement | null>,
  control: TimelineControl,
  scene: StillScene | null,
  busy: () => boolean,
): void {
  const latest = useRef({ scene, busy, dirty: true });
  latest.current = { scene, busy, dirty: true };
  useEffect(() => {
    let request = 0;
    let last = { playhead: Number.NaN, now: 0 };
    const draw = () => {
      request = requestAnimationFrame(draw);
      const still = latest.current.scene;
      const element = canvas.current;
      if (!still || !element || still.width === 0) return;
      const [playhead, present] = [control.props.playheadMs(), serverNow()];
      if (control.props.playing && !latest.current.busy()) control.follow(last.playhead);
      const { msPerPx } = still.scale;
      // Half a pixel of playhead and a pixel of present are not seen.
      const moved =
        !(Math.abs(playhead - last.playhead) / msPerPx < 0.5) || Math.abs(present - last.now) / msPerPx >= 1;
      if (!latest.current.dirty && !moved) return;
      latest.current.dirty = false;
      last = { playhead, now: present };
      drawOn(element, { ...still, playheadMs: playhead, nowMs: present });
    };
    request = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(request);
  }, [canvas, control]);
}

function drawOn(element: HTMLCanvasElement, scene: Scene): void {
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(scene.width * ratio), Math.round(scene.height * ratio)];
  if (element.width !== wide || element.height !== high) {
    element.width = wide;
    element.height = high;
  }
  const context = element.getContext("2d");
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  paint(context, scene);
}
