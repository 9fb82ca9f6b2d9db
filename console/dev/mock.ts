// A made-up API for looking at pages without a server: `WK_MOCK=1 npm run dev`. Never shipped; decides nothing; keeps nothing.
// `?as=nobody|new|viewer|auditor|fresh` on the sign-in account shows other people's consoles.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import type { Me } from "../src/api/types.ts";
import { availability, gapsBetween, outages } from "./mockCompleteness.ts";
import * as data from "./mockData.ts";
import { accessProof, footageProof, keys } from "./mockLedger.ts";

type Handler = (context: { url: URL; body: Record<string, unknown>; part: string[] }) => unknown;
class Fail {
  readonly status: number;
  readonly error: Record<string, unknown>;
  constructor(status: number, error: Record<string, unknown>) {
    this.status = status;
    this.error = error;
  }
}

let signedIn: Me | null = process.env.WK_MOCK === "nobody" ? null : data.me;
let empty = process.env.WK_MOCK === "fresh";

function peopleLike(account: string): Me {
  const rights = {
    live: false,
    playback: false,
    export: false,
    cameras: false,
    people: false,
    standings: false,
    ledger: false,
    health: false,
    gaps: false,
    supervision: false,
    orders: false,
    portal: false,
  };
  const unit = data.units[0] as Me["posts"][0]["unit"];
  empty = account === "fresh";
  if (account === "viewer") return { ...data.me, posts: [{ role: "viewer", unit }], rights: { ...rights, live: true } };
  if (account === "auditor")
    return {
      ...data.me,
      posts: [{ role: "auditor", unit }],
      rights: { ...rights, ledger: true, health: true, gaps: true, supervision: false, orders: false },
    };
  if (account === "new") return { ...data.me, must_change_password: true };
  return data.me;
}

const page = <T>(rows: T[], url: URL, size = 100) => {
  const from = Number(url.searchParams.get("cursor") ?? 0);
  return { rows: rows.slice(from, from + size), next_cursor: from + size < rows.length ? String(from + size) : null };
};
const one = <T extends { id: string }>(rows: T[], wanted: string | undefined): T => {
  const found = rows.find((row) => row.id === wanted);
  if (!found) throw new Fail(404, { kind: "not_found", message: "not found" });
  return found;
};
const secret = "K7QX-4MNP-92HD-WTRA";

