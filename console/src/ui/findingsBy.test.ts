// Findings by what they belong to, as the server says it, and what belongs nowhere.
import { expect, test } from "vitest";
import type { Finding } from "../api/types";
import { BYS, countBy, NOWHERE, ordered, whose } from "./findingsBy";

const words = { zh: "", en: "" };
let many = 0;
const finding = (part: Partial<Finding>): Finding => {
  const reason = { zh: "", en: String(many++) };
  return {
    kind: "register",
    article: "unit:life-cycle",
    binds: true,
    count: 1,
    since_ms: 1,
    reason,
    remedy: words,
    ...part,
  };
};
const named = (id: string) => ({ id, name: `name of ${id}` });
const [harbour, school] = [{ unit: named("harbour") }, { unit: named("school") }];

test("article, unit, system and camera are those that the server names", () => {
  const check = (part: Partial<Finding>, ...expected: (string | undefined)[]) =>
    expect(BYS.map((by) => whose(finding(part), by)?.id)).toEqual(["unit:life-cycle", ...expected]);
  check({ ...harbour, system: named("quay"), record: named("quay") }, "harbour", "quay", undefined);
  check({ ...harbour, system: named("quay"), camera: named("east") }, "harbour", "quay", "east");
  check({ ...school, camera: named("bare") }, "school", undefined, "bare");
  check({ record: named("somebody") }, undefined, undefined, undefined);
});

test("most first, what belongs nowhere last", () => {
  const all = [finding({}), finding({}), finding({}), finding(school), finding(harbour), finding(harbour)];
  const counted = countBy(all, "unit").map(({ id, count }) => [id, count]);
  expect(counted).toEqual([
    ["harbour", 2],
    ["school", 1],
    [NOWHERE, 3],
  ]);
  const told = [
    { id: NOWHERE, count: 9 },
    { id: "b", name: "b", count: 1 },
    { id: "a", name: "a", count: 1 },
  ];
  expect(ordered(told).map(({ id }) => id)).toEqual(["a", "b", NOWHERE]);
});
