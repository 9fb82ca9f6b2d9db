// Reads what the server sends on the live and playback WebSockets: text messages (JSON) and binary
// messages (a 24-byte header, then fragmented MP4).
//
// It does not touch media APIs, sockets or clocks. Invariant: bytes and words from the network never throw;
// what cannot be understood is `null`, and the caller ignores it.

/** Length of the header before the MP4 bytes of a binary message. */
export const HEADER_BYTES = 24;

/** The longest binary message that is read: one key-framed group of 10 s at 8 Mbit/s is 10 MB, times six. */
export const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

/** Ticks of the media line per second (RFC 3551 §5). */
export const TICKS_PER_SECOND = 90_000;

export interface MediaMessage {
  readonly kind: "init" | "media";
  /** The bytes begin with a key frame. */
  readonly key: boolean;
  readonly sequence: number;
  /** When the first picture was taken, as far as the server knows: Unix milliseconds with a fraction. */
  readonly wallMs: number;
  /** Media time of the first unit, in seconds. 0 for an init segment. */
  readonly mediaSeconds: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Header: u8 type, u8 flags (bit 0 key), u16 reserved, u32 sequence, i64 wall µs, i64 ticks; big endian. */
export function parseBinary(buffer: ArrayBuffer): MediaMessage | null {
  if (buffer.byteLength <= HEADER_BYTES || buffer.byteLength > MESSAGE_BYTES_MAX) return null;
  const view = new DataView(buffer);
  const type = view.getUint8(0);
  if (type !== 1 && type !== 2) return null;
  return {
    kind: type === 1 ? "init" : "media",
    key: (view.getUint8(1) & 1) === 1,
    sequence: view.getUint32(4),
    wallMs: Number(view.getBigInt64(8)) / 1000,
    mediaSeconds: Number(view.getBigInt64(16)) / TICKS_PER_SECOND,
    bytes: new Uint8Array(buffer, HEADER_BYTES),
  };
}

export type ProfileWord = "main" | "sub";

/** The words a stream's state may have. Anything else is read as `error`. */
export const STATE_WORDS = [
  "recording",
  "live",
  "connecting",
  "no_signal",
  "credentials",
  "stalled",
  "disabled",
  "error",
  "disk",
] as const;
export type StateWord = (typeof STATE_WORDS)[number];

/** What the server says about a stream; only the parts that a picture needs. */
export interface SourceState {
  readonly word: StateWord;
  readonly sinceMs: number | null;
  readonly detail: string | null;
}

/** Why a socket ended. `ended`: the view was ended by its viewer; `failed`: the camera or the footage cannot be read. */
const END_REASONS = ["revoked", "expired", "dropped", "shutdown", "ended", "ledger", "failed"] as const;
export type EndReason = (typeof END_REASONS)[number] | "other";
/** After these the same address may serve again: the client comes back by itself. */
export const PASSING: readonly EndReason[] = ["dropped", "shutdown", "failed"];

export type ServerMessage =
  | {
      readonly type: "init";
      readonly profile: ProfileWord;
      readonly codec: string;
      readonly width: number;
      readonly height: number;
    }
  | { readonly type: "state"; readonly state: SourceState }
  | { readonly type: "skipped"; readonly units: number }
  | { readonly type: "end"; readonly reason: EndReason }
  | { readonly type: "position"; readonly epoch: number; readonly atMs: number; readonly baseMs: number | null }
  | {
      readonly type: "gap";
      readonly epoch: number;
      readonly fromMs: number;
      readonly toMs: number;
      readonly cause: string;
    }
  | {
      readonly type: "brought";
      readonly epoch: number;
      readonly fromMs: number;
      readonly toMs: number;
      readonly source: string;
      readonly arrivedMs: number;
    }
  | { readonly type: "end_of_footage"; readonly epoch: number; readonly atMs: number };

type Json = Record<string, unknown>;

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
const object = (value: unknown): Json | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;

export function parseState(value: unknown): SourceState | null {
  const json = object(value);
  const word = json && text(json.word);
  if (!json || word === null) return null;
  const known = STATE_WORDS.find((candidate) => candidate === word);
  return { word: known ?? "error", sinceMs: number(json.since_ms), detail: text(json.detail) };
}

/** One text message, or `null` when it is not one of ours. */
export function parseText(data: string): ServerMessage | null {
  let json: Json | null;
  try {
    json = object(JSON.parse(data));
  } catch {
    return null;
  }
  const type = json && text(json.type);
  return json && type !== null && Object.hasOwn(readers, type) ? (readers[type]?.(json) ?? null) : null;
}

const readers: Record<string, ((json: Json) => ServerMessage | null) | undefined> = {
  init: (json) => {
    const codec = text(json.codec);
    if (codec === null) return null;
    const profile = json.profile === "sub" ? "sub" : "main";
    return { type: "init", profile, codec, width: number(json.width) ?? 0, height: number(json.height) ?? 0 };
  },
  state: (json) => {
    const state = parseState(json.state);
    return state && { type: "state", state };
  },
  skipped: (json) => ({ type: "skipped", units: number(json.units) ?? 0 }),
  end: (json) => {
    const known = END_REASONS.find((reason) => reason === json.reason);
    return { type: "end", reason: known ?? "other" };
  },
  position: (json) => {
    const epoch = number(json.epoch);
    const atMs = number(json.at_ms);
    return epoch === null || atMs === null ? null : { type: "position", epoch, atMs, baseMs: number(json.base_ms) };
  },
  gap: (json) => {
    const epoch = number(json.epoch);
    const fromMs = number(json.from_ms);
    const toMs = number(json.to_ms);
    if (epoch === null || fromMs === null || toMs === null || toMs < fromMs) return null;
    return { type: "gap", epoch, fromMs, toMs, cause: text(json.cause) ?? "unknown" };
  },
  brought: (json) => {
    const epoch = number(json.epoch);
    const fromMs = number(json.from_ms);
    const toMs = number(json.to_ms);
    const arrivedMs = number(json.arrived_ms);
    if (epoch === null || fromMs === null || toMs === null || toMs < fromMs || arrivedMs === null) return null;
    return { type: "brought", epoch, fromMs, toMs, source: text(json.source) ?? "", arrivedMs };
  },
  end_of_footage: (json) => {
    const epoch = number(json.epoch);
    const atMs = number(json.at_ms);
    return epoch === null || atMs === null ? null : { type: "end_of_footage", epoch, atMs };
  },
};
