// From when to when a shift is or was kept, and how it stands, in a few words.
import type { DutyShift } from "../../api/duty";
import { formatTime, Meaning, type Tone, useLanguage, useT } from "../../ui";

const TONES: Record<DutyShift["state"], Tone> = {
  coming: "plain",
  due: "late",
  running: "good",
  handed_over: "good",
  ran_out: "notice",
  missed: "breach",
  withdrawn: "plain",
};

/** Of one day the day is said once. */
export function spanWords(fromMs: number, toMs: number, language: "zh-CN" | "en", timeZone?: string): string {
  const form = { seconds: false, timeZone };
  const day = (ms: number) => formatTime(ms, language, { ...form, dateOnly: true });
  const end = formatTime(toMs, language, { ...form, timeOnly: day(fromMs) === day(toMs) });
  return `${formatTime(fromMs, language, form)} – ${end}`;
}

export function ShiftSpan({ shift, zone }: { shift: DutyShift; zone?: string }) {
  const { language } = useLanguage();
  return (
    <span className="wk-duty-span">{spanWords(shift.from_ms, shift.ended_ms ?? shift.to_ms, language, zone)}</span>
  );
}

export function ShiftState({ shift }: { shift: DutyShift }) {
  const t = useT();
  return (
    <Meaning tone={TONES[shift.state]} quiet>
      {t(`duty-state-${shift.state.replace("_", "-")}`)}
    </Meaning>
  );
}
