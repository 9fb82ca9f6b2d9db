// The instant on the screen, written many times a second without redrawing the page; a button that opens "go to".
import { useEffect, useRef } from "react";
import type { PlaybackGroup } from "../../player/group";
import { formatTime, formatZone, useLanguage, useT } from "../../ui";

export function Clock({ group, onOpen }: { group: PlaybackGroup; onOpen: () => void }) {
  const t = useT();
  const { language } = useLanguage();
  const text = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let request = 0;
    let before = Number.NaN;
    const draw = () => {
      request = requestAnimationFrame(draw);
      const ms = Math.round(group.nowMs());
      if (ms === before || !text.current) return;
      before = ms;
      text.current.textContent = formatTime(ms, language, { milliseconds: true });
    };
    request = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(request);
  }, [group, language]);
  return (
    <button type="button" className="wk-play-clock" onClick={onOpen} title={t("playback-goto-hint")}>
      <span ref={text} />
      <span className="wk-faint">{formatZone(group.nowMs())}</span>
    </button>
  );
}
