// What a player moves in time: a video element, or pictures that are drawn one by one.
//
// Only types. A video element is a Screen as it is.

import type { AppenderOptions, Range } from "./buffer";

/** The part of a media element that players use; the words mean what they mean there. */
export interface Screen {
  currentTime: number;
  playbackRate: number;
  readonly paused: boolean;
  readonly seeking: boolean;
  play(): Promise<void>;
  pause(): void;
}

/** What carries footage to a screen: Media Source Extensions, or drawn pictures. */
export interface Feed {
  readonly screen: Screen;
  readonly idle: boolean;
  /** Whether footage of this codec can be appended, after `setCodec`. */
  takes(codec: string): boolean;
  setCodec(codec: string): void;
  append(bytes: Uint8Array<ArrayBuffer>): void;
  setOffset(seconds: number): void;
  clear(): void;
  flush(): void;
  buffered(): Range[];
  stepOverHole(): boolean;
  pump(): void;
  close(): void;
}

export type FailureWord = "decode" | "append" | "overflow" | "unsupported";

export interface FeedEvents {
  /** The picture cannot go on with this feed. */
  failed(word: FailureWord, detail: string): void;
  /** What is buffered has changed. */
  changed?(): void;
}

export type FeedOptions = AppenderOptions;
