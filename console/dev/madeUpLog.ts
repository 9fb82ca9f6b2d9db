// A small, true access log made of made-up entries: records encoded, committed, batched by minute, hashed and signed.
// For tests of the verifier and for looking at pages; never shipped. It writes what src/verify reads, so the frozen
// vectors of the `ledger` crate, not this file, say what the bytes are.
import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import type { AccessEntry, AccessProof, FootageEntry, FootageProof } from "../src/api/types.ts";
import { concat, fromHex, sha256, toBase64, toHex, utf8 } from "../src/verify/bytes.ts";
import { leafHash, proofOf, rootOf } from "../src/verify/tree.ts";

const ACT_CODES: Record<string, number> = {
  live: 1,
  playback: 2,
  still: 3,
  export: 4,
  collect: 5,
  use: 6,
  sign_in: 10,
  change_camera: 21,
  read_ledger: 30,
  refused: 40,
  start: 50,
};
const CLASS_CODES: Record<string, number> = {
  viewing: 1,
  handing_out: 2,
  registry: 3,
  sign_in: 4,
  refusal: 5,
  system: 6,
};
const PURPOSE_CODES: Record<string, number> = {
  duty_watch: 0,
  incident: 1,
  case: 2,
  maintenance: 3,
  supervision: 4,
  administration: 5,
  training: 6,
};
const BASIS_CODES: Record<string, number> = {
  unit_duty: 0,
  authority_request: 1,
  maintenance_duty: 2,
  supervision_duty: 3,
  consent: 4,
  operation: 5,
};
const CAUSE_CODES: Record<string, number> = { unknown: 0, camera: 1, network: 2, credentials: 3, us: 5, power: 6 };

const timeOf = (entry: AccessEntry) => entry.time_ms ?? 0;

class Writer {
  readonly #parts: Uint8Array[] = [];
  header(domain: string): this {
    return this.u8(1).raw(utf8(domain));
  }
  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }
  u8(value: number): this {
    return this.raw(Uint8Array.of(value));
  }
  #number(bytes: number, set: (view: DataView) => void): this {
    const out = new Uint8Array(bytes);
    set(new DataView(out.buffer));
    return this.raw(out);
  }
  u16(value: number): this {
    return this.#number(2, (view) => view.setUint16(0, value));
  }
  u32(value: number): this {
    return this.#number(4, (view) => view.setUint32(0, value));
  }
  i64(value: number): this {
    return this.#number(8, (view) => view.setBigInt64(0, BigInt(value)));
  }
  text(value: string | null | undefined): this {
    const bytes = utf8(value ?? "");
    return this.u16(bytes.length).raw(bytes);
  }
  uuid(value: string): this {
    return this.raw(fromHex(value.replaceAll("-", "")));
  }
  optional<T>(value: T | null | undefined, write: (value: T) => void): this {
    if (value === null || value === undefined) return this.u8(0);
    this.u8(1);
    write(value);
    return this;
  }
  bytes(): Uint8Array {
    return concat(...this.#parts);
  }
}

export function encodeAccess(entry: AccessEntry): Uint8Array {
  const w = new Writer().header("watchkeeper/access/v1\n");
  w.u8(ACT_CODES[entry.kind ?? "refused"] ?? 40).i64(timeOf(entry) * 1000);
  w.optional(entry.person, ({ id }) => w.uuid(id));
  w.text(entry.account).text(entry.person?.name).text(entry.post);
  w.optional(null, () => undefined).text("");
  const cameras = entry.cameras.map(({ id }) => id).sort();
  w.u8(0).u8(cameras.length);
  for (const camera of cameras) w.uuid(camera);
  w.optional(entry.span, ([from, to]) => w.i64(from * 1000).i64(to * 1000));
  w.u8(PURPOSE_CODES[entry.purpose ?? "duty_watch"] ?? 0).u8(BASIS_CODES[entry.legal_basis ?? "unit_duty"] ?? 0);
  w.optional(null, () => undefined);
  w.text(entry.approver).text(entry.place).text(entry.note).u8(0);
  w.optional(entry.outcome.permitted ? null : entry.outcome, ({ article, reason, remedy }) =>
    w.text(article).text(reason?.en).text(remedy?.en),
  );
  w.optional(entry.refers_to, (index) => w.i64(index));
  w.optional(entry.served, ({ units, bytes, profile, from_ms, to_ms }) =>
    w
      .uuid(cameras[0] ?? "00000000-0000-0000-0000-000000000000")
      .u8(profile === "sub" ? 1 : 0)
      .i64(units)
      .i64(bytes)
      .i64(from_ms * 1000)
      .i64(to_ms * 1000),
  );
  w.optional(entry.subject, (subject) => w.uuid(subject))
    .text(entry.recipient)
    .text(entry.text);
  return w.bytes();
}

