// Reads the timing of the samples in one fragmented MP4 message: for stepping by frames, for knowing what a
// key-frame-only message holds, and for the age of the newest frame.
//
// It reads `moof` only and never looks at pictures. Invariants: any bytes are read without throwing, torn or foreign
// boxes end the list early; nothing but a sample's duration is ever written.

import { TICKS_PER_SECOND } from "./parser";

export interface Sample {
  /** Presentation time in seconds on the message's own media line. */
  readonly startSeconds: number;
  readonly durationSeconds: number;
  readonly key: boolean;
}

/** More samples than this in one message is not a camera: one hour at 60 frames a second. */
const SAMPLES_MAX = 216_000;

interface Box {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** ISO/IEC 14496-12 §4.2: u32 size, four characters; size 1 means a u64 follows, 0 means to the end. */
export function* boxes(view: DataView, from: number, to: number): Generator<Box> {
  let at = from;
  while (at + 8 <= to) {
    let size = view.getUint32(at);
    let header = 8;
    if (size === 1) {
      if (at + 16 > to) return;
      size = Number(view.getBigUint64(at + 8));
      header = 16;
    } else if (size === 0) {
      size = to - at;
    }
    if (size < header || at + size > to) return;
    const type = String.fromCharCode(
      view.getUint8(at + 4),
      view.getUint8(at + 5),
      view.getUint8(at + 6),
      view.getUint8(at + 7),
    );
    yield { type, start: at + header, end: at + size };
    at += size;
  }
}

/** The samples of every `moof` in the bytes, in decode order. */
export function samplesOf(bytes: Uint8Array): Sample[] {
  return read(bytes).samples;
}

/**
 * Makes the last sample of each run last at least `ticksMin`, in place. Returns the number of samples: bytes without any
 * are no fragment, and appending them would break the media source.
 *
 * The last duration of a run is a guess, for the next frame has not come yet. Media Source Extensions take a step of more
 * than twice the last duration for a break and drop everything up to the next key frame (Coded Frame Processing,
 * step 1.6); a duration that is too long is harmless, since the next frame replaces its rest.
 */
export function lengthenLast(bytes: Uint8Array, ticksMin: number): number {
  const { view, samples, lastDurations } = read(bytes);
  for (const at of lastDurations) if (view.getUint32(at) < ticksMin) view.setUint32(at, ticksMin);
  return samples.length;
}

interface Reading {
  readonly view: DataView;
  readonly samples: Sample[];
  /** Where the duration of each run's last sample is written. */
  readonly lastDurations: number[];
}

function read(bytes: Uint8Array): Reading {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reading: Reading = { view, samples: [], lastDurations: [] };
  try {
    for (const top of boxes(view, 0, view.byteLength)) {
      if (top.type !== "moof") continue;
      for (const part of boxes(view, top.start, top.end)) if (part.type === "traf") readTraf(reading, part);
    }
  } catch (error) {
    // A length inside a box pointed outside it (RangeError of DataView): what was read so far stands.
    if (!(error instanceof RangeError)) throw error;
  }
  return reading;
}

interface Defaults {
  duration: number;
  durationAt: number | null;
  flags: number;
  decodeTicks: number;
}

function readTraf(reading: Reading, traf: Box): void {
  const { view } = reading;
  const defaults: Defaults = { duration: 0, durationAt: null, flags: 0, decodeTicks: 0 };
  for (const box of boxes(view, traf.start, traf.end)) {
    if (box.type === "tfhd") readTfhd(view, box, defaults);
    else if (box.type === "tfdt") {
      const wide = view.getUint8(box.start) === 1;
      defaults.decodeTicks = wide ? Number(view.getBigUint64(box.start + 4)) : view.getUint32(box.start + 4);
    } else if (box.type === "trun") readTrun(reading, box, defaults);
  }
}

/** ISO/IEC 14496-12 §8.8.7. */
function readTfhd(view: DataView, box: Box, defaults: Defaults): void {
  const flags = view.getUint32(box.start) & 0xffffff;
  let at = box.start + 8;
  if (flags & 0x01) at += 8; // base-data-offset
  if (flags & 0x02) at += 4; // sample-description-index
  if (flags & 0x08) {
    defaults.duration = view.getUint32(at);
    defaults.durationAt = at;
    at += 4;
  }
  if (flags & 0x10) at += 4; // default-sample-size
  if (flags & 0x20) defaults.flags = view.getUint32(at);
}

/** ISO/IEC 14496-12 §8.8.8; version 1 has signed composition offsets. */
function readTrun({ view, samples, lastDurations }: Reading, box: Box, defaults: Defaults): void {
  const version = view.getUint8(box.start);
  const flags = view.getUint32(box.start) & 0xffffff;
  const count = Math.min(view.getUint32(box.start + 4), SAMPLES_MAX);
  let at = box.start + 8;
  if (flags & 0x01) at += 4; // data-offset
  let firstFlags: number | null = null;
  if (flags & 0x04) {
    firstFlags = view.getUint32(at);
    at += 4;
  }
  const width = (flags & 0x100 ? 4 : 0) + (flags & 0x200 ? 4 : 0) + (flags & 0x400 ? 4 : 0) + (flags & 0x800 ? 4 : 0);
  if (count === 1 && !(flags & 0x100) && defaults.durationAt !== null) lastDurations.push(defaults.durationAt);
  for (let index = 0; index < count; index += 1) {
    if (at + width > box.end) return;
    if (index === count - 1 && flags & 0x100) lastDurations.push(at);
    let duration = defaults.duration;
    let sampleFlags = index === 0 && firstFlags !== null ? firstFlags : defaults.flags;
    let offset = 0;
    if (flags & 0x100) {
      duration = view.getUint32(at);
      at += 4;
    }
    if (flags & 0x200) at += 4; // size
    if (flags & 0x400) {
      sampleFlags = view.getUint32(at);
      at += 4;
    }
    if (flags & 0x800) {
      offset = version === 0 ? view.getUint32(at) : view.getInt32(at);
      at += 4;
    }
    samples.push({
      startSeconds: (defaults.decodeTicks + offset) / TICKS_PER_SECOND,
      durationSeconds: duration / TICKS_PER_SECOND,
      key: (sampleFlags & 0x1_0000) === 0, // sample_is_non_sync_sample, §8.8.3.1
    });
    defaults.decodeTicks += duration;
  }
}
