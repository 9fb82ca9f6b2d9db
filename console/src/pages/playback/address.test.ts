// Tests of what stands in the address, and of the session's span.
import { expect, it } from "vitest";
import { addressOf, placeOf, sessionSpan, stillWithin } from "./address";

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
it("the session's span is the local day, both near midnight", () => {
  const at = (hour: number, minute: number) => new Date(2026, 10, 22, hour, minute).getTime();
  const day = (date: number) => new Date(2026, 10, date).getTime();
  expect(sessionSpan(at(12, 0))).toEqual({ fromMs: day(22), toMs: day(23) });
  expect(sessionSpan(at(0, 2))).toEqual({ fromMs: day(21), toMs: day(23) });
  expect(sessionSpan(at(23, 58))).toEqual({ fromMs: day(22), toMs: day(24) });
  expect(stillWithin(sessionSpan(at(12, 0)), at(23, 58))).toBe(true);
  expect(stillWithin(sessionSpan(at(12, 0)), at(23, 59) + 30_000)).toBe(false);
});
