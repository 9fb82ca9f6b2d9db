// Wheel, pinch and drag on a picture as digital zoom. A drag moves the picture only when it is enlarged; otherwise the
// pointer is left to whoever else wants it. The keyboard zooms through the handle; which keys, the page says.
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { shift, WHOLE, type Zoom, zoomBy } from "./zoom";

/** Digital zoom without a pointer. */
export interface ZoomHandle {
  /** Enlarges about the middle; below 1 it makes smaller. */
  zoomBy(factor: number): void;
  /** Moves the enlarged picture, in shares of the tile. */
  shift(dx: number, dy: number): void;
  reset(): void;
}

export function useZoom(
  frame: RefObject<HTMLElement | null>,
  enabled: boolean,
): { zoom: Zoom; reset: () => void; handle: ZoomHandle } {
  const [zoom, setZoom] = useState(WHOLE);
  const now = useRef(zoom);
  now.current = zoom;
  useEffect(() => {
    const element = frame.current;
    if (!element || !enabled) return;
    const pointers = new Map<number, { x: number; y: number }>();
    const share = (x: number, y: number) => {
      const box = element.getBoundingClientRect();
      return [(x - box.left) / box.width - 0.5, (y - box.top) / box.height - 0.5, box.width, box.height] as const;
    };
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const [x, y] = share(event.clientX, event.clientY);
      const pixels = event.deltaY * (event.deltaMode === 1 ? 33 : 1);
      setZoom((before) => zoomBy(before, Math.exp(-Math.max(-240, Math.min(240, pixels)) * 0.0025), x, y));
    };
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0 || (event.target as Element).closest("button, a, [draggable=true]")) return;
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (now.current.factor > 1 || pointers.size > 1) element.setPointerCapture(event.pointerId);
    };
    const onMove = (event: PointerEvent) => {
      const pointer = pointers.get(event.pointerId);
      if (!pointer) return;
      const other = [...pointers.entries()].find(([id]) => id !== event.pointerId)?.[1];
      const [x, y, width, height] = share(event.clientX, event.clientY);
      const [dx, dy] = [(event.clientX - pointer.x) / width, (event.clientY - pointer.y) / height];
      if (other) {
        const before = Math.hypot(pointer.x - other.x, pointer.y - other.y);
        const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
        if (before > 8) setZoom((zoomed) => zoomBy(zoomed, after / before, x, y));
      } else if (now.current.factor > 1) setZoom((zoomed) => shift(zoomed, dx, dy));
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    };
    const onUp = (event: PointerEvent) => pointers.delete(event.pointerId);
    element.addEventListener("wheel", onWheel, { passive: false });
    element.addEventListener("pointerdown", onDown);
    element.addEventListener("pointermove", onMove);
    element.addEventListener("pointerup", onUp);
    element.addEventListener("pointercancel", onUp);
    return () => {
      element.removeEventListener("wheel", onWheel);
      element.removeEventListener("pointerdown", onDown);
      element.removeEventListener("pointermove", onMove);
      element.removeEventListener("pointerup", onUp);
      element.removeEventListener("pointercancel", onUp);
    };
  }, [frame, enabled]);
  const reset = useCallback(() => setZoom(WHOLE), []);
  const handle = useMemo<ZoomHandle>(
    () => ({
      zoomBy: (factor) => setZoom((before) => zoomBy(before, factor, 0, 0)),
      shift: (dx, dy) => setZoom((before) => shift(before, dx, dy)),
      reset,
    }),
    [reset],
  );
  return { zoom, reset, handle };
}
