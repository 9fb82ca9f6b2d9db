// What is known under the pointer: the time to the millisecond, and for a row whether there is footage, or why not.
import { wordOf } from "../alarms";
import { formatDuration, formatTime } from "../format";
import { useLanguage, useT } from "../i18n";
import type { AlarmMark } from "./alarms";
import { at, type Known } from "./footage";
import { type HeldSpan, isHeld } from "./held";
import { type LevelSpan, levelAt } from "./levels";

export interface HoverProps {
  /** Where the pointer is, in pixels from the left, and which instant that is. */
  readonly x: number;
  readonly ms: number;
  readonly camera: string | null;
  readonly known: Known | null;
  readonly held: readonly HeldSpan[];
  readonly levels: readonly LevelSpan[];
  readonly alarm: AlarmMark | undefined;
  readonly width: number;
}

/** Kept from the edges by this much. */
const HALF_PX = 130;

export function Hover({ x, ms, camera, known, held, levels, alarm, width }: HoverProps) {
  const t = useT();
  const { language } = useLanguage();
  const clock = (instant: number) => formatTime(instant, language, { timeOnly: true });
  const level = levelAt(levels, ms);
  const found = known ? at(known, ms) : null;
  const left = Math.min(Math.max(x, Math.min(HALF_PX, width / 2)), Math.max(width - HALF_PX, width / 2));
  return (
    <div className="wk-timeline-hover" style={{ left }} aria-hidden="true">
      <strong>{formatTime(Math.floor(ms), language, { milliseconds: true })}</strong>
      {camera ? <span>{camera}</span> : null}
      {found?.what === "footage" ? <span className="wk-tone-good">{t("timeline-footage")}</span> : null}
      {found?.what === "nothing" ? <span className="wk-faint">{t("timeline-nothing")}</span> : null}
      {alarm ? (
        <span className={alarm.called ? "wk-tone-breach" : "wk-soft"}>
          {t("timeline-alarm", { what: t(`alarm-kind-${wordOf(alarm.kind)}`) })}
        </span>
      ) : null}
      {isHeld(held, ms) ? <span className="wk-tone-late">{t("timeline-held")}</span> : null}
      {level ? <span className="wk-tone-late">{t(`clip-level-${level}`)}</span> : null}
      {found?.what === "gap" ? (
        <>
          <span className={found.gap.justified ? "wk-soft" : "wk-tone-late"}>
            {t("timeline-gap", {
              cause: t(`cause-${found.gap.cause}`),
              length: formatDuration(found.gap.to_ms - found.gap.from_ms, language),
            })}
            {" · "}
            {t(found.gap.justified ? "timeline-justified" : "timeline-unjustified")}
          </span>
          <span>
            {clock(found.gap.from_ms)}–{clock(found.gap.to_ms)}
          </span>
          {found.later ? <span className="wk-tone-good">{t("timeline-later")}</span> : null}
          {found.gap.evidence ? <span className="wk-mono wk-faint">{found.gap.evidence}</span> : null}
        </>
      ) : null}
    </div>
  );
}
