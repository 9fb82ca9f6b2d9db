// The map: one canvas that is panned, zoomed and pointed at, the buttons to zoom, and the scale. What is marked and what a
// click means its owner says.
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from "react";
import { Icon } from "../Icon";
import { useLanguage, useT } from "../i18n";
import { useTheme } from "../theme";
import { FACE, palettes } from "../tokens";
import { type Cluster, Clusters } from "./cluster";
import type { MapControl } from "./control";
import type { BaseLayer } from "./geojson";
import { keyAct, MapGesture, wheelLevels } from "./gesture";
import type { MapMark } from "./marks";
import { type Box, hit, lengthWords, type MapScene, paintMap, within } from "./paint";
import { fromScreen, type LonLat, lonLatOf, positionWords, scaleBar } from "./projection";
import "./map.css";

export interface MapCanvasProps {
  control: MapControl;
  label: string;
  layers: readonly BaseLayer[];
  marks: readonly MapMark[];
  overlaps?: readonly (readonly [MapMark, MapMark])[];
  chosen?: ReadonlySet<string>;
  /** A drag draws a rectangle instead of moving the map. */
  boxing?: boolean;
  onMark?: (cluster: Cluster<MapMark>) => void;
  /** A click where nothing is marked. */
  onGround?: (place: LonLat) => void;
  onBox?: (marks: MapMark[]) => void;
  /** Stands over the canvas and moves with it. */
  children?: ReactNode;
}

const NONE: readonly (readonly [MapMark, MapMark])[] = [];
const NOBODY: ReadonlySet<string> = new Set();

/** Draws anew, at most once a frame, when the scene or the view has changed. */
function usePainting(canvas: React.RefObject<HTMLCanvasElement | null>, control: MapControl, scene: () => MapScene) {
  const latest = useRef(scene);
  latest.current = scene;
  const dirty = useRef(true);
  dirty.current = true;
  useEffect(() => {
    let request = 0;
    const draw = () => {
      dirty.current = false;
      request = 0;
      const element = canvas.current;
      if (element && control.size.width > 0) paintOn(element, latest.current());
    };
    const ask = () => {
      dirty.current = true;
      if (request === 0) request = requestAnimationFrame(draw);
    };
    // Paper waits for no frame.
    const paper = window.matchMedia("print");
    const now = () => {
      cancelAnimationFrame(request);
      draw();
    };
    paper.addEventListener("change", now);
    window.addEventListener("beforeprint", now);
    const stop = control.subscribe(ask);
    ask();
    return () => {
      stop();
      paper.removeEventListener("change", now);
      window.removeEventListener("beforeprint", now);
      cancelAnimationFrame(request);
    };
  }, [canvas, control]);
  useEffect(() => {
    if (dirty.current && canvas.current && control.size.width > 0) paintOn(canvas.current, latest.current());
  });
}

function paintOn(element: HTMLCanvasElement, scene: MapScene): void {
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(scene.width * ratio), Math.round(scene.height * ratio)];
  if (element.width !== wide || element.height !== high) {
    element.width = wide;
    element.height = high;
  }
  const context = element.getContext("2d");
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  paintMap(context, scene);
}

export function MapCanvas(props: MapCanvasProps) {
  const { control, label, layers, marks, overlaps = NONE, chosen = NOBODY, boxing = false, children } = props;
  const t = useT();
  const { language } = useLanguage();
  const { name: theme, wall } = useTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const clusters = useMemo(() => new Clusters(marks), [marks]);
  const scene = (): MapScene => ({
    view: control.view,
    ...control.size,
    palette: palettes[theme],
    dark: theme === "dark",
    layers,
    english: language === "en",
    fontPx: wall ? 20 : 14,
    scale: wall ? 20 / 14 : 1,
    face: FACE,
    clusters,
    overlaps,
    chosen,
    box: control.box,
    paper: window.matchMedia("print").matches,
  });
  usePainting(canvas, control, scene);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const watch = new ResizeObserver(() =>
      control.resize({ width: Math.round(element.clientWidth), height: Math.round(element.clientHeight) }),
    );
    watch.observe(element);
    control.resize({ width: Math.round(element.clientWidth), height: Math.round(element.clientHeight) });
    return () => watch.disconnect();
  }, [control]);
  const pointing = usePointing(canvas, control, props, scene, boxing);
  return (
    <div className="wk-map" ref={frame}>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: the map is moved by keys; what is on it stands in a list as well. */}
      <canvas
        ref={canvas}
        role="application"
        aria-label={label}
        tabIndex={0}
        data-boxing={boxing || undefined}
        {...pointing}
      />
      {children}
      <div className="wk-map-zoom">
        <button type="button" aria-label={t("map-closer")} title={t("map-closer")} onClick={() => control.zoomBy(1)}>
          <Icon name="plus" size={16} />
        </button>
        <button type="button" aria-label={t("map-farther")} title={t("map-farther")} onClick={() => control.zoomBy(-1)}>
          <Icon name="minus" size={16} />
        </button>
      </div>
      <Scale control={control} />
    </div>
  );
}

