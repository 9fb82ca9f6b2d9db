// Tests of the socket that comes back: waits, hand-over, nothing from a socket that was given up, nothing left behind.
// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Socket } from "../../tests/socket";
import { Link, type LinkHandlers } from "./link";

const log: string[] = [];
const handlers: LinkHandlers = {
  opened: (first) => log.push(`opened ${first}`),
  message: (message) => log.push(message.type),
  media: (message) => log.push(message.kind),
  changed: (word) => log.push(word),
  failed: (failures) => log.push(`failed ${failures}`),
};
const took = () => log.splice(0);
const last = () => Socket.all.at(-1) as Socket;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  Socket.all = [];
  log.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("Link", () => {
  it("comes back, later each time, and starts over after a connection that held", () => {
    const link = new Link("ws://a", handlers);
    last().fail();
    expect(took()).toEqual(["waiting", "failed 1"]);
    vi.advanceTimersByTime(500);
    expect(Socket.all).toHaveLength(2);
    last().fail();
    vi.advanceTimersByTime(1000);
    last().open();
    expect(took()).toEqual(["connecting", "waiting", "failed 2", "connecting", "open", "opened true"]);
    vi.advanceTimersByTime(6000);
    last().fail();
    expect(took()).toEqual(["waiting"]);
    vi.advanceTimersByTime(250);
    last().open();
    expect(took()).toEqual(["connecting", "open", "opened false"]);
    link.close();
  });
  it("gives a socket up that does not open", () => {
    const link = new Link("ws://a", handlers);
    vi.advanceTimersByTime(10_001);
    expect(last().readyState).toBe(3);
    link.close();
  });
  it("hands over without a break", () => {
    const link = new Link("ws://a", handlers);
    const [old] = Socket.all as [Socket];
    old.open();
    took();
    link.handOver("ws://b");
    old.say({ type: "skipped", units: 1 });
    const next = last();
    expect(next.url).toBe("ws://b");
    next.open();
    expect(old.readyState).toBe(3);
    old.say({ type: "skipped", units: 1 });
    next.say({ type: "end", reason: "dropped" });
    expect(took()).toEqual(["skipped", "opened false", "end"]);
    next.fail();
    vi.advanceTimersByTime(15_000);
    expect(last().url).toBe("ws://b");
    link.close();
  });
  it("keeps the old socket when the new one fails, and connects to the new address afterwards", () => {
    const link = new Link("ws://a", handlers);
    const [old] = Socket.all as [Socket];
    old.open();
    link.handOver("ws://b");
    last().fail();
    took();
    old.say({ type: "skipped", units: 1 });
    expect(took()).toEqual(["skipped"]);
    old.fail();
    vi.advanceTimersByTime(15_000);
    expect(last().url).toBe("ws://b");
    link.close();
  });
  it("goes over to the successor when the old socket ends first, and opens no third", () => {
    const link = new Link("ws://a", handlers);
    const [old] = Socket.all as [Socket];
    old.open();
    took();
    link.handOver("ws://b");
    const next = last();
    old.fail();
    vi.advanceTimersByTime(1000);
    next.open();
    expect(took()).toEqual(["connecting", "open", "opened false"]);
    vi.advanceTimersByTime(60_000);
    expect(Socket.all).toHaveLength(2);
    next.say({ type: "skipped", units: 1 });
    expect(took()).toEqual(["skipped"]);
    next.fail();
    vi.advanceTimersByTime(250);
    expect(Socket.all).toHaveLength(3);
    link.close();
    expect(vi.getTimerCount()).toBe(0);
  });
  it("gives a successor up that does not open", () => {
    const link = new Link("ws://a", handlers);
    const [old] = Socket.all as [Socket];
    old.open();
    link.handOver("ws://b");
    vi.advanceTimersByTime(10_001);
    expect([old.readyState, last().readyState]).toEqual([1, 3]);
    link.close();
  });
  it("comes back when a successor that took over early never opens", () => {
    const link = new Link("ws://a", handlers);
    const [old] = Socket.all as [Socket];
    old.open();
    link.handOver("ws://b");
    old.fail();
    vi.advanceTimersByTime(30_000);
    expect(Socket.all.length).toBeGreaterThan(2);
    expect(Socket.all.filter(({ readyState }) => readyState < 3)).toHaveLength(1);
    link.close();
  });
  it("leaves nothing behind", () => {
    const link = new Link("ws://a", handlers);
    last().fail();
    link.close();
    vi.advanceTimersByTime(60_000);
    expect(Socket.all).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(link.send({ type: "pause" })).toBe(false);
    link.reconnect();
    link.handOver("ws://c");
    expect(Socket.all).toHaveLength(1);
  });
  it("ignores what it does not understand", () => {
    const link = new Link("ws://a", handlers);
    last().open();
    took();
    last().fire("message", { data: "{" });
    last().fire("message", { data: new ArrayBuffer(3) });
    last().fire("message", { data: 7 });
    expect(took()).toEqual([]);
    link.close();
  });
});
