// The hand's part: a round pad for pan and tilt, keys and wheel beside it. It says only how fast, from where the pointer is.
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState, type WheelEvent } from "react";
import { useT } from "../ui/i18n";
import type { Speed } from "./usePtzControl";

/** So much of a full push is no push: hands tremble. */
const DEAD = 0.12;
/** What a key pushes. */
const KEY_PERCENT = 40;
const ZOOM_PERCENT = 60;
/** A wheel has no end: it rests after so long. */
const WHEEL_MS = 250;

const KEYS: Readonly<Record<string, Partial<Speed>>> = {
  ArrowLeft: { pan: -KEY_PERCENT },
  ArrowRight: { pan: KEY_PERCENT },
  ArrowUp: { tilt: KEY_PERCENT },
  ArrowDown: { tilt: -KEY_PERCENT },
  "+": { zoom: ZOOM_PERCENT },
  "=": { zoom: ZOOM_PERCENT },
  "-": { zoom: -ZOOM_PERCENT },
};
const STILL: Speed = { pan: 0, tilt: 0, zoom: 0 };

/** From the pad's centre, -1 to 1 on both axes: slow near it, fast at the rim. */
export function speedAt(x: number, y: number): Speed {
  const far = Math.min(1, Math.hypot(x, y));
  if (far < DEAD) return STILL;
  const percent = Math.round(((far - DEAD) / (1 - DEAD)) ** 1.5 * 100);
  const [dx, dy] = [x / Math.hypot(x, y), y / Math.hypot(x, y)];
  return { pan: Math.round(dx * percent), tilt: Math.round((0 - dy) * percent), zoom: 0 };
}

export function PtzPad({ steer }: { steer: (speed: Speed) => void }) {
  const t = useT();
  const pad = useRef<HTMLButtonElement>(null);
  const held = useRef(new Set<string>());
  const wheel = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [knob, setKnob] = useState({ x: 0, y: 0 });
  useEffect(() => pad.current?.focus({ preventScroll: true }), []);
  const rest = () => {
    held.current.clear();
    setKnob({ x: 0, y: 0 });
    steer(STILL);
  };
  const aim = (event: PointerEvent<HTMLButtonElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * 2 - 1;
    const y = ((event.clientY - box.top) / box.height) * 2 - 1;
    const far = Math.max(1, Math.hypot(x, y));
    setKnob({ x: x / far, y: y / far });
    steer(speedAt(x, y));
  };
  const press = (event: KeyboardEvent, down: boolean) => {
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    event.stopPropagation();
    if (down === held.current.has(event.key)) return;
    if (down) held.current.add(event.key);
    else held.current.delete(event.key);
    const sum = { ...STILL };
    for (const key of held.current) {
      const { pan = 0, tilt = 0, zoom = 0 } = KEYS[key] ?? {};
      sum.pan += pan;
      sum.tilt += tilt;
      sum.zoom += zoom;
    }
    steer(sum);
  };
  const roll = (event: WheelEvent) => {
    event.stopPropagation();
    steer({ ...STILL, zoom: event.deltaY < 0 ? ZOOM_PERCENT : -ZOOM_PERCENT });
    clearTimeout(wheel.current);
    wheel.current = setTimeout(rest, WHEEL_MS);
  };
  return (
    <div className="wk-ptz-hand" onWheel={roll}>
      <ZoomButton
        text={t("ptz-zoom-out")}
        sign="−"
        onPress={() => steer({ ...STILL, zoom: -ZOOM_PERCENT })}
        onRest={rest}
      />
      <button
        type="button"
        ref={pad}
        className="wk-ptz-pad"
        aria-label={t("ptz-pad")}
        title={t("ptz-pad")}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          aim(event);
        }}
        onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && aim(event)}
        onPointerUp={rest}
        onPointerCancel={rest}
        onBlur={rest}
        onKeyDown={(event) => press(event, true)}
        onKeyUp={(event) => press(event, false)}
      >
        <svg viewBox="-50 -50 100 100" aria-hidden="true">
          <circle r="47" />
          <path d="M0-42l6 8h-12ZM0 42l6-8h-12ZM-42 0l8 6v-12ZM42 0l-8 6v-12Z" />
          <circle className="wk-ptz-knob" cx={knob.x * 30} cy={knob.y * 30} r="13" />
        </svg>
      </button>
      <ZoomButton
        text={t("ptz-zoom-in")}
        sign="+"
        onPress={() => steer({ ...STILL, zoom: ZOOM_PERCENT })}
        onRest={rest}
      />
    </div>
  );
}

interface ZoomButtonProps {
  text: string;
  sign: string;
  onPress: () => void;
  onRest: () => void;
}

function ZoomButton({ text, sign, onPress, onRest }: ZoomButtonProps) {
  const isPress = (event: KeyboardEvent) => event.key === " " || event.key === "Enter";
  return (
    <button
      type="button"
      className="wk-ptz-zoom"
      aria-label={text}
      title={text}
      onPointerDown={onPress}
      onPointerUp={onRest}
      onPointerLeave={onRest}
      onBlur={onRest}
      onKeyDown={(event) => isPress(event) && !event.repeat && onPress()}
      onKeyUp={(event) => isPress(event) && onRest()}
    >
      {sign}
    </button>
  );
}
