// The made-up picture server behind `WK_MOCK=1 npx vite --config dev/vite.pictures.ts`: views, layouts, timeline, stills, and
// the way to the sockets. Never shipped. Decides nothing; keeps what it is told until it ends.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { timelineRow } from "./footage.ts";
import { type Fault, live, playback } from "./sockets.ts";
import { accept } from "./ws.ts";

export type { Fault } from "./sockets.ts";

type Body = Record<string, unknown>;
type Route = [method: string, path: RegExp, answer: (body: Body, id: string, url: URL) => unknown];

interface ViewRow {
  id: string;
  mode: string;
  cameras: string[];
  from_ms: unknown;
  to_ms: unknown;
  index: number;
}

class Refused extends Error {
  readonly status: number;
  readonly body: object;
  constructor(status: number, body: object) {
    super("refused");
    this.status = status;
    this.body = body;
  }
}

const VIEW_MS = 15 * 60_000;

/** `fault` says what is wrong with a camera; `person` whose mark the pictures bear. */
export class Pictures {
  private readonly fault: (camera: string) => Fault;
  private readonly person: () => { id: string; name: string; account: string };
  private readonly views = new Map<string, ViewRow>();
  private readonly layouts = new Map<string, object>();
  private entries = 4200;
  private readonly routes: Route[];

  constructor(fault: (camera: string) => Fault, person: () => { id: string; name: string; account: string }) {
    this.fault = fault;
    this.person = person;
    this.routes = [
      ["POST", /^\/api\/views$/, (body) => this.open(body)],
      ["POST", /^\/api\/views\/([^/]+)\/renew$/, (_body, id) => this.shape(this.views.get(id))],
      ["POST", /^\/api\/views\/([^/]+)\/end$/, (_body, id) => this.views.delete(id) && undefined],
      ["GET", /^\/api\/timeline$/, (_body, _id, url) => timeline(url)],
      ["GET", /^\/api\/layouts$/, () => [...this.layouts.values()]],
      ["POST", /^\/api\/layouts$/, (body) => this.keep(crypto.randomUUID(), body)],
      ["PUT", /^\/api\/layouts\/([^/]+)$/, (body, id) => this.keep(id, body)],
      ["DELETE", /^\/api\/layouts\/([^/]+)$/, (_body, id) => this.layouts.delete(id) && undefined],
      ["POST", /^\/api\/stills$/, (body) => this.still(body)],
    ];
  }

  /** Answers a request of the picture part; `false` when it is not one. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? "/", "http://localhost");
    for (const [method, path, answer] of this.routes) {
      const match = path.exec(url.pathname);
      if (!match || request.method !== method) continue;
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => reply(response, method, () => answer(text ? JSON.parse(text) : {}, match[1] ?? "", url)));
      return true;
    }
    return false;
  }

  attach(server: Server): void {
    server.on("upgrade", (request: IncomingMessage, stream: Duplex) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      const match = /^\/api\/views\/([^/]+)\/(live|playback)$/.exec(url.pathname);
      if (!match) return;
      const camera = url.searchParams.get("camera") ?? "";
      if (!this.views.get(match[1] ?? "")?.cameras.includes(camera)) {
        stream.destroy();
        return;
      }
      const profile = url.searchParams.get("profile") === "sub" ? "sub" : "main";
      const socket = accept(request, stream);
      if (match[2] === "live") live(socket, camera, profile, this.fault(camera));
      else playback(socket, camera, profile, this.fault(camera));
    });
  }

  private open(body: Body): object {
    const cameras = body.cameras as string[];
    if (cameras.some((camera) => this.fault(camera) === "refuses"))
      throw new Refused(403, {
        kind: "refused",
        message: "refused",
        article: "guangzhou-2007:16",
        reason: "未经批准，不得查看本摄像机的图像。",
        remedy: "请使用单位负责人批准后再看。",
        code: "not_approved",
      });
    this.entries += 1;
    const { from_ms = null, to_ms = null } = body;
    const view = { id: crypto.randomUUID(), mode: String(body.mode), cameras, from_ms, to_ms, index: this.entries };
    this.views.set(view.id, view);
    return this.shape(view);
  }

  private shape(view: ViewRow | undefined): object {
    if (!view) throw new Refused(404, { kind: "not_found", message: "no such view" });
    const { index, ...rest } = view;
    const { name, account } = this.person();
    const mark = { name, account, session: "DEADBEEF", started_ms: Date.now() };
    return { ...rest, entry: { log: "access", index }, expires_ms: Date.now() + VIEW_MS, mark };
  }

  private keep(id: string, body: Body): object {
    const layout = { ...body, id, owner: this.person().id };
    this.layouts.set(id, layout);
    return layout;
  }

  private still(body: Body): object {
    this.entries += 1;
    const { name, account } = this.person();
    return {
      entry: { log: "access", index: this.entries },
      file_name: `still-${String(body.camera_id).slice(0, 8)}-${body.at_ms}.png`,
      mark_text: `${name} · ${account} · #${this.entries}`,
    };
  }
}

function timeline(url: URL): object {
  const number = (name: string) => Number(url.searchParams.get(name));
  const cameras = (url.searchParams.get("cameras") ?? "").split(",").filter(Boolean);
  const bucket_ms = number("bucket_ms") || 60_000;
  const [from, to] = [number("from_ms"), number("to_ms")];
  return { bucket_ms, rows: cameras.map((camera) => timelineRow(camera, from, to, bucket_ms, Date.now())) };
}

function reply(response: ServerResponse, method: string, answer: () => unknown): void {
  response.setHeader("Content-Type", "application/json");
  try {
    const result = answer();
    response.statusCode = result === undefined ? 204 : method === "POST" ? 201 : 200;
    response.end(result === undefined ? undefined : JSON.stringify(result));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    response.statusCode = error.status;
    response.end(JSON.stringify({ error: error.body }));
  }
}
