// Checking one ledger entry from its bytes up to a signed checkpoint, in the browser, trusting nothing that the server says
// about it. Each step is proven, found wrong, or cannot be told; "cannot tell" is a proper answer.

import type { AccessProof, FootageProof } from "../api/types";
import { classOf } from "./acts.ts";
import { fromBase64, fromHex, hasCrypto, same, sha256, toBase64, toHex, utf8 } from "./bytes.ts";
import { type Checkpoint, type Note, parseCheckpoint, parseKey, parseNote, verifySignature } from "./note.ts";
import {
  type AccessRecord,
  decodeAccessLeaf,
  decodeAccessRecord,
  decodeBatchLeaf,
  decodeFootageRecord,
  type FootageRecord,
} from "./records.ts";
import { differencesOfAccess, differencesOfFootage, type ShownField, showsContent } from "./shown.ts";
import { leafHash, verifyInclusion } from "./tree.ts";

export type Verdict = "proven" | "found" | "cannot_tell";

export type StepName =
  | "record"
  | "shown"
  | "beyond"
  | "commitment"
  | "batch"
  | "inclusion"
  | "signature"
  | "key"
  | "witness";

export interface Step {
  step: StepName;
  verdict: Verdict;
  /** A word for why, the end of a Fluent id; the facts that fill the sentence beside it. */
  why: string;
  facts?: Record<string, string>;
  /** What is shown and is not what the record says. */
  fields?: ShownField[];
}

export interface Report {
  steps: Step[];
  checkpoint?: { origin: string; size: number; rootBase64: string };
  access?: AccessRecord;
  footage?: FootageRecord;
}

/** Where the key that signatures are checked with comes from. */
export interface Key {
  vkey: string;
  /** `pinned`: given to this browser by a person; `server`: named by the very server that is checked. */
  from: "pinned" | "server";
}

const DAY_MS = 86_400_000;
const COMMITMENT_DOMAIN = "watchkeeper/access-commitment/v1\n";
/** Width limits of a minute's batch, as in the `ledger` crate. */
const BATCH_WIDTH_MIN = 16;
const BATCH_WIDTH_MAX = 65_536;

class Steps {
  readonly list: Step[] = [];
  proven(step: StepName, why: string, facts?: Record<string, string>): void {
    this.list.push({ step, verdict: "proven", why, facts });
  }
  found(step: StepName, why: string, facts?: Record<string, string>): void {
    this.list.push({ step, verdict: "found", why, facts });
  }
  cannot(step: StepName, why: string, facts?: Record<string, string>): void {
    this.list.push({ step, verdict: "cannot_tell", why, facts });
  }
}

/** Whether what the page shows is what the record says; and what it shows that no record holds. */
function checkShown(differs: ShownField[], beyond: "access" | "footage", steps: Steps): void {
  if (differs.length === 0) steps.proven("shown", "equal");
  else steps.list.push({ step: "shown", verdict: "found", why: "differs", fields: differs });
  steps.cannot("beyond", beyond);
}

/** The whole of a report: wrong if anything is, unproven if anything is. */
export function overall(report: Report): Verdict {
  if (report.steps.some(({ verdict }) => verdict === "found")) return "found";
  return report.steps.some(({ verdict }) => verdict === "cannot_tell") ? "cannot_tell" : "proven";
}

interface Signed {
  checkpoint: Checkpoint;
  note: Note;
}

function readCheckpoint(text: string | null | undefined, steps: Steps): Signed | undefined {
  if (!text) {
    steps.cannot("inclusion", "not-published");
    return undefined;
  }
  try {
    const note = parseNote(text);
    return { note, checkpoint: parseCheckpoint(note.text) };
  } catch {
    steps.found("inclusion", "checkpoint-malformed");
    return undefined;
  }
}

async function checkInclusion(
  leaf: Uint8Array,
  index: number,
  proof: string[],
  { checkpoint }: Signed,
  steps: Steps,
): Promise<void> {
  const facts = { index: String(index), size: String(checkpoint.size), origin: checkpoint.origin };
  const good = await verifyInclusion(leaf, index, checkpoint.size, proof.map(fromHex), checkpoint.root);
  if (good) steps.proven("inclusion", "included", facts);
  else steps.found("inclusion", "not-included", facts);
}

async function checkSignature({ note, checkpoint }: Signed, key: Key | undefined, steps: Steps): Promise<void> {
  if (!key) {
    steps.cannot("signature", "no-key");
    return;
  }
  let parsed: Awaited<ReturnType<typeof parseKey>>;
  try {
    parsed = await parseKey(key.vkey);
  } catch {
    steps.cannot("signature", "key-malformed");
    return;
  }
  if (parsed.name !== checkpoint.origin) {
    steps.found("signature", "other-origin", { key: parsed.name, origin: checkpoint.origin });
    return;
  }
  const verdict = await verifySignature(note, parsed);
  const facts = { key: parsed.name, id: toHex(parsed.id) };
  if (verdict === "valid") steps.proven("signature", "valid", facts);
  else if (verdict === "unsupported") steps.cannot("signature", "unsupported", facts);
  else steps.found("signature", verdict, facts);
  if (key.from === "pinned") steps.proven("key", "pinned", facts);
  else steps.cannot("key", "from-server", facts);
  const witnesses = note.signatures.length - 1;
  // A further line may be anybody's; without a witness's key it says nothing.
  steps.cannot("witness", witnesses > 0 ? "unknown" : "none", { count: String(Math.max(0, witnesses)) });
}

