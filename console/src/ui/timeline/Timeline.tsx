// The timeline of up to nine cameras: one canvas that is zoomed, panned and scrubbed, names beside it, what is known under
// the pointer in words. Time is moved by its owner; this only shows it and says what the person wants.
import {
  type CSSProperties,
  type Ref,
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
import { useNow } from "../useNow";
import { type AlarmMark, markAt, marksOf } from "./alarms";
import { type ControlProps, TimelineControl } from "./control";
import { FootageTrouble } from "./FootageTrouble";
import { Hover } from "./Hover";
import { type HeldSpan, heldOf } from "./held";
import { type LevelSpan, levelsOf } from "./levels";
import type { SceneRow } from "./paint";
import { bucketFor, endOf, msAt, type Scale } from "./scale";
import { type StillScene, useDrawing } from "./useDrawing";
import type { FootageState } from "./useFootage";
import { usePointer } from "./usePointer";
import "./timeline.css";

export interface TimelineHandle {
  /** Shows a span from edge to edge. */
  show(fromMs: number, toMs: number): void;
  zoom(factor: number): void;
  /** Brings the playhead into view. */
  reveal(): void;
}

export interface TimelineProps extends ControlProps {
  chosen: Id | null;
  floorMs: number | null;
  footage: FootageState;
  /** What is held as evidence, of all cameras shown. */
  held: readonly HeldSpan[];
  /** What is protected more than its camera, of all cameras shown. */
  levels: readonly LevelSpan[];
  /** What alarm and door systems said, of all cameras shown. */
  alarms: readonly AlarmMark[];
  /** What nobody granted, where that is needed: shaded. */
  closed: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** A drag over the rows selects instead of panning. */
  selecting: boolean;
  ref?: Ref<TimelineHandle>;
}

function useWidth(): [React.RefObject<HTMLDivElement | null>, number] {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setWidth(Math.round(element.clientWidth)));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return [frame, width];
}

/** What is known of each camera within the view. */
function useRows(
  scale: Scale | null,
  width: number,
  cameras: readonly Named[],
  chosen: Id | null,
  footage: FootageState,
  [held, levels, alarms]: readonly [readonly HeldSpan[], readonly LevelSpan[], readonly AlarmMark[]],
): SceneRow[] {
  return useMemo(() => {
    if (!scale || width === 0) return [];
    const [from, to] = [scale.fromMs, endOf(scale, width)];
    const bucket = bucketFor(scale.msPerPx);
    return cameras.map(({ id }) => ({
      camera: id,
      known: footage.map.known(id, from, to),
      runs: footage.map.activity(id, bucket, from, to),
      range: footage.map.range(id),
      held: heldOf(held, id, from, to),
      levels: levelsOf(levels, id, from, to),
      alarms: marksOf(alarms, id, from, to),
      chosen: id === chosen,
    }));
  }, [scale, width, cameras, chosen, footage, held, levels, alarms]);
}

function useControl(props: TimelineProps, width: number, axisPx: number, rowPx: number): TimelineControl {
  const [control] = useState(() => new TimelineControl(props));
  control.props = props;
  control.shape = { width, axisPx, rowPx };
  const before = useRef(0);
  useEffect(() => {
    if (width === 0) return;
    control.resize(before.current);
    before.current = width;
  }, [control, width]);
  useImperativeHandle(
    props.ref,
    () => ({
      show: (fromMs, toMs) => control.show(fromMs, toMs),
      zoom: (factor) => control.zoom(factor),
      reveal: () => control.reveal(),
    }),
    [control],
  );
  return control;
}

export function Timeline(props: TimelineProps) {
  const { cameras, chosen, onChoose, playheadMs, limits, scale, floorMs, footage, held, selection, selecting } = props;
  const t = useT();
  // The spoken position of the slider follows once a second; the canvas follows every frame.
  useNow(1000);
  const { language } = useLanguage();
  const { name: theme, wall } = useTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [frame, width] = useWidth();
  const size = wall ? 20 / 14 : 1;
  const axisPx = Math.round(28 * size);
  const rowPx = Math.round((cameras.length > 4 ? 26 : 32) * size);
  const height = axisPx + Math.max(1, cameras.length) * rowPx + 6;
  const control = useControl(props, width, axisPx, rowPx);
  const rows = useRows(scale, width, cameras, chosen, footage, [held, props.levels, props.alarms]);
  const { handlers, hover, busy } = usePointer(canvas, control, selecting);
  const scene: StillScene | null = scale && {
    scale,
    width,
    height,
    axisPx,
    rowPx,
    fontPx: Math.round(12 * size),
    rows,
    floorMs,
    closed: props.closed,
    selection,
    hoverX: hover?.x ?? null,
    palette: palettes[theme],
    language,
    words: { now: t("timeline-now"), floor: t("timeline-floor") },
  };
  useDrawing(canvas, control, scene, busy);
  const under = hover && control.cameraAt(hover.y);
  const row = rows.find(({ camera }) => camera === under?.id);
  return (
    <>
      <FootageTrouble footage={footage} />
      <div className="wk-timeline" style={{ "--wk-axis": `${axisPx}px`, "--wk-row": `${rowPx}px` } as CSSProperties}>
        <Names cameras={cameras} chosen={chosen} onChoose={onChoose} />
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
            aria-valuetext={formatTime(Math.round(playheadMs()), language, { zone: true })}
            data-selecting={selecting || undefined}
            onKeyDown={(event) => {
              if (!control.key(event.key, event.shiftKey)) return;
              event.preventDefault();
              event.stopPropagation();
            }}
            {...handlers}
          />
          {hover ? (
            <Hover
              x={hover.x}
              ms={msAt(control.scale(), hover.x)}
              camera={under?.name ?? null}
              known={row?.known ?? null}
              held={row?.held ?? []}
              levels={row?.levels ?? []}
              alarm={scale && row ? markAt(row.alarms, msAt(control.scale(), hover.x), scale.msPerPx) : undefined}
              width={width}
            />
          ) : null}
        </div>
      </div>
    </>
  );
}

interface NamesProps {
  cameras: readonly Named[];
  chosen: Id | null;
  onChoose: (camera: Id) => void;
}

function Names({ cameras, chosen, onChoose }: NamesProps) {
  const t = useT();
  return (
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
  );
}
