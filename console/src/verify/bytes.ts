// Bytes, hexadecimal, base64, SHA-256, and a reader of the ledger's fixed-order layouts (RFC 8446 §3).
// Decoding rejects what encoding would not produce; it throws `Malformed` and nothing else.

export class Malformed extends Error {
  constructor(what: string, field: string, problem: string) {
    super(`${what}: ${field}: ${problem}`);
    this.name = "Malformed";
  }
}

export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) throw new Malformed("hexadecimal", "text", "not hexadecimal");
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => Number.parseInt(text.slice(at * 2, at * 2 + 2), 16));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Standard base64 with padding; anything else is malformed, so that one value has one text. */
export function fromBase64(text: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new Malformed("base64", "text", "not base64");
  }
  if (toBase64(bytes) !== text) throw new Malformed("base64", "text", "not canonical");
  return bytes;
}

export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** True where the browser offers its cryptography: a secure page, or this computer itself. */
export function hasCrypto(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

export async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts) as BufferSource));
}

export class Reader {
  readonly #what: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(what: string, bytes: Uint8Array) {
    this.#what = what;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  bad(field: string, problem: string): Malformed {
    return new Malformed(this.#what, field, problem);
  }

  take(field: string, length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw this.bad(field, "the bytes end here");
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }

  /** The version byte and the domain string. */
  header(domain: string): void {
    if (this.u8("version") !== 1) throw this.bad("version", "unknown version");
    if (!same(this.take("domain", domain.length), utf8(domain))) throw this.bad("domain", "of another record");
  }

  u8(field: string): number {
    return this.take(field, 1)[0] as number;
  }
  u16(field: string): number {
    this.take(field, 2);
    return this.#view.getUint16(this.#at - 2);
  }
  u32(field: string): number {
    this.take(field, 4);
    return this.#view.getUint32(this.#at - 4);
  }
  u64(field: string): bigint {
    this.take(field, 8);
    return this.#view.getBigUint64(this.#at - 8);
  }
  i64(field: string): bigint {
    this.take(field, 8);
    return this.#view.getBigInt64(this.#at - 8);
  }
  /** Microseconds as whole milliseconds, rounded towards the past. */
  wallMs(field: string): number {
    const us = this.i64(field);
    return Number(us >= 0n ? us / 1000n : (us - 999n) / 1000n);
  }
  hash(field: string): Uint8Array {
    return this.take(field, 32);
  }
  uuid(field: string): string {
    const hex = toHex(this.take(field, 16));
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }
  code<T>(field: string, table: Record<number, T>): T {
    const value = table[this.u8(field)];
    if (value === undefined) throw this.bad(field, "unknown code");
    return value;
  }
  optional<T>(field: string, read: () => T): T | undefined {
    const present = this.u8(field);
    if (present > 1) throw this.bad(field, "presence byte is neither 0 nor 1");
    return present ? read() : undefined;
  }
  text(field: string): string {
    const bytes = this.take(field, this.u16(field));
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw this.bad(field, "not UTF-8");
    }
  }
  finish(): void {
    if (this.#at !== this.#bytes.length) throw this.bad("end", "bytes follow the last field");
  }
}
