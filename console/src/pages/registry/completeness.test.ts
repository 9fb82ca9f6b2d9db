// Shares of completeness in words: the edges of rounding.
import { expect, test } from "vitest";
import { keptShare, shareWords } from "./completeness";

test("a share is never rounded up, and nothing expected is nothing missing", () => {
  const check = (values_expected: number, values_missing: number, words: string) =>
    expect(shareWords(keptShare({ values_expected, values_missing }))).toBe(words);
  check(0, 0, "100%");
  check(8, 0, "100%");
  check(100_000, 1, "99.9%");
  check(3, 1, "66.6%");
  check(5, 5, "0.0%");
});
