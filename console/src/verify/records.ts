// What the ledger's entries say, read from their canonical bytes: access records, leaves, batches, segments, gaps, deletions.
// Byte for byte the layouts of the `ledger` crate; vectors.test.ts holds both to the same frozen examples.
import type { Act, EntryClass, GapCause, LegalBasisWord, Profile, PurposeWord } from "../api/types";
import { Reader } from "./bytes.ts";

const ACTS: Record<number, Act> = {
  1: "live",
  2: "playback",
  3: "still",
  4: "export",
  5: "collect",
  6: "use",
  10: "sign_in",
  11: "sign_out",
  12: "sign_in_failed",
  20: "read_registry",
  21: "change_camera",
  22: "probe_camera",
  23: "change_person",
  24: "change_unit",
  25: "change_layout",
  30: "read_ledger",
  31: "read_health",
  32: "read_timeline",
  40: "refused",
  41: "anonymous_refused",
  50: "start",
  51: "stop",
  52: "check",
  53: "system_read",
  54: "expire_package",
  60: "place_hold",
  61: "ask_release",
  62: "approve_release",
  63: "decline_release",
  64: "review_hold",
  65: "read_holds",
  160: "open_case",
  161: "confirm_case",
  162: "close_case",
  163: "read_cases",
  164: "ask_grant",
  165: "approve_grant",
  166: "decline_grant",
  167: "revoke_grant",
  168: "read_grants",
  169: "set_four_eyes",
  66: "change_retention",
  67: "stop_stream",
  68: "resume_stream",
  70: "explain_gap",
  71: "decide_gap",
  72: "announce_maintenance",
  73: "decide_maintenance",
  90: "store_key",
  91: "decrypt",
  95: "backup",
  96: "forget_backup",
  97: "restore",
  98: "migrate",
  99: "planned_stop",
  100: "switch_sound",
  105: "change_disk",
  106: "note_disk",
  107: "back_fill",
  80: "witness_alarm",
  81: "machine_read",
  110: "ask_challenge",
  111: "answer_challenge",
  112: "read_gaps",
  136: "report_pressure",
  137: "read_pressure",
  138: "close_pressure",
  150: "trace_copy",
  151: "enter_training",
  152: "revoke_training",
  153: "vet_person",
  154: "change_term",
  155: "reactivate",
  156: "leave",
  157: "confirm_posts",
  158: "change_account_rules",
  190: "ask_question",
  191: "explain_question",
  192: "answer_question",
  193: "read_questions",
  194: "change_watching",
  195: "explore_policy",
  196: "credentials_key",
  170: "open_retrieval",
  171: "amend_retrieval",
  172: "check_credentials",
  173: "complete_retrieval",
  174: "approve_retrieval",
  175: "refuse_retrieval",
  176: "hand_over",
  177: "acknowledge_receipt",
  178: "follow_copy",
  179: "read_retrievals",
  180: "change_roster",
  181: "take_over_shift",
  182: "hand_over_shift",
  183: "stay_on_shift",
  184: "write_watch_log",
  185: "report_suspicion",
  186: "acknowledge_report",
  187: "note_visitor",
  188: "read_duty",
  210: "change_alarm_source",
  211: "receive_event",
  212: "acknowledge_alarm",
  213: "escalate_alarm",
  214: "close_alarm",
  215: "read_alarms",
  216: "change_alarm_term",
  240: "adopt_rule",
  241: "confirm_rule",
  242: "record_drill",
  243: "keep_round",
  244: "change_work_order",
  245: "accept_repair",
  246: "draw_assessment",
  247: "sign_assessment",
  248: "read_routines",
  249: "change_routines",
  230: "open_folder",
  231: "add_to_folder",
  232: "withdraw_from_folder",
  233: "close_folder",
  234: "reopen_folder",
  235: "read_folders",
  236: "hold_folder",
  237: "export_folder",
};

const CLASSES: Record<number, EntryClass> = {
  1: "viewing",
  2: "handing_out",
  3: "registry",
  4: "sign_in",
  5: "refusal",
  6: "system",
};

/** The class of a permitted act; a refused act is always a refusal. */
export function classOf(act: Act, refused: boolean): EntryClass {
  if (refused || act === "refused" || act === "anonymous_refused") return "refusal";
  if (["live", "playback", "still", "use"].includes(act)) return "viewing";
  if (["export", "collect", "decrypt"].includes(act)) return "handing_out";
  if (["sign_in", "sign_out", "sign_in_failed"].includes(act)) return "sign_in";
  const system = [
    ...["start", "stop", "check", "system_read", "expire_package", "store_key", "stop_stream", "resume_stream"],
    ...["backup", "forget_backup", "restore", "migrate", "planned_stop", "note_disk", "back_fill"],
    ...["witness_alarm", "machine_read", "ask_question", "credentials_key"],
  ];
  return system.includes(act) ? "system" : "registry";
}

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
    kind: r.code("kind", ACTS),
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
