// Paints the timeline on a canvas: axis, rows of footage, gaps, horizon, now, selection, playhead.
//
// It decides nothing and keeps nothing but hatch patterns. Invariant: everything it needs is in the scene, so that the same
// scene gives the same picture; colours come from the palette only.

import type { GapCause, Language, TimelineGap } from "../../api/types";
import { FACE, type Palette } from "../tokens";
import type { AlarmMark } from "./alarms";
import type { ActivityRun, Known, LevelRange } from "./footage";
import type { HeldSpan } from "./held";
import { dateLabel, LABEL_PX_MAX, tickLabel } from "./labels";
import type { LevelSpan } from "./levels";
import { type Scale, ticksOf, xOf } from "./scale";

export interface SceneRow {
  readonly camera: string;
  readonly known: Known;
  readonly runs: readonly ActivityRun[];
  readonly range: LevelRange;
  readonly chosen: boolean;
  readonly held: readonly HeldSpan[];
  readonly levels: readonly LevelSpan[];
  readonly alarms: readonly AlarmMark[];
}

export interface Scene {
  readonly scale: Scale;
  readonly width: number;
  readonly height: number;
  readonly axisPx: number;
  readonly rowPx: number;
  readonly fontPx: number;
  readonly rows: readonly SceneRow[];
  readonly playheadMs: number;
  readonly nowMs: number;
  /** Footage younger than this must still be here. */
  readonly floorMs: number | null;
  /** What nobody granted. */
  readonly closed: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly selection: { readonly fromMs: number; readonly toMs: number } | null;
  readonly hoverX: number | null;
  readonly palette: Palette;
  readonly language: Language;
  readonly words: { readonly now: string; readonly floor: string };
}

/** Share of the row that a quiet second fills; the rest is activity. */
const QUIET = 0.28;
/** A gap narrower than this is a notch at the row's upper edge: at full height, short gaps would cover a month. */
const NOTCH_PX = 3;
/** Share of the row that footage fills that was brought later. */
const LATER = 0.4;
const ROW_GAP_PX = 3;
const HELD_PX = 3;
const LEVEL_PX = 4;
const ALARM_PX = 5;
/** A held span narrower than this has no room for its lock. */
const LOCK_PX_MIN = 22;

export function paint(context: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, palette } = scene;
  context.clearRect(0, 0, width, height);
  context.fillStyle = palette.panel;
  context.fillRect(0, 0, width, height);
  paintAxis(context, scene);
  scene.rows.forEach((row, index) => {
    paintRow(context, scene, row, scene.axisPx + index * scene.rowPx + ROW_GAP_PX, scene.rowPx - ROW_GAP_PX);
  });
  for (const span of scene.closed) paintClosed(context, scene, span);
  paintBeyond(context, scene);
  paintSelection(context, scene);
  paintHover(context, scene);
  paintPlayhead(context, scene);
}

function paintAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const { scale, width, height, axisPx, palette, language, fontPx } = scene;
  const { unit, ticks } = ticksOf(scale, width, (LABEL_PX_MAX * fontPx) / 12);
  context.font = `${fontPx}px ${FACE}`;
  context.textBaseline = "middle";
  const date = dateLabel(Math.max(scale.fromMs, 0), language);
  const dateEnd = unit === "day" || unit === "month" ? 0 : context.measureText(date).width + 20;
  for (const tick of ticks) {
    const x = Math.round(xOf(scale, tick.ms)) + 0.5;
    line(context, x, tick.major ? axisPx - 7 : axisPx - 4, x, axisPx, palette.control);
    if (!tick.major) continue;
    line(context, x, axisPx, x, height, palette.line);
    if (x < dateEnd) continue;
    const label = tickLabel(tick.ms, unit, language);
    if (x + 4 + context.measureText(label).width > width) continue;
    context.fillStyle = palette.soft;
    context.fillText(label, x + 4, axisPx / 2 - 1);
  }
  if (dateEnd > 0) {
    context.fillStyle = palette.text;
    context.fillText(date, 8, axisPx / 2 - 1);
  }
  line(context, 0, axisPx + 0.5, width, axisPx + 0.5, palette.line);
}

