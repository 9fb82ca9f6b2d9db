// The state line's facts, from /api/state: recording, gaps, keeping, disk, ledger. When the server is silent it says that instead.
import { useEffect } from "react";
import { useSystemState } from "../api/queries";
import type { Language, SystemState } from "../api/types";
import { UNIT_KEY } from "../pages/signin/SignIn";
import {
  ageWords,
  formatTime,
  keptWords,
  StateLine,
  type StatePiece,
  type Translate,
  useLanguage,
  useNow,
  useT,
} from "../ui";
import { setServerNow } from "../ui/useNow";

/** A checkpoint is due every minute; after three the ledger's publisher is late. */
const CHECKPOINT_LATE_MS = 3 * 60_000;
/** Below this many days of free space the line speaks of the disk. */
const HORIZON_LATE_DAYS = 7;

/** Control that an organ has over cameras is visible to everyone on the system (guangzhou-2007:18). */
function takeoverPieces(state: SystemState, language: Language, t: Translate): StatePiece[] {
  return state.takeovers.map((takeover) => ({
    id: `takeover-${takeover.id}`,
    tone: "notice",
    text: t("state-takeover", { organ: takeover.organ_name, time: formatTime(takeover.until_ms, language) }),
    title:
      takeover.group_name ??
      takeover.system_name ??
      (takeover.of_system ? t("takeover-secret-system") : takeover.unit_name),
    to: "/takeovers",
    search: { id: takeover.id },
  }));
}

/** Alarms that nobody has acknowledged: the loudest piece, and the first. */
function alarmPieces({ alarms }: SystemState, t: Translate): StatePiece[] {
  if (alarms.open === 0) return [];
  const tone = alarms.high > 0 ? "breach" : "late";
  return [{ id: "alarms", tone, text: t("state-alarms", { open: alarms.open }), to: "/alarms" }];
}

/** The pieces of the line. Pure, so that each rule of "what is bad" is tested. */
export function systemPieces(state: SystemState, nowMs: number, language: Language, t: Translate): StatePiece[] {
  const { recording, gaps_today, kept, ledger, disk } = state;
  const pieces: StatePiece[] = [
    ...alarmPieces(state, t),
    ...takeoverPieces(state, language, t),
    {
      id: "recording",
      tone: recording.total === 0 ? "plain" : recording.ok === recording.total ? "good" : "breach",
      text: t("state-recording", { ok: String(recording.ok), total: String(recording.total) }),
      to: "/health",
      search: { tab: "streams" },
    },
    {
      id: "gaps",
      tone: gaps_today.unjustified > 0 ? "late" : "good",
      text:
        gaps_today.count === 0
          ? t("state-gaps-none")
          : gaps_today.unjustified > 0
            ? t("state-gaps-unjustified", {
                count: String(gaps_today.count),
                unjustified: String(gaps_today.unjustified),
              })
            : t("state-gaps", { count: String(gaps_today.count) }),
      to: "/health",
      search: { tab: "gaps" },
    },
    {
      id: "kept",
      // A young store is not yet full; that is a fact, not a fault.
      tone: kept.days >= kept.floor_days ? "good" : "plain",
      text: t("state-kept", { kept: keptWords(kept.days, t), floor: String(kept.floor_days) }),
      to: "/health",
      search: { tab: "disk" },
    },
  ];
  if (typeof disk.horizon_days === "number" && disk.horizon_days < HORIZON_LATE_DAYS)
    pieces.push({
      id: "disk",
      // The day within which the room ends: 1 is within the first.
      tone: disk.horizon_days <= 1 ? "breach" : "late",
      text: disk.horizon_days <= 1 ? t("state-disk-last") : t("state-disk", { days: String(disk.horizon_days) }),
      to: "/health",
      search: { tab: "disk" },
    });
  const checkpoints = [ledger.footage.checkpoint_ms ?? null, ledger.access.checkpoint_ms ?? null];
  const oldest = checkpoints.includes(null) ? null : Math.min(...(checkpoints as number[]));
  const witnessed = ledger.witnessed === "witnessed";
  const alarm = ledger.witnessed === "alarm";
  pieces.push({
    id: "ledger",
    tone: alarm ? "breach" : oldest === null || nowMs - oldest > CHECKPOINT_LATE_MS ? "late" : "good",
    text: alarm
      ? t("state-ledger-alarm")
      : oldest === null
        ? t("state-ledger-none")
        : t(witnessed ? "state-ledger-witnessed" : "state-ledger", {
            age: ageWords(nowMs - oldest, t),
          }),
    title: oldest === null ? undefined : formatTime(oldest, language, { zone: true }),
    to: "/entries",
    ...(alarm ? { search: { tab: "witnesses" } } : {}),
  });
  if (state.demo) pieces.push({ id: "demo", tone: "notice", text: t("state-demo") });
  return pieces;
}

export function SystemLine() {
  const t = useT();
  const { language } = useLanguage();
  const now = useNow(1000);
  const { data, error, dataUpdatedAt } = useSystemState();
  useEffect(() => {
    if (!data) return;
    setServerNow(data.now_ms, data.utc_offset_min);
    localStorage.setItem(UNIT_KEY, data.unit_name);
  }, [data]);
  const silent: StatePiece = {
    id: "silent",
    tone: "breach",
    text: dataUpdatedAt
      ? t("state-silent-since", { time: formatTime(dataUpdatedAt, language, { timeOnly: true }) })
      : t("state-silent"),
  };
  const pieces = error ? [silent] : data ? systemPieces(data, now, language, t) : [];
  return <StateLine pieces={pieces} label={t("state-label")} />;
}
