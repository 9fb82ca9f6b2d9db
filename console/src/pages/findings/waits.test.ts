// What waits for the reader: what others asked, and the reader may decide; never what is the reader's own.
import { expect, test } from "vitest";
import { type WaitsFrom, waitsOf } from "./waits";

const by = (id: string) => ({ by: { person: { id, name: id }, at_ms: 1, entry: 1 } }) as never;
const unit = (id: string) => ({ id, name: id });
const all: WaitsFrom = {
  me: "me",
  answers: true,
  changes: [
    { state: "asked", own: false },
    { state: "asked", own: true },
    { state: "authorised", own: false },
  ] as never,
  grants: [{ may_answer: true }, { may_answer: false }],
  explanations: [by("other"), by("me"), { ...(by("other") as object), verdict: {} } as never],
  maintenance: [by("me")],
  rounds: [
    { unit: unit("quiet"), orders: [{ may_accept: false }] },
    { unit: unit("busy"), orders: [{ may_accept: true }, { may_accept: true }] },
  ],
};

test("each is counted once, and leads to where it is answered", () => {
  const told = waitsOf(all).map(({ name, count, to, search }) => [name, count, to, search]);
  expect(told).toEqual([
    ["changes", 1, "/registry", { view: "requests" }],
    ["grants", 1, "/grants", { show: "waiting" }],
    ["explanations", 1, "/health", { tab: "gaps", view: "explanations" }],
    ["repairs", 2, "/routines", { tab: "orders", unit: "busy" }],
  ]);
});

test("whoever only reads the lists is told of none of them", () => {
  expect(waitsOf({ ...all, answers: false, grants: [], rounds: [] })).toEqual([]);
});