const routes: [string, RegExp, Handler][] = [
  ["GET", /^\/api\/health$/, () => ({ status: "ok", version: "0.1.0", unit_name: "临江市滨湖公园管理处", demo: true })],
  ["GET", /^\/api\/sign-in$/, () => ({ passkey_host: "localhost", root_sha256: null, providers: [] })],
  ["GET", /^\/api\/me\/identities$/, () => ({ identities: [], providers: [] })],
  ["GET", /^\/api\/people\/[^/]+\/identities$/, () => ({ identities: [], providers: [] })],
  ["GET", /^\/api\/me\/passkeys$/, () => ({ passkeys: [], host: "localhost" })],
  [
    "POST",
    /^\/api\/sign-in$/,
    ({ body }) => {
      if (body.password === "wrong")
        throw new Fail(401, { kind: "unauthenticated", code: "bad_credentials", message: "" });
      if (body.password === "locked")
        throw new Fail(429, { kind: "busy", code: "locked", message: "", retry_after_ms: 900_000 });
      if (body.account === "totp" && !body.totp)
        throw new Fail(401, { kind: "unauthenticated", code: "totp_required", message: "" });
      signedIn = peopleLike(String(body.account));
      return signedIn;
    },
  ],
  [
    "POST",
    /^\/api\/sign-out$/,
    () => {
      signedIn = null;
    },
  ],
  ["GET", /^\/api\/me$/, () => signedIn],
  ["PATCH", /^\/api\/me$/, () => signedIn],
  [
    "POST",
    /^\/api\/me\/password$/,
    () => {
      if (signedIn) signedIn = { ...signedIn, must_change_password: false };
    },
  ],
  [
    "POST",
    /^\/api\/me\/totp$/,
    () => ({
      secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
      otpauth_url: "otpauth://totp/Watchkeeper:wang.min?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Watchkeeper",
    }),
  ],
  [
    "POST",
    /^\/api\/me\/totp\/confirm$/,
    ({ body }) => {
      if (body.code === "000000") throw new Fail(400, { kind: "invalid", field: "code", message: "wrong code" });
      if (signedIn) signedIn = { ...signedIn, totp: true };
    },
  ],
  [
    "DELETE",
    /^\/api\/me\/totp$/,
    () => {
      if (signedIn) signedIn = { ...signedIn, totp: false };
    },
  ],
  [
    "GET",
    /^\/api\/me\/sessions$/,
    () => [
      {
        id: data.me.session.id,
        created_ms: data.now() - 3e6,
        last_seen_ms: data.now(),
        expires_ms: data.now() + 3.6e7,
        agent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36",
        place: "10.20.1.37",
        current: true,
      },
      {
        id: "x2",
        created_ms: data.now() - 8e7,
        last_seen_ms: data.now() - 6e7,
        expires_ms: data.now() + 1e7,
        agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/155.0 Safari/537.36 Edg/155.0",
        place: "10.20.1.112",
        current: false,
      },
    ],
  ],
  [
    "GET",
    /^\/api\/state$/,
    () => ({
      now_ms: data.now(),
      utc_offset_min: 480,
      takeovers: [],
      alarms: { open: 0, high: 0 },
      unread_reminders: 0,
      clips_for_me: 0,
      recording: empty ? { ok: 0, total: 0 } : { ok: 8, total: 11 },
      gaps_today: empty ? { count: 0, unjustified: 0 } : { count: 7, unjustified: 3 },
      kept: { days: empty ? 0 : 31.2, floor_days: 30 },
      ledger: {
        footage: { size: 20_912, checkpoint_ms: data.now() - 12_000 },
        access: { size: 1291, checkpoint_ms: data.now() - 40_000 },
        witnessed: "none",
      },
      disk: { used_bytes: 3.1e12, free_bytes: 0.9e12, horizon_days: 5.4 },
      demo: true,
      unit_name: "临江市滨湖公园管理处",
    }),
  ],
  ["GET", /^\/api\/units$/, () => data.units],
  ["GET", /^\/api\/groups$/, () => data.groups],
  [
    "POST",
    /^\/api\/groups$/,
    ({ body }) => {
      const group = { id: `g${Date.now()}`, ...body } as (typeof data.groups)[0];
      data.groups.push(group);
      return group;
    },
  ],
  [
    "GET",
    /^\/api\/cameras$/,
    ({ url }) => {
      const query = url.searchParams.get("query") ?? "";
      const asked = Object.fromEntries(url.searchParams);
      const ids = asked.ids?.split(",");
      const cameras = empty
        ? []
        : data.cameras.filter(
            (c) =>
              (c.name + c.place).includes(query) &&
              (!asked.group || c.group_id === asked.group) &&
              (!asked.unit || c.unit_id === asked.unit) &&
              (!asked.record || c.point_id === asked.record) &&
              (asked.direct !== "true" || asked.group || !c.group_id) &&
              (!ids || ids.includes(c.id)) &&
              (asked.enabled === undefined || String(c.enabled) === asked.enabled),
          );
      const shown = cameras.slice(0, Number(asked.limit ?? 200));
      return { cameras: shown, next_cursor: null, total: cameras.length };
    },
  ],
  [
    "GET",
    /^\/api\/cameras\/counts$/,
    ({ url }) => {
      const query = url.searchParams.get("query") ?? "";
      const counts: { unit_id: string; group_id: string | null; cameras: number }[] = [];
      for (const camera of data.cameras.filter((c) => (c.name + c.place).includes(query))) {
        const [unit_id, group_id] = [camera.unit_id, camera.group_id ?? null];
        const same = counts.find((one) => one.unit_id === unit_id && one.group_id === group_id);
        if (same) same.cameras += 1;
        else counts.push({ unit_id, group_id, cameras: 1 });
      }
      return { counts, total: counts.reduce((sum, one) => sum + one.cameras, 0) };
    },
  ],
  [
    "POST",
    /^\/api\/cameras\/probe$/,
    async ({ body }) => {
      await new Promise((resolve) => setTimeout(resolve, 900));
      if (String(body.url).includes("bad"))
        return {
          ok: false,
          warnings: [],
          error: { cause: "network", message: "connect 10.20.3.99:554: connection refused" },
        };
      return {
        ok: true,
        codec: "H.264",
        width: 2560,
        height: 1440,
        fps: 25,
        kbps: 4100,
        key_interval_ms: 2000,
        clock_offset_ms: 3480,
        audio: true,
        browser_playable: true,
        warnings: ["clock_off"],
      };
    },
  ],
  ["POST", /^\/api\/cameras$/, ({ body }) => ({ ...data.cameras[0], id: "new", name: body.name })],
  ["GET", /^\/api\/cameras\/([^/]+)$/, ({ part }) => one(data.cameras, part[1])],
  ["PATCH", /^\/api\/cameras\/([^/]+)$/, ({ part, body }) => Object.assign(one(data.cameras, part[1]), body)],
  ["DELETE", /^\/api\/cameras\/([^/]+)$/, () => undefined],
  ["GET", /^\/api\/people$/, () => ({ people: data.people })],
  [
    "POST",
    /^\/api\/people$/,
    ({ body }) => ({ person: { ...data.people[0], ...body, posts: [] }, one_time_password: secret }),
  ],
  [
    "PATCH",
    /^\/api\/people\/([^/]+)$/,
    ({ part, body }) =>
      Object.assign(one(data.people, part[1]), "suspended" in body ? { suspended: body.suspended } : {}),
  ],
  ["POST", /^\/api\/people\/([^/]+)\/reset$/, () => ({ one_time_password: secret })],
  ["GET", /^\/api\/layouts$/, () => []],
  ["GET", /^\/api\/exports$/, () => (empty ? [] : data.exportsList)],
  [
    "GET",
    /^\/api\/copies/,
    () => {
      const copies = empty ? [] : data.exportsList.filter(({ copy }) => copy?.collected_ms);
      return { copies, total: copies.length };
    },
  ],
  [
    "POST",
    /^\/api\/exports$/,
    ({ body }) => {
      if (body.purpose === "training")
        throw new Fail(403, {
          kind: "refused",
          article: "guangzhou-2007:18",
          reason: { zh: "培训演示不得对外提供录像。", en: "Footage is not handed out for training." },
          remedy: {
            zh: "改用“案件调取”或“事件处置”，并写明依据。",
            en: "Use “Case” or “Incident” and state the basis.",
          },
          message: "refused",
        });
      return data.exportsList[0];
    },
  ],
  [
    "GET",
    /^\/api\/ledger\/access$/,
    ({ url }) => {
      const kind = url.searchParams.get("kind");
      const query = url.searchParams.get("query") ?? "";
      const hits = empty
        ? []
        : data.entries.filter((e) => (!kind || e.kind === kind) && JSON.stringify(e).includes(query));
      const { rows, next_cursor } = page(hits, url);
      return { entries: rows, next_cursor, size: 1291 };
    },
  ],
  ["GET", /^\/api\/ledger\/access\/(\d+)$/, ({ part }) => accessProof(Number(part[1]))],
  [
    "GET",
    /^\/api\/ledger\/footage$/,
    ({ url }) => {
      const { rows, next_cursor } = page(empty ? [] : data.footage, url);
      return { entries: rows, next_cursor, size: 20_912 };
    },
  ],
  ["GET", /^\/api\/ledger\/footage\/(\d+)$/, ({ part }) => footageProof(Number(part[1]))],
  ["GET", /^\/api\/ledger\/keys$/, () => keys()],
  ["GET", /^\/api\/streams$/, () => (empty ? [] : data.streams())],
  ["GET", /^\/api\/gaps$/, ({ url }) => gapsBetween(url.searchParams, empty)],
  ["GET", /^\/api\/availability$/, ({ url }) => availability(url.searchParams)],
  ["GET", /^\/api\/outages$/, () => (empty ? [] : outages())],
  ["GET", /^\/api\/gaps\/explanations$/, () => []],
  ["GET", /^\/api\/maintenance$/, () => []],
  ["GET", /^\/api\/findings$/, () => []],
  [
    "GET",
    /^\/api\/disk$/,
    () => ({
      path: "/srv/watchkeeper/media",
      used: 3.1e12,
      free: 0.9e12,
      bytes_per_day: 1.66e11,
      horizon_days: 5.4,
      sync_ms_last: 4 + Math.round(Math.random() * 9),
      sync_ms_max: 61,
      store_key: "0a197a18aeb9506f",
      absent_store_keys: [],
      scrub: {
        round: 2,
        begun_ms: Date.now() - 3 * 86_400_000,
        read_bytes: 4.1e11,
        stored_bytes: 3.1e12,
        bytes_per_second: 1.5e6,
        finished_ms: Date.now() - 3 * 86_400_000,
        findings: [],
      },
    }),
  ],
];

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text ? (JSON.parse(text) as Record<string, unknown>) : {};
}

async function answer(request: IncomingMessage, response: ServerResponse, url: URL) {
  const send = (status: number, body: unknown) => {
    response.statusCode = status;
    response.setHeader("Content-Type", "application/json");
    response.end(body === undefined ? "" : JSON.stringify(body));
  };
  try {
    const open = ["/api/health", "/api/sign-in"].includes(url.pathname);
    if (!open && !signedIn) throw new Fail(401, { kind: "unauthenticated", message: "sign in" });
    for (const [method, pattern, handler] of routes) {
      const part = url.pathname.match(pattern);
      if (request.method !== method || !part) continue;
      const body = await handler({ url, body: await readBody(request), part });
      return send(body === undefined ? 204 : 200, body);
    }
    throw new Fail(404, { kind: "not_found", message: `no mock for ${request.method} ${url.pathname}` });
  } catch (error) {
    if (error instanceof Fail) return send(error.status, { error: error.error });
    send(500, { error: { kind: "internal", message: String(error) } });
  }
}

export function mockApi(): Plugin {
  return {
    name: "watchkeeper-mock",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const url = new URL(request.url ?? "/", "http://mock");
        if (url.pathname.startsWith("/api/")) answer(request, response, url).catch(next);
        else next();
      });
    },
  };
}
