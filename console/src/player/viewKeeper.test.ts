// Tests of the keeper of a viewing session: renewals that race an opening, busy servers, sockets that are ended again and
// again. The server is a list of answers, given one by one.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError, api } from "../api/client";
import type { View, ViewRequest } from "../api/types";
import { ViewKeeper, type ViewState } from "./view";

interface Call {
  path: string;
  answer(value: unknown): Promise<void>;
  refuse(error: ApiError): Promise<void>;
}

const request: ViewRequest = { mode: "live", cameras: ["a"], purpose: "duty_watch", legal_basis: "unit_duty" };
const LONG_MS = 1_000_000;

let calls: Call[] = [];
let ended: string[] = [];
let state: ViewState;
let keeper: ViewKeeper;

const viewOf = (id: string, cameras = ["a"]): View => ({
  id,
  cameras,
  mode: "live",
  entry: { index: 1 } as View["entry"],
  mark: { name: "n", account: "a" } as View["mark"],
  expires_ms: Date.now() + LONG_MS,
});
const busy = () => new ApiError(429, { kind: "busy" });
const last = () => calls.at(-1) as Call;
const paths = () => calls.map(({ path }) => path.replace("/api/views", ""));
const pass = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms);
};

beforeEach(() => {
  vi.useFakeTimers();
  [calls, ended] = [[], []];
  vi.spyOn(api, "post").mockImplementation((path: string) => {
    return new Promise<never>((resolve, reject) => {
      calls.push({
        path,
        answer: (value) => {
          resolve(value as never);
          return pass(0);
        },
        refuse: (error) => {
          reject(error);
          return pass(0);
        },
      });
    });
  });
  vi.stubGlobal("fetch", async (path: string) => {
    ended.push(path.replace("/api/views/", "").replace("/end", ""));
    return new Response();
  });
  keeper = new ViewKeeper((next) => {
    state = next;
  });
});
afterEach(() => {
  keeper.dispose();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function open(id = "v1"): Promise<void> {
  keeper.want(request);
  await pass(100);
  await last().answer(viewOf(id));
}

it("a renewal of the old session, answered late, does not put it back", async () => {
  await open();
  keeper.check();
  await pass(0);
  const renewal = last();
  expect(renewal.path).toBe("/api/views/v1/renew");
  keeper.want({ ...request, cameras: ["a", "b"] });
  await pass(700);
  await renewal.answer(viewOf("v1"));
  expect(state).toMatchObject({ view: { id: "v1" }, opening: true });
  await last().answer(viewOf("v2", ["a", "b"]));
  await pass(5000);
  expect(state.view?.id).toBe("v2");
  expect(ended).toEqual(["v1"]);
});

it("no renewal is begun while another session is being opened", async () => {
  await open();
  await pass(LONG_MS * 0.6 - 1000);
  keeper.want({ ...request, cameras: ["a", "b"] });
  await pass(2000);
  expect(paths()).toEqual(["", ""]);
  await last().refuse(busy());
  await pass(1);
  expect(state).toMatchObject({ view: { id: "v1" }, opening: false });
  expect(state.error?.kind).toBe("busy");
});

it("a busy server does not cost another session", async () => {
  await open();
  keeper.check();
  await pass(0);
  await last().refuse(busy());
  expect(state.view?.id).toBe("v1");
  await pass(5001);
  expect(paths()).toEqual(["", "/v1/renew", "/v1/renew"]);
  await last().refuse(new ApiError(404, { kind: "not_found" }));
  expect(paths().at(-1)).toBe("");
});

it("what a busy server says about waiting is kept to", async () => {
  keeper.want(request);
  await pass(100);
  await last().refuse(new ApiError(429, { kind: "busy", retry_after_ms: 30_000 }));
  await pass(29_000);
  expect(calls).toHaveLength(1);
  await pass(1001);
  expect(calls).toHaveLength(2);
  expect(state.error?.kind).toBe("busy");
});

it("what stays wrong is asked for again only by a person", async () => {
  keeper.want(request);
  await pass(100);
  await last().refuse(new ApiError(404, { kind: "not_found" }));
  await pass(120_000);
  expect(calls).toHaveLength(1);
  keeper.retry();
  await last().answer(viewOf("v1"));
  expect(state).toMatchObject({ view: { id: "v1" }, error: null });
});

it("sockets that are ended again and again are looked into less and less often", async () => {
  vi.spyOn(Math, "random").mockReturnValue(1);
  await open();
  const complain = async () => {
    keeper.check();
    const before = calls.length;
    let waited = 0;
    while (calls.length === before && waited < 60_000) {
      await pass(100);
      waited += 100;
    }
    await last().answer(viewOf("v1"));
    return waited;
  };
  const waits = [await complain(), await complain(), await complain(), await complain()];
  expect(waits).toEqual([100, 1000, 2000, 4000]);
  await pass(60_000);
  expect(await complain()).toBe(100);
});

it("an error about more cameras is forgotten with them", async () => {
  await open();
  keeper.want({ ...request, cameras: ["a", "gone"] });
  await pass(700);
  await last().refuse(new ApiError(404, { kind: "not_found" }));
  expect(state.error?.kind).toBe("not_found");
  keeper.want(request);
  expect(state).toMatchObject({ error: null, view: { id: "v1" } });
});
