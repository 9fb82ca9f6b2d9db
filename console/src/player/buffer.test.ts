// Tests of the appender's plan: order, eviction, quota, holes.
// @vitest-environment node
import { describe, expect, it } from "vitest";
import { AppendPlan, evictForAge, evictForRoom, QUEUE_BYTES_MAX, type Range, rangeAt, stepOver } from "./buffer";

const bytes = (length: number) => new Uint8Array(length);
const r = (start: number, end: number): Range => ({ start, end });

describe("AppendPlan", () => {
  it("does one thing at a time, in order", () => {
    const plan = new AppendPlan({ keepSeconds: 30 });
    plan.push(bytes(1));
    plan.changeType("video/mp4; codecs=x");
    plan.push(bytes(2));
    expect(plan.next([], null)).toEqual({ do: "append", bytes: bytes(1) });
    expect(plan.next([], null)).toEqual({ do: "rest" });
    plan.done();
    expect(plan.next([], null)).toEqual({ do: "change_type", mime: "video/mp4; codecs=x" });
    plan.done();
    expect(plan.next([], null)).toEqual({ do: "append", bytes: bytes(2) });
    plan.done();
    expect(plan.next([], null)).toEqual({ do: "rest" });
    expect(plan.idle).toBe(true);
    expect(plan.queuedBytes).toBe(0);
  });
  it("bounds its queue", () => {
    const plan = new AppendPlan({ keepSeconds: 30 });
    expect(plan.push(bytes(QUEUE_BYTES_MAX))).toBe("queued");
    expect(plan.push(bytes(1))).toBe("overflow");
  });
  it("evicts what is old before it appends", () => {
    const plan = new AppendPlan({ keepSeconds: 30 });
    plan.push(bytes(1));
    expect(plan.next([r(0, 40)], 39.5)).toEqual({ do: "remove", start: 0, end: 10 });
    plan.done();
    expect(plan.next([r(10, 40)], 39.5)).toMatchObject({ do: "append" });
  });
  it("makes room when refused and appends the same bytes again", () => {
    const plan = new AppendPlan({ keepSeconds: 30 });
    plan.push(bytes(7));
    plan.next([r(0, 20)], 19);
    plan.refused(bytes(7));
    expect(plan.next([r(0, 20)], 19)).toEqual({ do: "remove", start: 0, end: 18 });
    plan.done();
    expect(plan.next([r(18, 20)], 19)).toEqual({ do: "append", bytes: bytes(7) });
  });
  it("waits when refused and nothing can go", () => {
    const plan = new AppendPlan({ keepSeconds: 30 });
    plan.push(bytes(7));
    plan.next([r(0, 20)], 0.2);
    plan.refused(bytes(7));
    expect(plan.next([r(0, 20)], 0.2)).toEqual({ do: "rest" });
    expect(plan.next([r(0, 20)], 12)).toEqual({ do: "remove", start: 0, end: 11 });
  });
  it("clear forgets the queue and empties the buffer only if it holds something", () => {
    const plan = new AppendPlan({ keepSeconds: 30 });
    plan.push(bytes(1));
    plan.clear();
    plan.push(bytes(2));
    expect(plan.next([r(3, 4)], 3)).toEqual({ do: "remove", start: 0, end: Number.POSITIVE_INFINITY });
    plan.done();
    expect(plan.next([], 3)).toEqual({ do: "append", bytes: bytes(2) });
    plan.done();
    plan.clear();
    plan.push(bytes(3));
    expect(plan.next([], 3)).toEqual({ do: "append", bytes: bytes(3) });
  });
});

describe("eviction", () => {
  it("by age: little by little, never what the playhead needs", () => {
    const check = (buffered: Range[], playhead: number | null, expected: Range | null) =>
      expect(evictForAge(buffered, playhead, 30)).toEqual(expected);
    check([], 0, null);
    check([r(0, 33)], 32, null);
    check([r(0, 34)], 33, r(0, 4));
    check([r(0, 60)], 6, r(0, 5));
    check([r(0, 60)], 2, null);
    check([r(0, 10), r(50, 60)], null, r(0, 30));
  });
  it("for room: behind first, then ahead", () => {
    expect(evictForRoom([r(0, 10), r(20, 30)], 5)).toEqual(r(0, 4));
    expect(evictForRoom([r(5, 10), r(20, 30)], 5)).toEqual({ start: 20, end: Number.POSITIVE_INFINITY });
    expect(evictForRoom([r(5, 10)], 5)).toBeNull();
  });
});

describe("holes", () => {
  it("ranges that touch are one", () => {
    expect(rangeAt([r(0, 5), r(5.04, 9), r(12, 13)], 1)).toEqual(r(0, 9));
    expect(rangeAt([r(0, 5)], 6)).toBeNull();
    expect(rangeAt([r(1, 5)], 0.97)).toEqual(r(1, 5));
  });
  it("steps over a hole only when it stands at one", () => {
    const check = (buffered: Range[], at: number, expected: number | null) =>
      expect(stepOver(buffered, at)).toBe(expected);
    check([r(0, 5), r(8, 9)], 2, null);
    check([r(0, 5), r(8, 9)], 4.97, 8);
    check([r(0, 5), r(8, 9)], 6, 8);
    check([r(0, 5)], 5, null);
    check([], 5, null);
    check([r(7, 9)], 0, 7);
  });
});
