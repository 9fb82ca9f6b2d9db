// Tests of the live line: joins, duplicates, restarts, profile changes.
// @vitest-environment node
import { describe, expect, it } from "vitest";
import { LiveLine, type Placed } from "./line";

const T = 1_795_000_000_000;
const unit = (wall: number, mediaSeconds: number, key = false) => ({ wallMs: T + wall * 1000, mediaSeconds, key });
const at = (placed: Placed) => (placed.use === "append" ? Math.round(placed.lineSeconds * 1000) / 1000 : "drop");

describe("LiveLine", () => {
  it("begins at a key frame and keeps one offset in spite of wall jitter", () => {
    const line = new LiveLine();
    expect(at(line.place(unit(0, 7.9)))).toBe("drop");
    expect(line.place(unit(0, 8, true))).toEqual({
      use: "append",
      lineSeconds: 60,
      offsetSeconds: 52,
      offsetChanged: true,
    });
    expect(line.place(unit(0.05, 8.04))).toEqual({
      use: "append",
      lineSeconds: 60.04,
      offsetSeconds: 52,
      offsetChanged: false,
    });
    expect(at(line.place(unit(0.07, 8.08)))).toBe(60.08);
    expect(line.wallMsAt(60.04)).toBeCloseTo(T + 30, 5);
  });
  it("drops what a new connection sends again and goes on", () => {
    const line = new LiveLine();
    line.place(unit(0, 10, true));
    line.place(unit(1, 11));
    line.resume();
    expect(at(line.place(unit(0, 10, true)))).toBe("drop");
    expect(at(line.place(unit(1, 11)))).toBe("drop");
    expect(at(line.place(unit(1.04, 11.04)))).toBe(61.04);
  });
  it("places a later key frame after a loss with the hole kept", () => {
    const line = new LiveLine();
    line.place(unit(0, 10, true));
    line.resume();
    expect(at(line.place(unit(9, 19, true)))).toBe(69);
  });
  it("a camera that begins again from zero goes forward by wall time", () => {
    const line = new LiveLine();
    line.place(unit(0, 500, true));
    expect(at(line.place(unit(6.5, 0.5)))).toBe("drop");
    expect(at(line.place(unit(7, 1)))).toBe("drop");
    expect(at(line.place(unit(8, 2, true)))).toBe(68);
    expect(at(line.place(unit(8.04, 2.04)))).toBe(68.04);
  });
  it("never goes back when the wall clock does", () => {
    const line = new LiveLine();
    line.place(unit(0, 10, true));
    line.place(unit(5, 15));
    expect(at(line.place(unit(-100, 15.04, true)))).toBe(65.05);
    expect(at(line.place(unit(-99.96, 15.08)))).toBe(65.09);
  });
  it("another stream may overlap", () => {
    const line = new LiveLine();
    line.place(unit(0, 10, true));
    line.place(unit(5, 15));
    line.newStream();
    expect(at(line.place(unit(4, 700)))).toBe("drop");
    expect(at(line.place(unit(3, 699, true)))).toBe(63);
    expect(at(line.place(unit(3.04, 699.04)))).toBe(63.04);
  });
  it("after a restart the base is new", () => {
    const line = new LiveLine();
    line.place(unit(0, 10, true));
    line.restart();
    expect(at(line.place(unit(50, 60)))).toBe("drop");
    expect(at(line.place(unit(51, 61, true)))).toBe(60);
  });
});