function paintRow(context: CanvasRenderingContext2D, scene: Scene, row: SceneRow, top: number, height: number): void {
  const { scale, width, palette } = scene;
  context.fillStyle = palette.sunken;
  context.fillRect(0, top, width, height);
  context.fillStyle = row.chosen ? palette.accent : palette.control;
  const levelAt = levels(row.runs);
  const { low, high } = row.range;
  for (const [start, end] of row.known.spans) {
    const from = Math.max(0, xOf(scale, start));
    const to = Math.min(width, xOf(scale, end));
    if (to <= 0 || from >= width || to <= from) continue;
    context.beginPath();
    context.moveTo(from, top + height);
    // One step a pixel; at close zoom a bucket is many pixels and the steps repeat its level.
    for (let x = from; x < to; x = Math.floor(x) + 1) {
      const level = levelAt(scale.fromMs + (Math.floor(x) + 0.5) * scale.msPerPx);
      const share = Math.min(1, Math.max(0, (level - low) / (high - low)));
      const y = top + height - height * (QUIET + (1 - QUIET) * share);
      context.lineTo(x, y);
      context.lineTo(Math.min(to, Math.floor(x) + 1), y);
    }
    context.lineTo(to, top + height);
    context.closePath();
    context.fill();
  }
  for (const gap of row.known.gaps) paintGap(context, scene, gap, top, height);
  for (const span of row.known.later) paintLater(context, scene, span, top, height);
  for (const span of row.held) paintHeld(context, scene, span, top + height);
  for (const span of row.levels) paintLevel(context, scene, span, top);
  for (const mark of row.alarms) paintAlarm(context, scene, mark, top, height);
}

/** A thin line through the row with a diamond on it: something was said at that moment. */
function paintAlarm(
  context: CanvasRenderingContext2D,
  scene: Scene,
  alarm: AlarmMark,
  top: number,
  height: number,
): void {
  const { scale, palette } = scene;
  const x = Math.round(xOf(scale, alarm.ms)) + 0.5;
  const y = top + height / 2;
  const color = alarm.called ? palette.breach : palette.soft;
  line(context, x, top, x, top + height, color);
  context.beginPath();
  context.moveTo(x, y - ALARM_PX);
  context.lineTo(x + ALARM_PX, y);
  context.lineTo(x, y + ALARM_PX);
  context.lineTo(x - ALARM_PX, y);
  context.closePath();
  context.fillStyle = color;
  context.fill();
  context.strokeStyle = palette.panel;
  context.lineWidth = 1;
  context.stroke();
}

/** A bar along the upper edge with the level's number: what lies below it is seen with a reason or a case only. */
function paintLevel(context: CanvasRenderingContext2D, scene: Scene, span: LevelSpan, top: number): void {
  const { scale, width, palette, fontPx } = scene;
  const from = Math.max(0, xOf(scale, span.fromMs));
  const to = Math.min(width, Math.max(xOf(scale, span.toMs), xOf(scale, span.fromMs) + 2));
  if (to <= 0 || from >= width) return;
  const color = span.level > 2 ? palette.breach : palette.late;
  context.fillStyle = palette.panel;
  context.fillRect(from, top + LEVEL_PX, to - from, 1);
  context.fillStyle = color;
  context.fillRect(from, top, to - from, LEVEL_PX);
  if (to - from < LOCK_PX_MIN) return;
  context.fillStyle = palette.panel;
  context.beginPath();
  context.roundRect(from + 1, top + 1, fontPx, fontPx + 2, 3);
  context.fill();
  context.fillStyle = color;
  context.font = `${fontPx}px ${FACE}`;
  context.textBaseline = "middle";
  context.fillText(String(span.level), from + fontPx * 0.22, top + fontPx / 2 + 2);
}

/** A band in the lower part of the gap that it fills, without steps: it was brought later, and the gap above it stays one. */
function paintLater(
  context: CanvasRenderingContext2D,
  scene: Scene,
  [start, end]: readonly [number, number],
  top: number,
  height: number,
): void {
  const { scale, width, palette } = scene;
  const from = Math.max(0, xOf(scale, start));
  const to = Math.min(width, Math.max(xOf(scale, end), xOf(scale, start) + 2));
  if (to <= 0 || from >= width) return;
  const band = Math.round(height * LATER);
  context.fillStyle = palette.panel;
  context.fillRect(from, top + height - band - 1, to - from, band + 1);
  context.fillStyle = palette.accent;
  context.fillRect(from, top + height - band, to - from, band);
}

/** An underline with a lock: what lies above it is not deleted. */
function paintHeld(context: CanvasRenderingContext2D, scene: Scene, span: HeldSpan, bottom: number): void {
  const { scale, width, palette } = scene;
  const from = Math.max(0, xOf(scale, span.fromMs));
  const to = Math.min(width, Math.max(xOf(scale, span.toMs), xOf(scale, span.fromMs) + 2));
  if (to <= 0 || from >= width) return;
  context.fillStyle = palette.panel;
  context.fillRect(from, bottom - HELD_PX - 1, to - from, 1);
  context.fillStyle = palette.late;
  context.fillRect(from, bottom - HELD_PX, to - from, HELD_PX);
  if (to - from < LOCK_PX_MIN) return;
  const [x, y] = [Math.round(from) + 4, bottom - HELD_PX - 12];
  context.fillStyle = palette.panel;
  context.beginPath();
  context.roundRect(x - 3, y - 3, 14, 14, 3);
  context.fill();
  context.fillStyle = palette.late;
  context.fillRect(x, y + 4, 8, 6);
  context.strokeStyle = palette.late;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x + 4, y + 4, 2.75, Math.PI, 0);
  context.stroke();
}

