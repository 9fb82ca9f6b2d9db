// Shares and amounts as people write them, and how far a target is reached.
import { describe, expect, it } from "vitest";
import { amountWords, INDICATORS, isShare, reachedPercent, shareWords } from "./figures";

describe("figures of an area", () => {
  it("are hundredths in words", () => {
    expect(shareWords(10_000)).toBe("100 %");
    expect(shareWords(9_550)).toBe("95.50 %");
    expect(shareWords(null)).toBe("–");
    expect(amountWords(1_200, false)).toBe("12");
    expect(amountWords(1_250, true)).toBe("12.50 %");
    expect(amountWords(undefined, false)).toBe("–");
  });
  it("know which of them are shares", () => {
    expect(INDICATORS.filter(isShare)).toEqual(["places_covered", "accepted", "filed", "available", "floors_kept"]);
  });
  it("are never more than reached", () => {
    expect(reachedPercent({ target_hundredths: 500, stands_hundredths: 100 })).toBe(20);
    expect(reachedPercent({ target_hundredths: 500, stands_hundredths: 900 })).toBe(100);
    expect(reachedPercent({ target_hundredths: 500, stands_hundredths: null })).toBe(0);
  });
});
