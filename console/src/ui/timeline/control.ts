// What the timeline does when it is told to: carries gestures, keys and commands to the view and to its owner.
//
// It draws nothing and is no React: a component hands it the present props before each use. Invariant: the owner hears
// of instants within the limits only.

import type { Id, Named } from "../../api/types";
import type { Intent, Spot } from "./gesture";
import { endOf, keepWithin, type Limits, msAt, pan, reveal, type Scale, scaleOf, xOf, zoomAt } from "./scale";

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the control needs of the timeline's props. */
export interface ControlProps {
  readonly cameras: readonly Named[];
  readonly onChoose: (camera: Id) => void;
  /** The playhead now; asked for at every frame. */
  readonly playheadMs: () => number;
  /** Whether the playhead moves by itself: the view then turns its pages. */
  readonly playing: boolean;
  readonly limits: Limits;
  readonly scale: Scale | null;
  readonly onScale: (scale: Scale, width: number) => void;
  readonly selection: Span | null;
  readonly onSelection: (span: Span | null) => void;
  readonly onSeek: (ms: number) => void;
  readonly onScrub: (ms: number) => void;
  readonly onScrubEnd: () => void;
}

/** Sizes in CSS pixels. */
export interface Shape {
  readonly width: number;
  readonly axisPx: number;
  readonly rowPx: number;
}

/** What is shown first: two hours about the playhead. */
const FIRST_SPAN_MS = 2 * 3_600_000;
/** How near to a handle or to the playhead a pointer takes it. */
const HANDLE_PX = 9;
const PLAYHEAD_PX = 6;

/** What an arrow moves by, and with Shift: the same wherever on the page the focus is. */
export const STEP_MS = 10_000;
export const LEAP_MS = 60_000;

export class TimelineControl {
  props: ControlProps;
  shape: Shape = { width: 0, axisPx: 28, rowPx: 32 };

  constructor(props: ControlProps) {
    this.props = props;
  }

  /** The view, or what it would be at first. */
  scale(): Scale {
    const { scale, limits, playheadMs } = this.props;
    if (scale) return scale;
    // The playhead in the right half, unless the present is nearer.
    const to = Math.min(playheadMs() + FIRST_SPAN_MS * 0.35, limits.latestMs + FIRST_SPAN_MS * 0.05);
    return scaleOf(to - FIRST_SPAN_MS, to, this.shape.width);
  }

  change(scale: Scale): void {
    // Known here at once: another movement may come before the owner hands the view back.
    this.props = { ...this.props, scale };
    this.props.onScale(scale, this.shape.width);
  }

  /** The first view; the same span when the width changes. */
  resize(before: number): void {
    const { scale } = this.props;
    if (!scale) this.change(this.scale());
    else if (before > 0 && before !== this.shape.width)
      this.change(scaleOf(scale.fromMs, endOf(scale, before), this.shape.width));
  }

  show(fromMs: number, toMs: number): void {
    const { width } = this.shape;
    this.change(keepWithin(scaleOf(fromMs, toMs, width), width, this.props.limits));
  }

  /** Zooms at the playhead, or in the middle when it is out of view. */
  zoom(factor: number): void {
    const { width } = this.shape;
    const at = xOf(this.scale(), this.props.playheadMs());
    this.change(zoomAt(this.scale(), at >= 0 && at <= width ? at : width / 2, factor, width, this.props.limits));
  }

  reveal(): void {
    const scale = this.scale();
    const next = reveal(scale, this.props.playheadMs(), this.shape.width, this.props.limits);
    if (next !== scale) this.change(next);
  }

  /** Turns the page when a moving playhead has left it; who looks elsewhere is left there. */
  follow(beforeMs: number): void {
    const { scale, limits, playheadMs } = this.props;
    if (!scale) return;
    const x = xOf(scale, beforeMs);
    const next = reveal(scale, playheadMs(), this.shape.width, limits);
    if (next !== scale && x >= 0 && x <= this.shape.width) this.change(next);
  }

  spotAt(x: number, y: number): Spot {
    const scale = this.scale();
    const { selection, playheadMs } = this.props;
    if (selection && y > this.shape.axisPx) {
      if (Math.abs(x - xOf(scale, selection.fromMs)) <= HANDLE_PX) return "edge_from";
      if (Math.abs(x - xOf(scale, selection.toMs)) <= HANDLE_PX) return "edge_to";
    }
    if (y <= this.shape.axisPx) return "axis";
    return Math.abs(x - xOf(scale, playheadMs())) <= PLAYHEAD_PX ? "playhead" : "row";
  }

  cameraAt(y: number): Named | undefined {
    return y > this.shape.axisPx
      ? this.props.cameras[Math.floor((y - this.shape.axisPx) / this.shape.rowPx)]
      : undefined;
  }

  carry(intents: readonly Intent[]): void {
    // The view changes from intent to intent, before the owner hands it back.
    let scale = this.scale();
    for (const intent of intents) {
      if (intent.do === "pan" || intent.do === "zoom") {
        const { width } = this.shape;
        const { limits } = this.props;
        scale =
          intent.do === "pan"
            ? pan(scale, intent.dx, width, limits)
            : zoomAt(scale, intent.x, intent.factor, width, limits);
        this.change(scale);
      } else this.tell(intent, scale);
    }
  }

  /** What a key does while the timeline has the focus; `false` when it means nothing here. */
  key(key: string, shift: boolean): boolean {
    const { onSeek, playheadMs, limits } = this.props;
    const step = shift ? LEAP_MS : STEP_MS;
    const page = this.scale().msPerPx * this.shape.width * 0.5;
    const to = (ms: number) => () => {
      onSeek(this.within(ms));
      this.reveal();
    };
    const acts: Record<string, (() => void) | undefined> = {
      ArrowLeft: to(playheadMs() - step),
      ArrowRight: to(playheadMs() + step),
      PageUp: to(playheadMs() - page),
      PageDown: to(playheadMs() + page),
      Home: to(this.scale().fromMs),
      End: to(limits.latestMs),
      "+": () => this.zoom(0.5),
      "=": () => this.zoom(0.5),
      "-": () => this.zoom(2),
    };
    const act = Object.hasOwn(acts, key) ? acts[key] : undefined;
    act?.();
    return act !== undefined;
  }

  private tell(intent: Exclude<Intent, { do: "pan" | "zoom" }>, scale: Scale): void {
    const { props } = this;
    const at = (x: number) => this.within(msAt(scale, x));
    switch (intent.do) {
      case "scrub":
        props.onScrub(at(intent.x));
        return;
      case "scrub_end":
        props.onScrubEnd();
        return;
      case "seek": {
        const camera = this.cameraAt(intent.y);
        if (camera) props.onChoose(camera.id);
        props.onSeek(at(intent.x));
        return;
      }
      case "select":
        props.onSelection(ordered(at(intent.fromX), at(intent.toX)));
        return;
      case "edge": {
        const other = intent.edge === "from" ? props.selection?.toMs : props.selection?.fromMs;
        if (other !== undefined) props.onSelection(ordered(at(intent.x), other));
        return;
      }
      case "select_end":
        return;
    }
  }

  private within(ms: number): number {
    const { earliestMs, latestMs } = this.props.limits;
    return Math.min(latestMs, Math.max(earliestMs, ms));
  }
}

const ordered = (a: number, b: number): Span => (a < b ? { fromMs: a, toMs: b } : { fromMs: b, toMs: a });
