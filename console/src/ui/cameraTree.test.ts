// @vitest-environment node
// The rows of the camera tree: nesting, folding, filtering, cameras without a group; and branch by branch where they are many.
import { expect, test } from "vitest";
import type { Camera, CameraCounts, Group, Unit } from "../api/types";
import { branchRows, foundRows, type Loaded, openBranches, type TreeRow, treeRows } from "./cameraTree";

const units: Unit[] = [{ id: "u", name: "公园", four_eyes: false, together: false, off_shift_word: false }];
const groups: Group[] = [
  { id: "gate", unit_id: "u", name: "北门" },
  { id: "park", unit_id: "u", name: "停车场" },
  { id: "below", unit_id: "u", name: "地下", parent_id: "park" },
  { id: "empty", unit_id: "u", name: "空组" },
];
const state = { main: { word: "recording" as const, since_ms: 0, detail: "" } };
const camera = (id: string, group_id: string | null, place = ""): Camera => ({
  id,
  name: id,
  unit_id: "u",
  group_id,
  place,
  place_withheld: false,
  recording: "use",
  before_life_cycle: false,
  enabled: true,
  security_level: 1,
  main: { url: "", recorded: true },
  has_credentials: false,
  turns: false,
  transport: "tcp",
  floor_days: 30,
  state,
});
const cameras = [camera("A1", "gate", "东侧灯杆"), camera("B1", "below"), camera("B2", "park"), camera("C1", null)];
const words = (row: TreeRow) => {
  if (row.kind === "leaf") return row.id;
  return row.kind === "more" ? `…${row.left ?? ""}` : `${row.name}(${row.count})${row.open ? "" : "+"}`;
};
const text = (rows: TreeRow[]) => rows.map((row) => " ".repeat(row.level) + words(row));

test("one unit is not shown, its groups are", () => {
  expect(text(treeRows(cameras, units, groups))).toEqual([
    "北门(1)",
    " A1",
    "停车场(2)",
    " 地下(1)",
    "  B1",
    " B2",
    "C1",
  ]);
});

test("several units are shown", () => {
  expect(
    text(
      treeRows(
        cameras,
        [...units, { id: "v", name: "车站", four_eyes: false, together: false, off_shift_word: false }],
        groups,
      ),
    )[0],
  ).toBe("公园(4)");
});

test("folding, and a filter that opens what was folded", () => {
  const closed = new Set(["park"]);
  expect(text(treeRows(cameras, units, groups, { closed }))).toEqual(["北门(1)", " A1", "停车场(2)+", "C1"]);
  expect(text(treeRows(cameras, units, groups, { closed, query: "地下" }))).toEqual(["停车场(1)", " 地下(1)", "  B1"]);
  expect(text(treeRows(cameras, units, groups, { query: "北门 灯杆" }))).toEqual(["北门(1)", " A1"]);
  expect(treeRows(cameras, units, groups, { query: "没有" })).toEqual([]);
});

test("a camera of an unknown unit is not lost", () => {
  expect(text(treeRows([{ ...camera("X", "gone"), unit_id: "gone" }], units, groups))).toEqual(["X"]);
});

const many = (...of: [string | null, number][]): CameraCounts => ({
  counts: of.map(([group_id, count]) => ({ unit_id: "u", group_id, cameras: count })),
  total: of.reduce((sum, [, count]) => sum + count, 0),
});
const counts = many(["gate", 300], ["park", 40], ["below", 7000], [null, 2]);
const check = (opened: string[], loaded: [string, Loaded][], expected: string[]) =>
  expect(text(branchRows(units, groups, counts, { opened: new Set(opened), loaded: new Map(loaded) }))).toEqual(
    expected,
  );

test("of thousands the counts are shown, and the cameras of what is open", () => {
  check([], [], ["北门(300)+", "停车场(7040)+", "…"]);
  const alone: [string, Loaded] = ["u", { cameras: [camera("C1", null), camera("C2", null)], total: 2 }];
  check([], [alone], ["北门(300)+", "停车场(7040)+", "C1", "C2"]);
  const gate: [string, Loaded] = ["gate", { cameras: [camera("A1", "gate")], total: 300 }];
  check(["gate"], [alone, gate], ["北门(300)", " A1", " …299", "停车场(7040)+", "C1", "C2"]);
  // What is below opens by itself.
  check(["park"], [alone], ["北门(300)+", "停车场(7040)", " 地下(7000)+", " …", "C1", "C2"]);
  check(["below"], [alone], ["北门(300)+", "停车场(7040)+", "C1", "C2"]);
});

test("only open branches with cameras of their own are asked for", () => {
  const asked = (all: Unit[], opened: string[]) => openBranches(all, counts, new Set(opened)).sort();
  expect(asked(units, [])).toEqual(["u"]);
  expect(asked(units, ["gate", "empty"])).toEqual(["gate", "u"]);
  expect(
    asked([...units, { id: "v", name: "车站", four_eyes: false, together: false, off_shift_word: false }], ["below"]),
  ).toEqual(["below"]);
});

test("what a search found is counted whole, and says how many more there are", () => {
  const found = { cameras: [camera("A1", "gate"), camera("B1", "below")], total: 2 };
  expect(text(foundRows(found, units, groups, counts))).toEqual(["北门(1)", " A1", "停车场(1)", " 地下(1)", "  B1"]);
  const more = many(["gate", 30], ["below", 5]);
  expect(text(foundRows({ ...found, total: 35 }, units, groups, more))).toEqual([
    "北门(30)",
    " A1",
    "停车场(5)",
    " 地下(5)",
    "  B1",
    "…33",
  ]);
});
