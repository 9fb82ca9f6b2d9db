// Open alarms on the map: a mark where the cameras stand that look at each, and a list that holds those too which have no place. Both
// are buttons, most urgent first; one that is chosen opens as on the wall, with its picture under the shift's own view.
import { useMemo, useState, useSyncExternalStore } from "react";
import { type Alarm, useOpenAlarms } from "../api/alarms";
import type { Id } from "../api/types";
import { Shape, useT } from "../ui";
import { ALARM_TONE, alarmPlace, wordOf } from "../ui/alarms";
import type { MapControl } from "../ui/map/control";
import type { MapMark } from "../ui/map/marks";
import { worldPx } from "../ui/map/projection";
import { byUrgency, Call, DUTY } from "./AlarmCall";

/** How closely one looks at an alarm that is chosen. */
const CLOSE_ZOOM = 17;
/** Marks of one point stand beside each other, in pixels. */
const BESIDE_PX = 26;

/** Something of a map at which cameras stand. */
export interface PlacedThing {
  readonly id: Id;
  readonly mark: MapMark | null;
  readonly cameras: readonly { readonly id: Id }[];
}

export interface PlacedAlarm {
  readonly alarm: Alarm;
  /** The point of the first of its cameras that has a place. */
  readonly item: PlacedThing | undefined;
  /** How many of the same point come before it. */
  readonly beside: number;
}

/** Most urgent first. What this server says of itself is in the line at the top, but its cameras have places too. */
export function alarmPlaces(alarms: readonly Alarm[], items: readonly PlacedThing[]): PlacedAlarm[] {
  const atCamera = new Map(
    items.filter(({ mark }) => mark).flatMap((item) => item.cameras.map(({ id }) => [id, item] as const)),
  );
  const here = new Map<string, number>();
  return [...alarms].sort(byUrgency).map((alarm) => {
    const item = alarm.cameras.map(({ id }) => atCamera.get(id)).find((found) => found !== undefined);
    const beside = item ? (here.get(item.id) ?? 0) : 0;
    if (item) here.set(item.id, beside + 1);
    return { alarm, item, beside };
  });
}

export function AlarmsOnMap({ control, items }: { control: MapControl; items: readonly PlacedThing[] }) {
  const t = useT();
  const alarms = useOpenAlarms();
  const placed = useMemo(() => alarmPlaces(alarms, items), [alarms, items]);
  const [chosen, setChosen] = useState<string>();
  const one = alarms.find(({ id }) => id === chosen);
  if (placed.length === 0) return null;
  const open = ({ alarm, item }: PlacedAlarm) => {
    setChosen(alarm.id);
    if (item?.mark) control.fly({ x: item.mark.x, y: item.mark.y, zoom: Math.max(control.view.zoom, CLOSE_ZOOM) });
  };
  return (
    <>
      <Marks control={control} placed={placed} chosen={chosen} onOpen={open} />
      <section className="wk-mapalarms" aria-label={t("map-alarms")}>
        <h2>{t("map-alarms-count", { open: placed.length })}</h2>
        <ul>
          {placed.map((of) => (
            <li key={of.alarm.id}>
              <button type="button" aria-pressed={of.alarm.id === chosen} onClick={() => open(of)}>
                <AlarmShape alarm={of.alarm} />
                <span>{alarmWords(of.alarm, t)}</span>
                {of.item ? null : <span className="wk-faint">{t("map-alarm-nowhere")}</span>}
              </button>
            </li>
          ))}
        </ul>
      </section>
      {one ? <Call key={one.id} alarm={one} more={0} purpose={DUTY} onAway={() => setChosen(undefined)} /> : null}
    </>
  );
}

const alarmWords = (alarm: Alarm, t: ReturnType<typeof useT>) =>
  [t(`alarm-priority-${alarm.priority ?? "none"}`), t(`alarm-kind-${wordOf(alarm.kind)}`), alarmPlace(alarm, t)].join(
    " · ",
  );

const AlarmShape = ({ alarm }: { alarm: Alarm }) => (
  <Shape tone={alarm.priority ? ALARM_TONE[alarm.priority] : "plain"} />
);

interface MarksProps {
  control: MapControl;
  placed: readonly PlacedAlarm[];
  chosen: string | undefined;
  onOpen: (of: PlacedAlarm) => void;
}

/** They move with the map; what lies beside it is in the list. */
function Marks({ control, placed, chosen, onOpen }: MarksProps) {
  const t = useT();
  useSyncExternalStore(control.subscribe, control.snapshot);
  const { width, height } = control.size;
  const px = worldPx(control.view.zoom);
  return placed.map((of) => {
    const { alarm, item, beside } = of;
    if (!item?.mark) return null;
    const x = (item.mark.x - control.view.x) * px + width / 2 + beside * BESIDE_PX;
    const y = (item.mark.y - control.view.y) * px + height / 2;
    if (x < 0 || y < 0 || x > width || y > height) return null;
    return (
      <button
        key={alarm.id}
        type="button"
        className={`wk-mapalarm wk-tone-${alarm.priority ? ALARM_TONE[alarm.priority] : "plain"}`}
        style={{ transform: `translate(${Math.round(x)}px, ${Math.round(y)}px)` }}
        aria-label={alarmWords(alarm, t)}
        aria-pressed={alarm.id === chosen}
        title={alarmWords(alarm, t)}
        onClick={() => onOpen(of)}
      >
        <AlarmShape alarm={alarm} />
      </button>
    );
  });
}
