// Clips for the made-up pictures: made once by ffmpeg, read back as an init segment and one fragment per frame.
// Never shipped. The pictures carry a running counter, so that one sees whether they move and whether cameras are in step.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ClipFrame {
  /** moof and mdat of one frame. */
  bytes: Buffer;
  /** Where the 64-bit decode time lies in `bytes`. */
  timeAt: number;
  key: boolean;
}

export interface Clip {
  codec: string;
  width: number;
  height: number;
  fps: number;
  init: Buffer;
  frames: ClipFrame[];
}

export const TICKS_PER_SECOND = 90_000;
const SECONDS = 60;

/** What each made-up camera shows; the last number shifts its colour. */
const LOOKS = [
  ["main", 1280, 720, 25, 50, 0],
  ["sub", 640, 360, 25, 25, 0],
  ["warm", 640, 360, 15, 30, 40],
  ["cold", 640, 480, 12, 24, 150],
] as const;
export type Look = (typeof LOOKS)[number][0];

const folder = join(process.env.WATCHKEEPER_CACHE ?? join(tmpdir(), "watchkeeper-console"), "pictures-v1");
const loaded = new Map<Look, Clip>();

export function clip(look: Look): Clip {
  const have = loaded.get(look);
  if (have) return have;
  const found = LOOKS.find(([name]) => name === look);
  if (!found) throw new Error(`no such clip: ${look}`);
  const [name, width, height, fps, group, hue] = found;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.mp4`);
  if (!existsSync(file)) {
    const half = `${file}.part.mp4`;
    execFileSync("ffmpeg", [
      ..."-hide_banner -loglevel error -y -f lavfi -i".split(" "),
      `testsrc2=size=${width}x${height}:rate=${fps},hue=h=${hue}:s=0.55`,
      ...`-t ${SECONDS} -c:v libx264 -preset veryfast -profile:v main -bf 0 -g ${group} -keyint_min ${group} -sc_threshold 0`.split(
        " ",
      ),
      ..."-pix_fmt yuv420p -b:v 900k -maxrate 1200k -bufsize 1800k -video_track_timescale 90000".split(" "),
      ..."-movflags frag_every_frame+empty_moov+default_base_moof".split(" "),
      half,
    ]);
    renameSync(half, file);
  }
  const read = readClip(readFileSync(file), width, height, fps);
  loaded.set(look, read);
  return read;
}

function readClip(file: Buffer, width: number, height: number, fps: number): Clip {
  const frames: ClipFrame[] = [];
  let initEnd = 0;
  for (let at = 0; at + 8 <= file.length; ) {
    const size = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    if (type === "moov") initEnd = at + size;
    if (type === "moof") {
      const bytes = Buffer.from(file.subarray(at, at + size + file.readUInt32BE(at + size)));
      frames.push({ bytes, timeAt: bytes.indexOf("tfdt") + 8, key: isKey(bytes) });
    }
    at += size;
  }
  const init = Buffer.from(file.subarray(0, initEnd));
  const config = init.indexOf("avcC") + 5;
  return { codec: `avc1.${init.toString("hex", config, config + 3)}`, width, height, fps, init, frames };
}

/** NAL type 5 anywhere in the frame's length-prefixed units: an IDR picture. */
function isKey(bytes: Buffer): boolean {
  const end = bytes.length;
  for (let at = bytes.indexOf("mdat") + 4; at + 5 <= end; at += 4 + bytes.readUInt32BE(at)) {
    if ((bytes.readUInt8(at + 4) & 31) === 5) return true;
  }
  return false;
}

/** One frame's bytes with another decode time. */
export function timed(frame: ClipFrame, ticks: bigint): Buffer {
  const bytes = Buffer.from(frame.bytes);
  bytes.writeBigUInt64BE(ticks < 0n ? 0n : ticks, frame.timeAt);
  return bytes;
}

/** The header before the MP4 bytes: u8 type, u8 flags, u16 0, u32 sequence, i64 wall µs, i64 ticks; big endian. */
export function message(
  type: 1 | 2,
  key: boolean,
  sequence: number,
  wallMs: number,
  ticks: bigint,
  body: Buffer,
): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt8(type, 0);
  head.writeUInt8(key ? 1 : 0, 1);
  head.writeUInt32BE(sequence >>> 0, 4);
  head.writeBigInt64BE(BigInt(Math.round(wallMs * 1000)), 8);
  head.writeBigInt64BE(ticks, 16);
  return Buffer.concat([head, body]);
}
