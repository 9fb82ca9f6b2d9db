// What the ledger's entries say, read from their canonical bytes: access records, leaves, batches, segments, gaps, deletions.
// Byte for byte the layouts of the `ledger` crate; vectors.test.ts holds both to the same frozen examples.
import type { Act, EntryClass, GapCause, LegalBasisWord, Profile, PurposeWord } from "../api/types";
import { ACT_OF } from "./acts.ts";
import { Reader } from "./bytes.ts";

const CLASSES: Record<number, EntryClass> = {
  1: "viewing",
  2: "handing_out",
  3: "registry",
  4: "sign_in",
  5: "refusal",
  6: "system",
};

const PURPOSES: Record<number, PurposeWord> = {
  0: "duty_watch",
  1: "incident",
  2: "case",
  3: "maintenance",
  4: "supervision",
  5: "administration",
  6: "training",
};

const BASES: Record<number, LegalBasisWord> = {
  0: "unit_duty",
  1: "authority_request",
  2: "maintenance_duty",
  3: "supervision_duty",
  4: "consent",
  5: "operation",
};

const CAUSES: Record<number, GapCause> = {
  0: "unknown",
  1: "camera",
  2: "network",
  3: "credentials",
  4: "disk",
  5: "us",
  6: "power",
  7: "privacy",
  8: "planned",
};

const CODECS = { 1: "H.264", 2: "H.265", 3: "MJPEG", 4: "AAC", 5: "G.711 \u00b5-law", 6: "G.711 A-law" };
const PROFILES: Record<number, Profile> = { 0: "main", 1: "sub", 2: "sound", 3: "later" };
const RENDERINGS: Record<number, string> = { 0: "", 1: "original", 2: "marked" };

export interface AccessRecord {
  kind: Act;
  timeMs: number;
  person?: string;
  account: string;
  displayName: string;
  post: string;
  unit?: string;
  unitName: string;
  /** Listed cameras, or how many when only their digest is in the record. */
  cameras: string[] | { count: number; digest: Uint8Array };
  span?: [fromMs: number, toMs: number];
  purpose: PurposeWord;
  legalBasis: LegalBasisWord;
  case?: string;
  approver: string;
  place: string;
  note: string;
  rendering: string;
  refusal?: { article: string; reason: string; remedy: string };
  refersTo?: bigint;
  served?: { camera: string; profile: Profile; units: bigint; bytes: bigint; fromMs: number; toMs: number };
  subject?: string;
  recipient: string;
  extra: string;
}

function readCameras(reader: Reader): AccessRecord["cameras"] {
  if (reader.u8("cameras") === 0) return Array.from({ length: reader.u8("cameras") }, () => reader.uuid("cameras"));
  return { count: reader.u32("cameras"), digest: reader.hash("cameras") };
}

export function decodeAccessRecord(bytes: Uint8Array): AccessRecord {
  const r = new Reader("access record", bytes);
  r.header("watchkeeper/access/v1\n");
  const record: AccessRecord = {
    kind: r.code("kind", ACT_OF),
    timeMs: r.wallMs("time"),
    person: r.optional("person", () => r.uuid("person")),
    account: r.text("account"),
    displayName: r.text("display_name"),
    post: r.text("post"),
    unit: r.optional("unit", () => r.uuid("unit")),
    unitName: r.text("unit_name"),
    cameras: readCameras(r),
    span: r.optional("span", () => [r.wallMs("span_start"), r.wallMs("span_end")] as [number, number]),
    purpose: r.code("purpose", PURPOSES),
    legalBasis: r.code("legal_basis", BASES),
    case: r.optional("case", () => r.uuid("case")),
    approver: r.text("approver"),
    place: r.text("place"),
    note: r.text("note"),
    rendering: r.code("rendering", RENDERINGS),
    refusal: r.optional("outcome", () => ({
      article: r.text("article"),
      reason: r.text("reason"),
      remedy: r.text("remedy"),
    })),
    refersTo: r.optional("refers_to", () => r.u64("refers_to")),
    served: r.optional("served", () => ({
      camera: r.uuid("served_camera"),
      profile: r.code("served_profile", PROFILES),
      units: r.u64("served_units"),
      bytes: r.u64("served_bytes"),
      fromMs: r.wallMs("served_from"),
      toMs: r.wallMs("served_to"),
    })),
    subject: r.optional("subject", () => r.uuid("subject")),
    recipient: r.text("recipient"),
    extra: r.text("extra"),
  };
  r.finish();
  return record;
}

