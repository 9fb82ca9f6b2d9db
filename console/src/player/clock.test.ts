// Tests of the clocks: chasing the live edge, the age of frames, many cameras in step.
// @vitest-environment node
import { describe, expect, it } from "vitest";
import { ArrivalGauge, type Chase, chase, follow, MasterClock, OffsetGauge } from "./clock";

describe("live", () => {
  it("chases", () => {
    const check = (behind: number, current: number, expected: Chase) =>
      expect(chase(100, 100 - behind, 0.2, current)).toEqual(expected);
    check(0.2, 1, { rate: 1 });
    check(0.27, 1, { rate: 1 });
    check(0.27, 1.04, { rate: 1.04 });
    check(0.35, 1, { rate: 1.04 });
    check(0.8, 1, { rate: 1.1 });
    check(1.3, 1, { jumpTo: 99.8 });
    check(0.05, 1, { rate: 0.9 });
    check(-0.2, 1, { rate: 0.5 });
  });
  it("keeps more distance on a jittery line, and less when it calms down", () => {
    const gauge = new ArrivalGauge();
    expect(gauge.targetSeconds()).toBe(0.18);
    for (let ms = 0; ms <= 2000; ms += 40) gauge.arrived(ms);
    expect(gauge.targetSeconds()).toBe(0.18);
    gauge.arrived(2500);
    expect(gauge.targetSeconds()).toBeCloseTo(0.685);
    for (let ms = 2540; ms <= 11_000; ms += 40) gauge.arrived(ms);
    expect(gauge.targetSeconds()).toBe(0.18);
    gauge.arrived(21_000);
    expect(gauge.targetSeconds()).toBe(0.18);
  });
  it("tells age by the smallest difference seen lately", () => {
    const gauge = new OffsetGauge();
    expect(gauge.ageMs(0, 5)).toBeNull();
    gauge.observe(1000, 9000); // an old frame, sent at once with others
    gauge.observe(3000, 9010);
    gauge.observe(3040, 9045);
    expect(gauge.ageMs(3040, 9045)).toBe(0);
    expect(gauge.ageMs(3040, 11_045)).toBe(2000);
    // The server's clock steps back by 100 s: two windows later ages are right again.
    for (let now = 70_000; now <= 200_000; now += 1000) gauge.observe(now - 106_005, now);
    expect(gauge.ageMs(93_995, 200_000)).toBe(0);
  });
});

describe("playback", () => {
  it("the master clock runs, stands and changes speed without a jump", () => {
    const clock = new MasterClock(1000, 0);
    expect(clock.nowMs(500)).toBe(1000);
    clock.play(500);
    expect(clock.nowMs(700)).toBe(1200);
    clock.setSpeed(4, 700);
    expect(clock.nowMs(800)).toBe(1600);
    clock.hold(true, 800);
    clock.hold(true, 900);
    expect(clock.nowMs(2000)).toBe(1600);
    clock.hold(false, 2000);
    expect(clock.nowMs(2010)).toBe(1640);
    clock.pause(2010);
    expect(clock.nowMs(9999)).toBe(1640);
    clock.seek(50, 10_000);
    expect(clock.nowMs(10_001)).toBe(50);
  });
  it("videos follow within a tenth of the speed, or seek", () => {
    expect(follow(10, 10.01, 1)).toEqual({ rate: 1 });
    expect(follow(10, 9.875, 1)).toEqual({ rate: 1.0625 });
    expect(follow(10, 10.4, 1)).toEqual({ rate: 0.9 });
    expect(follow(10, 9, 1)).toEqual({ seekTo: 10 });
    expect(follow(10, 9, 4)).toEqual({ rate: 4 * 1.1 });
    expect(follow(10, 9.875, 0.25)).toEqual({ rate: 0.25 * 1.0625 });
  });
});