/** Looks a level up; the run given last wins, for it is the one that was asked for. */
function levels(runs: readonly ActivityRun[]): (ms: number) => number {
  return (ms) => {
    for (let index = runs.length - 1; index >= 0; index -= 1) {
      const run = runs[index];
      if (!run) continue;
      const level = run.levels[Math.floor((ms - run.fromMs) / run.bucketMs)];
      if (level !== undefined && ms >= run.fromMs) return level;
    }
    return 0;
  };
}

function paintGap(
  context: CanvasRenderingContext2D,
  scene: Scene,
  gap: TimelineGap,
  top: number,
  height: number,
): void {
  const { scale, width, palette } = scene;
  const from = Math.max(-8, xOf(scale, gap.from_ms));
  const to = Math.min(width + 8, xOf(scale, gap.to_ms));
  if (to < 0 || from > width) return;
  const color = gapColor(gap, palette);
  if (to - from < NOTCH_PX) {
    context.fillStyle = color;
    context.fillRect((from + to) / 2 - 1, top, 2, Math.round(height * 0.3));
    return;
  }
  context.fillStyle = palette.sunken;
  context.fillRect(from, top, to - from, height);
  const pattern = hatch(context, gap.cause, color);
  if (pattern) {
    context.fillStyle = pattern;
    context.fillRect(from, top, to - from, height);
  }
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.strokeRect(from + 0.5, top + 0.5, Math.max(1, to - from - 1), height - 1);
  if (!gap.justified && to - from >= 14) {
    context.beginPath();
    context.arc((from + to) / 2, top + height / 2, 3.5, 0, Math.PI * 2);
    context.fillStyle = palette.panel;
    context.fill();
    context.beginPath();
    context.arc((from + to) / 2, top + height / 2, 2.5, 0, Math.PI * 2);
    context.fillStyle = color;
    context.fill();
  }
}

/** Accounted for: quiet. Not yet: late. No cause found: a breach. */
export function gapColor(gap: TimelineGap, palette: Palette): string {
  if (gap.justified) return palette.faint;
  return gap.cause === "unknown" ? palette.breach : palette.late;
}

/** Strokes of each cause's hatch in an 8 × 8 cell; shape carries the cause, colour does not. */
const HATCHES: Record<GapCause, readonly (readonly [number, number, number, number])[]> = {
  network: [
    [-2, 10, 10, -2],
    [-2, 2, 2, -2],
    [6, 10, 10, 6],
  ],
  camera: [
    [-2, -2, 10, 10],
    [6, -2, 10, 2],
    [-2, 6, 2, 10],
  ],
  credentials: [
    [-2, 10, 10, -2],
    [-2, -2, 10, 10],
  ],
  disk: [
    [0, 2, 8, 2],
    [0, 6, 8, 6],
  ],
  us: [
    [2, 0, 2, 8],
    [6, 0, 6, 8],
  ],
  power: [
    [2, 0, 2, 8],
    [0, 4, 8, 4],
  ],
  privacy: [[0, 4, 4, 4]],
  planned: [[3, 3, 5, 3]],
  unknown: [
    [1, 1, 4, 4],
    [4, 1, 1, 4],
  ],
};

const patterns = new Map<string, CanvasPattern>();

/** The pattern that fills a gap of this cause; also used by the legend. */
export function hatch(context: CanvasRenderingContext2D, cause: GapCause, color: string): CanvasPattern | null {
  const ratio = context.getTransform().a || 1;
  const key = `${cause}:${color}:${ratio}`;
  const have = patterns.get(key);
  if (have) return have;
  const cell = document.createElement("canvas");
  cell.width = Math.round(8 * ratio);
  cell.height = Math.round(8 * ratio);
  const pen = cell.getContext("2d");
  if (!pen) return null;
  pen.scale(cell.width / 8, cell.height / 8);
  for (const [x0, y0, x1, y1] of HATCHES[cause] ?? HATCHES.unknown) line(pen, x0, y0, x1, y1, color);
  const pattern = context.createPattern(cell, "repeat");
  if (!pattern) return null;
  // The pattern is in device pixels; the canvas is scaled to CSS pixels.
  pattern.setTransform(new DOMMatrix().scale(8 / cell.width, 8 / cell.height));
  patterns.set(key, pattern);
  return pattern;
}

