// Up to nine recorded pictures in step: one master clock, waiting for the slowest, stepping over gaps that all share.
//
// It moves time and asks players for footage; it never touches a video element. Invariants: every player is asked to
// follow the same instant in the same tick; the clock waits for no player longer than `WAIT_MS_MAX`.

import { FULL_SPEED_MAX, MasterClock } from "./clock";
import type { Fetch, PlaybackPlayer } from "./playback";
import type { Hindrance, KnownGap, Readiness } from "./track";

/** The most cameras played in step. */
export const TOGETHER_MAX = 9;
/** A camera that has no picture after this long is no longer waited for. */
const WAIT_MS_MAX = 4_000;
/** While no camera has a picture there is nothing to go on with: the recorder may be closing a segment for us. */
const WAIT_ALL_MS_MAX = 15_000;
const TICK_MS = 40;
/** While dragging, previews are asked for at most this often. */
const PREVIEW_MS = 130;

/** What a player must be to play in step; `PlaybackPlayer` is one, tests have others. */
export type Follower = Pick<PlaybackPlayer, "seek" | "follow" | "readiness" | "frame"> & {
  readonly track: { nextAfter(ms: number): number | null };
};

export interface GroupSnapshot {
  readonly nowMs: number;
  readonly playing: boolean;
  readonly speed: number;
  /** Cameras that the clock waits for. */
  readonly waitingFor: readonly string[];
  /** The last gap that was stepped over. */
  readonly skipped: KnownGap | null;
  /** Why playing came to a stop by itself: footage ends here, or nothing more comes whatever there is. */
  readonly stopped: "end" | Hindrance | null;
  readonly scrubbing: boolean;
}

export class PlaybackGroup {
  private readonly clock: MasterClock;
  private readonly players = new Map<string, Follower>();
  private readonly monoNow: () => number;
  private readonly listeners = new Set<(snapshot: GroupSnapshot) => void>();
  private readonly waitingSince = new Map<string, number>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private previewAt = Number.NEGATIVE_INFINITY;
  private previewWanted: number | null = null;
  private state: GroupSnapshot;
  /** Step over time in which no camera has footage; otherwise it passes in step with the clock. */
  skipGaps = true;

  constructor(atMs: number, monoNow: () => number = () => performance.now()) {
    this.monoNow = monoNow;
    this.clock = new MasterClock(atMs, monoNow());
    this.state = {
      nowMs: atMs,
      playing: false,
      speed: 1,
      waitingFor: [],
      skipped: null,
      stopped: null,
      scrubbing: false,
    };
  }

  get snapshot(): GroupSnapshot {
    return this.state;
  }

