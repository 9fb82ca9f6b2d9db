// One live picture: a socket, one video element fed through MSE, kept near the newest frame, coming back by itself.
//
// It knows no React and no API beyond the two addresses it is given. Invariants: each state can be said in words
// (`snapshot`); at most 30 s are kept behind the newest frame; after `dispose()` nothing of it is left.

import { Attempts, PLAYED_MS, rebuildMs } from "./backoff";
import { lengthenLast } from "./boxes";
import { ArrivalGauge, chase, OffsetGauge } from "./clock";
import { newFeed } from "./feed";
import { LiveLine } from "./line";
import { Link, type LinkWord } from "./link";
import {
  type EndReason,
  type MediaMessage,
  PASSING,
  type ProfileWord,
  type ServerMessage,
  type SourceState,
} from "./parser";
import { REPLAY_SECONDS, type Replay, replayOf } from "./replay";
import type { FailureWord, Feed, Screen } from "./screen";
import { canPlay, codecName } from "./source";

const TICK_MS = 200;
/** No unit for this long although the server says it records: the connection is dead without knowing it. */
const SILENT_MS_MAX = 10_000;
/** A seek within the buffer takes a tenth of this even on a busy machine. */
const SEEK_MS_MAX = 2_000;
/** A hidden page gives its sockets up after this long: what nobody can see is not fetched. */
export const HIDDEN_MS_MAX = 20_000;

/** Each unit is said to last at least this long, in ticks of 1/90000 s: frames up to a second apart stay one line. */
const LAST_TICKS_MIN = 45_000;

/** Clock difference to the server, learnt from all live pictures of the page. */
const offsets = new OffsetGauge();

export interface LiveAddress {
  /** WebSocket address per profile; `null` where the camera has no such stream. */
  readonly main: string | null;
  readonly sub: string | null;
}

export interface LiveSnapshot {
  readonly link: LinkWord;
  readonly failures: number;
  readonly ended: EndReason | null;
  readonly source: SourceState | null;
  /** A picture has been shown since the beginning. */
  readonly pictured: boolean;
  readonly profile: ProfileWord;
  /** This codec cannot be played here; another stream is shown when `instead` says so. */
  readonly unplayable: { readonly codec: string; readonly instead: ProfileWord | null } | null;
  readonly failure: FailureWord | null;
  /** What is shown again; `null` while the picture is live. */
  readonly replay: Replay | null;
  /** The browser wants a click before it plays. */
  readonly blocked: boolean;
}

/** What is known of a picture that has just been asked for. */
export const LIVE_FIRST: LiveSnapshot = {
  link: "connecting",
  failures: 0,
  ended: null,
  source: null,
  pictured: false,
  profile: "main",
  unplayable: null,
  failure: null,
  replay: null,
  blocked: false,
};

type Init = Extract<ServerMessage, { type: "init" }>;

