// Tests of drawn pictures: which one is on the screen at which instant, and that the clock behaves as a media element's.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PICTURES_BYTES_MAX, PictureFeed, picturesOf, type Surface } from "./pictures";

interface Given {
  readonly durationTicks: number;
  readonly bytes: readonly number[];
}

/** A fragment as the server writes it: `moof` with one run, and `mdat`. */
function fragment(ticks: number, samples: readonly Given[]): Uint8Array<ArrayBuffer> {
  const rows = samples.length * 16;
  const moof = 8 + 16 + 8 + 16 + 20 + 20 + rows;
  const payload = samples.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const view = new DataView(new ArrayBuffer(moof + 8 + payload));
  let at = 0;
  const u32 = (value: number) => {
    view.setUint32(at, value);
    at += 4;
  };
  const box = (size: number, type: string) => {
    u32(size);
    for (const letter of type) view.setUint8(at++, letter.charCodeAt(0));
  };
  box(moof, "moof");
  box(16, "mfhd");
  u32(0);
  u32(1);
  box(moof - 24, "traf");
  box(16, "tfhd");
  u32(0x020000);
  u32(1);
  box(20, "tfdt");
  u32(0x01000000);
  u32(0);
  u32(ticks);
  box(20 + rows, "trun");
  u32(0x01000f01);
  u32(samples.length);
  u32(moof + 8);
  for (const { durationTicks, bytes } of samples) {
    u32(durationTicks);
    u32(bytes.length);
    u32(0x02000000);
    u32(0);
  }
  box(8 + payload, "mdat");
  for (const { bytes } of samples) for (const byte of bytes) view.setUint8(at++, byte);
  return new Uint8Array(view.buffer);
}

const picture = (ticks: number, byte: number, durationTicks = 9_000) =>
  fragment(ticks, [{ durationTicks, bytes: [byte] }]);

describe("reading", () => {
  it("gives times and bytes of every sample, and nothing of what is cut off", () => {
    const whole = fragment(90_000, [
      { durationTicks: 9_000, bytes: [1, 2] },
      { durationTicks: 18_000, bytes: [3] },
    ]);
    const read = picturesOf(whole).map(({ start, end, bytes }) => [start, end, [...bytes]]);
    expect(read).toEqual([
      [1, 1.1, [1, 2]],
      [1.1, 1.3, [3]],
    ]);
    for (let length = 0; length < whole.length; length += 1) {
      expect(picturesOf(whole.slice(0, length)).length).toBeLessThan(2);
    }
  });
});

class Drawn implements Surface {
  readonly log: (number | "blank")[] = [];
  readonly torn = new Set<number>();
  draw(bytes: Uint8Array): Promise<boolean> {
    const byte = bytes[0] ?? 0;
    if (!this.torn.has(byte)) this.log.push(byte);
    return Promise.resolve(!this.torn.has(byte));
  }
  blank(): void {
    this.log.push("blank");
  }
  close(): void {}
}

describe("showing", () => {
  let drawn: Drawn;
  let feed: PictureFeed;
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  beforeEach(() => {
    vi.useFakeTimers();
    drawn = new Drawn();
    const video = document.createElement("video");
    feed = new PictureFeed(video, { keepSeconds: 5 }, { failed: () => {} }, drawn, () => Date.now());
  });
  afterEach(() => {
    feed.close();
    vi.useRealTimers();
  });

  it("draws what the clock passes, and stands at the end of what is here", async () => {
    for (const index of [0, 1, 2]) feed.append(picture(index * 9_000, index));
    await feed.play();
    await pass(1_000);
    expect(drawn.log).toEqual([0, 1, 2]);
    expect(feed.currentTime).toBeCloseTo(0.3, 1);
    feed.append(picture(27_000, 3));
    await pass(200);
    expect(drawn.log).toEqual([0, 1, 2, 3]);
  });

  it("is seeking until the picture of that instant is drawn", async () => {
    feed.append(picture(0, 1));
    feed.currentTime = 5;
    await pass(100);
    expect(feed.seeking).toBe(true);
    feed.append(picture(450_000, 7));
    await pass(0);
    expect([feed.seeking, drawn.log.at(-1)]).toEqual([false, 7]);
  });

  it("shows nothing where a picture cannot be decoded", async () => {
    drawn.torn.add(2);
    feed.append(picture(0, 1));
    feed.append(picture(9_000, 2));
    await pass(0);
    feed.currentTime = 0.15;
    await pass(0);
    expect(drawn.log).toEqual([1, "blank"]);
  });

  it("plays at other rates, pauses, and adds offsets", async () => {
    feed.setOffset(10);
    for (let index = 0; index < 10; index += 1) feed.append(picture(index * 9_000, index));
    feed.currentTime = 10;
    feed.playbackRate = 2;
    await feed.play();
    await pass(200);
    feed.pause();
    await pass(500);
    expect(feed.currentTime).toBeCloseTo(10.4, 1);
    expect(feed.paused).toBe(true);
    expect(feed.buffered()).toEqual([{ start: 10, end: expect.closeTo(11, 5) }]);
  });

  it("steps over a hole", async () => {
    feed.append(picture(0, 1));
    feed.append(picture(180_000, 2));
    feed.currentTime = 0.08;
    await pass(0);
    expect(feed.stepOverHole()).toBe(true);
    expect(feed.currentTime).toBeCloseTo(2, 2);
  });

  it("keeps some seconds and some bytes, and the picture on the screen", async () => {
    for (let index = 0; index < 200; index += 1) {
      feed.append(picture(index * 9_000, 1));
      feed.currentTime = index / 10;
    }
    await pass(0);
    expect(feed.buffered()[0]?.start).toBeGreaterThan(14);
    const bytes = Array.from({ length: 1 << 10 }, () => 9);
    feed.clear();
    const large = fragment(0, [{ durationTicks: 9_000, bytes }]);
    expect(PICTURES_BYTES_MAX).toBeGreaterThan(large.byteLength);
    feed.append(large);
    expect(feed.buffered()).toEqual([{ start: 0, end: 0.1 }]);
  });
});
