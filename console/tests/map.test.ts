// @vitest-environment node
// What the map says of the registry: how points and places stand, filters, search, overlaps, the wall; and a file's problems in
// words of both languages.
import { describe, expect, test } from "vitest";
import type { Camera, Finding, RegistryMap } from "../src/api/types";
import { PAGES } from "../src/app/routes";
import { problemWords } from "../src/pages/map/Ground";
import { positionIn, stepped, viewIn } from "../src/register/PositionField";
import { filtered, itemsOf, liveOf, overlapPairs, search, wallOf } from "../src/register/placed";
import { translator } from "../src/ui/i18n";
import { countWords } from "../src/ui/map/paint";

const at = { longitude: 113.3, latitude: 23.1 };
const MAP: RegistryMap = {
  systems: [
    { id: "s1", name: "江边系统", unit_id: "u1", stage: "in_use" },
    { id: "s2", name: "广场系统", unit_id: "u1", stage: "tested" },
    { id: "s3", name: "旧系统", unit_id: "u2", stage: "decommissioned" },
  ],
  points: [
    {
      id: "p1",
      name: "步道东口",
      unit_id: "u1",
      parent_id: "s1",
      place_id: "l1",
      ...at,
      direction_deg: 0,
      angle_deg: 60,
      range_m: 30,
    },
    { id: "p2", name: "广场北", unit_id: "u1", parent_id: "s2", place_id: "l2", ...at },
    { id: "p3", name: "旧点", unit_id: "u2", parent_id: "s3", ...at },
    { id: "p4", name: "更衣室门口", unit_id: "u1", parent_id: "s1", place_id: "l3", ...at },
    { id: "p5", name: "未登记位置", unit_id: "u1", parent_id: "s1" },
    { id: "p6", name: "步道西口", unit_id: "u1", parent_id: "s1", ...at },
  ],
  planned: [
    {
      id: "n1",
      name: "规划步道中段",
      unit_id: "u1",
      parent_id: "plan",
      ...at,
      direction_deg: 10,
      angle_deg: 60,
      range_m: 30,
    },
  ],
  places: [
    { id: "l1", name: "滨江步道", unit_id: "u1", ...at },
    { id: "l2", name: "中心广场", unit_id: "u1", ...at },
    { id: "l3", name: "更衣室", unit_id: "u1", private_kind: "changing-room", ...at },
    { id: "l4", name: "第二小学", unit_id: "u1", category: "school", ...at },
  ],
  overlaps: [{ planned_id: "n1", existing_id: "p1" }],
  withheld: 0,
};
const finding = (code: string, of: Partial<Finding>): Finding =>
  ({ kind: "register", article: "guangzhou-2007:6", code, binds: true, count: 1, since_ms: 0, ...of }) as Finding;
const camera = (id: string, point_id: string, word: string, enabled = true, recording = "use") =>
  ({
    id,
    point_id,
    name: id,
    enabled,
    recording,
    state: { main: { word, since_ms: 0, detail: "" } },
  }) as unknown as Camera;
const CAMERAS = [
  camera("c1", "p1", "recording"),
  camera("c2", "p1", "no_signal"),
  camera("c6", "p6", "recording", false),
];
const FINDINGS = [
  finding("place_without_system", { record: { id: "l4", name: "" } }),
  finding("incomplete", { record: { id: "p1", name: "" } }),
];
const items = itemsOf(MAP, CAMERAS, FINDINGS);
const ids = (of: readonly { id: string }[]) => of.map(({ id }) => id).join(" ");