export class LivePlayer {
  readonly video: HTMLVideoElement;
  private address: LiveAddress;
  private wanted: ProfileWord;
  private readonly changed: (snapshot: LiveSnapshot) => void;
  private state: LiveSnapshot;
  private link: Link | null = null;
  private feed: Feed | null = null;
  private readonly line = new LiveLine();
  private readonly gauge = new ArrivalGauge();
  private init: Init | null = null;
  private initBytes: Uint8Array | null = null;
  private newestWallMs: number | null = null;
  private arrivedAt = 0;
  private readonly rebuilds = new Attempts(PLAYED_MS);
  private seekingSince: number | null = null;
  private placed = false;
  private disposed = false;
  /** The tile is on the screen; the page may still be hidden. */
  private seen: boolean;
  /** The page has been hidden for a while, or was when this began. */
  private away = document.hidden;
  private readonly cannot = new Set<ProfileWord>();
  private readonly ticker: ReturnType<typeof setInterval>;
  private hiddenTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    video: HTMLVideoElement,
    address: LiveAddress,
    wanted: ProfileWord,
    changed: (snapshot: LiveSnapshot) => void,
    seen = true,
  ) {
    this.video = video;
    this.address = address;
    this.wanted = wanted;
    this.seen = seen;
    this.changed = changed;
    this.state = { ...LIVE_FIRST, profile: this.pick() };
    video.muted = true;
    video.playsInline = true;
    video.disableRemotePlayback = true;
    video.addEventListener("loadeddata", this.firstPicture);
    document.addEventListener("visibilitychange", this.visibility);
    this.ticker = setInterval(() => this.tick(), TICK_MS);
    this.connect();
  }

  get snapshot(): LiveSnapshot {
    return this.state;
  }

  /** Another stream is wanted, or the view was opened anew; the picture goes on meanwhile. */
  setAddress(address: LiveAddress, wanted: ProfileWord): void {
    this.address = address;
    this.wanted = wanted;
    if (this.state.ended) this.update({ ended: null });
    const url = address[this.pick()];
    if (url === null) return;
    if (this.link) this.link.handOver(url);
    else this.connect();
  }

  /** Whether the tile is on the screen: what nobody sees is not fetched, but what is buffered stays. */
  setSeen(seen: boolean): void {
    if (seen === this.seen) return;
    this.seen = seen;
    this.look();
  }

  private get screen(): Screen {
    return this.feed?.screen ?? this.video;
  }

  /** Milliseconds since the newest frame was taken; `null` before the first. */
  ageMs(): number | null {
    return this.newestWallMs === null ? null : offsets.ageMs(this.newestWallMs, Date.now());
  }

  /** When the newest frame was taken; 0 before the first. */
  newestMs(): number {
    return this.newestWallMs ?? 0;
  }

  /** When the frame on the screen was taken. */
  shownMs(): number | null {
    return this.line.wallMsAt(this.screen.currentTime);
  }

  /** Shows the last seconds again from the buffer; live goes on underneath, and is returned to at the end. */
  replay(): Replay | null {
    const replay = replayOf(this.feed?.buffered() ?? []);
    if (!replay) return null;
    this.update({ replay });
    this.screen.playbackRate = 1;
    this.screen.currentTime = replay.fromSeconds;
    this.play();
    return replay;
  }

  backToLive(): void {
    this.update({ replay: null });
    this.toEdge();
  }

  /** After a click, when the browser had refused to play by itself. */
  resume(): void {
    this.update({ blocked: false });
    this.play();
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    clearInterval(this.ticker);
    clearTimeout(this.hiddenTimer);
    document.removeEventListener("visibilitychange", this.visibility);
    this.video.removeEventListener("loadeddata", this.firstPicture);
    this.link?.close();
    this.feed?.close();
    this.link = null;
    this.feed = null;
  }

  /** The wanted profile if it exists and can be played here, else the other one. */
  private pick(): ProfileWord {
    const other = this.wanted === "main" ? "sub" : "main";
    const usable = (profile: ProfileWord) => this.address[profile] !== null && !this.cannot.has(profile);
    return !usable(this.wanted) && usable(other) ? other : this.wanted;
  }

  private connect(): void {
    const profile = this.pick();
    const url = this.address[profile];
    if (url === null || this.disposed || this.link || this.isUnseen() || this.cannot.has(profile)) return;
    this.link = new Link(url, {
      opened: () => this.update({ failures: 0 }),
      message: (message) => this.message(message),
      media: (message) => this.media(message),
      changed: (link) => this.update({ link }),
      failed: (failures) => this.update({ failures }),
    });
    this.arrivedAt = performance.now();
    this.update({ link: this.link.word });
  }

  private message(message: ServerMessage): void {
    if (message.type === "state") this.update({ source: message.state });
    else if (message.type === "skipped") this.line.resume();
    else if (message.type === "end") this.end(message.reason);
    else if (message.type === "init") this.begin(message);
  }

  private end(reason: EndReason): void {
    // Too slow, or the server restarts: come back. Anything else needs the owner of the view.
    if (PASSING.includes(reason)) return;
    this.link?.close();
    this.link = null;
    this.update({ ended: reason });
  }

  private begin(init: Init): void {
    this.init = init;
    if (canPlay(init.codec)) {
      const other = init.profile === "main" ? "sub" : "main";
      const keep = this.state.unplayable && this.cannot.has(other);
      this.update({ profile: init.profile, unplayable: keep ? this.state.unplayable : null });
      return;
    }
    this.cannot.add(init.profile);
    const next = this.pick();
    const instead = next !== init.profile && !this.cannot.has(next) ? next : null;
    this.update({ profile: next, unplayable: { codec: codecName(init.codec), instead } });
    const url = this.address[next];
    if (instead !== null && url !== null) this.link?.handOver(url);
    else {
      this.link?.close();
      this.link = null;
    }
  }

  private media(message: MediaMessage): void {
    if (!this.init || this.cannot.has(this.init.profile)) return;
    if (message.kind === "init") {
      this.appendInit(message.bytes);
      return;
    }
    const now = performance.now();
    this.arrivedAt = now;
    this.gauge.arrived(now);
    offsets.observe(message.wallMs, Date.now());
    this.newestWallMs = Math.max(this.newestWallMs ?? 0, message.wallMs);
    const isFragment = lengthenLast(message.bytes, LAST_TICKS_MIN) > 0;
    const placed = this.line.place(message);
    if (placed.use === "drop" || !this.feed || !isFragment) return;
    if (placed.offsetChanged) this.feed.setOffset(placed.offsetSeconds);
    this.feed.append(message.bytes);
    if (!this.placed) this.toEdge();
  }

  private appendInit(bytes: Uint8Array<ArrayBuffer>): void {
    const init = this.init;
    if (!init) return;
    // The same stream again after a reconnection: appending its init again would make MSE wait for a key frame.
    if (this.feed && this.initBytes && same(this.initBytes, bytes)) {
      this.line.resume();
      return;
    }
    this.initBytes = bytes;
    this.line.newStream();
    if (this.feed?.takes(init.codec) === false) {
      this.feed.close();
      this.feed = null;
    }
    if (!this.feed) {
      this.line.restart();
      this.placed = false;
      this.feed = newFeed(
        init.codec,
        this.video,
        { keepSeconds: REPLAY_SECONDS + 1 },
        {
          failed: (word, detail) => this.failed(word, detail),
          changed: () => !this.placed && this.toEdge(),
        },
      );
    } else if (!this.state.replay) this.placed = false;
    this.feed.setCodec(init.codec);
    this.feed.append(bytes);
  }

  /** The media source broke: begin again with a new one, less often each time it happens at once. */
  private failed(word: FailureWord, detail: string): void {
    console.warn(`live picture: ${word}: ${detail}`);
    this.feed = null;
    this.initBytes = null;
    this.line.restart();
    this.update({ failure: word, replay: null });
    const wait = rebuildMs(this.rebuilds.failed(performance.now()));
    setTimeout(() => !this.disposed && this.link?.reconnect(), wait);
  }

  private toEdge(): void {
    const last = this.feed?.buffered().at(-1);
    const newest = this.line.newestSeconds;
    if (!last || newest === null) return;
    this.placed = true;
    this.screen.currentTime = Math.max(last.start, Math.min(newest, last.end) - this.gauge.targetSeconds());
    this.play();
  }

  private play(): void {
    this.screen.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") this.update({ blocked: true });
    });
  }

  private tick(): void {
    const feed = this.feed;
    if (!feed) return;
    feed.pump();
    const newest = this.line.newestSeconds;
    this.watchSeek();
    const { replay, blocked } = this.state;
    if (newest !== null && this.placed && !this.screen.seeking) {
      if (replay && this.screen.currentTime >= replay.untilSeconds) this.backToLive();
      else if (!feed.stepOverHole() && !replay) this.follow(newest);
      if (this.screen.paused && !blocked && this.seen && !document.hidden) this.play();
    }
    const silent = performance.now() - this.arrivedAt > SILENT_MS_MAX;
    if (silent && this.state.link === "open" && this.isRunning()) {
      this.arrivedAt = performance.now();
      this.link?.reconnect();
    }
  }

  /** The server says that units should come. */
  private isRunning(): boolean {
    const word = this.state.source?.word;
    return word === "recording" || word === "live";
  }

  /** A seek that finds nothing to show is done again at the live edge. */
  private watchSeek(): void {
    if (!this.screen.seeking) this.seekingSince = null;
    else {
      this.seekingSince ??= performance.now();
      if (performance.now() - this.seekingSince < SEEK_MS_MAX) return;
      this.seekingSince = null;
      this.backToLive();
    }
  }

  private follow(newest: number): void {
    const video = this.screen;
    const next = chase(newest, video.currentTime, this.gauge.targetSeconds(), video.playbackRate);
    if ("jumpTo" in next) {
      // What is not buffered yet is not seekable: the browser would seek to the end of what is, and stay there.
      const last = this.feed?.buffered().at(-1);
      if (last && newest <= last.end) video.currentTime = Math.max(last.start, next.jumpTo);
    } else if (Math.abs(video.playbackRate - next.rate) > 0.001) video.playbackRate = next.rate;
  }

  private readonly firstPicture = (): void => {
    this.rebuilds.good(performance.now());
    this.update({ pictured: true, failure: null });
  };

  private isUnseen(): boolean {
    return this.away || !this.seen;
  }

  private readonly visibility = (): void => {
    clearTimeout(this.hiddenTimer);
    if (!document.hidden) {
      this.away = false;
      this.look();
    } else
      this.hiddenTimer = setTimeout(() => {
        this.away = true;
        this.look();
      }, HIDDEN_MS_MAX);
  };

  /** Fetches or stops fetching, now that it is or is not seen. */
  private look(): void {
    if (this.isUnseen()) {
      this.link?.close();
      this.link = null;
      this.screen.pause();
    } else if (!this.link && !this.state.ended) this.connect();
    else if (!this.state.replay) this.toEdge();
  }

  private update(patch: Partial<LiveSnapshot>): void {
    const keys = Object.keys(patch) as (keyof LiveSnapshot)[];
    if (this.disposed || keys.every((key) => this.state[key] === patch[key])) return;
    this.state = { ...this.state, ...patch };
    this.changed(this.state);
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}
