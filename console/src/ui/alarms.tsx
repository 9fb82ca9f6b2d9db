// Words of an alarm that several pages say: what happened where, how urgent it is, where it stands. Nothing here asks the server.
import type { Alarm, AlarmPriority, AlarmState } from "../api/alarms";
import { type Translate, useT } from "./i18n";
import { Meaning } from "./Meaning";
import type { Tone } from "./tokens";

export const ALARM_TONE: Record<AlarmPriority, Tone> = { high: "breach", medium: "late", low: "notice" };
const STANDING: Record<AlarmState, Tone> = {
  open: "breach",
  acknowledged: "late",
  closed: "good",
  noted: "plain",
  test: "plain",
};

export const wordOf = (word: string) => word.replaceAll("_", "-");

export function PriorityWord({ priority }: { priority: AlarmPriority | null | undefined }) {
  const t = useT();
  if (!priority) return <span className="wk-faint">{t("alarm-priority-none")}</span>;
  return <Meaning tone={ALARM_TONE[priority]}>{t(`alarm-priority-${priority}`)}</Meaning>;
}

export function AlarmStateWord({ alarm }: { alarm: Pick<Alarm, "state" | "outcome"> }) {
  const t = useT();
  const { state, outcome } = alarm;
  return (
    <Meaning tone={STANDING[state]} quiet>
      {state === "closed" && outcome ? t(`alarm-outcome-${wordOf(outcome)}`) : t(`alarm-state-${state}`)}
    </Meaning>
  );
}

/** Which door, zone or button of which system; of the product's own events the cameras. */
export function alarmPlace(alarm: Alarm, t: Translate): string {
  const input = alarm.input_name || alarm.input;
  const source = alarm.source?.name ?? alarm.cameras.map(({ name }) => name).join(", ");
  return [source || t("alarm-own"), input].filter(Boolean).join(" · ");
}

/** How much before and after is looked at, when somebody asks what was to be seen. */
const BEFORE_MS = 15_000;
const AFTER_MS = 45_000;

/** Playback around an alarm, of its first cameras. */
export function alarmSpan(alarm: Pick<Alarm, "at_ms" | "cameras">): Record<string, string> {
  const { at_ms, cameras } = alarm;
  return {
    cameras: cameras
      .slice(0, 4)
      .map(({ id }) => id)
      .join(","),
    at: String(at_ms - BEFORE_MS),
    from_ms: String(at_ms - BEFORE_MS),
    to_ms: String(at_ms + AFTER_MS),
  };
}
