// Motion JPEG, which Media Source Extensions do not play: keeps the pictures of the last seconds and draws the one of the
// present instant, on a clock of its own that behaves like a media element's.
//
// It knows nothing of sockets or cameras. Invariants: what is kept is bounded in seconds and bytes; one picture is decoded
// at a time, and what is drawn last is what the clock shows; what cannot be decoded is shown as nothing, never as the
// picture before.

import { boxes } from "./boxes";
import { type Range, rangeAt, stepOver } from "./buffer";
import { TICKS_PER_SECOND } from "./parser";
import type { Feed, FeedEvents, FeedOptions, Screen } from "./screen";

/** The codec string of JPEG pictures in MP4 (RFC 6381 §3.3). */
const CODEC = "mp4v.6C";

/** Pictures of one player: ten seconds of the heaviest stream that is usual, 30 pictures of 200 kB a second. */
export const PICTURES_BYTES_MAX = 64 * 1024 * 1024;

/** The clock is looked at this often: more than any camera's pictures come. */
const TICK_MS = 20;

/** Two pictures further apart than this have a hole between them, as in `buffer.ts`. */
const TOUCH_SECONDS = 0.05;

export function isPictures(codec: string): boolean {
  return codec === CODEC;
}

export interface StoredPicture {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The samples of fragments as the server writes them (ISO/IEC 14496-12 §8.8.8: all fields in `trun`), with their bytes. */
export function picturesOf(bytes: Uint8Array<ArrayBuffer>): StoredPicture[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: StoredPicture[] = [];
  try {
    for (const top of boxes(view, 0, view.byteLength)) {
      if (top.type !== "moof") continue;
      for (const traf of boxes(view, top.start, top.end)) {
        if (traf.type === "traf") readRun(view, bytes, top.start - 8, traf, found);
      }
    }
  } catch (error) {
    // A length inside a box pointed outside it: what was read so far stands.
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}

function readRun(
  view: DataView,
  bytes: Uint8Array<ArrayBuffer>,
  moof: number,
  traf: { readonly start: number; readonly end: number },
  found: StoredPicture[],
): void {
  const inside = [...boxes(view, traf.start, traf.end)];
  const tfdt = inside.find((box) => box.type === "tfdt");
  const trun = inside.find((box) => box.type === "trun");
  if (!tfdt || !trun || (view.getUint32(trun.start) & 0xffffff) !== 0xf01) return;
  let ticks = Number(view.getBigUint64(tfdt.start + 4));
  let at = moof + view.getInt32(trun.start + 8);
  for (let row = trun.start + 12; row + 16 <= trun.end; row += 16) {
    const duration = view.getUint32(row);
    const size = view.getUint32(row + 4);
    if (at + size > bytes.byteLength) return;
    const start = (ticks + view.getInt32(row + 12)) / TICKS_PER_SECOND;
    found.push({ start, end: start + duration / TICKS_PER_SECOND, bytes: bytes.subarray(at, at + size) });
    ticks += duration;
    at += size;
  }
}

/** Where pictures are drawn. */
export interface Surface {
  /** Decodes and draws; answers whether it could. */
  draw(picture: Uint8Array<ArrayBuffer>): Promise<boolean>;
  blank(): void;
  close(): void;
}

const canvases = new WeakMap<HTMLVideoElement, HTMLCanvasElement>();

/** What holds the frame that a video element shows: the canvas it shows, where it shows one, else itself. */
export function frameOf(video: HTMLVideoElement): {
  readonly source: CanvasImageSource;
  readonly width: number;
  readonly height: number;
} {
  const canvas = canvases.get(video);
  return canvas
    ? { source: canvas, width: canvas.width, height: canvas.height }
    : { source: video, width: video.videoWidth, height: video.videoHeight };
}

/** A canvas that a video element shows, so that zoom and sizes are those of every other picture. */
class VideoSurface implements Surface {
  private readonly video: HTMLVideoElement;
  private readonly canvas = document.createElement("canvas");
  private readonly context = this.canvas.getContext("2d", { alpha: false });
  private attached = false;

  constructor(video: HTMLVideoElement) {
    this.video = video;
  }

  async draw(picture: Uint8Array<ArrayBuffer>): Promise<boolean> {
    let image: ImageBitmap;
    try {
      image = await createImageBitmap(new Blob([picture], { type: "image/jpeg" }));
    } catch {
      return false;
    }
    if (this.canvas.width !== image.width || this.canvas.height !== image.height) {
      this.canvas.width = image.width;
      this.canvas.height = image.height;
    }
    this.context?.drawImage(image, 0, 0);
    image.close();
    if (!this.attached) this.attach();
    return true;
  }

  blank(): void {
    this.context?.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  close(): void {
    if (!this.attached) return;
    canvases.delete(this.video);
    for (const track of this.stream()?.getTracks() ?? []) track.stop();
    this.video.srcObject = null;
  }

  private stream(): MediaStream | null {
    return this.video.srcObject instanceof MediaStream ? this.video.srcObject : null;
  }

  private attach(): void {
    this.attached = true;
    canvases.set(this.video, this.canvas);
    this.video.srcObject = this.canvas.captureStream();
    // Muted and without controls: every browser lets it; where one does not, the players' own call asks for a click.
    this.video.play().catch(() => undefined);
  }
}

export class PictureFeed implements Feed, Screen {
  readonly screen: Screen = this;
  readonly idle = true;
  private readonly surface: Surface;
  private readonly options: FeedOptions;
  private readonly events: FeedEvents;
  private readonly now: () => number;
  private readonly timer: ReturnType<typeof setInterval>;
  private pictures: StoredPicture[] = [];
  private bytes = 0;
  private offset = 0;
  /** The clock: media seconds at an instant, and whether it runs from there. */
  private at = { seconds: 0, ms: 0 };
  private runs = false;
  private rate = 1;
  private sought = false;
  private shown: StoredPicture | null = null;
  private drawing = false;
  private closed = false;

  constructor(
    video: HTMLVideoElement,
    options: FeedOptions,
    events: FeedEvents,
    surface: Surface = new VideoSurface(video),
    now: () => number = () => performance.now(),
  ) {
    this.surface = surface;
    this.options = options;
    this.events = events;
    this.now = now;
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  takes(codec: string): boolean {
    return isPictures(codec);
  }

  setCodec(): void {}

  setOffset(seconds: number): void {
    this.offset = seconds;
  }

  append(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.closed) return;
    for (const picture of picturesOf(bytes)) {
      this.insert({ ...picture, start: picture.start + this.offset, end: picture.end + this.offset });
    }
    this.evict();
    this.events.changed?.();
    this.tick();
  }

  clear(): void {
    this.pictures = [];
    this.bytes = 0;
  }

  flush(): void {}

  pump(): void {
    this.evict();
  }

  buffered(): Range[] {
    const ranges: { start: number; end: number }[] = [];
    for (const { start, end } of this.pictures) {
      const last = ranges.at(-1);
      if (last && start - last.end <= TOUCH_SECONDS) last.end = Math.max(last.end, end);
      else ranges.push({ start, end });
    }
    return ranges;
  }

  stepOverHole(): boolean {
    if (this.seeking) return false;
    const to = stepOver(this.buffered(), this.currentTime);
    if (to === null) return false;
    this.currentTime = to + 0.001;
    return true;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.timer);
    this.clear();
    this.surface.close();
  }

  get currentTime(): number {
    return this.at.seconds + (this.runs ? ((this.now() - this.at.ms) / 1000) * this.rate : 0);
  }

  set currentTime(seconds: number) {
    this.at = { seconds, ms: this.now() };
    this.sought = true;
    this.tick();
  }

  get playbackRate(): number {
    return this.rate;
  }

  set playbackRate(rate: number) {
    this.at = { seconds: this.currentTime, ms: this.now() };
    this.rate = rate;
  }

  get paused(): boolean {
    return !this.runs;
  }

  /** Until the picture of the instant that was sought is drawn. */
  get seeking(): boolean {
    return this.sought;
  }

  play(): Promise<void> {
    if (!this.runs) this.at = { seconds: this.at.seconds, ms: this.now() };
    this.runs = true;
    return Promise.resolve();
  }

  pause(): void {
    this.at = { seconds: this.currentTime, ms: this.now() };
    this.runs = false;
  }

  /** Keeps the order of time; a picture of the same instant takes the place of the one before. */
  private insert(picture: StoredPicture): void {
    let at = this.pictures.length;
    while (at > 0 && (this.pictures[at - 1]?.start ?? 0) > picture.start + 0.0005) at -= 1;
    const before = this.pictures[at - 1];
    const same = before !== undefined && before.start > picture.start - 0.0005;
    const [replaced] = this.pictures.splice(same ? at - 1 : at, same ? 1 : 0, picture);
    this.bytes += picture.bytes.byteLength - (replaced?.bytes.byteLength ?? 0);
  }

  private evict(): void {
    const newest = this.pictures.at(-1);
    if (!newest) return;
    const keepFrom = Math.min(newest.end - this.options.keepSeconds, this.currentTime - 1);
    let drop = 0;
    let { bytes } = this;
    for (const picture of this.pictures) {
      if (picture === newest || (picture.end > keepFrom && bytes <= PICTURES_BYTES_MAX)) break;
      bytes -= picture.bytes.byteLength;
      drop += 1;
    }
    if (drop > 0) this.pictures.splice(0, drop);
    this.bytes = bytes;
  }

  private tick(): void {
    if (this.closed) return;
    this.wait();
    const wanted = this.pictureAt(this.currentTime);
    if (!wanted || this.drawing) return;
    if (wanted === this.shown) {
      this.sought = false;
      return;
    }
    this.drawing = true;
    this.surface.draw(wanted.bytes).then((drawn) => {
      this.drawing = false;
      if (this.closed) return;
      if (!drawn) this.surface.blank();
      this.shown = wanted;
      this.tick();
    });
  }

  /** At the end of what is here the clock stands, as a media element's does. */
  private wait(): void {
    const seconds = this.currentTime;
    const from = this.at.seconds;
    const range = rangeAt(this.buffered(), from);
    if (this.runs && seconds > (range?.end ?? from)) {
      this.at = { seconds: Math.max(from, range?.end ?? from), ms: this.now() };
    }
  }

  private pictureAt(seconds: number): StoredPicture | null {
    for (let index = this.pictures.length - 1; index >= 0; index -= 1) {
      const picture = this.pictures[index];
      if (picture && picture.start <= seconds + 0.0005) {
        return seconds <= picture.end + TOUCH_SECONDS ? picture : null;
      }
    }
    return null;
  }
}
