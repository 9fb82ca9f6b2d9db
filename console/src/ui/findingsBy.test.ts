// Findings by what they belong to: a camera's through its point, a point's through its system, and what belongs nowhere.
import { expect, test } from "vitest";
import type { Finding } from "../api/types";
import { belongs, countBy, NOWHERE } from "./findingsBy";

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
const of = belongs({
  units: [named("harbour"), named("school")],
  records: [
    { ...named("quay"), kind: "system", unit_id: "harbour", parent_id: null },
    { ...named("mast"), kind: "point", unit_id: "harbour", parent_id: "quay" },
    { ...named("lost"), kind: "point", unit_id: "school", parent_id: "elsewhere" },
  ],
  cameras: [
    { id: "east", unit_id: "harbour", point_id: "mast" },
    { id: "bare", unit_id: "school", point_id: null },
  ],
});

test("unit, system and camera", () => {
  const check = (part: Partial<Finding>, ...expected: (string | undefined)[]) =>
    expect((["unit", "system", "camera"] as const).map((by) => of(finding(part), by)?.id)).toEqual(expected);
  check({ record: named("quay") }, "harbour", "quay", undefined);
  check({ record: named("mast") }, "harbour", "quay", undefined);
  check({ camera: named("east") }, "harbour", "quay", "east");
  check({ camera: named("bare") }, "school", undefined, "bare");
  check({ record: named("lost") }, "school", undefined, undefined);
  // Questions and routines name their unit itself; a person or a request is nobody's here.
  check({ record: named("school") }, "school", undefined, undefined);
  check({ record: named("somebody") }, undefined, undefined, undefined);
  check({}, undefined, undefined, undefined);
});

test("most first, what belongs nowhere last", () => {
  const all = [
    finding({}),
    finding({}),
    finding({}),
    finding({ record: named("lost") }),
    finding({ camera: named("east") }),
  ];
  all.push(finding({ record: named("quay") }));
  const counted = countBy(all, (one) => of(one, "unit")).map(({ id, count }) => [id, count]);
  expect(counted).toEqual([
    ["harbour", 2],
    ["school", 1],
    [NOWHERE, 3],
  ]);
});
