// Tests of what is known of one camera's recording: readiness, gaps, frames.
// @vitest-environment node
import { describe, expect, it } from "vitest";
import { FootageTrack } from "./track";

const BASE = 1_795_000_000_000;
const GAP = { fromMs: BASE + 2000, toMs: BASE + 10_000, cause: "network" };

/** Frames every 40 ms in [0, 2) s, a key each second. */
function track(): FootageTrack {
  const made = new FootageTrack();
  made.begin(1, BASE, false);
  made.add(
    Array.from({ length: 50 }, (_, index) => ({
      startSeconds: index * 0.04,
      durationSeconds: 0.04,
      key: index % 25 === 0,
    })),
  );
  return made;
}
const at = (made: FootageTrack, ms: number, margin = 0) => made.stateAt(BASE + ms, margin).at;

describe("FootageTrack", () => {
  it("has a picture where frames are, with margin when playing", () => {
    const made = track();
    expect(at(made, 0)).toBe("picture");
    expect(at(made, 1990)).toBe("picture");
    expect(at(made, 1990, 150)).toBe("loading");
    expect(at(made, 2100)).toBe("loading");
    expect(at(made, -500)).toBe("loading");
    expect(at(made, -50)).toBe("picture");
  });
  it("plays up to a gap, tells it, and knows where footage goes on", () => {
    const made = track();
    made.addGap(GAP);
    expect(at(made, 1990, 150)).toBe("picture");
    expect(made.stateAt(BASE + 2000, 150)).toEqual({ at: "gap", gap: GAP });
    expect(made.nextAfter(BASE + 5000)).toBe(BASE + 10_000);
    made.add([{ startSeconds: 10.02, durationSeconds: 0.04, key: true }]);
    expect(at(made, 10_000, 150)).toBe("picture");
    expect(made.settle(BASE + 10_000)).toBe(BASE + 10_020);
    expect(made.settle(BASE + 1000)).toBe(BASE + 1000);
    expect(at(made, 10_030)).toBe("picture");
    expect(made.nextAfter(BASE + 5000)).toBe(BASE + 10_000);
  });
  it("bridges the crack between the last frame and a gap", () => {
    const made = track();
    made.addGap({ ...GAP, fromMs: BASE + 2200 });
    expect(at(made, 2100)).toBe("gap");
    expect(made.nextAfter(BASE + 2100)).toBe(BASE + 10_000);
  });
  it("knows a gap that begins at the instant asked for, with footage after it", () => {
    const made = new FootageTrack();
    made.begin(1, BASE, false);
    made.addGap({ ...GAP, fromMs: BASE + 5585 });
    made.add([{ startSeconds: 10, durationSeconds: 0.04, key: true }]);
    expect(at(made, 5584.6)).toBe("gap");
    expect(at(made, 5300)).toBe("gap");
    expect(at(made, 5100)).toBe("loading");
  });
  it("knows the end", () => {
    const made = track();
    made.setEnd(BASE + 2000);
    expect(at(made, 1900, 150)).toBe("picture");
    expect(at(made, 2001)).toBe("end");
    const empty = new FootageTrack();
    empty.begin(1, BASE, false);
    empty.setEnd(BASE + 500);
    expect(at(empty, 600)).toBe("end");
  });
  it("steps by frames", () => {
    const made = track();
    expect(made.frameAt(BASE + 45)?.startMs).toBe(BASE + 40);
    expect(made.neighbour(BASE + 45, 1)?.startMs).toBe(BASE + 80);
    expect(made.neighbour(BASE + 45, -1)?.startMs).toBe(BASE);
    expect(made.neighbour(BASE + 5, -1)).toBeNull();
    expect(made.keyAt(BASE + 1500)?.startMs).toBe(BASE + 1000);
  });
  it("sorts frames that come in decode order", () => {
    const made = new FootageTrack();
    made.begin(1, BASE, false);
    made.add([0, 3, 1, 2].map((n) => ({ startSeconds: n, durationSeconds: 1, key: n === 0 })));
    expect([0, 1, 2, 3].map((n) => made.frameAt(BASE + n * 1000 + 1)?.startMs)).toEqual(
      [0, 1, 2, 3].map((n) => BASE + n * 1000),
    );
  });
  it("with key frames only, needs the next key to know that one is shown to its end", () => {
    const made = new FootageTrack();
    made.begin(2, BASE, true);
    made.add([0, 2, 4].map((n) => ({ startSeconds: n, durationSeconds: 0.04, key: true })));
    expect(at(made, 3000)).toBe("picture");
    expect(made.keyAt(BASE + 3000)?.startMs).toBe(BASE + 2000);
    expect(at(made, 4500)).toBe("loading");
  });
  it("forgets what lies behind, and everything at a new epoch", () => {
    const made = new FootageTrack();
    made.begin(1, BASE, false);
    made.add(Array.from({ length: 200 }, (_, index) => ({ startSeconds: index, durationSeconds: 1, key: true })));
    made.prune(BASE + 150_500);
    expect(made.frameAt(BASE + 149_000)).toBeNull();
    expect(made.frameAt(BASE + 150_500)?.startMs).toBe(BASE + 150_000);
    made.begin(2, BASE + 5, false);
    expect(made.newest).toBeNull();
    expect(made.epoch).toBe(2);
  });
});
