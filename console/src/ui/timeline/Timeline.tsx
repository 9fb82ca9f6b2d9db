// The timeline of up to nine cameras: one canvas that is zoomed, panned and scrubbed, names beside it, what is known under
// the pointer in words. Time is moved by its owner; this only shows it and says what the person wants.
//
// Invariant: the canvas is redrawn only when something changed, at most once a frame.
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { Id, Named } from "../../api/types";
import { formatTime } from "../format";
import { useLanguage, useT } from "../i18n";
import { useTheme } from "../theme";
import { palettes } from "../tokens";
import { serverNow, useNow } from "../useNow";
import { Gesture, type Intent, type Spot, wheelFactor } from "./gesture";
import { Hover, type HoverPoint } from "./Hover";
import { paint, type Scene } from "./paint";
import {
  bucketFor,
  endOf,
  keepWithin,
  type Limits,
  msAt,
  pan,
  reveal,
  type Scale,
  scaleOf,
  xOf,
  zoomAt,
} from "./scale";
import type { FootageState } from "./useFootage";
import "./timeline.css";

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface TimelineHandle {
  /** Shows a span from edge to edge. */
  show(fromMs: number, toMs: number): void;
  zoom(factor: number): void;
  /** Brings the playhead into view. */
  reveal(): void;
}

export interface TimelineProps {
  cameras: readonly Named[];
  chosen: Id | null;
  onChoose: (camera: Id) => void;
  /** The playhead now; asked for at every frame. */
  playheadMs: () => number;
  /** Whether the playhead moves by itself: the view then turns its pages. */
  playing: boolean;
  limits: Limits;
  floorMs: number | null;
  scale: Scale | null;
  onScale: (scale: Scale, width: number) => void;
  footage: FootageState;
  selection: Span | null;
  onSelection: (span: Span | null) => void;
  /** A drag over the rows selects instead of panning. */
  selecting: boolean;
  onSeek: (ms: number) => void;
  onScrub: (ms: number) => void;
  onScrubEnd: () => void;
  ref?: React.Ref<TimelineHandle>;
}

/** What is shown first: two hours about the playhead. */
const FIRST_SPAN_MS = 2 * 3_600_000;
const HANDLE_PX = 9;

