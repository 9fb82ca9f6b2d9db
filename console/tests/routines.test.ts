// What the page of routines says of work orders and lines, and where a finding of a routine leads. Values in, words out.
import { describe, expect, test } from "vitest";
import type { Finding } from "../src/api/types";
import { linkState, percentOf } from "../src/pages/routines/LinksTab";
import { orderState } from "../src/pages/routines/OrdersTab";
import { placeOf } from "../src/ui/findings";

describe("routines", () => {
  test("a work order is open, late, waits for another person, or is accepted", () => {
    const check = (accepted: boolean, done: boolean, late: boolean, word: string) =>
      expect(orderState({ accepted, late, done: done ? ({} as never) : null }).word).toBe(word);
    check(false, false, false, "work-order-open");
    check(false, false, true, "work-order-late");
    check(false, true, false, "work-order-waits");
    check(true, true, false, "work-order-accepted");
  });

  test("a line is below its contract only while it is in use", () => {
    const check = (ended: boolean, carried: number | null, below: boolean, word: string) =>
      expect(linkState({ ended_ms: ended ? 1 : null, carried_ppm: carried, below }).word).toBe(word);
    check(false, null, false, "link-unmeasured");
    check(false, 999_100, false, "link-good");
    check(false, 998_000, true, "link-below");
    check(true, 998_000, true, "link-ended");
    expect(percentOf(999_000)).toBe("99.90 %");
  });

  test("a finding leads to the tab where it is put right", () => {
    const check = (code: string, tab: string | undefined) => {
      const finding = { kind: "routine", code, record: { id: "u", name: "" } } as unknown as Finding;
      const place = placeOf(finding);
      expect([place?.to, place?.search?.tab]).toEqual(["/routines", tab]);
    };
    check("rule_missing", undefined);
    check("round_overdue", "rounds");
    check("repair_overdue", "orders");
    check("assessment_overdue", "assessments");
    check("link_below", "links");
  });
});
