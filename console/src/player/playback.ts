// One recorded picture: a socket that is told where to play, one video element fed through MSE, following a clock that
// belongs to others.
//
// It knows no React and decides nothing about time (group.ts does). Invariants: bytes of an earlier seek are never shown
// after a later one was answered; at most `KEEP_SECONDS` stay buffered; after `dispose()` nothing of it is left.

import { Attempts, PLAYED_MS, rebuildMs } from "./backoff";
import { lengthenLast, samplesOf } from "./boxes";
import { rangeAt } from "./buffer";
import { follow } from "./clock";
import { newFeed } from "./feed";
import { Link, type LinkWord } from "./link";
import type { LiveAddress } from "./live";
import { type EndReason, type MediaMessage, PASSING, type ProfileWord, type ServerMessage } from "./parser";
import type { FailureWord, Feed, Screen } from "./screen";
import { canPlay, codecName } from "./source";
import { type Brought, FootageTrack, type Frame, type Readiness } from "./track";

/** Kept in the buffer: what the server may send ahead (20 s) and as much behind, for stepping back. */
const KEEP_SECONDS = 40;
/** The media line begins this long before the instant asked for: no group of pictures is longer. */
const LEAD_MS = 600_000;
/** An answer that does not come within this time is asked for again. */
const ANSWER_MS_MAX = 8_000;
const ACK_MS = 300;
/** The speed that key frames are asked for at: 80 s ahead. */
const KEYS_SPEED = 4;
/** The last frame of each fragment is said to last at least this long, in ticks; see `lengthenLast`. */
const LAST_TICKS_MIN = 45_000;
/** A key frame alone stands until the next one, up to 20 s away: so key frames alone play like any video. */
const KEY_TICKS_MIN = 900_000;
/** Browsers refuse to play faster. */
const RATE_MAX = 16;

/** What is fetched: everything, key frames for fast playing, or one key frame while the playhead is dragged. */
export type Fetch = "full" | "keys" | "preview";

export interface PlaybackSnapshot {
  readonly link: LinkWord;
  readonly failures: number;
  readonly ended: EndReason | null;
  readonly profile: ProfileWord;
  readonly unplayable: { readonly codec: string; readonly instead: ProfileWord | null } | null;
  readonly failure: FailureWord | null;
  readonly pictured: boolean;
  readonly ready: Readiness;
  /** The picture is of footage that was brought later. */
  readonly brought: Brought | null;
}

/** What is known of a picture that has just been asked for. */
export const PLAYBACK_FIRST: PlaybackSnapshot = {
  link: "connecting",
  failures: 0,
  ended: null,
  profile: "main",
  unplayable: null,
  failure: null,
  pictured: false,
  ready: { at: "loading" },
  brought: null,
};

export class PlaybackPlayer {
  readonly video: HTMLVideoElement;
  readonly track = new FootageTrack();
  private address: LiveAddress;
  private readonly changed: (snapshot: PlaybackSnapshot) => void;
  private state: PlaybackSnapshot;
  private link: Link | null = null;
  private feed: Feed | null = null;
  private codec: string | null = null;
  private initBytes: Uint8Array<ArrayBuffer> | null = null;
  private asked: { epoch: number; atMs: number; fetch: Fetch; at: number } | null = null;
  private answered = 0;
  private epoch = 0;
  private ackedAt = 0;
  private readonly rebuilds = new Attempts(PLAYED_MS);
  private missingSince: number | null = null;
  /** The video stands on the media line of the last answer; before that it still shows what was there before. */
  private placed = false;
  private wantedMs: number;
  private wantedFetch: Fetch = "full";
  private disposed = false;
  private seen: boolean;
  private readonly cannot = new Set<ProfileWord>();

  constructor(
    video: HTMLVideoElement,
    address: LiveAddress,
    atMs: number,
    changed: (snapshot: PlaybackSnapshot) => void,
    seen = true,
  ) {
    this.video = video;
    this.address = address;
    this.wantedMs = atMs;
    this.changed = changed;
    this.seen = seen;
    video.muted = true;
    video.playsInline = true;
    video.disableRemotePlayback = true;
    video.addEventListener("loadeddata", this.firstPicture);
    this.state = { ...PLAYBACK_FIRST, profile: this.pick() };
    this.connect();
  }