export function Timeline(props: TimelineProps) {
  const { cameras, chosen, onChoose, playheadMs, limits, floorMs, footage, selection, ref } = props;
  const t = useT();
  // The spoken position of the slider follows once a second; the canvas follows every frame.
  useNow(1000);
  const { language } = useLanguage();
  const { name: theme, wall } = useTheme();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const [hover, setHover] = useState<{ x: number; y: number } | null>(null);
  const gesture = useRef(new Gesture());
  const latest = useRef(props);
  latest.current = props;
  const size = wall ? 20 / 14 : 1;
  const axisPx = Math.round(28 * size);
  const rowPx = Math.round((cameras.length > 4 ? 26 : 32) * size);
  const height = axisPx + Math.max(1, cameras.length) * rowPx + 6;

  const change = useCallback((scale: Scale) => latest.current.onScale(scale, width), [width]);
  const current = useCallback((): Scale => {
    const now = latest.current;
    if (now.scale) return now.scale;
    // The playhead in the right half, unless the present is nearer.
    const to = Math.min(now.playheadMs() + FIRST_SPAN_MS * 0.35, now.limits.latestMs + FIRST_SPAN_MS * 0.05);
    return scaleOf(to - FIRST_SPAN_MS, to, width);
  }, [width]);

  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setWidth(Math.round(element.clientWidth)));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  // The first view, and the same span when the width changes.
  const widthBefore = useRef(0);
  useEffect(() => {
    if (width === 0) return;
    const { scale } = latest.current;
    if (!scale) change(current());
    else if (widthBefore.current > 0 && widthBefore.current !== width)
      change(scaleOf(scale.fromMs, endOf(scale, widthBefore.current), width));
    widthBefore.current = width;
  }, [width, change, current]);

  const rows = useMemo(() => {
    const scale = props.scale;
    if (!scale || width === 0) return [];
    const [from, to] = [scale.fromMs, endOf(scale, width)];
    const bucket = bucketFor(scale.msPerPx);
    return cameras.map(({ id }) => ({
      camera: id,
      known: footage.map.known(id, from, to),
      runs: footage.map.activity(id, bucket, from, to),
      range: footage.map.range(id),
      chosen: id === chosen,
    }));
  }, [props.scale, width, cameras, chosen, footage]);

  const scene = useRef<Omit<Scene, "playheadMs" | "nowMs"> | null>(null);
  const dirty = useRef(true);
  scene.current = props.scale && {
    scale: props.scale,
    width,
    height,
    axisPx,
    rowPx,
    fontPx: Math.round(12 * size),
    rows,
    floorMs,
    selection,
    hoverX: hover?.x ?? null,
    palette: palettes[theme],
    language,
    words: { now: t("timeline-now"), floor: t("timeline-floor") },
  };
  dirty.current = true;

  useEffect(() => {
    let request = 0;
    let last = { playhead: Number.NaN, now: 0 };
    const draw = () => {
      request = requestAnimationFrame(draw);
      const element = canvas.current;
      const now = latest.current;
      const { scale } = now;
      if (!element || !scene.current || !scale || width === 0) return;
      const playhead = now.playheadMs();
      if (now.playing && !gesture.current.busy) {
        const next = reveal(scale, playhead, width, now.limits);
        // Turned only by a playhead that was in view: who looks elsewhere is left there.
        const wasIn = xOf(scale, last.playhead) >= 0 && xOf(scale, last.playhead) <= width;
        if (next !== scale && wasIn) change(next);
      }
      const moved = Math.abs(playhead - last.playhead) / scale.msPerPx >= 0.5 || Number.isNaN(last.playhead);
      const present = serverNow();
      const ticked = Math.abs(present - last.now) / scale.msPerPx >= 1;
      if (!dirty.current && !moved && !ticked) return;
      dirty.current = false;
      last = { playhead, now: present };
      const ratio = window.devicePixelRatio || 1;
      const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (element.width !== wide || element.height !== high) {
        element.width = wide;
        element.height = high;
      }
      const context = element.getContext("2d");
      if (!context) return;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      paint(context, { ...scene.current, playheadMs: playhead, nowMs: present });
    };
    request = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(request);
  }, [width, height, change]);

  useImperativeHandle(
    ref,
    () => ({
      show: (fromMs, toMs) => change(keepWithin(scaleOf(fromMs, toMs, width), width, latest.current.limits)),
      zoom: (factor) => {
        const scale = current();
        const at = xOf(scale, latest.current.playheadMs());
        change(zoomAt(scale, at >= 0 && at <= width ? at : width / 2, factor, width, latest.current.limits));
      },
      reveal: () => change(reveal(current(), latest.current.playheadMs(), width, latest.current.limits)),
    }),
    [width, change, current],
  );

  const carry = useCallback(
    (intents: readonly Intent[]) => {
      const now = latest.current;
      let scale = current();
      for (const intent of intents) {
        switch (intent.do) {
          case "pan":
            scale = pan(scale, intent.dx, width, now.limits);
            change(scale);
            break;
          case "zoom":
            scale = zoomAt(scale, intent.x, intent.factor, width, now.limits);
            change(scale);
            break;
          case "scrub":
            now.onScrub(within(msAt(scale, intent.x), now.limits));
            break;
          case "scrub_end":
            now.onScrubEnd();
            break;
          case "seek": {
            const row = now.cameras[Math.floor((intent.y - axisPx) / rowPx)];
            if (row) now.onChoose(row.id);
            now.onSeek(within(msAt(scale, intent.x), now.limits));
            break;
          }
          case "select":
            now.onSelection(ordered(msAt(scale, intent.fromX), msAt(scale, intent.toX), now.limits));
            break;
          case "edge": {
            const other = intent.edge === "from" ? now.selection?.toMs : now.selection?.fromMs;
            if (other !== undefined) now.onSelection(ordered(msAt(scale, intent.x), other, now.limits));
            break;
          }
          case "select_end":
            break;
        }
      }
    },
    [width, axisPx, rowPx, change, current],
  );

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const x = event.clientX - element.getBoundingClientRect().left;
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
      if (sideways) carry([{ do: "pan", dx: -(event.deltaX || event.deltaY) }]);
      else carry([{ do: "zoom", x, factor: wheelFactor(event.deltaY, event.deltaMode) }]);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [carry]);

  const spotAt = (x: number, y: number): Spot => {
    const scale = current();
    const span = latest.current.selection;
    if (span && y > axisPx) {
      if (Math.abs(x - xOf(scale, span.fromMs)) <= HANDLE_PX) return "edge_from";
      if (Math.abs(x - xOf(scale, span.toMs)) <= HANDLE_PX) return "edge_to";
    }
    if (y <= axisPx) return "axis";
    return Math.abs(x - xOf(scale, playheadMs())) <= HANDLE_PX - 3 ? "playhead" : "row";
  };
  const place = (event: React.PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top] as const;
  };
  const point = (x: number, y: number): HoverPoint => {
    const row = y > axisPx ? rows[Math.floor((y - axisPx) / rowPx)] : undefined;
    const ms = msAt(current(), x);
    return { x, ms, camera: cameras.find(({ id }) => id === row?.camera)?.name ?? null, known: row?.known ?? null };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const now = latest.current;
    const step = event.shiftKey ? 10_000 : 1000;
    const act: Record<string, () => void> = {
      ArrowLeft: () => now.onSeek(within(playheadMs() - step, limits)),
      ArrowRight: () => now.onSeek(within(playheadMs() + step, limits)),
      PageUp: () => now.onSeek(within(playheadMs() - current().msPerPx * width * 0.5, limits)),
      PageDown: () => now.onSeek(within(playheadMs() + current().msPerPx * width * 0.5, limits)),
      "+": () => carry([{ do: "zoom", x: xOf(current(), playheadMs()), factor: 0.5 }]),
      "-": () => carry([{ do: "zoom", x: xOf(current(), playheadMs()), factor: 2 }]),
      End: () => now.onSeek(limits.latestMs),
      Home: () => now.onSeek(current().fromMs),
    };
    const action = act[event.key === "=" ? "+" : event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };
  const said = formatTime(Math.round(playheadMs()), language, { zone: true });
  return (
    <div
      className="wk-timeline"
      style={{ "--wk-axis": `${axisPx}px`, "--wk-row": `${rowPx}px` } as React.CSSProperties}
    >
      <ul className="wk-timeline-names" aria-label={t("timeline-rows")}>
        {cameras.map((camera) => (
          <li key={camera.id}>
            <button
              type="button"
              aria-pressed={camera.id === chosen}
              title={camera.name}
              onClick={() => onChoose(camera.id)}
            >
              {camera.name}
            </button>
          </li>
        ))}
      </ul>
      <div className="wk-timeline-frame" ref={frame} style={{ height }}>
        <canvas
          ref={canvas}
          style={{ width, height }}
          role="slider"
          tabIndex={0}
          aria-label={t("timeline-label")}
          aria-valuemin={Math.round(limits.earliestMs / 1000)}
          aria-valuemax={Math.round(limits.latestMs / 1000)}
          aria-valuenow={Math.round(playheadMs() / 1000)}
          aria-valuetext={said}
          data-selecting={props.selecting || undefined}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            const [x, y] = place(event);
            event.currentTarget.setPointerCapture(event.pointerId);
            carry(gesture.current.down(event.pointerId, x, y, spotAt(x, y), props.selecting || event.shiftKey));
          }}
          onPointerMove={(event) => {
            const [x, y] = place(event);
            carry(gesture.current.move(event.pointerId, x, y));
            if (event.pointerType !== "touch" || gesture.current.scrubbing) setHover({ x, y });
          }}
          onPointerUp={(event) => carry(gesture.current.up(event.pointerId))}
          onPointerCancel={(event) => carry(gesture.current.cancel(event.pointerId))}
          onPointerLeave={() => setHover(null)}
        />
        {hover ? <Hover point={point(hover.x, hover.y)} width={width} /> : null}
      </div>
    </div>
  );
}

const within = (ms: number, { earliestMs, latestMs }: Limits): number => Math.min(latestMs, Math.max(earliestMs, ms));

function ordered(a: number, b: number, limits: Limits): Span {
  const [from, to] = a < b ? [a, b] : [b, a];
  return { fromMs: within(from, limits), toMs: within(to, limits) };
}
