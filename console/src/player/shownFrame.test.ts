// @vitest-environment node
// What a recorded picture says of the frame on its screen: the frame's own time, and nothing when no picture is shown.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Sample } from "./boxes";
import type { LinkHandlers } from "./link";
import { type Fetch, PlaybackPlayer } from "./playback";

const wire = vi.hoisted(() => ({ handlers: null as LinkHandlers | null, samples: [] as Sample[] }));
vi.mock("./link", () => ({
  Link: class {
    constructor(_: string, handlers: LinkHandlers) {
      wire.handlers = handlers;
    }
    send = () => true;
    close = () => undefined;
  },
}));
vi.mock("./boxes", () => ({ samplesOf: () => wire.samples, lengthenLast: () => undefined }));
vi.mock("./source", () => ({
  canPlay: () => true,
  codecName: (codec: string) => codec,
  MediaFeed: class {
    idle = false;
    buffered = () => [{ start: 0, end: 10_000 }];
    setCodec = () => undefined;
    append = () => undefined;
    clear = () => undefined;
    pump = () => undefined;
    close = () => undefined;
  },
}));

const AT = 1_795_000_000_000;
/** The media line of every answer begins ten minutes before the instant that was asked for. */
const LEAD_SECONDS = 600;

class Video extends EventTarget {
  muted = false;
  playsInline = false;
  disableRemotePlayback = false;
  paused = true;
  seeking = false;
  playbackRate = 1;
  at = 0;
  moves = 0;
  get currentTime() {
    return this.at;
  }
  set currentTime(seconds: number) {
    this.at = seconds;
    this.moves += 1;
  }
  pause() {
    this.paused = true;
  }
  async play() {
    this.paused = false;
  }
}

function made() {
  const video = new Video();
  const player = new PlaybackPlayer(video as never, { main: "ws://a", sub: null }, AT, () => undefined);
  const link = wire.handlers as LinkHandlers;
  const codec = { type: "init", codec: "avc1.640028", profile: "main", width: 640, height: 360 } as never;
  link.opened(true);
  link.message(codec);
  link.media({ kind: "init", bytes: new Uint8Array() } as never);
  return { video, player, link };
}

/** The answer to the last seek: a frame every `everyMs`, counted from the instant asked for. */
function answer(link: LinkHandlers, epoch: number, baseMs: number, everyMs = 40): void {
  link.message({ type: "position", epoch, baseMs } as never);
  wire.samples = Array.from({ length: 50 }, (_, index) => ({
    startSeconds: LEAD_SECONDS + (index * everyMs) / 1000,
    durationSeconds: everyMs / 1000,
    key: true,
  }));
  link.media({ kind: "data", bytes: new Uint8Array() } as never);
}

beforeEach(() => vi.stubGlobal("performance", { now: () => 0 }));
afterEach(() => vi.unstubAllGlobals());

describe("the time of the frame on the screen", () => {
  const follow = (player: PlaybackPlayer, ms: number, speed: number, fetch: Fetch = "full") =>
    player.follow(ms, speed, fetch);

  it("is the frame's own, not the clock's", () => {
    const { video, player, link } = made();
    answer(link, 1, AT - LEAD_SECONDS * 1000);
    expect(player.shownMs()).toBeNull();
    follow(player, AT + 50, 0);
    expect(player.shownMs()).toBeNull();
    video.dispatchEvent(new Event("loadeddata"));
    expect(player.shownMs()).toBe(AT + 40);
    video.seeking = true;
    expect(player.shownMs()).toBeNull();
  });

  it("is the last key frame's in fast playing, wherever the clock is", () => {
    const { video, player, link } = made();
    video.dispatchEvent(new Event("loadeddata"));
    player.seek(AT, "keys");
    answer(link, 2, AT - LEAD_SECONDS * 1000, 2000);
    follow(player, AT + 3900, 8, "keys");
    video.at = LEAD_SECONDS + 3.9;
    expect(player.shownMs()).toBe(AT + 2000);
  });

  it("is unknown in a gap, while a seek is on its way, and until the video was moved to the new line", () => {
    const { video, player, link } = made();
    video.dispatchEvent(new Event("loadeddata"));
    answer(link, 1, AT - LEAD_SECONDS * 1000);
    follow(player, AT, 0);
    expect(player.shownMs()).toBe(AT);
    const later = AT + 3_600_000;
    player.seek(later, "full");
    expect(player.shownMs()).toBeNull();
    answer(link, 2, later - LEAD_SECONDS * 1000);
    // The video stands at the same second of another line, and still shows the frame from an hour before.
    expect(player.shownMs()).toBeNull();
    const moves = video.moves;
    follow(player, later, 0);
    expect(video.moves).toBe(moves + 1);
    expect(player.shownMs()).toBe(later);
    link.message({ type: "gap", epoch: 2, fromMs: later + 1900, toMs: later + 9000, cause: "network" } as never);
    follow(player, later + 3000, 0);
    expect(player.shownMs()).toBeNull();
  });
});
