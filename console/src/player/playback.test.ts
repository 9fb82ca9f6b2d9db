// Tests of a recorded picture without media: what is not seen is not fetched, and what is said when nothing can come.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Socket } from "../../tests/socket";
import { PlaybackPlayer, type PlaybackSnapshot } from "./playback";

const media = vi.hoisted(() => ({ plays: true, fail: (() => undefined) as (word: string, detail: string) => void }));
vi.mock("./source", () => ({
  canPlay: () => media.plays,
  codecName: (codec: string) => codec,
  MediaFeed: class {
    idle = true;
    constructor(_video: unknown, _options: unknown, events: { failed: typeof media.fail }) {
      media.fail = events.failed;
    }
    buffered = () => [];
    setCodec() {}
    append() {}
    clear() {}
    pump() {}
    flush() {}
    close() {}
  },
}));

const address = (view: string) => ({ main: `ws://${view}/main`, sub: null });
const open = () => Socket.all.filter(({ given }) => !given).map(({ url }) => url);
const last = () => Socket.all.at(-1) as Socket;
let state: PlaybackSnapshot;
let made: PlaybackPlayer;

function player(seen = true): PlaybackPlayer {
  made = new PlaybackPlayer(document.createElement("video"), address("v1"), 5000, (next) => (state = next), seen);
  return made;
}
function initBytes(): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(32));
  view.setUint8(0, 1);
  return view.buffer;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  vi.stubGlobal("WebSocket", Socket);
  [Socket.all, media.plays] = [[], true];
});
afterEach(() => {
  made.dispose();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("fetches nothing while it is not seen, and asks from the present instant afterwards", () => {
  player(false);
  expect(open()).toEqual([]);
  made.setSeen(true);
  last().open();
  made.setSeen(false);
  made.setAddress(address("v2"));
  expect(open()).toEqual([]);
  made.setSeen(true);
  made.seek(9000, "full");
  last().open();
  expect(open()).toEqual(["ws://v2/main"]);
  expect(JSON.parse(last().sent.at(-1) ?? "{}")).toMatchObject({ type: "play", at_ms: 9000 });
});

it("says why nothing comes, and does not try again what cannot be played", () => {
  player();
  last().open();
  last().say({ type: "end", reason: "expired" });
  expect(state.ended).toBe("expired");
  expect(made.readiness(5000, 1)).toEqual({ at: "none", why: "ended" });
  made.setAddress(address("v2"));
  media.plays = false;
  last().open();
  last().say({ type: "init", codec: "hvc1", profile: "main" });
  expect(made.readiness(5000, 1)).toEqual({ at: "none", why: "unplayable" });
  made.setAddress(address("v3"));
  expect(open()).toEqual([]);
});

it("a source that broke is made anew later each time, soon again after a good run", () => {
  player();
  /** The source is there, runs for a while, breaks; resolves to how long the next one took. */
  const breaks = (ranMs: number): number => {
    last().open();
    last().say({ type: "init", codec: "avc1", profile: "main" });
    last().fire("message", { data: initBytes() });
    made.video.dispatchEvent(new Event("loadeddata"));
    vi.advanceTimersByTime(ranMs);
    media.fail("decode", "made up");
    const before = Socket.all.length;
    let waited = 0;
    while (Socket.all.length === before && waited < 60_000) {
      vi.advanceTimersByTime(100);
      waited += 100;
    }
    return waited;
  };
  expect([breaks(100), breaks(100), breaks(100)]).toEqual([500, 1000, 2000]);
  expect(breaks(12_000)).toBe(500);
});
