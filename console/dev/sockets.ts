// The made-up live and playback sockets: clips looped by the clock, with each camera's faults. Never shipped.
import { type Clip, clip, type Look, message, TICKS_PER_SECOND, timed } from "./clips.ts";
import { gapsOf, hash, KEPT_MS } from "./footage.ts";
import type { Socket } from "./ws.ts";

/** What is wrong with a camera. `refuses`: its view is refused by a rule. */
export type Fault =
  | "none"
  | "no_signal"
  | "credentials"
  | "h265"
  | "stalls"
  | "jitter"
  | "restarts"
  | "uneven"
  | "garbage"
  | "refuses";

function lookOf(camera: string, profile: "main" | "sub"): Look {
  if (profile === "main") return "main";
  return (["sub", "warm", "cold"] as const)[hash(camera) % 3] ?? "sub";
}

function sendInit(socket: Socket, made: Clip, profile: string, codec = made.codec): void {
  socket.text({ type: "init", profile, codec, width: made.width, height: made.height });
  socket.binary(message(1, false, 0, Date.now(), 0n, made.init));
}

const BEGAN = Date.now();

export function live(socket: Socket, camera: string, profile: "main" | "sub", fault: Fault): void {
  const made = clip(lookOf(camera, profile));
  const state = (word: string, detail: string | null = null) =>
    socket.text({ type: "state", state: { word, since_ms: BEGAN - 7 * 60_000, detail } });
  if (fault === "no_signal" || fault === "credentials") {
    state(fault, fault === "no_signal" ? "connection refused" : "RTSP 401");
    return;
  }
  state("recording");
  sendInit(socket, made, profile, fault === "h265" && profile === "main" ? "hvc1.1.6.L93.B0" : made.codec);
  // A camera that restarts begins its media line anew every 20 s.
  const session = (ms: number) => (fault === "restarts" ? Math.floor((ms - BEGAN) / 20_000) : 0);
  const frameMs = 1000 / made.fps;
  const send = (index: number) => {
    const frame = made.frames[((index % made.frames.length) + made.frames.length) % made.frames.length];
    if (!frame) return;
    // An uneven camera sends nine frames in the time of six and then pauses, while each frame claims the usual duration.
    const wallMs = BEGAN + (fault === "uneven" ? Math.floor(index / 9) * 9 + (index % 9) * 0.66 : index) * frameMs;
    if (fault === "uneven") {
      const odd = BigInt(Math.round((wallMs - BEGAN) * 90));
      return socket.binary(message(2, frame.key, index, wallMs, odd, timed(frame, odd)));
    }
    const ticks = BigInt(
      Math.round((index - Math.ceil((session(wallMs) * 20_000) / frameMs)) * (TICKS_PER_SECOND / made.fps)),
    );
    const bytes = timed(frame, ticks);
    // A camera that sends rubbish every eight seconds: the boxes are broken, not only the pictures.
    if (fault === "garbage" && index % (made.fps * 8) === 0) bytes.fill(0xff, 4, 60);
    socket.binary(message(2, frame.key, index, wallMs, ticks, bytes));
  };
  let next = Math.floor((Date.now() - BEGAN) / frameMs);
  while (next > 0 && !made.frames[next % made.frames.length]?.key) next -= 1;
  const timer = setInterval(() => {
    const now = Date.now();
    if (fault === "stalls" && Math.floor(now / 15_000) % 2 === 1) return;
    if (fault === "jitter" && hash(String(Math.floor(now / 40))) % 10 < 6) return;
    // A viewer that does not read is skipped forward to a key frame.
    if (socket.waiting > 4_000_000) return;
    while (BEGAN + next * frameMs <= now) send(next++);
  }, 10);
  socket.onClose(() => clearInterval(timer));
}

interface Play {
  epoch: number;
  at: number;
  until: number;
  base: number;
  keys: boolean;
  acked: number;
  aheadMs: number;
  positioned: boolean;
}

export function playback(socket: Socket, camera: string, profile: "main" | "sub", fault: Fault): void {
  const made = clip(lookOf(camera, profile));
  const groupMs = (made.frames.findIndex((frame, index) => index > 0 && frame.key) / made.fps) * 1000;
  let play: Play | null = null;
  socket.onMessage((command) => {
    if (command.type === "play") {
      const asked = Number(command.at_ms);
      play = {
        epoch: Number(command.epoch),
        at: asked,
        until: Number(command.until_ms ?? Number.POSITIVE_INFINITY),
        base: Number(command.base_ms ?? asked),
        keys: command.keys_only === true,
        acked: asked,
        aheadMs: 20_000 * Math.max(1, Number(command.speed ?? 1)),
        positioned: false,
      };
      pump();
    } else if (command.type === "ack" && play && command.epoch === play.epoch) play.acked = Number(command.wall_ms);
    else if (command.type === "pause") play = null;
  });

  function pump(): void {
    while (play && socket.open && play.at < play.acked + play.aheadMs && socket.waiting < 8_000_000) {
      const endMs = Date.now() - 2000;
      if (play.at >= Math.min(endMs, play.until) || play.at < Date.now() - KEPT_MS) {
        socket.text({ type: "end_of_footage", epoch: play.epoch, at_ms: Math.min(endMs, play.until) });
        play = null;
        return;
      }
      const start = Math.floor(play.at / groupMs) * groupMs;
      const gap = gapsOf(camera, start, start + groupMs)[0];
      if (gap && gap.from_ms <= play.at && play.at < gap.to_ms) {
        socket.text({ type: "gap", epoch: play.epoch, from_ms: play.at, to_ms: gap.to_ms, cause: gap.cause });
        // Footage goes on at the first key frame after the gap.
        play.at = Math.ceil(gap.to_ms / groupMs) * groupMs;
        continue;
      }
      if (!play.positioned) {
        socket.text({ type: "position", epoch: play.epoch, at_ms: start, base_ms: play.base });
        sendInit(socket, made, profile, fault === "h265" && profile === "main" ? "hvc1.1.6.L93.B0" : made.codec);
        play.positioned = true;
      }
      sendGroup(play, start, gap ? gap.from_ms : Number.POSITIVE_INFINITY);
      play.at = gap ? gap.from_ms : start + groupMs;
    }
  }

  function sendGroup(now: Play, start: number, endMs: number): void {
    const frameMs = 1000 / made.fps;
    const groupFrames = Math.round(groupMs / frameMs);
    const groups = made.frames.length / groupFrames;
    const first = (Math.floor(start / groupMs) % groups) * groupFrames;
    const parts: Buffer[] = [];
    const ticksAt = (ms: number) => BigInt(Math.round(((ms - now.base) / 1000) * TICKS_PER_SECOND));
    for (let index = 0; index < (now.keys ? 1 : groupFrames); index += 1) {
      const frame = made.frames[first + index];
      const ms = start + index * frameMs;
      if (frame && ms < endMs) parts.push(timed(frame, ticksAt(ms)));
    }
    if (parts.length > 0) socket.binary(message(2, true, 0, start, ticksAt(start), Buffer.concat(parts)));
  }

  const timer = setInterval(pump, 50);
  socket.onClose(() => clearInterval(timer));
}
