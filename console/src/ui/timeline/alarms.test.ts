// Marks of alarms on the timeline: whose they are, and which one is under the pointer.
import { expect, test } from "vitest";
import { type AlarmMark, markAt, marksOf } from "./alarms";

const mark = (camera: string, ms: number): AlarmMark => ({ camera, ms, kind: "help", called: true });
const marks = [mark("b", 300), mark("a", 200), mark("a", 100), mark("a", 900)];

test("marks are those of the camera in the stretch, in order", () => {
  expect(marksOf(marks, "a", 100, 900).map(({ ms }) => ms)).toEqual([100, 200]);
  expect(marksOf(marks, "c", 0, 1000)).toEqual([]);
});

test("the nearest mark within reach is under the pointer", () => {
  const own = marksOf(marks, "a", 0, 1000);
  expect(markAt(own, 170, 10)?.ms).toBe(200);
  expect(markAt(own, 140, 10)?.ms).toBe(100);
  expect(markAt(own, 400, 10)).toBeUndefined();
});
