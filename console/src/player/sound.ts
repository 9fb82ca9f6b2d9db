// The sound of one camera, heard with its picture: a socket, a decoder, the page's one output.
//
// It knows no React, and nothing of the picture but when its frame was taken. Invariants: it is made only when a person asks to
// hear; nothing is fetched before; after `dispose()` nothing of it is left, and nothing sounds.

import { type Decoder, decoderFor } from "./decoder";
import { Link } from "./link";
import type { EndReason, MediaMessage, ServerMessage } from "./parser";
import { PASSING } from "./parser";
import { picturesOf } from "./pictures";
import { soundFormat } from "./soundFormat";
import { SoundLine } from "./soundLine";

export type SoundWord = "connecting" | "heard" | "waiting" | "unplayable" | "ended";

export interface SoundSnapshot {
  readonly word: SoundWord;
  /** What cannot be played, where it cannot. */
  readonly codec: string | null;
}

/** The playhead jumped when the clock is this far from where it should be. */
const JUMP_MS = 700;
const ACK_MS = 300;
/** The media line begins this long before the instant asked for. */
const LEAD_MS = 600_000;

/** The page's output: browsers want one, made after a click. */
let output: AudioContext | null = null;

function outputNow(): AudioContext {
  output ??= new AudioContext();
  if (output.state === "suspended") output.resume().catch(() => undefined);
  return output;
}

export class SoundPlayer {
  private readonly link: Link;
  private readonly shownMs: () => number | null;
  private readonly changed: (snapshot: SoundSnapshot) => void;
  /** From the store, where answers of an earlier place must not be heard. */
  private readonly recorded: boolean;
  private readonly context = outputNow();
  private readonly line = new SoundLine();
  private readonly sounding = new Set<AudioBufferSourceNode>();
  private decoder: Decoder | null = null;
  private codec = "";
  private state: SoundSnapshot = { word: "connecting", codec: null };
  private disposed = false;
  /** Of recordings: the last request, and where its clock stood. */
  private asked: { epoch: number; atMs: number; at: number } | null = null;
  private epoch = 0;
  private answered = 0;
  private ackedAt = 0;

  constructor(url: string, shownMs: () => number | null, changed: (snapshot: SoundSnapshot) => void, recorded = false) {
    this.recorded = recorded;
    this.shownMs = shownMs;
    this.changed = changed;
    this.link = new Link(url, {
      opened: () => this.silence(),
      message: (message) => this.message(message),
      media: (message) => this.media(message),
      changed: () => undefined,
      failed: () => this.update({ word: "connecting", codec: null }),
    });
  }

  /** Of recordings: the clock stands at `ms` and runs at `speed`; sound is heard at full speed only. */
  follow(ms: number, speed: number): void {
    const now = performance.now();
    if (speed !== 1) {
      if (this.asked) this.link.send({ type: "pause" });
      this.asked = null;
      this.silence();
      this.update({ word: "waiting", codec: null });
      return;
    }
    const expected = this.asked ? this.asked.atMs + (now - this.asked.at) : Number.NEGATIVE_INFINITY;
    if (Math.abs(ms - expected) > JUMP_MS) this.ask(ms, now);
    else if (this.asked) this.asked = { ...this.asked, atMs: ms, at: now };
    if (this.answered !== this.epoch || now - this.ackedAt < ACK_MS) return;
    this.ackedAt = now;
    this.link.send({ type: "ack", epoch: this.epoch, wall_ms: Math.round(ms) });
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.link.close();
    this.decoder?.close();
    this.silence();
  }

  private ask(ms: number, now: number): void {
    if (this.link.word !== "open") return;
    this.silence();
    this.epoch += 1;
    const atMs = Math.floor(ms);
    const base_ms = atMs - LEAD_MS;
    const sent = this.link.send({ type: "play", at_ms: atMs, speed: 1, keys_only: false, base_ms, epoch: this.epoch });
    if (sent) this.asked = { epoch: this.epoch, atMs: ms, at: now };
  }

  private silence(): void {
    this.line.restart();
    for (const source of this.sounding) source.stop();
    this.sounding.clear();
  }

  private message(message: ServerMessage): void {
    if (message.type === "init") this.codec = message.codec;
    else if (message.type === "end") this.end(message.reason);
    else if (message.type === "skipped") this.silence();
    else if ("epoch" in message && message.epoch === this.epoch) this.answered = message.epoch;
  }

  private end(reason: EndReason): void {
    if (PASSING.includes(reason)) return;
    this.link.close();
    this.silence();
    this.update({ word: "ended", codec: null });
  }

  private media(message: MediaMessage): void {
    if (this.disposed) return;
    if (message.kind === "init") {
      this.decoder?.close();
      const format = soundFormat(message.bytes);
      const cannot = () => this.update({ word: "unplayable", codec: this.codec });
      const play = (piece: AudioBuffer, wallMs: number) => this.play(piece, wallMs);
      this.decoder = format && decoderFor(this.codec, format, this.context, { play, cannot });
      if (!this.decoder) cannot();
      return;
    }
    if (this.recorded && this.answered !== this.epoch) return;
    for (const unit of picturesOf(message.bytes)) {
      this.decoder?.push(unit.bytes, message.wallMs + (unit.start - message.mediaSeconds) * 1000);
    }
  }

  private play(piece: AudioBuffer, wallMs: number): void {
    const shown = this.shownMs();
    if (this.disposed || shown === null) return;
    const at = this.line.place({ wallMs, seconds: piece.duration }, shown, this.context.currentTime);
    if (at === null) return;
    const source = this.context.createBufferSource();
    source.buffer = piece;
    source.connect(this.context.destination);
    source.onended = () => this.sounding.delete(source);
    source.start(at);
    this.sounding.add(source);
    this.update({ word: "heard", codec: null });
  }

  private update(next: SoundSnapshot): void {
    if (this.disposed || (next.word === this.state.word && next.codec === this.state.codec)) return;
    this.state = next;
    this.changed(next);
  }
}
