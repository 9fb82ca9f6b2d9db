// Which chapters of the browser test `--only` runs.
import { expect, test } from "vitest";
import { chosen, NEEDS } from "../e2e/chapters.mjs";

test("a chapter brings along what it needs, in the order of the whole", () => {
  const check = (asked: string[] | null, expected: string[]) => expect(chosen(asked)).toEqual(expected);
  check(null, Object.keys(NEEDS));
  check(["holds"], ["holds"]);
  check(["handover"], ["wall", "administrator", "playback", "handover"]);
  check(["gap", "wall"], ["wall", "administrator", "playback", "gap"]);
  expect(() => chosen(["nonsense"])).toThrow("no chapter nonsense");
});

test("what a chapter needs comes before it", () => {
  const order = Object.keys(NEEDS);
  for (const [name, needed] of Object.entries(NEEDS) as [string, string[]][])
    for (const before of needed)
      expect(order.indexOf(before), `${before} before ${name}`).toSatisfy(
        (at: number) => at >= 0 && at < order.indexOf(name),
      );
});
