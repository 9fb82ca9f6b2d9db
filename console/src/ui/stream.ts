// What a stream's state means in words and tone. Pure; the words are Fluent texts.
import type { Camera, Language, StreamState, StreamWord } from "../api/types";
import { formatTime } from "./format";
import type { Translate } from "./i18n";
import type { Tone } from "./tokens";

const TONES: Record<StreamWord, Tone> = {
  recording: "good",
  live: "good",
  connecting: "notice",
  no_signal: "breach",
  credentials: "breach",
  stalled: "late",
  disabled: "plain",
  error: "breach",
  disk: "breach",
};

export function streamTone(state: StreamState | null | undefined): Tone {
  return state ? TONES[state.word] : "plain";
}

/** `no signal since 12:03`; the date is added when it was not today. */
export function streamWords(
  state: StreamState | null | undefined,
  nowMs: number,
  language: Language,
  t: Translate,
): string {
  if (!state) return t("stream-unknown");
  if (state.word === "recording" || state.word === "live") return t(`stream-${state.word}`);
  const sameDay = formatTime(state.since_ms, "en", { dateOnly: true }) === formatTime(nowMs, "en", { dateOnly: true });
  const time = formatTime(state.since_ms, language, { timeOnly: sameDay, seconds: false });
  return t("stream-since", { word: t(`stream-${state.word.replace("_", "-")}`), time });
}

/** The state that stands for the camera: its main stream's. */
export function cameraState(camera: Camera): StreamState | null {
  if (!camera.enabled) return { ...camera.state.main, word: "disabled" };
  return camera.state.main ?? null;
}