export interface AccessLeaf {
  /** Days since 1970-01-01 UTC. */
  epoch: number;
  class: EntryClass;
  commitment: Uint8Array;
  ciphertextHash: Uint8Array;
}

export function decodeAccessLeaf(bytes: Uint8Array): AccessLeaf {
  const r = new Reader("access leaf", bytes);
  r.header("watchkeeper/access-leaf/v1\n");
  const leaf = {
    epoch: r.u32("epoch"),
    class: r.code("class", CLASSES),
    commitment: r.hash("commitment"),
    ciphertextHash: r.hash("ciphertext_hash"),
  };
  r.finish();
  return leaf;
}

export function decodeBatchLeaf(bytes: Uint8Array): { minute: number; root: Uint8Array } {
  const r = new Reader("batch leaf", bytes);
  r.header("watchkeeper/access-batch/v1\n");
  const leaf = { minute: Number(r.i64("minute")), root: r.hash("root") };
  r.finish();
  return leaf;
}

export interface FootageRecord {
  kind: "segment" | "gap" | "expiry_intent" | "expiry_done" | "tick" | "loss";
  /** Absent for ticks, which are about the recorder itself. */
  camera?: string;
  profile?: Profile;
  /** Absent for deletions, which are not in the stream's sequence. */
  seq?: bigint;
  fromMs?: number;
  toMs?: number;
  bytes?: bigint;
  cause?: GapCause;
  /** Further facts for people who read records, name and value. */
  facts: [string, string][];
}

function readSegment(r: Reader): FootageRecord {
  r.take("store", 16);
  const [camera, profile, seq] = [r.uuid("camera"), r.code("profile", PROFILES), r.u64("stream_seq")];
  r.hash("prev_record_hash");
  const [fromMs, toMs] = [r.wallMs("start_wall"), r.wallMs("end_wall")];
  r.take("dts", 16);
  const [gops, units] = [r.u32("gop_count"), r.u32("au_count")];
  r.u64("media_bytes");
  const codec = r.code("codec", CODECS);
  r.hash("config_hash");
  const [width, height] = [r.u16("width"), r.u16("height")];
  r.take("roots", 64);
  const bytes = r.u64("file_bytes");
  r.take("clock", 17);
  const [boot, reason, floor] = [r.u64("boot_counter"), r.u8("seal_reason"), r.u16("floor_days")];
  r.hash("last_checkpoint");
  for (const field of ["digests", "signatures"])
    for (let left = r.u8(field); left > 0; left -= 1) {
      r.u8(field);
      r.take(field, r.u16(field));
    }
  const facts: [string, string][] = [
    // Sound has no size.
    ["codec", width === 0 ? codec : `${codec} ${width}×${height}`],
    ["units", `${units} / ${gops}`],
    ["seal_reason", String(reason)],
    ["floor_days", String(floor)],
    ["boot_counter", String(boot)],
  ];
  return { kind: "segment", camera, profile, seq, fromMs, toMs, bytes, facts };
}

