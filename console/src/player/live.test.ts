// Tests of a live picture without media: when it connects and when it must not, and what instant replay shows.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Socket } from "../../tests/socket";
import { LivePlayer, type LiveSnapshot } from "./live";

const feed = vi.hoisted(() => ({ buffered: [] as { start: number; end: number }[], plays: true }));
vi.mock("./source", () => ({
  canPlay: () => feed.plays,
  codecName: (codec: string) => codec,
  MediaFeed: class {
    buffered = () => feed.buffered;
    stepOverHole = () => false;
    setCodec() {}
    setOffset() {}
    append() {}
    pump() {}
    close() {}
  },
}));

vi.mock("./boxes", () => ({ lengthenLast: () => 1 }));

const address = (view: string) => ({ main: `ws://${view}/main`, sub: null });
const open = () => Socket.all.filter(({ given }) => !given).map(({ url }) => url);
const last = () => Socket.all.at(-1) as Socket;

let state: LiveSnapshot;
let hidden = false;
let players: LivePlayer[] = [];

function player(seen = true): LivePlayer {
  const video = document.createElement("video");
  video.play = () => Promise.resolve();
  const made = new LivePlayer(video, address("v1"), "main", (next) => (state = next), seen);
  players.push(made);
  return made;
}
function hide(value: boolean): void {
  hidden = value;
  document.dispatchEvent(new Event("visibilitychange"));
}
/** One binary message: header, then bytes. */
function media(type: 1 | 2): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(32));
  view.setUint8(0, type);
  view.setUint8(1, 1);
  return view.buffer;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  [Socket.all, feed.buffered, feed.plays, hidden] = [[], [], true, false];
});
afterEach(() => {
  for (const made of players) made.dispose();
  players = [];
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("fetching", () => {
  it("ends a while after the page was hidden; a renewed view does not begin it again", () => {
    const made = player();
    last().open();
    hide(true);
    vi.advanceTimersByTime(19_000);
    expect(open()).toEqual(["ws://v1/main"]);
    vi.advanceTimersByTime(1001);
    expect(open()).toEqual([]);
    made.setAddress(address("v1"), "main");
    made.setAddress(address("v2"), "main");
    vi.advanceTimersByTime(60_000);
    expect(open()).toEqual([]);
    hide(false);
    expect(open()).toEqual(["ws://v2/main"]);
  });
  it("does not begin in a hidden page", () => {
    hidden = true;
    player();
    expect(open()).toEqual([]);
    hide(false);
    expect(open()).toEqual(["ws://v1/main"]);
  });
  it("stops for a tile that is not on the screen, and goes on when it is", () => {
    const made = player();
    last().open();
    made.setSeen(false);
    expect(open()).toEqual([]);
    made.setAddress(address("v2"), "main");
    expect(open()).toEqual([]);
    made.setSeen(true);
    expect(open()).toEqual(["ws://v2/main"]);
    player(false);
    expect(open()).toEqual(["ws://v2/main"]);
  });
  it("is not tried again for what cannot be played, until another stream is there", () => {
    feed.plays = false;
    const made = player();
    last().open();
    last().say({ type: "init", codec: "hvc1.1", profile: "main" });
    expect(state.unplayable).toEqual({ codec: "hvc1.1", instead: null });
    expect(open()).toEqual([]);
    made.setAddress(address("v1"), "main");
    made.setAddress(address("v2"), "main");
    hide(true);
    hide(false);
    expect(open()).toEqual([]);
    made.setAddress({ main: "ws://v2/main", sub: "ws://v2/sub" }, "main");
    expect(open()).toEqual(["ws://v2/sub"]);
  });
});

describe("instant replay", () => {
  function playing(buffered: { start: number; end: number }[]): LivePlayer {
    const made = player();
    feed.buffered = buffered;
    last().open();
    last().say({ type: "init", codec: "avc1.64", profile: "main" });
    last().fire("message", { data: media(1) });
    last().fire("message", { data: media(2) });
    return made;
  }
  it("shows what there is, and returns to live at its end", () => {
    const made = playing([{ start: 90, end: 100 }]);
    expect(made.replay()).toMatchObject({ whole: false });
    expect(made.video.currentTime).toBeCloseTo(90.05);
    expect(state.replay?.lengthSeconds).toBeCloseTo(9.95);
    vi.advanceTimersByTime(400);
    expect(state.replay).not.toBeNull();
    made.video.currentTime = 99.5;
    vi.advanceTimersByTime(400);
    expect(state.replay).toBeNull();
  });
  it("says so when nothing is here", () => {
    const made = playing([]);
    expect(made.replay()).toBeNull();
    expect(state.replay).toBeNull();
  });
});