describe("standing", () => {
  test("follows from stage, place, camera and findings", () => {
    expect(Object.fromEntries(items.map(({ id, standing }) => [id, standing]))).toEqual({
      p1: "in-use",
      p2: "test",
      p3: "stopped",
      p4: "forbidden",
      p5: "in-use",
      p6: "stopped",
      n1: "planned",
      l1: "place",
      l2: "place",
      l3: "private",
      l4: "owed",
    });
  });
  test("a finding about a camera stands at its point; completeness alone does not", () => {
    const of = (code: string) =>
      itemsOf(MAP, CAMERAS, [finding(code, { camera: { id: "c1", name: "" } })]).find(({ id }) => id === "p1")
        ?.standing;
    expect(of("below_standard")).toBe("finding");
    expect(of("stale")).toBe("in-use");
  });
  test("the worst of a point's cameras is what is seen", () => {
    expect(items.find(({ id }) => id === "p1")?.mark?.live).toBe("gap");
    expect(items.find(({ id }) => id === "p6")?.mark?.live).toBe("off");
    expect(liveOf([])).toBeUndefined();
    expect(liveOf([camera("c", "p", "connecting", true, "no")])).toBe("off");
    expect(liveOf([camera("c", "p", "live")])).toBe("recording");
  });
  test("what has no position has no mark", () => {
    expect(items.filter(({ mark }) => !mark).map(({ id }) => id)).toEqual(["p5"]);
  });
});

test("filters", () => {
  const check = (filter: Parameters<typeof filtered>[1], expected: string) =>
    expect(ids(filtered(items, filter)), JSON.stringify(filter)).toBe(expected);
  check({}, "p1 p2 p3 p4 p5 p6 n1 l1 l2 l3 l4");
  check({ unit: "u2" }, "p3");
  check({ system: "s1" }, "p1 p4 p5 p6 l1 l3");
  check({ stage: "tested" }, "p2");
  check({ stage: "planned" }, "n1");
  check({ finding: true }, "p4 l4");
  check({ unit: "u2", finding: true }, "");
});

test("search finds what begins with the words first, systems too", () => {
  const found = (words: string) => search(items, MAP.systems, words).map(({ id, of }) => `${of}:${id}`);
  expect(found("步道")).toEqual(["point:p1", "point:p6", "planned:n1", "place:l1"]);
  expect(found("江边")).toEqual(["system:s1"]);
  expect(found("  ")).toEqual([]);
});

test("overlaps are of what is shown", () => {
  expect(overlapPairs(MAP.overlaps, items).map(([a, b]) => [a.id, b.id])).toEqual([["n1", "p1"]]);
  expect(overlapPairs(MAP.overlaps, filtered(items, { system: "s1" }))).toEqual([]);
});

test("a wall takes each camera once, not those that are off, and as many as fit", () => {
  expect(wallOf(items, 64)).toEqual({ cameras: ["c1", "c2"], left: 0 });
  expect(wallOf(items, 1)).toEqual({ cameras: ["c1"], left: 1 });
});

test("a form's values are a position and a field of view only when they are whole", () => {
  expect(positionIn({ longitude: 113.3 })).toBeNull();
  expect(positionIn({ longitude: 113.3, latitude: "23" })).toBeNull();
  expect(positionIn({ longitude: 0, latitude: 0 })).toEqual({ longitude: 0, latitude: 0 });
  expect(viewIn({ direction_deg: 0, angle_deg: 60 })).toBeNull();
  const sector = { ...at, directionDeg: 359, angleDeg: 360, rangeM: 0.5 };
  expect(stepped(sector, "direction", 1).directionDeg).toBe(0);
  expect(stepped(sector, "right", 1).angleDeg).toBe(360);
  expect(stepped(sector, "range", -1).rangeM).toBe(0.5);
});

test("numbers fit into a disk", () => {
  expect([2, 999, 1000, 1249, 9949, 9999, 20_000].map(countWords)).toEqual([
    "2",
    "999",
    "1.0k",
    "1.2k",
    "9.9k",
    "10k",
    "20k",
  ]);
});

test("a problem is said in both languages, with its feature", () => {
  const problem = { id: "map-feature-range", feature: 17, name: "滨江路", args: { at: "3", value: "440512, 2556210" } };
  expect(problemWords(problem, translator("en"))).toBe(
    "Feature 17 “滨江路”: position 3 (440512, 2556210) is no longitude and latitude in degrees",
  );
  expect(problemWords({ ...problem, name: "" }, translator("zh-CN"))).toBe(
    "要素 17：第 3 个坐标点（440512, 2556210）不是以度为单位的经纬度",
  );
});

test("the page is for whoever keeps the registry, and tells others which article keeps it from them", () => {
  const page = PAGES.find(({ path }) => path === "/map");
  expect(page?.rights).toEqual(["cameras"]);
  expect(page?.closed?.article).toBe("national-2016:6");
});
