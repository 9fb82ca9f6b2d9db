// What the holds page decides: what a form lacks, what a request carries, how a hold reads, which holds a filter leaves.
import { expect, test } from "vitest";
import type { Hold } from "../src/api/types";
import { activeOf, HOLD_SPAN_MAX_MS, holdState, holdsShown, keeps } from "../src/pages/holds/holds";
import { type HoldDraft, holdRequestOf, missingInHold } from "../src/pages/holds/NewHold";

const draft: HoldDraft = {
  cameras: ["c1"],
  from_ms: 1000,
  to_ms: 2000,
  why: { purpose: "incident", legal_basis: "unit_duty", remark: " 东门 纠纷 " },
  document: " 沪公 12 ",
};

test("a hold needs cameras, a span of a month at most, a purpose and a reason in words", () => {
  const missing = (part: Partial<HoldDraft>) => missingInHold({ ...draft, ...part });
  expect(missing({})).toEqual([]);
  expect(missingInHold({ cameras: [], why: {}, document: "" })).toEqual([
    "hold-need-cameras",
    "hold-need-span",
    "hold-need-purpose",
  ]);
  expect(missing({ cameras: Array.from({ length: 65 }, (_, at) => `c${at}`) })).toEqual(["hold-cameras-many"]);
  expect(missing({ to_ms: 1000 })).toEqual(["span-bad"]);
  expect(missing({ to_ms: 1001 + HOLD_SPAN_MAX_MS })).toEqual(["hold-span-long"]);
  expect(missing({ why: { purpose: "incident", legal_basis: "unit_duty", remark: "  " } })).toEqual([
    "hold-need-reason",
  ]);
  expect(missing({ why: { purpose: "case", legal_basis: "authority_request" } })).toEqual(["hold-need-case"]);
  expect(missing({ why: { purpose: "case", legal_basis: "authority_request", number: "118" } })).toEqual([]);
});

test("a request carries what was typed, and no review date that was not", () => {
  expect(holdRequestOf(draft)).toEqual({
    cameras: ["c1"],
    from_ms: 1000,
    to_ms: 2000,
    purpose: "incident",
    legal_basis: "unit_duty",
    note: "东门 纠纷",
    document: "沪公 12",
  });
  expect(holdRequestOf({ ...draft, approver_id: "p7" })?.approver_id).toBe("p7");
  expect(holdRequestOf({ ...draft, review_ms: 9000 })?.review_ms).toBe(9000);
  expect(holdRequestOf({ ...draft, cameras: [] })).toBeUndefined();
});

const release = { asked_by: { id: "p", name: "p" }, asked_ms: 1, reason: "", document: "" };
const hold = (part: Partial<Hold>) =>
  ({ state: "held", overdue: false, may_approve: false, releases: [], ...part }) as unknown as Hold;

test("an open request to lift is what a held one says first", () => {
  const entry = { log: "access" as const, index: 1 };
  const answer = { approved: false, answered_by: { id: "q", name: "q" }, answered_ms: 2, reason: "", entry };
  expect(holdState(hold({}))).toEqual({ word: "hold-held", tone: "good" });
  expect(holdState(hold({ releases: [{ ...release, entry }] })).word).toBe("hold-asked");
  expect(holdState(hold({ releases: [{ ...release, entry, answer }] })).word).toBe("hold-held");
  expect(holdState(hold({ state: "released", releases: [{ ...release, entry, answer }] })).word).toBe("hold-released");
  expect([hold({}), hold({ state: "placing" }), hold({ state: "releasing" })].map(keeps)).toEqual([true, true, false]);
});

test("what is due and what waits for the reader is chosen from those that keep footage", () => {
  const holds = [hold({ id: "a", overdue: true }), hold({ id: "b", may_approve: true })];
  expect(holdsShown(holds, "due").map(({ id }) => id)).toEqual(["a"]);
  expect(holdsShown(holds, "mine").map(({ id }) => id)).toEqual(["b"]);
  expect(holdsShown(holds, "all")).toHaveLength(2);
  expect([activeOf("active"), activeOf("due"), activeOf("lifted"), activeOf("all")]).toEqual([
    true,
    true,
    false,
    undefined,
  ]);
});
