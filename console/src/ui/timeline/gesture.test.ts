// Tests of the timeline's gestures: mouse, touch, pinch, wheel.
// @vitest-environment node
import { describe, expect, it } from "vitest";
import { Gesture, type Intent, wheelFactor } from "./gesture";

describe("Gesture", () => {
  const run = (steps: (gesture: Gesture) => Intent[][]) => steps(new Gesture()).flat();
  it("a still pointer seeks, a moved one pans", () => {
    expect(run((g) => [g.down(1, 50, 60, "row", false), g.move(1, 52, 60), g.up(1)])).toEqual([
      { do: "seek", x: 52, y: 60 },
    ]);
    expect(run((g) => [g.down(1, 50, 60, "row", false), g.move(1, 60, 60), g.move(1, 65, 60), g.up(1)])).toEqual([
      { do: "pan", dx: 10 },
      { do: "pan", dx: 5 },
    ]);
  });
  it("scrubs from the axis and the playhead", () => {
    expect(run((g) => [g.down(1, 5, 5, "axis", false), g.move(1, 9, 50), g.up(1)])).toEqual([
      { do: "scrub", x: 5 },
      { do: "scrub", x: 9 },
      { do: "scrub_end", x: 9 },
    ]);
  });
  it("selects, and moves an edge", () => {
    expect(run((g) => [g.down(1, 5, 50, "row", true), g.move(1, 50, 50), g.up(1)])).toEqual([
      { do: "select", fromX: 5, toX: 50 },
      { do: "select_end" },
    ]);
    expect(run((g) => [g.down(1, 5, 50, "edge_to", false), g.move(1, 7, 50), g.up(1)])).toEqual([
      { do: "edge", edge: "to", x: 7 },
      { do: "select_end" },
    ]);
  });
  it("two fingers zoom about their middle and never seek", () => {
    const intents = run((g) => [
      g.down(1, 100, 50, "row", false),
      g.down(2, 200, 50, "row", false),
      g.move(2, 300, 50),
      g.up(2),
      g.move(1, 90, 50),
      g.up(1),
    ]);
    expect(intents).toEqual([
      { do: "pan", dx: 50 },
      { do: "zoom", x: 200, factor: 0.5 },
      { do: "pan", dx: -10 },
    ]);
  });
  it("a second finger ends a scrub", () => {
    const g = new Gesture();
    g.down(1, 5, 5, "axis", false);
    expect(g.down(2, 50, 5, "axis", false)).toEqual([{ do: "scrub_end", x: 50 }]);
  });
  it("a cancelled pointer does not seek", () => {
    const g = new Gesture();
    g.down(1, 5, 50, "row", false);
    expect(g.cancel(1)).toEqual([]);
    expect(g.busy).toBe(false);
  });
});

it("wheels", () => {
  expect(wheelFactor(0, 0)).toBe(1);
  expect(wheelFactor(100, 0)).toBeCloseTo(1 / wheelFactor(-100, 0));
  expect(wheelFactor(3, 1)).toBeCloseTo(wheelFactor(99, 0));
  expect(wheelFactor(1e9, 0)).toBeLessThan(2);
});
