// Sums as people type them, and what a claim lacks.
import { describe, expect, test } from "vitest";
import { claimOf, fenOf, missingInClaim, NOTHING, toneOf, yuanOf } from "./claims";

describe("a claim", () => {
  test("reads sums exactly", () => {
    const cases: [string, number | undefined][] = [
      ["12,000.50", 1_200_050],
      ["0.01", 1],
      ["7.5", 750],
      ["100", 10_000],
      ["0", undefined],
      ["1.234", undefined],
      ["-5", undefined],
      ["abc", undefined],
    ];
    for (const [typed, fen] of cases) expect(fenOf(typed), typed).toBe(fen);
    expect(yuanOf(1_200_050)).toBe("¥12,000.50");
  });

  test("needs its act, its authority and a paper for each item", () => {
    expect(missingInClaim(NOTHING)).toEqual([
      "claim-unit",
      "claim-act",
      "claim-authority",
      "claim-what",
      "claim-items",
    ]);
    const items = [{ what: "work", yuan: "1", document: "d" }];
    const whole = { ...NOTHING, unit: "u", act: "a", authority: "police", what: "rebuilt", items };
    expect(missingInClaim(whole)).toEqual([]);
    expect(claimOf(whole)).toMatchObject({ act_id: "a", items: [{ amount_fen: 100, document_id: "d" }] });
    expect(missingInClaim({ ...whole, items: [{ what: "work", yuan: "1" }] })).toEqual(["claim-items"]);
  });

  test("is late before it is anything else", () => {
    expect(toneOf({ state: "lodged", late: true })).toBe("late");
    expect(toneOf({ state: "paid", late: false })).toBe("good");
  });
});
