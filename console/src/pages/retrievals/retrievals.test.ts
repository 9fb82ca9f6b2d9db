// How far a retrieval is, and where its copy is, from what the server tells.
import { expect, test } from "vitest";
import type { Retrieval, RetrievalEvent } from "../../api/types";
import { inEights, isApproved } from "./RetrievalForm";
import { playbackOf, purposeFor, queryOf, stateOf, stepsDone, undertakenIn, whereabouts } from "./retrievals";

const one = (state: Retrieval["state"], checked = false) =>
  ({
    state,
    late: false,
    detail: { officers: checked ? [{ checked_by: { id: "a", name: "b" } }] : [{}] },
  }) as Retrieval;

test("each state is a step, and what is late is loud", () => {
  const check = (retrieval: Retrieval, done: number) => expect(stepsDone(retrieval), retrieval.state).toBe(done);
  check(one("draft"), 1);
  check(one("draft", true), 2);
  check(one("complete"), 3);
  check(one("approved"), 4);
  check(one("handed_over"), 5);
  check(one("closed"), 6);
  expect(stateOf({ state: "handed_over", late: true })).toEqual({ word: "retrieval-state-handed-over", tone: "late" });
  expect(stateOf({ state: "closed", late: false }).tone).toBe("good");
});

test("where the copy is stands in the steps that moved it", () => {
  const events = ["opened", "approved", "handed-over", "receipt", "transferred"].map((what) => ({ what }));
  expect(whereabouts(events as RetrievalEvent[]).map(({ what }) => what)).toEqual([
    "handed-over",
    "receipt",
    "transferred",
  ]);
  expect([queryOf("late"), queryOf("closed"), queryOf("open")]).toEqual([
    { late: true },
    { state: "closed" },
    { open: true },
  ]);
});

test("what was approved is played as it was asked for, under the authority's request", () => {
  const cameras = Array.from({ length: 12 }, (_, at) => ({ id: `c${at}`, name: "" }));
  const asked = { cameras, from_ms: 5, to_ms: 9, case_number: "7".repeat(100), organ_name: "分局" };
  expect(playbackOf(asked)).toEqual({ cameras: "c0,c1,c2,c3,c4,c5,c6,c7,c8", from_ms: "5", to_ms: "9" });
  const basis = { purpose: "case", legal_basis: "authority_request", number: "7".repeat(80), remark: "分局" };
  expect(purposeFor(asked, { case: null })).toEqual(basis);
  expect(purposeFor(asked, { case: "x" })).toEqual({ ...basis, case_id: "x", case_number: asked.case_number });
});

test("a form is the approved one, another one, or of before; its fingerprint is read in eights", () => {
  const check = (approved: string | null | undefined, is: boolean | undefined) =>
    expect(isApproved({ sha256: "ab", approved_sha256: approved ?? null })).toBe(is);
  check("ab", true);
  check("ac", false);
  check(undefined, undefined);
  expect(inEights("0123456789abcdef01")).toBe("01234567 89abcdef 01");
});

test("an undertaking is told from what was said beside it", () => {
  const note = "undertaking=datong-2008:21 当面告知";
  expect(undertakenIn({ what: "receipt", note })).toEqual({ undertaken: "datong-2008:21", note: "当面告知" });
  expect(undertakenIn({ what: "receipt", note: "当面告知" })).toEqual({ note: "当面告知" });
  expect(undertakenIn({ what: "transferred", note })).toEqual({ note });
});
