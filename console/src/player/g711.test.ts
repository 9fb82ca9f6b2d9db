// G.711 against the ends and the middle of its tables.
import { describe, expect, it } from "vitest";
import { expand, isG711 } from "./g711";

describe("G.711", () => {
  // The ends and the middle of ITU-T G.711 tables 1a to 2b, scaled to 16 bits.
  it.each([
    ["ulaw", 0x80, 32_124],
    ["ulaw", 0x00, -32_124],
    ["ulaw", 0xff, 0],
    ["ulaw", 0x7f, 0],
    ["ulaw", 0xef, 132],
    ["alaw", 0xaa, 32_256],
    ["alaw", 0x2a, -32_256],
    ["alaw", 0xd5, 8],
    ["alaw", 0x55, -8],
    ["alaw", 0xc5, 264],
  ] as const)("%s %i", (law, code, expected) => {
    expect((expand(law, Uint8Array.of(code), 0, 1)[0] ?? 0) * 32_768).toBe(expected);
  });

  it("takes channels apart", () => {
    const bytes = Uint8Array.of(0x80, 0x00, 0x80, 0x00, 0x80);
    const [left, right] = [expand("ulaw", bytes, 0, 2), expand("ulaw", bytes, 1, 2)];
    expect([left.length, right.length]).toEqual([2, 2]);
    expect([left[0], right[1]]).toEqual([32_124 / 32_768, -32_124 / 32_768]);
  });

  it("knows its own", () => {
    expect(["ulaw", "alaw", "mp4a.40.2", "avc1.4d401f"].map(isG711)).toEqual([true, true, false, false]);
  });
});
