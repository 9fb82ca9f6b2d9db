// What one presses to move through time: play, frames, ten seconds, speeds, the clock; and how the timeline is used.
import { Segmented, Tooltip } from "antd";
import { SPEEDS } from "../../player/clock";
import type { PlaybackGroup } from "../../player/group";
import { PictureIcon, type PictureIconName } from "../../player/PictureIcon";
import { useFullScreen } from "../../player/useFullScreen";
import { PurposeChip, useT } from "../../ui";
import { STEP_MS } from "../../ui/timeline";
import { Clock } from "./Clock";

export interface TransportProps {
  group: PlaybackGroup;
  playing: boolean;
  speed: number;
  skipGaps: boolean;
  selecting: boolean;
  table: boolean;
  tree: boolean;
  onStep: (direction: 1 | -1) => void;
  onSkipGaps: (on: boolean) => void;
  onSelecting: (on: boolean) => void;
  onTable: (on: boolean) => void;
  onTree: () => void;
  onGoTo: () => void;
  onZoom: (factor: number) => void;
  onShow: (lastMs: number) => void;
  onHelp: () => void;
  /** What is shown of the chosen camera goes into an incident folder. */
  onBookmark?: (() => void) | undefined;
}

const HOUR_MS = 3_600_000;
/** Usual views of the timeline, ending a little after now. */
const VIEWS: readonly [string, number][] = [
  ["playback-view-hour", HOUR_MS],
  ["playback-view-day", 24 * HOUR_MS],
  ["playback-view-week", 7 * 24 * HOUR_MS],
  ["playback-view-month", 31 * 24 * HOUR_MS],
];

const speedText = (speed: number): string => (speed === 0.25 ? "¼" : speed === 0.5 ? "½" : String(speed));

export function Transport(props: TransportProps) {
  const { group, playing, speed, onStep, onGoTo, onZoom, onShow } = props;
  const t = useT();
  const [full, toggleFull] = useFullScreen();
  const by = (ms: number) => () => group.seek(group.nowMs() + ms);
  return (
    <div className="wk-transport" role="toolbar" aria-label={t("playback-controls")}>
      <Press icon="tree" text={t("wall-tree")} pressed={props.tree} onClick={props.onTree} />
      <span className="wk-transport-group">
        <Press icon="back10" text={t("playback-back")} keys="←" onClick={by(-STEP_MS)} />
        <Press icon="step_back" text={t("playback-frame-back")} keys="," onClick={() => onStep(-1)} />
        <button
          type="button"
          className="wk-press wk-press-main"
          aria-label={t(playing ? "playback-pause" : "playback-play")}
          title={`${t(playing ? "playback-pause" : "playback-play")} (${t("playback-key-space")})`}
          onClick={() => group.toggle()}
        >
          <PictureIcon name={playing ? "pause" : "play"} size={20} />
        </button>
        <Press icon="step_forward" text={t("playback-frame")} keys="." onClick={() => onStep(1)} />
        <Press icon="forward10" text={t("playback-forward")} keys="→" onClick={by(STEP_MS)} />
      </span>
      <Tooltip title={speed > 4 ? t("playback-keys-only") : ""}>
        <Segmented
          size="small"
          aria-label={t("playback-speed")}
          value={speed}
          onChange={(value) => group.setSpeed(value)}
          options={SPEEDS.map((value) => ({ value, label: `${speedText(value)}×` }))}
        />
      </Tooltip>
      <Clock group={group} onOpen={onGoTo} />
      {full ? <PurposeChip /> : null}
      <span className="wk-transport-group wk-transport-end">
        <button
          type="button"
          className="wk-press"
          aria-pressed={props.skipGaps}
          title={t("playback-skip-hint")}
          onClick={() => props.onSkipGaps(!props.skipGaps)}
        >
          {t("playback-skip")}
        </button>
        <Press
          icon="select"
          text={t("playback-select")}
          keys="Shift"
          pressed={props.selecting}
          onClick={() => props.onSelecting(!props.selecting)}
        />
        {VIEWS.map(([id, ms]) => (
          <button key={id} type="button" className="wk-press wk-press-view" onClick={() => onShow(ms)}>
            {t(id)}
          </button>
        ))}
        <Press icon="zoom_out" text={t("playback-zoom-out")} keys="-" onClick={() => onZoom(2)} />
        <Press icon="zoom_in" text={t("playback-zoom-in")} keys="+" onClick={() => onZoom(0.5)} />
        {props.onBookmark ? (
          <button type="button" className="wk-press" onClick={props.onBookmark}>
            {t("folder-bookmark")}
          </button>
        ) : null}
        <Press
          icon="table"
          text={t("playback-table")}
          pressed={props.table}
          onClick={() => props.onTable(!props.table)}
        />
        <Press
          icon="full"
          text={t(full ? "wall-full-leave" : "wall-full")}
          keys="f"
          pressed={full}
          onClick={toggleFull}
        />
        <Press icon="help" text={t("playback-help")} keys="?" onClick={props.onHelp} />
      </span>
    </div>
  );
}

function Press({
  icon,
  text,
  keys,
  pressed,
  onClick,
}: {
  icon: PictureIconName;
  text: string;
  keys?: string;
  pressed?: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      className="wk-press"
      aria-label={text}
      aria-pressed={pressed}
      title={keys ? `${text} (${keys})` : text}
      onClick={onClick}
    >
      <PictureIcon name={icon} />
    </button>
  );
}