/** Without the browser's cryptography nothing at all can be told. */
function withoutCrypto(): Report {
  return { steps: [{ step: "record", verdict: "cannot_tell", why: "no-crypto" }] };
}

async function checkCommitment(
  leafBase64: string,
  saltHex: string,
  bytes: Uint8Array,
  record: AccessRecord,
  steps: Steps,
): Promise<Uint8Array | undefined> {
  const leafBytes = fromBase64(leafBase64);
  const leaf = decodeAccessLeaf(leafBytes);
  const commitment = await sha256(utf8(COMMITMENT_DOMAIN), fromHex(saltHex), bytes);
  const epoch = Math.floor(record.timeMs / DAY_MS);
  if (!same(commitment, leaf.commitment)) steps.found("commitment", "differs");
  else if (epoch !== leaf.epoch || classOf(record.kind, record.refusal !== undefined) !== leaf.class)
    steps.found("commitment", "class");
  else {
    steps.proven("commitment", "equal", { hash: toHex(commitment) });
    return leafBytes;
  }
  return undefined;
}

async function checkBatch(proof: AccessProof, leafBytes: Uint8Array, steps: Steps): Promise<Uint8Array | undefined> {
  const { batch } = proof;
  if (!batch || !proof.batch_leaf_b64 || proof.batch_leaf_index === null || proof.batch_leaf_index === undefined) {
    steps.cannot("batch", "open");
    return undefined;
  }
  const batchBytes = fromBase64(proof.batch_leaf_b64);
  const { root, minute } = decodeBatchLeaf(batchBytes);
  const width = batch.size;
  const possible = Number.isInteger(Math.log2(width)) && width >= BATCH_WIDTH_MIN && width <= BATCH_WIDTH_MAX;
  const good =
    possible &&
    minute === batch.minute &&
    (await verifyInclusion(await leafHash(leafBytes), batch.index_in_batch, width, batch.proof.map(fromHex), root));
  const facts = { time: String(minute * 60_000), index: String(batch.index_in_batch) };
  if (!good) {
    steps.found("batch", "not-included", facts);
    return undefined;
  }
  steps.proven("batch", "included", facts);
  return batchBytes;
}

export async function checkAccess(proof: AccessProof, key: Key | undefined): Promise<Report> {
  if (!hasCrypto()) return withoutCrypto();
  const steps = new Steps();
  let record: AccessRecord | undefined;
  let signed: Signed | undefined;
  try {
    let leafBytes: Uint8Array | undefined;
    if (proof.record_b64 && proof.salt_hex) {
      const bytes = fromBase64(proof.record_b64);
      record = decodeAccessRecord(bytes);
      checkShown(differencesOfAccess(proof.entry, record), "access", steps);
      leafBytes = await checkCommitment(proof.leaf_b64, proof.salt_hex, bytes, record, steps);
    } else {
      // The key went at the end of the record's term; its place in the log stays.
      steps.cannot("record", "expired");
      leafBytes = fromBase64(proof.leaf_b64);
      if (showsContent(proof.entry) || proof.entry.class !== decodeAccessLeaf(leafBytes).class)
        steps.found("shown", "without-record");
    }
    const batchBytes = leafBytes ? await checkBatch(proof, leafBytes, steps) : undefined;
    if (batchBytes) {
      signed = readCheckpoint(proof.checkpoint, steps);
      if (signed) {
        await checkInclusion(await leafHash(batchBytes), proof.batch_leaf_index ?? -1, proof.inclusion, signed, steps);
        await checkSignature(signed, key, steps);
      }
    }
  } catch (error) {
    steps.found("record", "malformed", { message: error instanceof Error ? error.message : String(error) });
  }
  return { steps: steps.list, checkpoint: summary(signed), access: record };
}

export async function checkFootage(proof: FootageProof, key: Key | undefined): Promise<Report> {
  if (!hasCrypto()) return withoutCrypto();
  const steps = new Steps();
  let record: FootageRecord | undefined;
  let signed: Signed | undefined;
  try {
    const bytes = fromBase64(proof.record_b64);
    record = decodeFootageRecord(bytes);
    checkShown(differencesOfFootage(proof.entry, record), "footage", steps);
    signed = readCheckpoint(proof.checkpoint, steps);
    if (signed) {
      await checkInclusion(await leafHash(bytes), proof.entry.index, proof.inclusion, signed, steps);
      await checkSignature(signed, key, steps);
    }
  } catch (error) {
    steps.found("record", "malformed", { message: error instanceof Error ? error.message : String(error) });
  }
  return { steps: steps.list, checkpoint: summary(signed), footage: record };
}

function summary(signed: Signed | undefined): Report["checkpoint"] {
  if (!signed) return undefined;
  const { origin, size, root } = signed.checkpoint;
  return { origin, size, rootBase64: toBase64(root) };
}
