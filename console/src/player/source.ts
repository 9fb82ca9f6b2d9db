// One video element fed through Media Source Extensions: carries out what `buffer.ts` plans.
//
// It knows nothing of sockets or cameras. Invariants: object URLs are revoked as soon as the source is open; after
// `close()` no listener, SourceBuffer or media source stays attached; a failure is told once, and the owner opens anew.

import { AppendPlan, type Range, rangesOf, stepOver } from "./buffer";
import { isPictures } from "./pictures";
import type { FailureWord, Feed, FeedEvents, FeedOptions, Screen } from "./screen";

export type { FailureWord } from "./screen";

/** MIME type of one H.264 or H.265 track in MP4, for `codecs` as RFC 6381 gives it. */
export function mimeOf(codec: string): string {
  return `video/mp4; codecs="${codec}"`;
}

/** Whether this browser says it can play the codec through Media Source Extensions, or we draw its pictures. */
export function canPlay(codec: string): boolean {
  if (isPictures(codec)) return true;
  return typeof MediaSource !== "undefined" && MediaSource.isTypeSupported(mimeOf(codec));
}

/** The codec's name as people know it. */
export function codecName(codec: string): string {
  const tag = codec.slice(0, 4).toLowerCase();
  if (tag === "avc1" || tag === "avc3") return "H.264";
  if (tag === "hvc1" || tag === "hev1") return "H.265";
  if (tag === "av01") return "AV1";
  if (isPictures(codec)) return "MJPEG";
  return codec;
}

export class MediaFeed implements Feed {
  private readonly video: HTMLVideoElement;
  private readonly events: FeedEvents;
  private readonly plan: AppendPlan;
  private readonly source = new MediaSource();
  private buffer: SourceBuffer | null = null;
  private appending: Uint8Array<ArrayBuffer> | null = null;
  private mime: string | null = null;
  private closed = false;

  constructor(video: HTMLVideoElement, options: FeedOptions, events: FeedEvents) {
    this.video = video;
    this.events = events;
    this.plan = new AppendPlan(options);
    this.source.addEventListener("sourceopen", this.opened, { once: true });
    video.addEventListener("error", this.videoFailed);
    video.src = URL.createObjectURL(this.source);
  }

  get screen(): Screen {
    return this.video;
  }

  takes(codec: string): boolean {
    return !isPictures(codec);
  }

  /** The codec of what is appended next; the first call creates the SourceBuffer. */
  setCodec(codec: string): void {
    const mime = mimeOf(codec);
    if (mime === this.mime) return;
    if (!MediaSource.isTypeSupported(mime)) {
      this.fail("unsupported", codec);
      return;
    }
    const first = this.mime === null;
    this.mime = mime;
    if (first) this.createBuffer();
    else {
      this.plan.changeType(mime);
      this.pump();
    }
  }

  append(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.closed) return;
    if (this.plan.push(bytes) === "overflow") {
      this.fail("overflow", `${this.plan.queuedBytes} bytes`);
      return;
    }
    this.pump();
  }

  setOffset(seconds: number): void {
    this.plan.offset(seconds);
    this.pump();
  }

  clear(): void {
    this.plan.clear();
    this.pump();
  }

  /** Nothing more comes for now: the decoder gives out the frames it still holds. Appending goes on afterwards. */
  flush(): void {
    if (this.source.readyState === "open" && this.buffer && !this.buffer.updating && this.plan.idle) {
      try {
        this.source.endOfStream();
      } catch {
        // The state changed under us: there is nothing to flush then.
      }
    }
  }

  get idle(): boolean {
    return this.plan.idle;
  }

  buffered(): Range[] {
    // A SourceBuffer that was removed from its parent throws on access.
    if (this.closed || !this.buffer || this.source.readyState === "closed") return [];
    return rangesOf(this.buffer.buffered);
  }

  /** Moves the playhead over a hole when it stands at one. */
  stepOverHole(): boolean {
    if (this.video.seeking) return false;
    const to = stepOver(this.buffered(), this.video.currentTime);
    if (to === null) return false;
    this.video.currentTime = to + 0.001;
    return true;
  }

  /** Something may be possible now that was not (the playhead moved on). */
  pump(): void {
    const buffer = this.buffer;
    if (this.closed || !buffer || buffer.updating || this.source.readyState === "closed") return;
    const playhead = this.video.readyState > 0 ? this.video.currentTime : null;
    const step = this.plan.next(this.buffered(), playhead);
    try {
      switch (step.do) {
        case "rest":
          return;
        case "append":
          this.appending = step.bytes;
          buffer.appendBuffer(step.bytes);
          return;
        case "remove":
          buffer.remove(step.start, step.end);
          return;
        case "change_type":
          buffer.changeType(step.mime);
          break;
        case "offset":
          buffer.timestampOffset = step.seconds;
          break;
      }
    } catch (error) {
      if (step.do === "append" && error instanceof DOMException && error.name === "QuotaExceededError") {
        this.plan.refused(step.bytes);
        this.pump();
        return;
      }
      this.fail("append", String(error));
      return;
    }
    this.plan.done();
    this.pump();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.video.removeEventListener("error", this.videoFailed);
    this.source.removeEventListener("sourceopen", this.opened);
    if (this.buffer) {
      this.buffer.removeEventListener("updateend", this.updated);
      this.buffer.removeEventListener("error", this.bufferFailed);
      try {
        if (this.source.readyState === "open") this.source.removeSourceBuffer(this.buffer);
      } catch {
        // Already gone with the element's source.
      }
      this.buffer = null;
    }
    if (this.video.src.startsWith("blob:")) {
      URL.revokeObjectURL(this.video.src);
      this.video.removeAttribute("src");
      this.video.load();
    }
  }

  private readonly opened = (): void => {
    URL.revokeObjectURL(this.video.src);
    if (this.mime !== null) this.createBuffer();
  };

  private createBuffer(): void {
    if (this.closed || this.buffer || this.mime === null || this.source.readyState !== "open") return;
    try {
      this.buffer = this.source.addSourceBuffer(this.mime);
      this.buffer.mode = "segments";
    } catch (error) {
      this.fail("unsupported", String(error));
      return;
    }
    this.buffer.addEventListener("updateend", this.updated);
    this.buffer.addEventListener("error", this.bufferFailed);
    this.pump();
  }

  private readonly updated = (): void => {
    if (this.closed) return;
    this.appending = null;
    this.plan.done();
    this.events.changed?.();
    this.pump();
  };

  private readonly bufferFailed = (): void => {
    this.fail("append", `${this.appending?.byteLength ?? 0} bytes refused`);
  };

  private readonly videoFailed = (): void => {
    this.fail("decode", this.video.error?.message || `code ${this.video.error?.code ?? 0}`);
  };

  private fail(word: FailureWord, detail: string): void {
    if (this.closed) return;
    this.close();
    this.events.failed(word, detail);
  }
}
