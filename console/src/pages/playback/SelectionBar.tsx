// What can be done with a chosen span: play it, look closer, hand it out, keep it from being deleted, protect it, let it go.
import { Button } from "antd";
import { useMe } from "../../api/queries";
import { formatDuration, formatSpan, useLanguage, useT } from "../../ui";
import type { Span } from "../../ui/timeline";

export interface SelectionBarProps {
  selection: Span;
  cameras: number;
  onPlay: () => void;
  onShow: () => void;
  onExport: () => void;
  onHold: () => void;
  onExplain: () => void;
  onRaise: () => void;
  onFolder: () => void;
  onClip: () => void;
  onClear: () => void;
}

export function SelectionBar({
  selection,
  cameras,
  onPlay,
  onShow,
  onExport,
  onHold,
  onExplain,
  onRaise,
  onFolder,
  onClip,
  onClear,
}: SelectionBarProps) {
  const t = useT();
  const { language } = useLanguage();
  const { rights } = useMe();
  const [from, to] = [Math.round(selection.fromMs), Math.round(selection.toMs)];
  return (
    <section className="wk-selection" aria-label={t("playback-selection")}>
      <span>
        <strong>{formatSpan(from, to, language, { milliseconds: to - from < 60_000 })}</strong>{" "}
        <span className="wk-soft">
          {t("playback-selection-length", { length: formatDuration(to - from, language), cameras })}
        </span>
      </span>
      <span className="wk-selection-acts">
        <Button size="small" onClick={onPlay}>
          {t("playback-selection-play")}
        </Button>
        <Button size="small" onClick={onShow}>
          {t("playback-selection-show")}
        </Button>
        {rights.export ? (
          <Button size="small" type="primary" onClick={onExport}>
            {t("playback-selection-export")}
          </Button>
        ) : null}
        {rights.playback ? (
          <Button size="small" onClick={onHold}>
            {t("playback-selection-hold")}
          </Button>
        ) : null}
        {rights.playback ? (
          <Button size="small" onClick={onFolder}>
            {t("folder-add-span")}
          </Button>
        ) : null}
        {rights.playback ? (
          <Button size="small" onClick={onClip}>
            {t("clip-hand-title")}
          </Button>
        ) : null}
        {rights.playback ? (
          <Button size="small" onClick={onExplain}>
            {t("playback-selection-explain")}
          </Button>
        ) : null}
        {rights.playback ? (
          <Button size="small" onClick={onRaise}>
            {t("playback-selection-raise")}
          </Button>
        ) : null}
        <Button size="small" type="text" onClick={onClear}>
          {t("playback-selection-clear")}
        </Button>
      </span>
    </section>
  );
}
