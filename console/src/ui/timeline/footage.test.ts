// Tests of what the timeline keeps: merging, freshness, stand-ins, lines for the table.
// @vitest-environment node
import { describe, expect, it } from "vitest";
import type { TimelineGap, TimelineRow } from "../../api/types";
import { at, FootageMap, linesOf, merge, type Tile } from "./footage";
import { BUCKETS_PER_TILE } from "./scale";

const gap = (id: number, from_ms: number, to_ms: number): TimelineGap => ({
  id,
  from_ms,
  to_ms,
  cause: "network",
  evidence: "",
  state: "open",
  justified: false,
});
const row = (
  camera: string,
  spans: [number, number][],
  gaps: TimelineGap[] = [],
  activity: number[] = [],
): TimelineRow => ({ camera, profile: "main", spans, gaps, later: [], levels: [], activity });
const tile = (bucketMs: number, index: number, readMs: number, ...rows: TimelineRow[]): Tile => ({
  bucketMs,
  index,
  readMs,
  rows: new Map(rows.map((r) => [r.camera, r])),
});

describe("merge", () => {
  it("joins what meets", () => {
    expect(
      merge([
        [5, 9],
        [0, 5],
        [9.5, 12],
        [20, 30],
        [22, 25],
      ]),
    ).toEqual([
      [0, 12],
      [20, 30],
    ]);
    expect(merge([])).toEqual([]);
  });
});

describe("FootageMap", () => {
  it("has what was brought later beside the gap that it fills, in the picture's facts and in the table", () => {
    const map = new FootageMap();
    const brought = { ...row("a", [[0, 500]], [gap(7, 500, 900)]), later: [[600, 800]] };
    map.put(tile(1000, 0, 0, brought));
    const known = map.known("a", 0, 5000);
    expect(known.later).toEqual([[600, 800]]);
    const seen = [550, 600, 799, 800].map((ms) => at(known, ms)).map((found) => found.what === "gap" && found.later);
    expect(seen).toEqual([false, true, true, false]);
    expect(linesOf(map, ["a"], 0, 700).map((line) => [line.fromMs, line.toMs, line.gap?.id, line.later])).toEqual([
      [0, 500, undefined, false],
      [500, 900, 7, false],
      [600, 700, undefined, true],
    ]);
  });
  it("merges tiles of all levels and knows a gap once, at its longest", () => {
    const map = new FootageMap();
    map.put(tile(1000, 0, 0, row("a", [[0, 500]], [gap(7, 500, 700)])));
    map.put(
      tile(
        2000,
        0,
        0,
        row(
          "a",
          [
            [400, 500],
            [900, 1200],
          ],
          [gap(7, 500, 900)],
        ),
      ),
    );
    expect(map.known("a", 0, 5000)).toEqual({
      spans: [
        [0, 500],
        [900, 1200],
      ],
      later: [],
      gaps: [gap(7, 500, 900)],
    });
    const known = map.known("a", 0, 5000);
    expect(at(known, 100).what).toBe("footage");
    expect(at(known, 500).what).toBe("gap");
    expect(at(known, 899).what).toBe("gap");
    expect(at(known, 1200).what).toBe("nothing");
    expect(map.known("b", 0, 5000).spans).toEqual([]);
  });
  it("joins a gap that tiles cut, and forgets that it was open", () => {
    const map = new FootageMap();
    map.put(tile(1000, 0, 0, row("a", [], [gap(7, 500, 1000)])));
    map.put(tile(1000, 1, 0, row("a", [], [gap(7, 1000, 1300), { ...gap(0, 2000, 2500), id: null }])));
    map.put(tile(2000, 1, 0, row("a", [], [gap(8, 2000, 2900), { ...gap(0, 4000, 4500), id: null }])));
    expect(map.known("a", 0, 9000).gaps.map((found) => [found.id, found.from_ms, found.to_ms])).toEqual([
      [7, 500, 1300],
      [8, 2000, 2900],
      [null, 4000, 4500],
    ]);
  });
  it("asks for what is absent, lacks a camera, or holds the present and is old", () => {
    const map = new FootageMap();
    const end = 1000 * BUCKETS_PER_TILE;
    expect(map.needs(1000, 0, ["a"], 5, 100)).toBe(true);
    map.put(tile(1000, 0, end - 500, row("a", [])));
    expect(map.needs(1000, 0, ["a"], end - 450, 100)).toBe(false);
    expect(map.needs(1000, 0, ["a", "b"], end - 450, 100)).toBe(true);
    expect(map.needs(1000, 0, ["a"], end, 100)).toBe(true);
    map.put(tile(1000, 0, end + 200, row("a", [])));
    expect(map.needs(1000, 0, ["a"], end + 1e9, 100)).toBe(false);
  });
  it("shows a stand-in of another level while a tile is missing", () => {
    const map = new FootageMap();
    map.put(tile(4000, 0, 0, row("a", [], [], [1])));
    expect(map.activity("a", 1000, 0, 10).map((run) => run.bucketMs)).toEqual([4000]);
    map.put(tile(1000, 0, 0, row("a", [], [], [2])));
    expect(map.activity("a", 1000, 0, 10).map((run) => run.bucketMs)).toEqual([1000]);
  });
  it("knows the range of levels that a camera usually has", () => {
    const map = new FootageMap();
    const check = (camera: string, low: number, high: number) => {
      const range = map.range(camera);
      expect([Math.round(range.low), Math.round(range.high)]).toEqual([low, high]);
    };
    check("a", 0, 255);
    map.put(
      tile(
        1000,
        0,
        0,
        row("a", [], [], [0, 0, ...Array.from({ length: 100 }, (_, index) => 100 + index)]),
        row("b", [], [], [200, 201, 202]),
      ),
    );
    check("a", 104, 198);
    check("b", 193, 217);
    map.put(tile(1000, 1, 0, row("c", [], [], [0, 0])));
    check("c", 0, 255);
  });
  it("is bounded", () => {
    const map = new FootageMap();
    for (let index = 0; index < 200; index += 1) map.put(tile(1000, index, 0, row("a", [])));
    expect(map.get(1000, 0)).toBeUndefined();
    expect(map.get(1000, 199)).toBeDefined();
  });
  it("gives lines in the order of cameras and time", () => {
    const map = new FootageMap();
    map.put(
      tile(
        1000,
        0,
        0,
        row("b", [[0, 100]]),
        row(
          "a",
          [
            [0, 100],
            [200, 900],
          ],
          [gap(7, 100, 200)],
        ),
      ),
    );
    expect(
      linesOf(map, ["a", "b"], 50, 500).map((line) => [line.camera, line.fromMs, line.toMs, line.gap?.cause]),
    ).toEqual([
      ["a", 50, 100, undefined],
      ["a", 100, 200, "network"],
      ["a", 200, 500, undefined],
      ["b", 50, 100, undefined],
    ]);
  });
});