function useWheel(canvas: React.RefObject<HTMLCanvasElement | null>, control: MapControl): void {
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      const by = wheelLevels(event.deltaY, event.deltaMode) * (event.ctrlKey ? 3 : 1);
      control.carry([{ do: "zoom", x: event.clientX - left, y: event.clientY - top, by }]);
    };
    // React listens passively; a wheel that zooms must not scroll the page too.
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [canvas, control]);
}

function usePointing(
  canvas: React.RefObject<HTMLCanvasElement | null>,
  control: MapControl,
  props: MapCanvasProps,
  scene: () => MapScene,
  boxing: boolean,
) {
  const gesture = useMemo(() => new MapGesture(), []);
  useWheel(canvas, control);
  const place = (event: PointerEvent) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top] as const;
  };
  const decide = (acts: ReturnType<MapControl["carry"]>) => {
    for (const act of acts) {
      if (act.do === "tap") tapped(act.x, act.y);
      if (act.do === "boxed" && control.box) {
        props.onBox?.(within(scene(), control.box));
        control.unbox();
      }
    }
  };
  const tapped = (x: number, y: number) => {
    const cluster = props.onMark ? hit(scene(), x, y) : null;
    if (cluster) props.onMark?.(cluster);
    else props.onGround?.(lonLatOf(fromScreen(control.view, control.size, x, y)));
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLCanvasElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      decide(control.carry(gesture.down(event.pointerId, ...place(event), boxing || event.shiftKey)));
    },
    onPointerMove: (event: PointerEvent<HTMLCanvasElement>) => {
      const [x, y] = place(event);
      if (gesture.busy) decide(control.carry(gesture.move(event.pointerId, x, y)));
      else {
        const over = props.onMark && hit(scene(), x, y);
        event.currentTarget.title = over
          ? over.marks
              .slice(0, 4)
              .map(({ name }) => name)
              .join("\n")
          : "";
        event.currentTarget.style.cursor = over ? "pointer" : "";
      }
    },
    onPointerUp: (event: PointerEvent<HTMLCanvasElement>) => decide(control.carry(gesture.up(event.pointerId))),
    onPointerCancel: (event: PointerEvent<HTMLCanvasElement>) => control.carry(gesture.cancel(event.pointerId)),
    onDoubleClick: (event: React.MouseEvent<HTMLCanvasElement>) => {
      const { left, top } = event.currentTarget.getBoundingClientRect();
      control.carry([{ do: "zoom", x: event.clientX - left, y: event.clientY - top, by: 1 }]);
    },
    onKeyDown: (event: KeyboardEvent<HTMLCanvasElement>) => {
      const { width, height } = control.size;
      const act =
        event.ctrlKey || event.altKey || event.metaKey ? null : keyAct(event.key, event.shiftKey, width, height);
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      control.carry([act]);
    },
  };
}

/** Draws its caller anew when the view has moved. */
export function useMapView(control: MapControl): MapControl {
  useSyncExternalStore(control.subscribe, control.snapshot);
  return control;
}

/** How long a hundred pixels are, where the middle is, and in which datum. */
function Scale({ control }: { control: MapControl }) {
  const t = useT();
  const { view } = useMapView(control);
  const { metres, px } = scaleBar(view, 110);
  return (
    <div className="wk-map-foot">
      <span className="wk-map-scale" style={{ width: px }}>
        {lengthWords(metres)}
      </span>
      <span className="wk-map-middle">
        <span aria-hidden="true">+ </span>
        {positionWords(lonLatOf(view))}
      </span>
      <span>{t("map-datum-short")}</span>
    </div>
  );
}

export type { Box };
