// Raised spans: those of one camera within the view, the highest last and asked for by instant.
import { expect, test } from "vitest";
import { levelAt, levelsOf } from "./levels";

test("raised spans are those of the camera, and the highest counts", () => {
  const secret = { camera: "a", fromMs: 10, toMs: 35, level: 3 };
  const open = { camera: "a", fromMs: 30, toMs: Number.POSITIVE_INFINITY, level: 2 };
  const levels = [secret, open, { camera: "b", fromMs: 0, toMs: 100, level: 2 }];
  expect(levelsOf(levels, "a", 0, 100)).toEqual([open, secret]);
  expect(levelsOf(levels, "a", 0, 30)).toEqual([secret]);
  const at = (ms: number) => levelAt(levelsOf(levels, "a", 0, 1_000), ms);
  expect([at(9), at(10), at(32), at(35), at(900)]).toEqual([null, 3, 3, 2, 2]);
});
