// The made-up picture server behind `WK_MOCK=1 npm run dev`: views, live and playback sockets, timeline, stills.
// Never shipped. Each camera's place in the list decides its faults, so that every state of a tile can be looked at.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type Clip, clip, type Look, message, TICKS_PER_SECOND, timed } from "./clips.ts";
import { gapsOf, hash, KEPT_MS, timelineRow } from "./footage.ts";
import { accept, type Socket } from "./ws.ts";

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

export interface Pictures {
  /** Answers a request of the picture part; `false` when it is not one. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  attach(server: Server): void;
}

interface ViewRow {
  id: string;
  mode: string;
  cameras: string[];
  expires: number;
}

/** `fault` says what is wrong with a camera; `person` whose mark the pictures bear. */
export function pictures(fault: (camera: string) => Fault, person: () => { name: string; account: string }): Pictures {
  const views = new Map<string, ViewRow>();
  const layouts = new Map<string, object>();
  const keepLayout = (id: string, body: object) => {
    const layout = { ...body, id, owner: person() };
    layouts.set(id, layout);
    return layout;
  };
  let entries = 4200;

  const routes: [string, RegExp, (body: Record<string, unknown>, match: RegExpExecArray, url: URL) => unknown][] = [
    [
      "POST",
      /^\/api\/views$/,
      (body) => {
        const view = {
          id: crypto.randomUUID(),
          mode: String(body.mode),
          cameras: body.cameras as string[],
          expires: Date.now() + 15 * 60_000,
        };
        const refused = view.cameras.find((camera) => fault(camera) === "refuses");
        if (refused) {
          return {
            status: 403,
            error: {
              kind: "refused",
              message: "refused",
              article: "guangzhou-2007:16",
              reason: "未经批准，不得查看本摄像机的图像。",
              remedy: "请使用单位负责人批准后再看。",
              code: "not_approved",
            },
          };
        }
        entries += 1;
        views.set(view.id, view);
        return viewJson(view, body, entries);
      },
    ],
    [
      "POST",
      /^\/api\/views\/([^/]+)\/renew$/,
      (body, match) => {
        const view = views.get(match[1] ?? "");
        if (!view) return { status: 404, error: { kind: "not_found", message: "no such view" } };
        view.expires = Date.now() + 15 * 60_000;
        return viewJson(view, body, entries);
      },
    ],
    [
      "POST",
      /^\/api\/views\/([^/]+)\/end$/,
      (_body, match) => {
        views.delete(match[1] ?? "");
        return undefined;
      },
    ],
    [
      "GET",
      /^\/api\/timeline$/,
      (_body, _match, url) => {
        const number = (name: string) => Number(url.searchParams.get(name));
        const cameras = (url.searchParams.get("cameras") ?? "").split(",").filter(Boolean);
        const bucket_ms = number("bucket_ms") || 60_000;
        return {
          bucket_ms,
          rows: cameras.map((camera) => timelineRow(camera, number("from_ms"), number("to_ms"), bucket_ms, Date.now())),
        };
      },
    ],
    ["GET", /^\/api\/layouts$/, () => [...layouts.values()]],
    ["POST", /^\/api\/layouts$/, (body) => keepLayout(crypto.randomUUID(), body)],
    ["PUT", /^\/api\/layouts\/([^/]+)$/, (body, match) => keepLayout(match[1] ?? "", body)],
    [
      "DELETE",
      /^\/api\/layouts\/([^/]+)$/,
      (_body, match) => {
        layouts.delete(match[1] ?? "");
        return undefined;
      },
    ],
    [
      "POST",
      /^\/api\/stills$/,
      (body) => {
        entries += 1;
        return {
          entry: { log: "access", index: entries },
          file_name: `still-${String(body.camera_id).slice(0, 8)}-${body.at_ms}.png`,
          mark_text: `${person().name} · ${person().account} · #${entries}`,
        };
      },
    ],
  ];

  function viewJson(view: ViewRow, body: Record<string, unknown>, index: number) {
    return {
      id: view.id,
      entry: { log: "access", index },
      mode: view.mode,
      cameras: view.cameras,
      from_ms: body.from_ms ?? null,
      to_ms: body.to_ms ?? null,
      expires_ms: view.expires,
      mark: { ...person(), started_ms: Date.now() },
    };
  }

  return {
    handle(request, response) {
      const url = new URL(request.url ?? "/", "http://localhost");
      for (const [method, pattern, answer] of routes) {
        const match = pattern.exec(url.pathname);
        if (!match || request.method !== method) continue;
        let text = "";
        request.on("data", (chunk) => {
          text += chunk;
        });
        request.on("end", () => {
          const result = answer(text ? JSON.parse(text) : {}, match, url) as
            | { status?: number; error?: object }
            | undefined;
          response.statusCode = result === undefined ? 204 : (result.status ?? (method === "POST" ? 201 : 200));
          response.setHeader("Content-Type", "application/json");
          response.end(
            result === undefined ? undefined : JSON.stringify(result.error ? { error: result.error } : result),
          );
        });
        return true;
      }
      return false;
    },
    attach(server) {
      server.on("upgrade", (request: IncomingMessage, stream: Duplex) => {
        const url = new URL(request.url ?? "/", "http://localhost");
        const match = /^\/api\/views\/([^/]+)\/(live|playback)$/.exec(url.pathname);
        if (!match) return;
        const camera = url.searchParams.get("camera") ?? "";
        if (!views.get(match[1] ?? "")?.cameras.includes(camera)) return stream.destroy();
        const profile = url.searchParams.get("profile") === "sub" ? "sub" : "main";
        const socket = accept(request, stream);
        if (match[2] === "live") live(socket, camera, profile, fault(camera));
        else playback(socket, camera, profile, fault(camera));
      });
    },
  };
}

function lookOf(camera: string, profile: "main" | "sub"): Look {
  if (profile === "main") return "main";
  return (["sub", "warm", "cold"] as const)[hash(camera) % 3] ?? "sub";
}

function sendInit(socket: Socket, made: Clip, profile: string, codec = made.codec): void {
  socket.text({ type: "init", profile, codec, width: made.width, height: made.height });
  socket.binary(message(1, false, 0, Date.now(), 0n, made.init));
}

const BEGAN = Date.now();

function live(socket: Socket, camera: string, profile: "main" | "sub", fault: Fault): void {
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

function playback(socket: Socket, camera: string, profile: "main" | "sub", fault: Fault): void {
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