  get snapshot(): PlaybackSnapshot {
    return this.state;
  }

  setAddress(address: LiveAddress): void {
    this.address = address;
    if (this.state.ended) this.update({ ended: null });
    const url = address[this.pick()];
    if (url === null) return;
    if (this.link) this.link.handOver(url);
    else this.connect();
  }

  /** Whether the picture is on the screen: what nobody sees is not fetched, for it would count as shown. */
  setSeen(seen: boolean): void {
    if (seen === this.seen) return;
    this.seen = seen;
    if (seen) {
      if (!this.state.ended) this.connect();
      return;
    }
    this.link?.close();
    this.link = null;
    this.screen.pause();
  }

  private get screen(): Screen {
    return this.feed?.screen ?? this.video;
  }

  /** Asks for footage from `atMs` on, unless what is here or under way serves as well. */
  seek(atMs: number, fetch: Fetch): void {
    this.wantedMs = atMs;
    this.wantedFetch = fetch;
    if (fetch !== "preview" && this.serves(atMs, fetch)) return;
    this.ask();
  }

  /** What can be shown at `ms` while playing at `speed` (0 when paused). */
  readiness(ms: number, speed: number): Readiness {
    if (this.state.ended) return { at: "none", why: "ended" };
    if (this.state.unplayable && !this.state.unplayable.instead) return { at: "none", why: "unplayable" };
    if (this.asked && this.asked.epoch !== this.answered) return { at: "loading" };
    if (this.asked?.fetch === "preview") {
      const known = this.track.stateAt(ms, 0);
      return known.at !== "gap" && this.track.newest ? { at: "picture" } : known;
    }
    return this.track.stateAt(ms, speed === 0 ? 0 : Math.min(1500, 150 * speed));
  }

  /** Carries the picture to the clock's `ms`; `speed` 0 means that the clock stands. */
  follow(ms: number, speed: number, fetch: Fetch): Readiness {
    this.wantedMs = ms;
    const ready = this.readiness(ms, speed);
    this.update({ ready, brought: ready.at === "picture" ? this.track.broughtAt(ms) : null });
    this.acknowledge(ms);
    this.feed?.pump();
    const asking = this.asked !== null && this.asked.epoch !== this.answered;
    if (asking && performance.now() - (this.asked?.at ?? 0) > ANSWER_MS_MAX && this.state.link === "open") this.ask();
    if (ready.at !== "picture") {
      if (!this.screen.paused) this.screen.pause();
      if (!asking && ready.at === "loading" && fetch !== "preview") this.fetchMissing(ms, fetch);
      return ready;
    }
    if (fetch === "preview") this.showKey(ms);
    else this.followFrames(ms, speed);
    this.track.prune(ms - KEEP_SECONDS * 1000);
    return ready;
  }

  /** The frame shown at `ms` or its neighbour, if it is here. */
  frame(ms: number, step: -1 | 0 | 1): Frame | null {
    return step === 0 ? this.track.frameAt(ms) : this.track.neighbour(ms, step);
  }

  /** When the frame on the screen was taken; `null` while there is none, or it is not of the line that is played. */
  shownMs(): number | null {
    const { ready, pictured, ended, failure } = this.state;
    const asking = this.asked === null || this.asked.epoch !== this.answered;
    const without = ready.at === "gap" || ready.at === "end";
    if (!pictured || ended || failure || without || asking) return null;
    if (!this.placed || this.screen.seeking) return null;
    return this.track.shownAt(this.screen.currentTime)?.startMs ?? null;
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.video.removeEventListener("loadeddata", this.firstPicture);
    this.link?.close();
    this.feed?.close();
    this.link = null;
    this.feed = null;
  }

  private serves(atMs: number, fetch: Fetch): boolean {
    const keys = fetch === "keys";
    if (this.asked && this.asked.epoch !== this.answered) {
      return (
        (this.asked.fetch === "keys") === keys &&
        this.asked.fetch !== "preview" &&
        Math.abs(this.asked.atMs - atMs) < 20
      );
    }
    if (this.answered === 0 || this.asked?.fetch === "preview" || this.track.holdsKeysOnly !== keys) return false;
    return this.track.stateAt(atMs, 0).at === "picture" && (keys || this.isBuffered(atMs));
  }