/** Dimmed, with an edge: footage is there, and not to be looked at. */
function paintClosed(context: CanvasRenderingContext2D, scene: Scene, span: Scene["closed"][number]): void {
  const { scale, width, height, axisPx, palette } = scene;
  const [start, end] = [xOf(scale, span.fromMs), xOf(scale, span.toMs)];
  const [from, to] = [Math.max(0, start), Math.min(width, end)];
  if (to <= from) return;
  context.fillStyle = palette.page;
  context.globalAlpha = 0.72;
  context.fillRect(from, axisPx + 1, to - from, height - axisPx);
  context.globalAlpha = 1;
  for (const x of [start, end])
    if (x >= 0 && x <= width) line(context, Math.round(x) + 0.5, axisPx, Math.round(x) + 0.5, height, palette.control);
}

/** What must still be here, and what cannot be here yet. */
function paintBeyond(context: CanvasRenderingContext2D, scene: Scene): void {
  const { scale, width, height, axisPx, palette, nowMs, floorMs, words } = scene;
  const now = xOf(scale, nowMs);
  if (now < width) {
    context.fillStyle = palette.page;
    context.globalAlpha = 0.6;
    context.fillRect(Math.max(0, now), axisPx + 1, width - Math.max(0, now), height - axisPx);
    context.globalAlpha = 1;
  }
  if (floorMs !== null) mark(context, scene, xOf(scale, floorMs), palette.notice, words.floor, [4, 3]);
  mark(context, scene, now, palette.good, words.now, []);
}

function mark(
  context: CanvasRenderingContext2D,
  scene: Scene,
  at: number,
  color: string,
  word: string,
  dash: number[],
): void {
  if (at < -1 || at > scene.width + 1) return;
  const x = Math.round(at) + 0.5;
  context.setLineDash(dash);
  line(context, x, scene.axisPx, x, scene.height, color);
  context.setLineDash([]);
  context.font = `${scene.fontPx - 1}px ${FACE}`;
  const length = context.measureText(word).width;
  const left = x + length + 8 > scene.width ? x - length - 4 : x + 4;
  context.textBaseline = "bottom";
  context.fillStyle = scene.palette.panel;
  context.globalAlpha = 0.85;
  context.fillRect(left - 2, scene.height - scene.fontPx - 4, length + 4, scene.fontPx + 3);
  context.globalAlpha = 1;
  context.fillStyle = color;
  context.fillText(word, left, scene.height - 2);
}

function paintSelection(context: CanvasRenderingContext2D, scene: Scene): void {
  const { selection, scale, axisPx, height, palette, width } = scene;
  if (!selection) return;
  const from = Math.max(-20, xOf(scale, selection.fromMs));
  const to = Math.min(width + 20, xOf(scale, selection.toMs));
  context.fillStyle = palette.accent;
  context.globalAlpha = 0.18;
  context.fillRect(from, axisPx, to - from, height - axisPx);
  context.globalAlpha = 1;
  for (const x of [from, to]) {
    line(context, Math.round(x) + 0.5, axisPx, Math.round(x) + 0.5, height, palette.accent, 1.5);
    context.fillStyle = palette.text;
    context.strokeStyle = palette.panel;
    context.lineWidth = 2;
    context.beginPath();
    context.roundRect(Math.round(x) - 3, axisPx + (height - axisPx) / 2 - 12, 7, 24, 3);
    context.stroke();
    context.fill();
  }
}

function paintHover(context: CanvasRenderingContext2D, scene: Scene): void {
  if (scene.hoverX === null) return;
  const x = Math.round(scene.hoverX) + 0.5;
  line(context, x, 0, x, scene.height, scene.palette.soft);
}

function paintPlayhead(context: CanvasRenderingContext2D, scene: Scene): void {
  const { scale, width, height, axisPx, palette, playheadMs } = scene;
  const at = xOf(scale, playheadMs);
  if (at < -8 || at > width + 8) return;
  const x = Math.round(at) + 0.5;
  line(context, x, 4, x, height, palette.panel, 4);
  line(context, x, 4, x, height, palette.text, 1.5);
  context.fillStyle = palette.text;
  context.beginPath();
  context.moveTo(x - 6, axisPx - 13);
  context.lineTo(x + 6, axisPx - 13);
  context.lineTo(x + 6, axisPx - 7);
  context.lineTo(x, axisPx - 1);
  context.lineTo(x - 6, axisPx - 7);
  context.closePath();
  context.fill();
}

function line(
  context: CanvasRenderingContext2D,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  color: string,
  width = 1,
): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
