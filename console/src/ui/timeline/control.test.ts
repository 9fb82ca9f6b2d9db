// Tests of what the timeline tells its owner.
// @vitest-environment node
import { describe, expect, it } from "vitest";
import { type ControlProps, TimelineControl } from "./control";
import type { Intent } from "./gesture";

const HOUR = 3_600_000;
const NOW = 1_795_000_000_000;

function made(change: Partial<ControlProps> = {}) {
  const told: unknown[] = [];
  const control = new TimelineControl({
    cameras: [
      { id: "a", name: "A" },
      { id: "b", name: "B" },
    ],
    onChoose: (id) => told.push(["choose", id]),
    playheadMs: () => NOW - HOUR,
    playing: false,
    limits: { earliestMs: NOW - 31 * 24 * HOUR, latestMs: NOW },
    scale: { fromMs: NOW - 2 * HOUR, msPerPx: 1000 },
    onScale: (scale) => {
      told.push(["scale", scale.fromMs - NOW, scale.msPerPx]);
      control.props = { ...control.props, scale };
    },
    selection: null,
    onSelection: (span) => told.push(["select", span && [span.fromMs - NOW, span.toMs - NOW]]),
    onSeek: (ms) => told.push(["seek", ms - NOW]),
    onScrub: (ms) => told.push(["scrub", ms - NOW]),
    onScrubEnd: () => told.push(["scrub end"]),
    ...change,
  });
  control.shape = { width: 1000, axisPx: 28, rowPx: 30 };
  return { control, told };
}

describe("TimelineControl", () => {
  it("carries gestures", () => {
    const check = (intent: Intent, ...expected: unknown[]) => {
      const { control, told } = made({ selection: { fromMs: NOW - 5000, toMs: NOW - 1000 } });
      control.carry([intent]);
      expect(told).toEqual(expected);
    };
    check({ do: "pan", dx: 100 }, ["scale", -2 * HOUR - 100_000, 1000]);
    check({ do: "scrub", x: 200 }, ["scrub", -2 * HOUR + 200_000]);
    check({ do: "scrub", x: 9_000_000 }, ["scrub", 0]);
    check({ do: "scrub_end", x: 0 }, ["scrub end"]);
    check({ do: "seek", x: 10, y: 70 }, ["choose", "b"], ["seek", -2 * HOUR + 10_000]);
    check({ do: "seek", x: 10, y: 10 }, ["seek", -2 * HOUR + 10_000]);
    check({ do: "select", fromX: 300, toX: 200 }, ["select", [-2 * HOUR + 200_000, -2 * HOUR + 300_000]]);
    check({ do: "edge", edge: "to", x: 7198 }, ["select", [-5000, -2000]]);
    check({ do: "edge", edge: "from", x: 7199.5 }, ["select", [-1000, -500]]);
  });
  it("zooms and pans in one gesture from where it is", () => {
    const { control, told } = made();
    control.carry([
      { do: "pan", dx: 100 },
      { do: "zoom", x: 500, factor: 0.5 },
    ]);
    expect(told.at(-1)).toEqual(["scale", -2 * HOUR - 100_000 + 250_000, 500]);
  });
  it("knows what is under the pointer", () => {
    const { control } = made({ selection: { fromMs: NOW - 2 * HOUR + 50_000, toMs: NOW - 2 * HOUR + 90_000 } });
    const check = (x: number, y: number, expected: string) => expect(control.spotAt(x, y)).toBe(expected);
    check(500, 10, "axis");
    check(55, 60, "edge_from");
    check(86, 60, "edge_to");
    check(500, 60, "row");
    control.props = { ...control.props, playheadMs: () => NOW - 2 * HOUR + 500_000 };
    check(503, 60, "playhead");
    expect(control.cameraAt(5)).toBeUndefined();
    expect(control.cameraAt(40)?.id).toBe("a");
  });
  it("obeys keys", () => {
    const check = (key: string, shift: boolean, expected: unknown[] | null) => {
      const { control, told } = made();
      expect(control.key(key, shift)).toBe(expected !== null);
      expect(told[0] ?? null).toEqual(expected);
    };
    check("ArrowLeft", false, ["seek", -HOUR - 10_000]);
    check("ArrowRight", true, ["seek", -HOUR + 60_000]);
    check("End", false, ["seek", 0]);
    check("PageUp", false, ["seek", -HOUR - 500_000]);
    check("x", false, null);
    check("constructor", false, null);
  });
  it("follows a playhead that was in view, and leaves the view alone otherwise", () => {
    const { control, told } = made({ playheadMs: () => NOW - 2 * HOUR + 1_001_000 });
    control.follow(NOW - 2 * HOUR - 1000);
    expect(told).toEqual([]);
    control.follow(NOW - 2 * HOUR + 999_000);
    expect(told).toEqual([["scale", -2 * HOUR + 901_000, 1000]]);
  });
  it("begins about the playhead and keeps its span when the width changes", () => {
    const { control, told } = made({ scale: null });
    control.resize(0);
    expect(told).toEqual([["scale", -HOUR + 2 * HOUR * 0.35 - 2 * HOUR, 7200]]);
    control.shape = { ...control.shape, width: 500 };
    control.resize(1000);
    expect(told.at(-1)).toEqual(["scale", -HOUR + 2 * HOUR * 0.35 - 2 * HOUR, 14_400]);
  });
});