  private isBuffered(ms: number): boolean {
    return rangeAt(this.feed?.buffered() ?? [], this.toMedia(ms)) !== null;
  }

  private ask(): void {
    if (!this.link || this.state.link !== "open") return;
    this.epoch += 1;
    const { wantedMs, wantedFetch } = this;
    const atMs = Math.floor(wantedMs);
    const sent = this.link.send({
      type: "play",
      at_ms: atMs,
      // The server sends further ahead at a higher speed: 20 s of footage are over in a second at 16 times.
      speed: wantedFetch === "keys" ? KEYS_SPEED : 1,
      keys_only: wantedFetch !== "full",
      base_ms: atMs - LEAD_MS,
      epoch: this.epoch,
      ...(wantedFetch === "preview" ? { until_ms: atMs + 1 } : {}),
    });
    if (sent) this.asked = { epoch: this.epoch, atMs, fetch: wantedFetch, at: performance.now() };
  }

  private acknowledge(ms: number): void {
    const now = performance.now();
    if (now - this.ackedAt < ACK_MS || this.answered !== this.epoch) return;
    this.ackedAt = now;
    this.link?.send({ type: "ack", epoch: this.epoch, wall_ms: Math.round(ms) });
  }

  /** Nothing here and nothing on the way: after a moment, ask again from here. */
  private fetchMissing(ms: number, fetch: Fetch): void {
    const now = performance.now();
    const newest = this.track.newest;
    const coming = newest !== null && ms >= newest.startMs - 1000 && ms - newest.endMs < 2000;
    this.missingSince ??= now;
    if (now - this.missingSince < (coming ? 3000 : 250)) return;
    this.missingSince = null;
    this.seek(ms, fetch);
  }

  private toMedia(ms: number): number {
    return (ms - this.track.baseMs) / 1000;
  }

  private followFrames(clockMs: number, speed: number): void {
    const video = this.screen;
    const ms = this.track.settle(clockMs);
    const target = this.toMedia(ms);
    if (!this.isBuffered(ms)) {
      if (this.feed?.idle) this.fetchMissing(ms, "full");
      if (!video.paused) video.pause();
      return;
    }
    this.missingSince = null;
    if (video.seeking) return;
    this.place(speed === 0 ? this.inside(ms) : target, speed);
  }

  /** Puts the video on the line that was answered, and keeps it at the clock. */
  private place(target: number, speed: number): void {
    const video = this.screen;
    if (speed === 0) {
      if (!video.paused) video.pause();
      this.standAt(target);
      return;
    }
    const next = follow(target, video.currentTime, speed);
    if ("seekTo" in next || !this.placed) video.currentTime = target;
    else if (Math.abs(video.playbackRate - next.rate) > 0.004) video.playbackRate = Math.min(RATE_MAX, next.rate);
    this.placed = true;
    if (video.paused) video.play().catch(() => undefined);
  }

  /** On a new line the video is moved even to where it is: what it shows there is still the line before. */
  private standAt(target: number): void {
    if (!this.placed || Math.abs(this.screen.currentTime - target) > 0.002) this.screen.currentTime = target;
    this.placed = true;
  }

  /** A little inside the frame shown at `ms`, so that rounding does not show its neighbour. */
  private inside(ms: number): number {
    const frame = this.track.frameAt(ms);
    if (!frame) return this.toMedia(ms);
    return this.toMedia(frame.startMs) + Math.min(0.004, (frame.endMs - frame.startMs) / 2000);
  }

  private showKey(ms: number): void {
    const key = this.track.keyAt(ms) ?? this.track.newest;
    if (!this.screen.paused) this.screen.pause();
    if (!key || this.screen.seeking) return;
    if (this.isBuffered(key.startMs + 2)) this.standAt(this.toMedia(key.startMs) + 0.002);
  }

  private pick(): ProfileWord {
    const usable = (profile: ProfileWord) => this.address[profile] !== null && !this.cannot.has(profile);
    return usable("main") || !usable("sub") ? "main" : "sub";
  }