  subscribe(listener: (snapshot: GroupSnapshot) => void): () => void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.timer = setInterval(() => this.tick(), TICK_MS);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) clearInterval(this.timer);
    };
  }

  add(camera: string, player: Follower): () => void {
    this.players.set(camera, player);
    player.seek(this.nowMs(), this.fetch());
    return () => {
      if (this.players.get(camera) === player) this.players.delete(camera);
      this.waitingSince.delete(camera);
    };
  }

  nowMs(): number {
    return this.clock.nowMs(this.monoNow());
  }

  play(): void {
    this.endScrub();
    this.clock.play(this.monoNow());
    this.update({ playing: true, stopped: null });
    // Asked again: where footage ended a moment ago there may be more by now.
    this.seekAll(this.nowMs());
  }

  pause(): void {
    this.clock.pause(this.monoNow());
    this.clock.hold(false, this.monoNow());
    // Above full speed only key frames are here; standing still, the exact frame is wanted.
    this.seekAll(this.nowMs());
    this.update({ playing: false, waitingFor: [] });
  }

  toggle(): void {
    if (this.clock.playing) this.pause();
    else this.play();
  }

  setSpeed(speed: number): void {
    this.clock.setSpeed(speed, this.monoNow());
    this.update({ speed });
    if (this.clock.playing) this.seekAll(this.nowMs());
  }

  seek(ms: number): void {
    this.previewWanted = null;
    this.moveTo(ms);
    this.update({ scrubbing: false, skipped: null, stopped: null });
    this.seekAll(ms);
    this.tick();
  }

  /** The playhead is being dragged: single key frames are shown under it. */
  scrub(ms: number): void {
    this.moveTo(ms);
    this.clock.hold(true, this.monoNow());
    this.update({ scrubbing: true, nowMs: ms, skipped: null, stopped: null });
    this.previewWanted = ms;
    this.preview();
  }

  /** The playhead was let go: the exact frame comes. */
  endScrub(): void {
    if (this.state.scrubbing) this.seek(this.nowMs());
  }

  /** One frame forward or back, counted by the frames of `camera`; the others follow in time. */
  step(direction: 1 | -1, camera: string | undefined): void {
    if (this.clock.playing) this.pause();
    const player = (camera !== undefined && this.players.get(camera)) || this.players.values().next().value;
    if (!player) return;
    const now = this.nowMs();
    const current = player.frame(now, 0);
    const next = player.frame(now, direction);
    // A frame that is not here yet is looked for one frame's length away, 40 ms when even that is unknown.
    const lengthMs = current ? Math.max(10, Math.min(500, current.endMs - current.startMs)) : 40;
    const target = next
      ? next.startMs + 1
      : (current?.startMs ?? now) + (direction === 1 ? lengthMs + 1 : -lengthMs / 2);
    this.seek(target);
  }

  tick(): void {
    const mono = this.monoNow();
    if (this.state.scrubbing) this.preview();
    const ms = this.clock.nowMs(mono);
    const speed = this.clock.playing && !this.clock.held ? this.clock.speed : 0;
    const fetch = this.fetch();
    const found = new Map<string, Readiness>();
    for (const [camera, player] of this.players) found.set(camera, player.follow(ms, speed, fetch));
    if (this.clock.playing && !this.state.scrubbing) this.decide(found, ms, mono);
    if (this.state.nowMs !== ms) this.update({ nowMs: ms });
  }

  /** Waits, goes on, steps over what no camera has, or stops at the end. */
  private decide(found: ReadonlyMap<string, Readiness>, ms: number, mono: number): void {
    const margin = this.clock.speed;
    const wait = [...found.values()].some((ready) => ready.at === "picture") ? WAIT_MS_MAX : WAIT_ALL_MS_MAX;
    const waitingFor: string[] = [];
    for (const [camera, player] of this.players) {
      const ready = player.readiness(ms, this.clock.held ? margin : 0);
      // An ended session is opened anew within moments, as a rule.
      const coming = ready.at === "loading" || (ready.at === "none" && ready.why === "ended");
      if (!coming) this.waitingSince.delete(camera);
      else {
        const since = this.waitingSince.get(camera) ?? mono;
        this.waitingSince.set(camera, since);
        if (mono - since < wait) waitingFor.push(camera);
      }
    }
    this.clock.hold(waitingFor.length > 0, mono);
    if (!sameList(waitingFor, this.state.waitingFor)) this.update({ waitingFor });
    if (found.size === 0 || waitingFor.length > 0) return;
    const all = [...found.values()];
    if (all.some((ready) => ready.at === "picture" || ready.at === "loading")) return;
    const stopped = stopOf(all);
    if (stopped) {
      this.clock.pause(mono);
      this.update({ playing: false, stopped });
      return;
    }
    if (this.skipGaps) this.skip(ms);
  }

  private skip(ms: number): void {
    let next: number | null = null;
    for (const player of this.players.values()) {
      const candidate = player.track.nextAfter(ms);
      if (candidate !== null && candidate > ms && (next === null || candidate < next)) next = candidate;
    }
    if (next === null) return;
    const cause = [...this.players.values()]
      .map((player) => player.readiness(ms, 0))
      .find((ready) => ready.at === "gap");
    this.update({ skipped: { fromMs: ms, toMs: next, cause: cause?.at === "gap" ? cause.gap.cause : "unknown" } });
    this.moveTo(next);
    this.seekAll(next);
  }

  private preview(): void {
    const mono = this.monoNow();
    if (this.previewWanted === null || mono - this.previewAt < PREVIEW_MS) return;
    this.previewAt = mono;
    for (const player of this.players.values()) player.seek(this.previewWanted, "preview");
    this.previewWanted = null;
  }

  private fetch(): Fetch {
    if (this.state.scrubbing) return "preview";
    return this.clock.playing && this.clock.speed > FULL_SPEED_MAX ? "keys" : "full";
  }

  private seekAll(ms: number): void {
    this.waitingSince.clear();
    for (const player of this.players.values()) player.seek(ms, this.fetch());
  }

  private moveTo(ms: number): void {
    const mono = this.monoNow();
    this.clock.hold(false, mono);
    this.clock.seek(ms, mono);
  }

  private update(patch: Partial<GroupSnapshot>): void {
    this.state = { ...this.state, ...patch };
    for (const listener of this.listeners) listener(this.state);
  }
}

/** Why no camera goes on, if none does: where one's footage ends, that is what there is to say. */
function stopOf(all: readonly Readiness[]): GroupSnapshot["stopped"] {
  if (!all.every((ready) => ready.at === "end" || ready.at === "none")) return null;
  if (all.some((ready) => ready.at === "end")) return "end";
  return all.some((ready) => ready.at === "none" && ready.why === "ended") ? "ended" : "unplayable";
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
