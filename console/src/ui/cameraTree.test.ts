// @vitest-environment node
// The rows of the camera tree: nesting, folding, filtering, cameras without a group.
import { expect, test } from "vitest";
import type { Camera, Group, Unit } from "../api/types";
import { treeRows } from "./cameraTree";

const units: Unit[] = [{ id: "u", name: "公园" }];
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
  recording: "use",
  before_life_cycle: false,
  enabled: true,
  security_level: 1,
  main: { url: "", recorded: true },
  has_credentials: false,
  transport: "tcp",
  floor_days: 30,
  state,
});
const cameras = [camera("A1", "gate", "东侧灯杆"), camera("B1", "below"), camera("B2", "park"), camera("C1", null)];
const text = (rows: ReturnType<typeof treeRows>) =>
  rows.map(
    (row) =>
      `${" ".repeat(row.level)}${row.kind === "leaf" ? row.id : `${row.name}(${row.count})${row.open ? "" : "+"}`}`,
  );

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
  expect(text(treeRows(cameras, [...units, { id: "v", name: "车站" }], groups))[0]).toBe("公园(4)");
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