  private connect(): void {
    const profile = this.pick();
    const url = this.address[profile];
    if (url === null || this.disposed || this.link || !this.seen || this.cannot.has(profile)) return;
    this.link = new Link(url, {
      opened: () => {
        this.update({ failures: 0, link: "open" });
        this.answered = 0;
        this.epoch = 0;
        this.ask();
      },
      message: (message) => this.message(message),
      media: (message) => this.media(message),
      changed: (link) => this.update({ link }),
      failed: (failures) => this.update({ failures }),
    });
  }

  private message(message: ServerMessage): void {
    switch (message.type) {
      case "init":
        this.begin(message.codec, message.profile);
        return;
      case "position":
        if (message.epoch === this.epoch) this.answer(message.baseMs);
        return;
      case "gap":
        // A gap may come before the position: the instant asked for lies in it.
        if (message.epoch === this.epoch) this.answer(null).addGap(message);
        return;
      case "brought":
        if (message.epoch === this.epoch) this.answer(null).addBrought(message);
        return;
      case "end_of_footage":
        if (message.epoch === this.epoch) this.answer(null).setEnd(message.atMs);
        return;
      case "end":
        if (PASSING.includes(message.reason)) return;
        this.link?.close();
        this.link = null;
        this.update({ ended: message.reason });
        return;
      default:
        return;
    }
  }

  /** The first message that belongs to the last seek: from here on, what comes is what was asked for. */
  private answer(baseMs: number | null): FootageTrack {
    if (this.answered === this.epoch || !this.asked) return this.track;
    this.answered = this.epoch;
    this.placed = false;
    this.track.begin(this.epoch, baseMs ?? this.asked.atMs - LEAD_MS, this.asked.fetch !== "full");
    this.feed?.clear();
    // Emptying drops what waited, perhaps the init segment too; a second one does no harm.
    if (this.initBytes) this.feed?.append(this.initBytes);
    return this.track;
  }

  private begin(codec: string, profile: ProfileWord): void {
    if (canPlay(codec)) {
      this.codec = codec;
      const keep = this.state.unplayable?.instead === profile ? this.state.unplayable : null;
      this.update({ profile, unplayable: keep });
      return;
    }
    this.codec = null;
    this.cannot.add(profile);
    const next = this.pick();
    const url = this.address[next];
    const instead = this.cannot.has(next) || url === null ? null : next;
    this.update({ profile: next, unplayable: { codec: codecName(codec), instead } });
    if (instead !== null && url !== null) this.link?.handOver(url);
    else {
      this.link?.close();
      this.link = null;
    }
  }

  private media(message: MediaMessage): void {
    if (this.codec === null) return;
    if (message.kind === "init") {
      this.initBytes = message.bytes;
      if (this.feed?.takes(this.codec) === false) {
        this.feed.close();
        this.feed = null;
      }
      this.feed ??= this.newFeed(this.codec);
      this.feed.setCodec(this.codec);
      this.feed.append(message.bytes);
      return;
    }
    // Between a seek and its answer, what still comes belongs to the seek before.
    if (this.answered !== this.epoch || !this.feed) return;
    const samples = samplesOf(message.bytes);
    if (samples.length === 0) return;
    this.track.add(samples);
    lengthenLast(message.bytes, this.asked?.fetch === "keys" ? KEY_TICKS_MIN : LAST_TICKS_MIN);
    this.feed.append(message.bytes);
  }

  private newFeed(codec: string): Feed {
    return newFeed(
      codec,
      this.video,
      { keepSeconds: KEEP_SECONDS },
      {
        failed: (word, detail) => this.failed(word, detail),
        changed: () => this.asked?.fetch === "preview" && this.feed?.flush(),
      },
    );
  }

  private failed(word: FailureWord, detail: string): void {
    console.warn(`recorded picture: ${word}: ${detail}`);
    this.feed = null;
    this.initBytes = null;
    this.update({ failure: word });
    const wait = rebuildMs(this.rebuilds.failed(performance.now()));
    setTimeout(() => !this.disposed && this.link?.reconnect(), wait);
  }

  private readonly firstPicture = (): void => {
    this.rebuilds.good(performance.now());
    this.update({ pictured: true, failure: null });
  };

  private update(patch: Partial<PlaybackSnapshot>): void {
    const keys = Object.keys(patch) as (keyof PlaybackSnapshot)[];
    if (this.disposed || keys.every((key) => same(this.state[key], patch[key]))) return;
    this.state = { ...this.state, ...patch };
    this.changed(this.state);
  }
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}
