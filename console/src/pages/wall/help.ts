// The wall's keys, as the help overlay lists them. What they do is in useWallKeys.ts.
import type { KeyLine } from "../../player/Keyboard";

export const KEY_LINES: readonly KeyLine[] = [
  [["←", "→", "↑", "↓"], "wall-key-move"],
  [["1", "2", "3", "4"], "wall-key-grid"],
  [["Enter"], "wall-key-one-up"],
  [["+", "-", "0"], "wall-key-zoom"],
  [["⇧ ←", "⇧ →", "⇧ ↑", "⇧ ↓"], "wall-key-look"],
  [["PgUp", "PgDn"], "wall-key-page"],
  [["t"], "wall-key-tour"],
  [["r"], "wall-key-replay"],
  [["s"], "wall-key-still"],
  [["p"], "wall-key-turn"],
  [["Del"], "wall-key-remove"],
  [["c"], "wall-key-tree"],
  [["f"], "wall-key-full"],
  [["?"], "wall-key-help"],
];
