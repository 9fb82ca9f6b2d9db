// Pointers and wheel on the timeline's canvas, handed to its gestures and from there to its control.
import { type PointerEvent, type RefObject, useEffect, useState } from "react";
import type { TimelineControl } from "./control";
import { Gesture, wheelFactor } from "./gesture";

export interface Point {
  readonly x: number;
  readonly y: number;
}

type Handlers = Record<
  "onPointerDown" | "onPointerMove" | "onPointerUp" | "onPointerCancel" | "onPointerLeave",
  (event: PointerEvent<HTMLCanvasElement>) => void
>;

export interface Pointing {
  readonly handlers: Handlers;
  /** Where a pointer rests, for the words above the timeline. */
  readonly hover: Point | null;
  readonly busy: () => boolean;
}

export function usePointer(
  canvas: RefObject<HTMLCanvasElement | null>,
  control: TimelineControl,
  selecting: boolean,
): Pointing {
  const [gesture] = useState(() => new Gesture());
  const [hover, setHover] = useState<Point | null>(null);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const x = event.clientX - element.getBoundingClientRect().left;
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
      if (sideways) control.carry([{ do: "pan", dx: -(event.deltaX || event.deltaY) }]);
      else control.carry([{ do: "zoom", x, factor: wheelFactor(event.deltaY, event.deltaMode) }]);
    };
    // React listens passively; a wheel that zooms must not scroll the page too.
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [canvas, control]);

  const place = (event: PointerEvent): Point => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const handlers: Handlers = {
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      const { x, y } = place(event);
      event.currentTarget.setPointerCapture(event.pointerId);
      control.carry(gesture.down(event.pointerId, x, y, control.spotAt(x, y), selecting || event.shiftKey));
    },
    onPointerMove: (event) => {
      const { x, y } = place(event);
      control.carry(gesture.move(event.pointerId, x, y));
      if (event.pointerType !== "touch" || gesture.scrubbing) setHover({ x, y });
    },
    onPointerUp: (event) => control.carry(gesture.up(event.pointerId)),
    onPointerCancel: (event) => control.carry(gesture.cancel(event.pointerId)),
    onPointerLeave: () => setHover(null),
  };
  return { handlers, hover, busy: () => gesture.busy };
}
