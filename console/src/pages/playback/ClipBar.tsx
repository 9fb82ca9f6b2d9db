// Above a clip's pictures: who handed it on, what for, until when. And playing stops where the clip does.
import { useEffect } from "react";
import type { PlaybackGroup } from "../../player/group";
import { formatSpan, formatTime, useLanguage, useT } from "../../ui";
import type { Clip } from "./clip";

/** How often it is looked whether the clip is over. */
const LOOK_MS = 200;
/** So much before its end it rests: the last picture stays. */
const BEFORE_END_MS = 100;

/** The playhead stays within the clip: beyond it there is nothing to see, and asking for it would be refused, with an entry. */
export function useWithin(clip: Clip | undefined, group: PlaybackGroup): void {
  useEffect(() => {
    if (!clip) return;
    const { fromMs, toMs } = clip.span;
    const timer = setInterval(() => {
      const ms = group.nowMs();
      if (group.snapshot.scrubbing || (fromMs <= ms && ms <= toMs - BEFORE_END_MS)) return;
      group.pause();
      const inside = Math.min(Math.max(ms, fromMs), toMs - BEFORE_END_MS);
      if (Math.abs(inside - ms) > BEFORE_END_MS) group.seek(inside);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [clip, group]);
}

export function ClipBar({ clip }: { clip: Clip }) {
  const t = useT();
  const { language } = useLanguage();
  const { row, span } = clip;
  return (
    <p className="wk-clip-bar">
      <strong>{t("clip-from", { name: row.shared?.by.name ?? "" })}</strong>{" "}
      <span>{formatSpan(span.fromMs, span.toMs, language)}</span> <span className="wk-lines">{row.reason}</span>{" "}
      <span className="wk-soft">
        {t("clip-until", {
          most: String(row.uses_max),
          time: formatTime(row.expires_ms, language),
        })}
      </span>
    </p>
  );
}
