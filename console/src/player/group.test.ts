// Tests of many cameras in step, with made-up followers and a made-up clock.
// @vitest-environment node
import { describe, expect, it } from "vitest";
import { type Follower, PlaybackGroup } from "./group";
import type { Readiness } from "./track";

const GAP = { fromMs: 2000, toMs: 9000, cause: "network" };

class Made implements Follower {
  readonly asked: [number, string][] = [];
  readonly followed: [number, number][] = [];
  state: (ms: number) => Readiness = () => ({ at: "picture" });
  next: number | null = null;
  readonly track = { nextAfter: () => this.next };
  seek(ms: number, fetch: "full" | "keys" | "preview") {
    this.asked.push([ms, fetch]);
  }
  follow(ms: number, speed: number): Readiness {
    this.followed.push([ms, speed]);
    return this.state(ms);
  }
  readiness(ms: number): Readiness {
    return this.state(ms);
  }
  frame(ms: number, step: -1 | 0 | 1) {
    const index = Math.floor(ms / 40) + step;
    return index < 0 ? null : { startMs: index * 40, endMs: index * 40 + 40, key: index % 25 === 0 };
  }
}

function made(count: number) {
  let mono = 0;
  const group = new PlaybackGroup(1000, () => mono);
  const players = Array.from({ length: count }, (_, index) => {
    const player = new Made();
    group.add(`c${index}`, player);
    return player;
  });
  const pass = (ms: number) => {
    for (let left = ms; left > 0; left -= 40) {
      mono += Math.min(40, left);
      group.tick();
    }
  };
  return { group, players, pass };
}

describe("PlaybackGroup", () => {
  it("carries all players to the same instant in the same tick", () => {
    const { group, players, pass } = made(3);
    group.play();
    pass(400);
    expect(group.nowMs()).toBe(1400);
    expect(players.map((player) => player.followed.at(-1))).toEqual([
      [1400, 1],
      [1400, 1],
      [1400, 1],
    ]);
    group.setSpeed(4);
    pass(100);
    expect(group.nowMs()).toBe(1800);
  });
  it("waits for the slowest, but not for ever", () => {
    const { group, players, pass } = made(2);
    (players[1] as Made).state = () => ({ at: "loading" });
    group.play();
    pass(1000);
    expect(group.snapshot.waitingFor).toEqual(["c1"]);
    expect(group.nowMs()).toBeLessThan(1100);
    pass(4000);
    expect(group.snapshot.waitingFor).toEqual([]);
    expect(group.nowMs()).toBeGreaterThan(1500);
  });
  it("steps over what no camera has, and says so", () => {
    const { group, players, pass } = made(2);
    for (const player of players) {
      player.state = (ms) => (ms >= GAP.fromMs && ms < GAP.toMs ? { at: "gap", gap: GAP } : { at: "picture" });
      player.next = 9000;
    }
    (players[1] as Made).next = 8000;
    (players[1] as Made).state = (ms) => (ms >= 2000 && ms < 8000 ? { at: "gap", gap: GAP } : { at: "picture" });
    group.play();
    pass(1100);
    expect(group.snapshot.skipped).toMatchObject({ toMs: 8000, cause: "network" });
    expect(group.nowMs()).toBeGreaterThanOrEqual(8000);
  });
  it("passes through a gap in time when asked to, and whenever one camera has pictures", () => {
    const { group, players, pass } = made(2);
    (players[0] as Made).state = () => ({ at: "gap", gap: GAP });
    group.play();
    pass(1500);
    expect(group.nowMs()).toBe(2500);
    expect(group.snapshot.skipped).toBeNull();
    (players[1] as Made).state = () => ({ at: "gap", gap: GAP });
    (players[1] as Made).next = 9000;
    group.skipGaps = false;
    pass(500);
    expect(group.nowMs()).toBe(3000);
  });
  it("stops at the end", () => {
    const { group, players, pass } = made(1);
    (players[0] as Made).state = (ms) => (ms >= 1500 ? { at: "end", endMs: 1500 } : { at: "picture" });
    group.play();
    pass(1000);
    expect(group.snapshot).toMatchObject({ playing: false, stopped: "end" });
    group.play();
    expect(group.snapshot.stopped).toBeNull();
  });
  it("says why it stops when nothing can come, after waiting for a session that may come back", () => {
    const { group, players, pass } = made(2);
    const [one, other] = players as [Made, Made];
    one.state = () => ({ at: "none", why: "unplayable" });
    other.state = () => ({ at: "none", why: "ended" });
    group.play();
    pass(1000);
    expect(group.snapshot).toMatchObject({ playing: true, waitingFor: ["c1"] });
    pass(16_000);
    expect(group.snapshot).toMatchObject({ playing: false, stopped: "ended" });
    other.state = () => ({ at: "none", why: "unplayable" });
    group.play();
    pass(100);
    expect(group.snapshot).toMatchObject({ playing: false, stopped: "unplayable" });
    other.state = () => ({ at: "end", endMs: 1 });
    group.play();
    pass(100);
    expect(group.snapshot).toMatchObject({ playing: false, stopped: "end" });
  });
  it("fetches key frames above four times speed, everything when standing", () => {
    const { group, players } = made(1);
    group.play();
    group.setSpeed(16);
    expect(players[0]?.asked.at(-1)?.[1]).toBe("keys");
    group.pause();
    expect(players[0]?.asked.at(-1)?.[1]).toBe("full");
  });
  it("steps by the chosen camera's frames", () => {
    const { group } = made(2);
    group.step(1, "c1");
    expect(group.nowMs()).toBe(1041);
    group.step(1, "c1");
    expect(group.nowMs()).toBe(1081);
    group.step(-1, "c1");
    expect(group.nowMs()).toBe(1041);
  });
  it("shows previews while scrubbing, the exact frame afterwards", () => {
    const { group, players, pass } = made(1);
    group.scrub(5000);
    group.scrub(5100);
    pass(200);
    group.endScrub();
    expect(players[0]?.asked.slice(1)).toEqual([
      [5000, "preview"],
      [5100, "preview"],
      [5100, "full"],
    ]);
    expect(group.snapshot.scrubbing).toBe(false);
  });
});
