// Proofs for the made-up ledger: true ones, so that the page's checks have something to check. Never shipped.
import type { AccessProof, FootageProof } from "../src/api/types.ts";
import { MadeUpLog } from "./madeUpLog.ts";
import { entries, footage } from "./mockData.ts";

const accessLog = new MadeUpLog("watchkeeper.local/demo/access", 7);
const footageLog = new MadeUpLog("watchkeeper.local/demo/footage", 8);

export async function keys() {
  return { footage_vkey: await footageLog.vkey, access_vkey: await accessLog.vkey };
}

export async function accessProof(index: number): Promise<AccessProof> {
  const entry = entries.find((row) => row.index === index);
  if (!entry) throw new Error("no such entry");
  const proof = await accessLog.access([entry], 0, 200);
  if (entry.published) return proof;
  return { ...proof, batch: null, batch_leaf_index: null, batch_leaf_b64: null, inclusion: [], checkpoint: null };
}

export async function footageProof(index: number): Promise<FootageProof> {
  const entry = footage.find((row) => row.index === index);
  if (!entry) throw new Error("no such entry");
  const proof = await footageLog.footage(entry, 300);
  return { ...proof, entry };
}
