// Holds the view of one map and tells who draws it: the canvas each frame, the scale and the handles when it has moved.
// The view is not React's: dragging a map must not draw a page anew.
import type { MapAct } from "./gesture";
import type { Box } from "./paint";
import { bounded, type MapView, NOWHERE, panned, type Size, zoomed } from "./projection";

/** A flight is seen and not waited for. */
const FLIGHT_MS = 140;

export class MapControl {
  view: MapView;
  size: Size = { width: 0, height: 0 };
  box: Box | null = null;
  /** Counts up with each change: what `useSyncExternalStore` compares. */
  version = 0;
  readonly #listeners = new Set<() => void>();
  #flight = 0;

  constructor(view: MapView = NOWHERE) {
    this.view = view;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): number => this.version;

  changed(): void {
    this.version += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Acts once the map has a size: now, or when it gets one. Returns how to give it up. */
  sized(act: () => void): () => void {
    if (this.size.width > 0) {
      act();
      return () => undefined;
    }
    const stop = this.subscribe(() => {
      if (this.size.width === 0) return;
      stop();
      act();
    });
    return stop;
  }

  resize(size: Size): void {
    if (size.width === this.size.width && size.height === this.size.height) return;
    this.size = size;
    this.changed();
  }

  show(view: MapView): void {
    cancelAnimationFrame(this.#flight);
    this.view = bounded(view);
    this.changed();
  }

  /** Goes somewhere, in one step where motion is not wanted. */
  fly(to: MapView): void {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still || this.size.width === 0) {
      this.show(to);
      return;
    }
    const from = this.view;
    const start = performance.now();
    cancelAnimationFrame(this.#flight);
    const step = (now: number) => {
      const part = Math.min(1, (now - start) / FLIGHT_MS);
      const mix = (a: number, b: number) => a + (b - a) * part;
      this.view = bounded({ x: mix(from.x, to.x), y: mix(from.y, to.y), zoom: mix(from.zoom, to.zoom) });
      this.changed();
      if (part < 1) this.#flight = requestAnimationFrame(step);
    };
    this.#flight = requestAnimationFrame(step);
  }

  /** Carries out what moves the view; answers with what the owner must decide. */
  carry(acts: readonly MapAct[]): MapAct[] {
    const left: MapAct[] = [];
    for (const act of acts) {
      if (act.do === "pan") this.show(panned(this.view, act.dx, act.dy));
      else if (act.do === "zoom") this.show(zoomed(this.view, this.size, act.x, act.y, act.by));
      else if (act.do === "box") {
        this.box = act;
        this.changed();
      } else {
        left.push(act);
        if (act.do === "unbox") this.unbox();
      }
    }
    return left;
  }

  unbox(): void {
    this.box = null;
    this.changed();
  }

  zoomBy(by: number): void {
    const { width, height } = this.size;
    this.fly(zoomed(this.view, this.size, width / 2, height / 2, by));
  }
}
