// The Merkle tree of RFC 6962 §2.1 as far as a verifier needs it: hashes of leaves and nodes, inclusion, and roots of small trees.
import { same, sha256 } from "./bytes.ts";

/** SHA-256(0x00 || entry) (RFC 6962 §2.1). */
export function leafHash(entry: Uint8Array): Promise<Uint8Array> {
  return sha256(Uint8Array.of(0), entry);
}

/** SHA-256(0x01 || left || right) (RFC 6962 §2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  return sha256(Uint8Array.of(1), left, right);
}

/** The root over leaf hashes. For small trees: it recurses. */
export async function rootOf(leaves: Uint8Array[]): Promise<Uint8Array> {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  const split = splitOf(leaves.length);
  return nodeHash(await rootOf(leaves.slice(0, split)), await rootOf(leaves.slice(split)));
}

/** PATH(index, leaves) (RFC 6962 §2.1.1), from the leaf's sibling upwards. For tests and made-up logs. */
export async function proofOf(leaves: Uint8Array[], index: number): Promise<Uint8Array[]> {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  return index < split
    ? [...(await proofOf(leaves.slice(0, split), index)), await rootOf(leaves.slice(split))]
    : [...(await proofOf(leaves.slice(split), index - split)), await rootOf(leaves.slice(0, split))];
}

function splitOf(width: number): number {
  return 2 ** Math.ceil(Math.log2(width) - 1);
}

/** True when `leaf` is leaf `index` of the tree of `size` leaves with this root (RFC 9162 §2.1.3.2). */
export async function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  proof: Uint8Array[],
  root: Uint8Array,
): Promise<boolean> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let at = BigInt(index);
  let last = BigInt(size) - 1n;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0n || sibling.length !== 32) return false;
    if (at & 1n || at === last) {
      hash = await nodeHash(sibling, hash);
      while (!(at & 1n) && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else hash = await nodeHash(hash, sibling);
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && same(hash, root);
}
