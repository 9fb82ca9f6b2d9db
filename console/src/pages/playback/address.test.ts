// Tests of what stands in the address, and of the session's span.
// @vitest-environment node
import { expect, it } from "vitest";
import { addressOf, beside, placeOf, sessionSpan, stillWithin } from "./address";

it("goes there and back", () => {
  const place = { cameras: ["a", "b"], atMs: 1_795_000_000_123, selection: { fromMs: 5, toMs: 9 } };
  expect(placeOf(addressOf(place))).toEqual(place);
  expect(addressOf({ cameras: [], atMs: null, selection: null })).toEqual({
    cameras: undefined,
    at: undefined,
    from_ms: undefined,
    to_ms: undefined,
  });
});
it("reads anything", () => {
  expect(placeOf({ cameras: "a,a,,b", at: "x", from_ms: "9", to_ms: "5" })).toEqual({
    cameras: ["a", "b"],
    atMs: null,
    selection: null,
  });
  expect(placeOf({ cameras: "1,2,3,4,5,6,7,8,9,10,11" }).cameras).toHaveLength(9);
  expect(placeOf({ from_ms: "5", to_ms: "9" }).atMs).toBe(5);
});
it("the session's span is the local day so far, both days near midnight", () => {
  const at = (hour: number, minute: number, second = 0) => new Date(2026, 10, 22, hour, minute, second).getTime();
  const day = (date: number) => new Date(2026, 10, date).getTime();
  const later = day(30);
  expect(sessionSpan(at(12, 0), later)).toEqual({ fromMs: day(22), toMs: day(23) });
  expect(sessionSpan(at(0, 2), later)).toEqual({ fromMs: day(21), toMs: day(23) });
  expect(sessionSpan(at(23, 58), later)).toEqual({ fromMs: day(22), toMs: day(24) });
  expect(sessionSpan(at(12, 0), at(12, 1))).toEqual({ fromMs: day(22), toMs: at(12, 1, 50) });
});
it("is opened anew only when that gains something", () => {
  const at = (hour: number, minute: number, second = 0) => new Date(2026, 10, 22, hour, minute, second).getTime();
  const day = new Date(2026, 10, 30).getTime();
  const check = (openedAt: number, openedNow: number, ms: number, now: number, expected: boolean) =>
    expect(stillWithin(sessionSpan(openedAt, openedNow), ms, now)).toBe(expected);
  check(at(12, 0), day, at(23, 59), day, true);
  check(at(12, 0), day, at(23, 59, 55), day, false);
  check(at(12, 0), day, at(12, 0) - 86_400_000, day, false);
  // Near the present: good until the playhead comes to the end that was allowed, then worth another.
  check(at(12, 0), at(12, 1), at(12, 1), at(12, 2), true);
  check(at(12, 0), at(12, 1), at(12, 1, 45), at(12, 2, 45), false);
  check(at(12, 0), at(12, 1), at(12, 1, 45), at(12, 1, 20), true);
});

it("beside raised clips the session is what lies between them; within one it is the whole span", () => {
  const [span, clips] = [
    { fromMs: 0, toMs: 100 },
    [
      { fromMs: 20, toMs: 30 },
      { fromMs: 60, toMs: Number.POSITIVE_INFINITY },
    ],
  ];
  const check = (ms: number, fromMs: number, toMs: number) => expect(beside(span, ms, clips)).toEqual({ fromMs, toMs });
  check(5, 0, 20);
  check(20, 0, 100);
  check(30, 30, 60);
  check(99, 0, 100);
  expect(beside(span, 5, [])).toEqual(span);
});
