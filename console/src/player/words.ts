// What a picture's state is called: one phrase, the most important one, with its tone. Pure: Fluent ids and arguments out.
//
// Invariant: whenever there is no moving picture, there is a phrase that says why.
import type { Language } from "../api/types";
import { formatTime } from "../ui/format";
import type { Translate } from "../ui/i18n";
import type { Tone } from "../ui/tokens";
import type { LiveSnapshot } from "./live";
import type { EndReason, SourceState, StateWord } from "./parser";
import type { PlaybackSnapshot } from "./playback";
import type { Replay } from "./replay";

export interface Words {
  readonly text: string;
  readonly tone: Tone;
  /** Said in the middle of the tile, in place of the picture; otherwise beside the name. */
  readonly central: boolean;
}

/** A newest frame older than this is no longer quietly called live. */
export const STALE_MS = 3_000;

const SOURCE_TONES: Record<StateWord, Tone> = {
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

export interface Telling {
  readonly t: Translate;
  readonly language: Language;
  readonly nowMs: number;
}

/** `12:03`, with the date when it was not today. */
function timeWords(ms: number, { language, nowMs }: Telling): string {
  const today = formatTime(ms, "en", { dateOnly: true }) === formatTime(nowMs, "en", { dateOnly: true });
  return formatTime(ms, language, { timeOnly: today, seconds: false });
}

function sourceWords(source: SourceState, telling: Telling): string {
  const word = telling.t(`stream-${source.word.replace("_", "-")}`);
  if (source.sinceMs === null) return word;
  return telling.t("stream-since", { word, time: timeWords(source.sinceMs, telling) });
}

function endWords(reason: EndReason, { t }: Telling): Words {
  const id = reason === "revoked" || reason === "ledger" ? `picture-end-${reason}` : "picture-end";
  return { text: t(id), tone: reason === "revoked" || reason === "ledger" ? "breach" : "notice", central: true };
}

function replayWords(replay: Replay, seconds: number, { t }: Telling): Words {
  const text = replay.whole
    ? t("picture-replay", { seconds })
    : t("picture-replay-short", { seconds, held: Math.floor(replay.lengthSeconds) });
  return { text, tone: "notice", central: false };
}

/** The state of a live picture. `ageMs` is the age of its newest frame, `behindMs` how far an instant replay lies back. */
export function liveWords(state: LiveSnapshot, ageMs: number | null, behindMs: number, telling: Telling): Words {
  const { t } = telling;
  const central = !state.pictured;
  if (state.ended) return endWords(state.ended, telling);
  if (state.unplayable && !state.unplayable.instead)
    return { text: t("picture-unplayable", { codec: state.unplayable.codec }), tone: "late", central: true };
  if (state.blocked) return { text: t("picture-blocked"), tone: "notice", central: true };
  const source = state.source;
  if (source && source.word !== "recording" && source.word !== "live")
    return { text: sourceWords(source, telling), tone: SOURCE_TONES[source.word], central: true };
  if (state.failures > 1) return { text: t("picture-no-server"), tone: "breach", central: true };
  if (state.link !== "open") return { text: t("picture-connecting"), tone: "notice", central };
  if (state.failure) return { text: t("picture-restarting"), tone: "late", central };
  if (!state.pictured) return { text: t("picture-first"), tone: "notice", central: true };
  if (state.replay) return replayWords(state.replay, Math.round(behindMs / 1000), telling);
  if (ageMs !== null && ageMs > STALE_MS)
    return { text: t("picture-stale", { seconds: Math.round(ageMs / 1000) }), tone: "late", central: false };
  if (state.unplayable)
    return {
      text: t("picture-instead", {
        codec: state.unplayable.codec,
        stream: t(`profile-${state.unplayable.instead ?? "sub"}`),
      }),
      tone: "notice",
      central: false,
    };
  return { text: t("picture-live"), tone: "good", central: false };
}

/** The state of a recorded picture. */
export function playbackWords(state: PlaybackSnapshot, telling: Telling): Words {
  const { t, language } = telling;
  if (state.ended) return endWords(state.ended, telling);
  if (state.unplayable && !state.unplayable.instead)
    return { text: t("picture-unplayable", { codec: state.unplayable.codec }), tone: "late", central: true };
  if (state.failures > 1) return { text: t("picture-no-server"), tone: "breach", central: true };
  if (state.link !== "open") return { text: t("picture-connecting"), tone: "notice", central: !state.pictured };
  const clock = (ms: number) => formatTime(ms, language, { timeOnly: true });
  const { ready } = state;
  if (ready.at === "gap") {
    const cause = t(`cause-${ready.gap.cause}`);
    const text = t("picture-gap", { cause, from: clock(ready.gap.fromMs), to: clock(ready.gap.toMs) });
    return { text, tone: ready.gap.cause === "unknown" ? "breach" : "late", central: true };
  }
  if (ready.at === "end")
    return { text: t("picture-no-footage", { time: clock(ready.endMs) }), tone: "plain", central: true };
  if (state.failure) return { text: t("picture-restarting"), tone: "late", central: !state.pictured };
  if (ready.at === "loading" || !state.pictured)
    return { text: t("picture-loading"), tone: "notice", central: !state.pictured };
  if (state.unplayable)
    return {
      text: t("picture-instead", {
        codec: state.unplayable.codec,
        stream: t(`profile-${state.unplayable.instead ?? "sub"}`),
      }),
      tone: "notice",
      central: false,
    };
  if (state.brought)
    return {
      text: t("picture-brought", {
        source: state.brought.source,
        time: formatTime(state.brought.arrivedMs, language, {}),
      }),
      tone: "notice",
      central: false,
    };
  return { text: "", tone: "good", central: false };
}
