// @vitest-environment node
// How cameras are asked for by id, and what answers at hand say of them.
import { expect, test } from "vitest";
import { camerasKnown, chunksOf, uniqueIds, withRunning } from "./cameras";
import type { Camera } from "./types";

test("ids are asked for once each, in one order", () => {
  const check = (ids: (string | undefined)[], expected: string[]) => expect(uniqueIds(ids)).toEqual(expected);
  check([], []);
  check(["b", "a", "b"], ["a", "b"]);
  check([undefined, "a", ""], ["a"]);
});

test("many are asked for in parts", () => {
  const check = (all: number[], most: number, expected: number[][]) => expect(chunksOf(all, most)).toEqual(expected);
  check([], 2, []);
  check([1, 2], 2, [[1, 2]]);
  check([1, 2, 3, 4, 5], 2, [[1, 2], [3, 4], [5]]);
});

test("cameras are found in lists, pages and pages of pages, and nowhere else", () => {
  const camera = (id: string) => ({ id, unit_id: "u", state: {} });
  const answers = [
    [camera("1")],
    { cameras: [camera("2")], total: 9 },
    { pages: [{ cameras: [camera("3")] }, { cameras: [camera("4")] }], pageParams: [] },
    { counts: [{ unit_id: "u", cameras: 5 }], total: 5 },
    undefined,
    null,
    "text",
  ];
  expect([...camerasKnown(answers).keys()]).toEqual(["1", "2", "3", "4"]);
});

test("what runs is newer than the list, and what runs no more is off", () => {
  const camera = (id: string, enabled: boolean, place = "") => ({ id, enabled, place }) as Camera;
  const all = [camera("1", true), camera("2", true), camera("3", false), camera("4", false)];
  const words = (cameras: Camera[]) => cameras.map(({ id, enabled, place }) => `${id}${enabled ? "+" : "-"}${place}`);
  expect(words(withRunning(all, undefined))).toEqual(["1+", "2+", "3-", "4-"]);
  const running = [camera("1", true, "new"), camera("4", true), camera("5", true)];
  expect(words(withRunning(all, running))).toEqual(["1+new", "2-", "3-", "4+", "5+"]);
  expect(words(withRunning(all, []))).toEqual(["1-", "2-", "3-", "4-"]);
});
