// A short signal when a high alarm opens: two tones, and the same as a band that is seen. Off until a person switches it on; kept for
// that person in this browser. It says nothing that the state line does not say, and asks the server for nothing of its own.
import { Link } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { type Alarm, useOpenAlarms } from "../api/alarms";
import { useMe } from "../api/queries";
import { Icon, Shape, useT } from "../ui";
import { alarmPlace, wordOf } from "../ui/alarms";

/** The band goes by itself; the alarm stays in the line above it. */
const SEEN_MS = 20_000;
/** Two short tones, in hertz. */
const TONES = [880, 660];
const TONE_S = 0.16;
/** Heard across a room, and no louder than speech. */
const GAIN = 0.12;

const keyOf = (person: string) => `wk-alarm-signal/${person}`;

/** High alarms that were not there before. The first look finds none new: whoever signs in is not rung for what is old. */
export function freshHigh(alarms: readonly Alarm[], known: ReadonlySet<string> | undefined): Alarm[] {
  return known ? alarms.filter(({ id, priority }) => priority === "high" && !known.has(id)) : [];
}

/** Browsers keep sound back until somebody has touched the page; then it is let through. */
function useTones() {
  const context = useRef<AudioContext>(undefined);
  const ready = useCallback(() => {
    context.current ??= new AudioContext();
    if (context.current.state === "suspended") context.current.resume().catch(() => undefined);
    return context.current;
  }, []);
  const ring = useCallback(() => {
    const audio = ready();
    for (const [at, hertz] of TONES.entries()) {
      const tone = audio.createOscillator();
      const loud = audio.createGain();
      const start = audio.currentTime + at * TONE_S;
      tone.frequency.value = hertz;
      loud.gain.setValueAtTime(0, start);
      loud.gain.linearRampToValueAtTime(GAIN, start + 0.02);
      loud.gain.linearRampToValueAtTime(0, start + TONE_S);
      tone.connect(loud).connect(audio.destination);
      tone.start(start);
      tone.stop(start + TONE_S);
    }
  }, [ready]);
  return { ready, ring };
}

export function AlarmSignal() {
  const t = useT();
  const { person, posts, rights } = useMe();
  const [on, setOn] = useState(() => localStorage.getItem(keyOf(person.id)) === "on");
  const { ready, ring } = useTones();
  const [seen, setSeen] = useSignal(on, ring);
  useEffect(() => {
    if (!on) return;
    const touch = () => void ready();
    window.addEventListener("pointerdown", touch, { once: true });
    return () => window.removeEventListener("pointerdown", touch);
  }, [on, ready]);
  if (posts.length === 0 || rights.portal) return null;
  const label = t(on ? "alarm-signal-on" : "alarm-signal-off");
  const change = () => {
    const next = !on;
    localStorage.setItem(keyOf(person.id), next ? "on" : "off");
    setOn(next);
    // One hears at once what one has switched on.
    if (next) ring();
  };
  return (
    <>
      <button
        type="button"
        className="wk-plain-button wk-icon-button"
        aria-pressed={on}
        aria-label={label}
        title={label}
        onClick={change}
      >
        <Icon name={on ? "sound" : "mute"} />
      </button>
      <div role="status" className="wk-alarmsignal-place">
        {seen ? <Band alarm={seen} onAway={() => setSeen(undefined)} /> : null}
      </div>
    </>
  );
}

/** Rings once for what is new, and keeps the newest in sight for a while. */
function useSignal(on: boolean, ring: () => void) {
  const alarms = useOpenAlarms();
  const known = useRef<ReadonlySet<string>>(undefined);
  const [seen, setSeen] = useState<Alarm>();
  useEffect(() => {
    const fresh = freshHigh(alarms, known.current);
    known.current = new Set(alarms.map(({ id }) => id));
    if (!on || fresh.length === 0) return;
    ring();
    setSeen(fresh[0]);
  }, [alarms, on, ring]);
  useEffect(() => {
    if (!seen) return;
    const timer = setTimeout(() => setSeen(undefined), SEEN_MS);
    return () => clearTimeout(timer);
  }, [seen]);
  return [seen, setSeen] as const;
}

function Band({ alarm, onAway }: { alarm: Alarm; onAway: () => void }) {
  const t = useT();
  return (
    <div className="wk-alarmsignal wk-tone-breach">
      <Shape tone="breach" />
      <Link to="/alarms" search={{ id: alarm.id } as never} onClick={onAway}>
        {t("alarm-signal-new", { what: t(`alarm-kind-${wordOf(alarm.kind)}`), where: alarmPlace(alarm, t) })}
      </Link>
      <button type="button" className="wk-plain-button" aria-label={t("alarm-signal-away")} onClick={onAway}>
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}
