// When pieces of sound are to be heard.
import { describe, expect, it } from "vitest";
import { DRIFT_SECONDS, SoundLine } from "./soundLine";

describe("sound with its picture", () => {
  it("joins pieces without a seam while they stay with the picture, and moves when they do not", () => {
    const line = new SoundLine();
    const piece = (wallMs: number) => ({ wallMs, seconds: 0.5 });
    expect(line.place(piece(1_000), 1_000, 10)).toBe(10);
    // The picture is 50 ms behind where the last piece would have it: too little to be heard.
    expect(line.place(piece(1_500), 1_450, 10.5)).toBe(10.5);
    expect(line.place(piece(2_000), 2_000 - DRIFT_SECONDS * 1_000 - 200, 11)).toBeCloseTo(11.32);
  });

  it("leaves out what is too late or of another place", () => {
    const line = new SoundLine();
    const piece = { wallMs: 1_000, seconds: 0.5 };
    expect(line.place(piece, 1_100, 10)).toBeNull();
    expect(line.place(piece, 1_010, 10)).toBe(10);
    line.restart();
    expect(line.place(piece, 1_000 - 31_000, 10)).toBeNull();
    expect(line.place(piece, 1_000 - 2_000, 10)).toBe(12);
  });
});
