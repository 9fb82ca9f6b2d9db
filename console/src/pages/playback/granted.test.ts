// Granted spans against a playhead: what may be asked for, what is shaded, where playing ends.
import { describe, expect, it } from "vitest";
import type { GrantRow } from "../../api/types";
import { beside } from "./address";
import { closedAt, isAtEnd, outsideOf, restAt, spanAt, spansOf } from "./granted";

const span = (fromMs: number, toMs: number) => ({ fromMs, toMs });
const MORNING = span(10_000, 20_000);
const NOON = span(40_000, 50_000);
const AFTER = span(20_000, 25_000);

const grant = (cameras: string[], state: string, from_ms: number | null, to_ms: number | null, acts = ["playback"]) =>
  ({ cameras: cameras.map((id) => ({ id, name: id })), state, from_ms, to_ms, acts }) as unknown as GrantRow;

describe("granted spans", () => {
  it("are those that hold and name all cameras", () => {
    const cameras = ["a", "b"].map((id) => ({ id, unit_id: "u" }));
    const own = [
      grant(["a"], "granted", 0, 9),
      grant(["a", "b"], "waiting", 1, 2),
      grant(["a", "b", "c"], "granted", 3, 4),
      grant(["a", "b"], "granted", null, null, ["playback"]),
      grant(["a", "b"], "granted", 5, 6, ["export"]),
      grant(["a", "b"], "used_up", 7, 8),
    ];
    expect(spansOf(own, cameras)).toEqual([span(3, 4)]);
    expect(spansOf(own.slice(5), cameras)).toEqual([span(7, 8)]);
    expect(spansOf([], cameras)).toEqual([]);
  });

  it("leave everything beside them closed, and nothing without any", () => {
    expect(outsideOf([])).toEqual([]);
    const closed = outsideOf([NOON, MORNING]);
    expect(closed.map(({ fromMs }) => fromMs)).toEqual([0, 20_000, 50_000]);
    expect(outsideOf([MORNING, AFTER])[1]?.fromMs).toBe(25_000);
  });

  it("bound what is asked for by the one that the playhead is in", () => {
    const day = span(0, 86_400_000);
    const asked = (ms: number, spans = [MORNING, NOON]) => beside(day, ms, closedAt(spans, ms));
    expect(asked(12_000)).toEqual(MORNING);
    expect(asked(45_000)).toEqual(NOON);
    // Two that meet are two requests: no single grant covers both.
    expect(asked(12_000, [MORNING, AFTER])).toEqual(MORNING);
    expect(asked(22_000, [MORNING, AFTER])).toEqual(AFTER);
    // Where nothing is known the server says what it wants.
    expect(beside(day, 12_000, closedAt([], 12_000))).toEqual(day);
    expect(spanAt([MORNING, NOON], 30_000)).toBeUndefined();
  });

  it("end where none goes on", () => {
    expect(restAt([MORNING, NOON], MORNING, 20_050)).toBe(19_900);
    // In time it stays where it is, with its picture; and somebody who went elsewhere is not taken back.
    expect(restAt([MORNING, NOON], MORNING, 19_950)).toBe(19_950);
    expect(restAt([MORNING, NOON], MORNING, 30_000)).toBeNull();
    expect(restAt([MORNING, AFTER], MORNING, 20_050)).toBeNull();
    expect(restAt([MORNING], MORNING, 15_000)).toBeNull();
    // Somebody went back before it: that is no end.
    expect(restAt([MORNING], MORNING, 5_000)).toBeNull();
    expect(isAtEnd([MORNING], 19_900)).toBe(true);
    expect(isAtEnd([MORNING, AFTER], 19_900)).toBe(false);
    expect(isAtEnd([MORNING], 12_000)).toBe(false);
  });
});
