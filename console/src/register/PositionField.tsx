// The position of a record on the map, inside its form: put by a click, the field of view turned, widened and lengthened by
// handles. What is typed into the fields moves the map, and the other way round; only the form saves.
import { Button } from "antd";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useState } from "react";
import { useRegistryMap } from "../api/queries";
import type { Id, RecordBody } from "../api/types";
import { Meaning, type Translate, useT } from "../ui";
import { MapControl } from "../ui/map/control";
import { useBaseLayers } from "../ui/map/layers";
import { MapCanvas, useMapView } from "../ui/map/MapCanvas";
import type { MapMark } from "../ui/map/marks";
import {
  boundsOf,
  fitted,
  fromScreen,
  isEmpty,
  joined,
  type LonLat,
  lonLatOf,
  NO_BOUNDS,
  positionWords,
  pxPerMetre,
  toScreen,
  worldOf,
} from "../ui/map/projection";
import { dragged, type FieldOfView, type Handle, handlesOf, moved, type Sector, turned } from "../ui/map/sector";
import { itemsOf } from "./placed";

export interface PositionFieldProps {
  values: RecordBody;
  onChange: (values: RecordBody) => void;
  /** The record itself, which is not drawn among the others. */
  self: Id | undefined;
  /** It has a field of view. */
  looks: boolean;
}

const CLOSE_ZOOM = 18;
/** The handle for the direction stands so far beyond the arc. */
const BEYOND_PX = 36;
/** What a field of view begins with, until somebody drags it. */
const FIRST_VIEW: FieldOfView = { directionDeg: 0, angleDeg: 60, rangeM: 30 };
const NOBODY: MapMark[] = [];

const numberIn = (values: RecordBody, name: string) => {
  const value = values[name];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
};

export function positionIn(values: RecordBody): LonLat | null {
  const [longitude, latitude] = [numberIn(values, "longitude"), numberIn(values, "latitude")];
  return longitude === undefined || latitude === undefined ? null : { longitude, latitude };
}

export function viewIn(values: RecordBody): FieldOfView | null {
  const directionDeg = numberIn(values, "direction_deg");
  const [angleDeg, rangeM] = [numberIn(values, "angle_deg"), numberIn(values, "range_m")];
  return directionDeg === undefined || angleDeg === undefined || rangeM === undefined
    ? null
    : { directionDeg, angleDeg, rangeM };
}

/** Six digits are a decimetre: finer than anybody points. */
const toPosition = ({ longitude, latitude }: LonLat): RecordBody => ({
  longitude: Number(longitude.toFixed(6)),
  latitude: Number(latitude.toFixed(6)),
});
const toView = ({ directionDeg, angleDeg, rangeM }: FieldOfView): RecordBody => ({
  direction_deg: directionDeg,
  angle_deg: angleDeg,
  range_m: rangeM,
});

/** Where the map begins: at the position, else at its place, else at everything there is. */
function useStart(
  control: MapControl,
  at: LonLat | null,
  others: readonly MapMark[],
  near: MapMark | undefined,
  ready: boolean,
) {
  const ground = useBaseLayers();
  const [begun, setBegun] = useState(false);
  useEffect(() => {
    if (begun || !ready || ground.loading) return;
    return control.sized(() => {
      const first = at ? worldOf(at) : near;
      const all = boundsOf(others);
      const bounds = isEmpty(all) ? ground.layers.reduce((sum, layer) => joined(sum, layer.bounds), NO_BOUNDS) : all;
      control.show(first ? { x: first.x, y: first.y, zoom: CLOSE_ZOOM } : fitted(bounds, control.size, 30));
      setBegun(true);
    });
  }, [begun, ready, control, at, others, near, ground]);
  return ground.layers;
}

export default function PositionField({ values, onChange, self, looks }: PositionFieldProps) {
  const t = useT();
  const [control] = useState(() => new MapControl());
  const map = useRegistryMap();
  const items = useMemo(() => (map.data ? itemsOf(map.data, [], []) : []), [map.data]);
  const others = useMemo(() => items.flatMap(({ id, mark }) => (mark && id !== self ? [mark] : NOBODY)), [items, self]);
  const at = positionIn(values);
  const near = others.find(({ id }) => id === values.place);
  const layers = useStart(control, at, others, near, !map.isPending);
  const view = looks ? viewIn(values) : null;
  const put = (place: LonLat) => onChange({ ...values, ...toPosition(place) });
  return (
    <div className="wk-position">
      <p className="wk-hint">{t(at ? "map-edit-hint" : "map-put-hint")}</p>
      <div className="wk-position-map">
        <MapCanvas
          control={control}
          label={t("map-edit-label")}
          layers={layers}
          marks={others}
          onGround={at ? undefined : put}
        >
          {at ? (
            <Editor
              control={control}
              sector={{ ...at, ...(view ?? { ...FIRST_VIEW, rangeM: 0 }) }}
              looks={view !== null}
              onMove={put}
              onView={(next) => onChange({ ...values, ...toView(next) })}
            />
          ) : null}
        </MapCanvas>
      </div>
      <div className="wk-position-foot">
        <span className="wk-tabular">
          {at ? positionWords(at, 6) : <Meaning tone="notice">{t("map-no-position")}</Meaning>}
        </span>
        {at && looks && !view ? (
          <Button
            size="small"
            onClick={() => onChange({ ...values, ...toView({ ...FIRST_VIEW, ...someView(values) }) })}
          >
            {t("map-view-begin")}
          </Button>
        ) : null}
        {at ? (
          <Button
            size="small"
            type="text"
            onClick={() => onChange({ ...values, longitude: undefined, latitude: undefined })}
          >
            {t("map-put-anew")}
          </Button>
        ) : null}
      </div>
      <p className="wk-hint">{t("map-datum-note")}</p>
    </div>
  );
}