export function encodeFootage(entry: FootageEntry): Uint8Array {
  const zero = new Uint8Array(32);
  const w = new Writer().header(entry.kind === "gap" ? "watchkeeper/gap/v1\n" : "watchkeeper/segment/v1\n");
  w.raw(new Uint8Array(16))
    .uuid(entry.camera?.id ?? "")
    .u8(entry.profile === "sub" ? 1 : 0)
    .i64(entry.seq ?? 0)
    .raw(zero);
  w.i64((entry.from_ms ?? 0) * 1000).i64((entry.to_ms ?? 0) * 1000);
  if (entry.kind === "gap")
    return w
      .u8(CAUSE_CODES[entry.cause ?? "unknown"] ?? 0)
      .text("connection reset by peer")
      .i64(3)
      .raw(zero)
      .bytes();
  w.i64(0)
    .i64(5_400_000)
    .u32(30)
    .u32(1500)
    .i64((entry.bytes ?? 9) - 8)
    .u8(1)
    .raw(zero)
    .u16(1920)
    .u16(1080);
  w.raw(zero)
    .raw(zero)
    .i64(entry.bytes ?? 9)
    .i64(0)
    .i64(0)
    .u8(0)
    .i64(3)
    .u8(0)
    .u16(30)
    .raw(zero)
    .u8(0)
    .u8(0);
  return w.bytes();
}

export class MadeUpLog {
  readonly #origin: string;
  readonly #key: KeyObject;
  readonly vkey: Promise<string>;

  constructor(origin: string, seed: number) {
    this.#origin = origin;
    // RFC 8410 §7: the fixed prefix of an Ed25519 private key, then its seed.
    const der = concat(fromHex("302e020100300506032b657004220420"), new Uint8Array(32).fill(seed));
    this.#key = createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
    this.vkey = this.#vkey();
  }

  async #keyParts(): Promise<{ id: Uint8Array; typed: Uint8Array }> {
    const raw = createPublicKey(this.#key).export({ format: "der", type: "spki" }).subarray(-32);
    const typed = concat(Uint8Array.of(1), new Uint8Array(raw));
    return { typed, id: (await sha256(utf8(`${this.#origin}\n`), typed)).subarray(0, 4) };
  }

  async #vkey(): Promise<string> {
    const { id, typed } = await this.#keyParts();
    return `${this.#origin}+${toHex(id)}+${toBase64(typed)}`;
  }

  async checkpoint(leaves: Uint8Array[]): Promise<string> {
    const text = `${this.#origin}\n${leaves.length}\n${toBase64(await rootOf(leaves))}\n`;
    const { id } = await this.#keyParts();
    const signature = concat(id, new Uint8Array(sign(null, Buffer.from(text), this.#key)));
    return `${text}\n— ${this.#origin} ${toBase64(signature)}\n`;
  }

  /** The proof of one of the entries that share a minute, in a log of that many other minutes. */
  async access(entries: AccessEntry[], index: number, minutes: number): Promise<AccessProof> {
    const leaves: Uint8Array[] = [];
    let chosen: { record: Uint8Array; salt: Uint8Array; leaf: Uint8Array; commitment: Uint8Array } | undefined;
    for (const [at, entry] of entries.entries()) {
      const record = encodeAccess(entry);
      const salt = await sha256(utf8(`salt ${entry.index}`));
      const commitment = await sha256(utf8("watchkeeper/access-commitment/v1\n"), salt, record);
      const leaf = new Writer()
        .header("watchkeeper/access-leaf/v1\n")
        .u32(Math.floor(timeOf(entry) / 86_400_000))
        .u8(CLASS_CODES[entry.class] ?? 6)
        .raw(commitment)
        .raw(await sha256(utf8(`ciphertext ${entry.index}`)))
        .bytes();
      leaves.push(await leafHash(leaf));
      if (at === index) chosen = { record, salt, leaf, commitment };
    }
    const entry = entries[index];
    if (!chosen || !entry) throw new Error("no such entry");
    const width = Math.max(16, 2 ** Math.ceil(Math.log2(leaves.length)));
    while (leaves.length < width) leaves.push(await sha256(utf8(`pad ${leaves.length}`)));
    const minute = Math.floor(timeOf(entry) / 60_000);
    const batchLeaf = new Writer()
      .header("watchkeeper/access-batch/v1\n")
      .i64(minute)
      .raw(await rootOf(leaves))
      .bytes();
    const log = await Promise.all(Array.from({ length: minutes }, (_, at) => sha256(utf8(`minute ${at}`))));
    const batchIndex = Math.floor(minutes * 0.8);
    log[batchIndex] = await leafHash(batchLeaf);
    return {
      entry,
      record_b64: toBase64(chosen.record),
      salt_hex: toHex(chosen.salt),
      leaf_b64: toBase64(chosen.leaf),
      commitment_hex: toHex(chosen.commitment),
      batch: { minute, index_in_batch: index, size: width, proof: (await proofOf(leaves, index)).map(toHex) },
      batch_leaf_index: batchIndex,
      batch_leaf_b64: toBase64(batchLeaf),
      inclusion: (await proofOf(log, batchIndex)).map(toHex),
      checkpoint: await this.checkpoint(log),
    };
  }

  async footage(entry: FootageEntry, size: number): Promise<FootageProof> {
    const record = encodeFootage(entry);
    const at = Math.min(entry.index, size - 1);
    const log = await Promise.all(Array.from({ length: size }, (_, other) => sha256(utf8(`record ${other}`))));
    log[at] = await leafHash(record);
    return {
      entry: { ...entry, index: at },
      record_b64: toBase64(record),
      inclusion: (await proofOf(log, at)).map(toHex),
      checkpoint: await this.checkpoint(log),
    };
  }
}
