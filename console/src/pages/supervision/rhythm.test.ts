// Which systems are due for inspection, and in which order they stand.
import { expect, it } from "vitest";
import { byInspection, isDue } from "./Rhythm";

it("puts the longest due first and what has no day last", () => {
  const row = (name: string, inspection_due_ms: number | null) => ({ name, inspection_due_ms });
  const rows = [row("c", null), row("b", 20), row("a", null), row("d", 10)];
  expect(byInspection(rows).map(({ name }) => name)).toEqual(["d", "b", "a", "c"]);
  expect(rows.map((one) => isDue(one, 20))).toEqual([false, false, false, true]);
});
