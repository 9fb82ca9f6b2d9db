// The keys of playback, as the help overlay lists them. What they do is in PlaybackStage.tsx.
import type { KeyLine } from "../../player/Keyboard";

export const KEY_LINES: readonly KeyLine[] = [
  [["␣", "k"], "playback-key-play"],
  [[",", "."], "playback-key-frame"],
  [["←", "→", "j", "l"], "playback-key-ten"],
  [["⇧ ←", "⇧ →"], "playback-key-minute"],
  [["PgUp", "PgDn", "Home", "End"], "playback-key-page"],
  [["↑", "↓"], "playback-key-speed"],
  [["g"], "playback-key-goto"],
  [["i", "o"], "playback-key-mark"],
  [["e"], "playback-key-export"],
  [["h"], "playback-key-hold"],
  [["+", "-"], "playback-key-zoom"],
  [["1", "…", "9"], "playback-key-choose"],
  [["Enter"], "playback-key-one-up"],
  [["s"], "playback-key-still"],
  [["c"], "wall-key-tree"],
  [["f"], "wall-key-full"],
  [["?"], "wall-key-help"],
];
