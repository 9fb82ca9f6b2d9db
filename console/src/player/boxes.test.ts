// Tests of the fragment reader on fragments written here by hand, whole and torn.
// @vitest-environment node
import { describe, expect, it } from "vitest";
import { lengthenLast, samplesOf } from "./boxes";

const u32 = (value: number) => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const box = (type: string, ...body: number[][]): number[] => {
  const flat = body.flat();
  return [...u32(flat.length + 8), ...[...type].map((letter) => letter.charCodeAt(0)), ...flat];
};

function fragment(decodeTicks: number, samples: { duration: number; flags: number; offset: number }[]): number[] {
  const trun = samples.flatMap((sample) => [
    ...u32(sample.duration),
    ...u32(4),
    ...u32(sample.flags),
    ...u32(sample.offset),
  ]);
  return [
    ...box(
      "moof",
      box("mfhd", u32(0), u32(1)),
      box(
        "traf",
        box("tfhd", u32(0x020000), u32(1)),
        box("tfdt", u32(0x01000000), u32(0), u32(decodeTicks)),
        box("trun", u32(0x01000f01), u32(samples.length), u32(0), trun),
      ),
    ),
    ...box("mdat", [1, 2, 3, 4]),
  ];
}

const KEY = 0x02000000;
const DELTA = 0x01010000;

describe("samplesOf", () => {
  it("reads times, keys and signed offsets of every fragment", () => {
    const bytes = new Uint8Array([
      ...fragment(90_000, [
        { duration: 9000, flags: KEY, offset: 0 },
        { duration: 9000, flags: DELTA, offset: 18_000 },
      ]),
      ...fragment(108_000, [{ duration: 4500, flags: DELTA, offset: -9000 >>> 0 }]),
    ]);
    expect(samplesOf(bytes)).toEqual([
      { startSeconds: 1, durationSeconds: 0.1, key: true },
      { startSeconds: 1.3, durationSeconds: 0.1, key: false },
      { startSeconds: 1.1, durationSeconds: 0.05, key: false },
    ]);
  });
  it("uses the header's defaults", () => {
    const bytes = new Uint8Array(
      box(
        "moof",
        box(
          "traf",
          box("tfhd", u32(0x000028), u32(1), u32(3000), u32(DELTA)),
          box("tfdt", u32(0), u32(9000)),
          box("trun", u32(0x000004), u32(2), u32(KEY)),
        ),
      ),
    );
    expect(samplesOf(bytes).map((sample) => [sample.startSeconds * 90_000, sample.key])).toEqual([
      [9000, true],
      [12_000, false],
    ]);
  });
  it("lengthens the last sample of each run, and nothing else", () => {
    const run = new Uint8Array(
      fragment(0, [
        { duration: 3000, flags: KEY, offset: 0 },
        { duration: 3000, flags: DELTA, offset: 0 },
      ]),
    );
    lengthenLast(run, 45_000);
    expect(samplesOf(run).map((sample) => sample.durationSeconds * 90_000)).toEqual([3000, 45_000]);
    const long = new Uint8Array(fragment(0, [{ duration: 90_000, flags: KEY, offset: 0 }]));
    lengthenLast(long, 45_000);
    expect(samplesOf(long)[0]?.durationSeconds).toBe(1);
    const single = new Uint8Array(
      box(
        "moof",
        box(
          "traf",
          box("tfhd", u32(0x000028), u32(1), u32(3000), u32(DELTA)),
          box("tfdt", u32(0), u32(0)),
          box("trun", u32(0), u32(1)),
        ),
      ),
    );
    lengthenLast(single, 45_000);
    expect(samplesOf(single)[0]?.durationSeconds).toBe(0.5);
  });
  it("never throws, whatever is cut or changed", () => {
    const whole = fragment(90_000, [{ duration: 9000, flags: KEY, offset: 0 }]);
    for (let length = 0; length <= whole.length; length += 1) samplesOf(new Uint8Array(whole.slice(0, length)));
    for (let at = 0; at < whole.length; at += 1)
      for (const value of [0, 1, 127, 255]) {
        const changed = new Uint8Array(whole);
        changed[at] = value;
        lengthenLast(changed, 45_000);
        expect(samplesOf(changed).length).toBeLessThanOrEqual(216_000);
      }
  });
});
