// Proofs for the made-up ledger. Never shipped.
import type { AccessProof, FootageProof } from "../src/api/types.ts";
import { entries, footage } from "./mockData.ts";

export function keys() {
  return { footage_vkey: "", access_vkey: "" };
}
export function accessProof(index: number): AccessProof {
  const entry = entries.find((row) => row.index === index);
  if (!entry) throw new Error("no such entry");
  return { entry, inclusion: [], record_b64: "", salt_hex: "", leaf_b64: "", commitment_hex: "", batch: null };
}
export function footageProof(index: number): FootageProof {
  const entry = footage.find((row) => row.index === index);
  if (!entry) throw new Error("no such entry");
  return { entry, inclusion: [], record_b64: "" };
}
