// Init segments built box by box, and torn at every byte.
import { describe, expect, it } from "vitest";
import { soundFormat } from "./soundFormat";

/** A box of these parts (ISO/IEC 14496-12 §4.2). */
function box(type: string, ...parts: number[][]): number[] {
  const body = parts.flat();
  const size = body.length + 8;
  return [
    size >>> 24,
    (size >>> 16) & 255,
    (size >>> 8) & 255,
    size & 255,
    ...[...type].map((c) => c.charCodeAt(0)),
    ...body,
  ];
}

const zeros = (count: number) => Array<number>(count).fill(0);
/** Channels and rate of an AudioSampleEntry, as `init` writes it. */
const entry = (channels: number, rate: number) => [
  ...[0, 0, 0, 0, 0, 0, 0, 1, ...zeros(8), 0, channels, 0, 16, ...zeros(4)],
  ...[rate >> 8, rate & 255, 0, 0],
];
const init = (sample: number[]) => {
  const stsd = box("stsd", [0, 0, 0, 0, 0, 0, 0, 1], sample);
  const moov = box("moov", box("trak", box("mdia", box("minf", box("stbl", stsd)))));
  return Uint8Array.from([...box("ftyp", [1, 2, 3, 4]), ...moov]);
};

describe("what an init segment says of sound", () => {
  it("G.711", () => {
    expect(soundFormat(init(box("alaw", entry(1, 8_000))))).toEqual({
      rate: 8_000,
      channels: 1,
      config: new Uint8Array(),
    });
  });

  it("AAC, with its configuration", () => {
    const descriptors = [...[3, 25, 0, 0, 0, 4, 17, 0x40, 0x15], ...zeros(11), ...[5, 2, 0x14, 0x08, 6, 1, 2]];
    const esds = box("esds", zeros(4), descriptors);
    const found = soundFormat(init(box("mp4a", entry(2, 48_000), esds)));
    expect(found).toEqual({ rate: 48_000, channels: 2, config: Uint8Array.of(0x14, 0x08) });
  });

  it("nothing, of bytes that are none", () => {
    const whole = init(box("alaw", entry(1, 8_000)));
    for (let end = 0; end < whole.length; end += 1) expect(soundFormat(whole.slice(0, end))).toBeNull();
    expect(soundFormat(init(box("alaw", entry(0, 8_000))))).toBeNull();
    expect(soundFormat(init(box("mp4a", entry(1, 8_000))))).toBeNull();
  });
});