/** What of a field of view is there already. */
function someView(values: RecordBody): Partial<FieldOfView> {
  const [directionDeg, angleDeg, rangeM] = ["direction_deg", "angle_deg", "range_m"].map((name) =>
    numberIn(values, name),
  );
  return {
    ...(directionDeg === undefined ? {} : { directionDeg }),
    ...(angleDeg === undefined ? {} : { angleDeg }),
    ...(rangeM === undefined ? {} : { rangeM }),
  };
}

interface EditorProps {
  control: MapControl;
  sector: Sector;
  looks: boolean;
  onMove: (place: LonLat) => void;
  onView: (view: FieldOfView) => void;
}

/** The sector itself and its handles, above the canvas. */
function Editor({ control, sector, looks, onMove, onView }: EditorProps) {
  const t = useT();
  const { view, size } = useMapView(control);
  const scale = pxPerMetre(worldOf(sector).y, view.zoom);
  const screen = (place: LonLat) => toScreen(view, size, worldOf(place));
  const at = screen(sector);
  const handles = handlesOf(sector, BEYOND_PX / scale);
  const drag = (handle: Handle | "position") => (x: number, y: number) => {
    const place = lonLatOf(fromScreen(view, size, x, y));
    if (handle === "position") return onMove(place);
    // The direction's handle stands beyond the arc; only the way it points counts.
    onView(dragged(sector, handle, place));
  };
  return (
    <>
      {looks ? (
        <svg className="wk-position-sector" aria-hidden="true" focusable="false">
          <path d={sectorD(at, sector, sector.rangeM * scale)} />
          <line x1={at.x} y1={at.y} x2={screen(handles.direction).x} y2={screen(handles.direction).y} />
        </svg>
      ) : null}
      {looks
        ? (["direction", "left", "right", "range"] as const).map((handle) => (
            <HandleButton
              key={handle}
              handle={handle}
              at={screen(handles[handle])}
              words={handleWords(handle, sector, t)}
              onDrag={drag(handle)}
              onStep={(by) => onView(stepped(sector, handle, by))}
            />
          ))
        : null}
      <HandleButton
        handle="position"
        at={at}
        words={{ label: t("map-handle-position"), now: 0, text: positionWords(sector, 6) }}
        onDrag={drag("position")}
        onStep={(by, sideways) => onMove(moved(sector, sideways ? 90 : 0, by))}
      />
    </>
  );
}

/** One step of an arrow key: a degree, or a metre. */
export function stepped(sector: Sector, handle: Handle, by: number): FieldOfView {
  const { directionDeg, angleDeg, rangeM } = sector;
  if (handle === "direction") return { directionDeg: turned(directionDeg + by), angleDeg, rangeM };
  if (handle === "range") return { directionDeg, angleDeg, rangeM: Math.min(5000, Math.max(0.5, rangeM + by)) };
  return { directionDeg, angleDeg: Math.min(360, Math.max(1, angleDeg + by)), rangeM };
}

function sectorD({ x, y }: { x: number; y: number }, { directionDeg, angleDeg }: FieldOfView, radius: number): string {
  if (angleDeg >= 360)
    return `M${x - radius} ${y}a${radius} ${radius} 0 1 1 ${2 * radius} 0a${radius} ${radius} 0 1 1 ${-2 * radius} 0Z`;
  const edge = (deg: number) => {
    const turn = (deg * Math.PI) / 180;
    return `${x + radius * Math.sin(turn)} ${y - radius * Math.cos(turn)}`;
  };
  const [from, to] = [directionDeg - angleDeg / 2, directionDeg + angleDeg / 2];
  return `M${x} ${y}L${edge(from)}A${radius} ${radius} 0 ${angleDeg > 180 ? 1 : 0} 1 ${edge(to)}Z`;
}

interface HandleWords {
  label: string;
  now: number;
  text: string;
}

function handleWords(handle: Handle, { directionDeg, angleDeg, rangeM }: FieldOfView, t: Translate): HandleWords {
  const [now, unit] =
    handle === "direction" ? [directionDeg, "°"] : handle === "range" ? [rangeM, " m"] : [angleDeg, "°"];
  return { label: t(`map-handle-${handle}`), now, text: `${Math.round(now * 10) / 10}${unit}` };
}

interface HandleButtonProps {
  handle: Handle | "position";
  at: { x: number; y: number };
  words: HandleWords;
  onDrag: (x: number, y: number) => void;
  onStep: (by: number, sideways: boolean) => void;
}

const STEPS: Record<string, [by: number, sideways: boolean]> = {
  ArrowUp: [1, false],
  ArrowDown: [-1, false],
  ArrowRight: [1, true],
  ArrowLeft: [-1, true],
};

function HandleButton({ handle, at, words, onDrag, onStep }: HandleButtonProps) {
  const place = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    onDrag(event.clientX - (box?.left ?? 0), event.clientY - (box?.top ?? 0));
  };
  return (
    <div
      className="wk-map-handle"
      data-handle={handle}
      role="slider"
      tabIndex={0}
      aria-label={words.label}
      aria-valuenow={words.now}
      aria-valuetext={words.text}
      title={`${words.label}: ${words.text}`}
      style={{ left: at.x, top: at.y }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) place(event);
      }}
      onKeyDown={(event: KeyboardEvent) => {
        const step = STEPS[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        onStep(step[0] * (event.shiftKey ? 10 : 1), step[1]);
      }}
    />
  );
}
