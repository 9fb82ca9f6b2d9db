// What an init segment of sound says: rate, channels, and of AAC its configuration (ISO/IEC 14496-12 §12.2.3).
//
// Reads what the server writes; anything else is `null`, never an exception.

import { boxes } from "./boxes";

export interface SoundFormat {
  readonly rate: number;
  readonly channels: number;
  /** The AudioSpecificConfig of AAC; empty for G.711. */
  readonly config: Uint8Array<ArrayBuffer>;
}

const PATH = ["moov", "trak", "mdia", "minf", "stbl", "stsd"];
/** Where the configuration begins in the body of our `esds`, and what follows it. */
const CONFIG_AT = 26;
const BEHIND_CONFIG = 3;

export function soundFormat(bytes: Uint8Array<ArrayBuffer>): SoundFormat | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    let [from, to] = [0, view.byteLength];
    for (const type of PATH) {
      const found = [...boxes(view, from, to)].find((box) => box.type === type);
      if (!found) return null;
      [from, to] = [found.start, found.end];
    }
    // stsd: version, flags, count; then the one entry.
    const [entry] = boxes(view, from + 8, to);
    if (!entry) return null;
    const channels = view.getUint16(entry.start + 16);
    const rate = view.getUint32(entry.start + 24) >>> 16;
    if (channels < 1 || rate < 1) return null;
    const none = { rate, channels, config: new Uint8Array() };
    if (entry.type !== "mp4a") return none;
    const esds = [...boxes(view, entry.start + 28, entry.end)].find((box) => box.type === "esds");
    if (!esds) return null;
    return { ...none, config: bytes.slice(esds.start + CONFIG_AT, esds.end - BEHIND_CONFIG) };
  } catch (error) {
    // A length inside a box pointed outside it.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
