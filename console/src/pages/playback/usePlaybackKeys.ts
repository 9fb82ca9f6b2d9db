// The keys of playback: what each does. How they are told to people is help.ts.
import { SPEEDS } from "../../player/clock";
import type { PlaybackGroup } from "../../player/group";
import { useKeys } from "../../player/keys";
import { useFullScreen } from "../../player/useFullScreen";
import { LEAP_MS, type Span, STEP_MS } from "../../ui/timeline";

export interface PlaybackKeys {
  group: PlaybackGroup;
  cameras: readonly string[];
  /** Whose frames are stepped. */
  chosen: string | null;
  selection: Span | null;
  oneUp: boolean;
  onChoose: (camera: string) => void;
  onSelection: (span: Span | null) => void;
  onOneUp: (on: boolean) => void;
  onSeek: (ms: number) => void;
  onGoTo: () => void;
  onExport: () => void;
  onHold: () => void;
  onStill: (camera: string) => void;
  onTree: () => void;
  onHelp: () => void;
  onZoom: (factor: number) => void;
}

/** What a span is that has only one end yet. */
const ONE_END_MS = 60_000;

/** The span after its beginning or its end was set at an instant. */
export function marked(selection: Span | null, edge: "from" | "to", ms: number): Span {
  if (edge === "from") return { fromMs: ms, toMs: Math.max(ms + 1, selection?.toMs ?? ms + ONE_END_MS) };
  return { fromMs: Math.min(ms - 1, selection?.fromMs ?? ms - ONE_END_MS), toMs: ms };
}

/** The next faster or slower of the speeds that are offered. */
export function nextSpeed(speed: number, by: 1 | -1): number {
  const at = SPEEDS.findIndex((offered) => offered >= speed);
  return SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, at + by))] ?? 1;
}

export function usePlaybackKeys(keys: PlaybackKeys): void {
  const { group, cameras, chosen, selection, oneUp } = keys;
  const by = (ms: number) => () => keys.onSeek(group.nowMs() + ms);
  const step = (direction: 1 | -1) => () => group.step(direction, chosen ?? undefined);
  const faster = (way: 1 | -1) => () => group.setSpeed(nextSpeed(group.snapshot.speed, way));
  const mark = (edge: "from" | "to") => () => keys.onSelection(marked(selection, edge, group.nowMs()));
  const [, toggleFull] = useFullScreen();
  useKeys({
    Space: () => group.toggle(),
    k: () => group.toggle(),
    ",": step(-1),
    ".": step(1),
    ArrowLeft: by(-STEP_MS),
    ArrowRight: by(STEP_MS),
    "Shift+ArrowLeft": by(-LEAP_MS),
    "Shift+ArrowRight": by(LEAP_MS),
    j: by(-STEP_MS),
    l: by(STEP_MS),
    ArrowUp: faster(1),
    ArrowDown: faster(-1),
    f: toggleFull,
    g: keys.onGoTo,
    i: mark("from"),
    o: mark("to"),
    e: keys.onExport,
    h: keys.onHold,
    s: () => chosen !== null && keys.onStill(chosen),
    c: keys.onTree,
    "+": () => keys.onZoom(0.5),
    "=": () => keys.onZoom(0.5),
    "-": () => keys.onZoom(2),
    Enter: () => keys.onOneUp(!oneUp && chosen !== null),
    Escape: () => (oneUp ? keys.onOneUp(false) : keys.onSelection(null)),
    "?": keys.onHelp,
    ...Object.fromEntries(cameras.map((id, index) => [String(index + 1), () => keys.onChoose(id)])),
  });
}