function readGap(r: Reader): FootageRecord {
  r.take("store", 16);
  const [camera, profile, seq] = [r.uuid("camera"), r.code("profile", PROFILES), r.u64("stream_seq")];
  r.hash("prev_record_hash");
  const [fromMs, toMs] = [r.wallMs("start_wall"), r.wallMs("end_wall")];
  const cause = r.code("cause", CAUSES);
  const evidence = r.text("evidence");
  const boot = r.u64("boot_counter");
  r.hash("last_checkpoint");
  return {
    kind: "gap",
    camera,
    profile,
    seq,
    fromMs,
    toMs,
    cause,
    facts: [
      ["evidence", evidence],
      ["boot_counter", String(boot)],
    ],
  };
}

function readExpiry(r: Reader): FootageRecord {
  const kind = r.code("kind", { 3: "expiry_intent", 4: "expiry_done" } as const);
  r.hash("intent");
  r.take("store", 16);
  const [camera, profile, atMs] = [r.uuid("camera"), r.code("profile", PROFILES), r.wallMs("at")];
  const [floor, rule, by, bytes] = [r.u16("floor_days"), r.text("rule"), r.text("executed_by"), r.u64("file_bytes")];
  const count = r.u8("segments");
  r.take("segments", count * 40);
  const facts: [string, string][] = [
    ["floor_days", String(floor)],
    ["rule", rule],
    ["executed_by", by],
    ["segments", String(count)],
  ];
  return { kind, camera, profile, fromMs: atMs, toMs: atMs, bytes, facts };
}

function readLoss(r: Reader): FootageRecord {
  r.take("store", 16);
  const [camera, profile, atMs] = [r.uuid("camera"), r.code("profile", PROFILES), r.wallMs("at")];
  const [fromMs, toMs] = [r.wallMs("start_wall"), r.wallMs("end_wall")];
  const [first, last] = [r.u64("first_seq"), r.u64("last_seq")];
  r.hash("last_record");
  const [evidence, boot] = [r.text("evidence"), r.u64("boot_counter")];
  const facts: [string, string][] = [
    ["evidence", evidence],
    ["segments", `${first}–${last}`],
    ["at_ms", String(atMs)],
    ["boot_counter", String(boot)],
  ];
  return { kind: "loss", camera, profile, seq: first, fromMs, toMs, cause: "us", facts };
}

function readTick(r: Reader): FootageRecord {
  r.take("store", 16);
  const [boot, number, last] = [r.u64("boot_counter"), r.u32("number"), r.code("last", { 0: "no", 1: "yes" } as const)];
  const [atMs, systemMs] = [r.wallMs("wall"), r.wallMs("system_wall")];
  const mono = r.u64("mono");
  const [streams, recording] = [r.u16("streams"), r.u16("recording")];
  r.hash("streams_hash");
  const [written, served] = [r.u64("written_bytes"), r.u64("served_bytes")];
  r.take("journal", 20);
  const facts: [string, string][] = [
    ["boot_counter", String(boot)],
    ["number", String(number)],
    ["last", last],
    ["system_wall_ms", String(systemMs)],
    ["mono_us", String(mono)],
    ["recording", `${recording} / ${streams}`],
    ["written_bytes", String(written)],
    ["served_bytes", String(served)],
  ];
  return { kind: "tick", fromMs: atMs, toMs: atMs, facts };
}

const FOOTAGE: [domain: string, read: (reader: Reader) => FootageRecord][] = [
  ["watchkeeper/segment/v1\n", readSegment],
  ["watchkeeper/gap/v1\n", readGap],
  ["watchkeeper/expiry/v1\n", readExpiry],
  ["watchkeeper/tick/v1\n", readTick],
  ["watchkeeper/loss/v1\n", readLoss],
];

export function decodeFootageRecord(bytes: Uint8Array): FootageRecord {
  const start = new TextDecoder().decode(bytes.subarray(1, 32));
  const found = FOOTAGE.find(([domain]) => start.startsWith(domain));
  const r = new Reader("footage record", bytes);
  if (!found) throw r.bad("domain", "of no known record");
  const [domain, read] = found;
  r.header(domain);
  const record = read(r);
  r.finish();
  return record;
}
