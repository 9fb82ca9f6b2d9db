// Signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint): reading them and checking Ed25519 signatures
// with the browser's own cryptography. Decides nothing about trust: the caller brings the key.
import { concat, fromBase64, Malformed, same, sha256, toHex, utf8 } from "./bytes.ts";

export interface VerifierKey {
  name: string;
  id: Uint8Array;
  /** 1 = Ed25519, 4 = a witness's timestamped cosignature. */
  kind: number;
  publicKey: Uint8Array;
}

export interface Note {
  /** With its final newline: exactly what is signed. */
  text: string;
  signatures: { name: string; id: Uint8Array; bytes: Uint8Array }[];
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array;
}

/** From `name+hash+base64(type || public key)`; the hash must be the key's. */
export async function parseKey(vkey: string): Promise<VerifierKey> {
  const bad = (problem: string) => new Malformed("verifier key", "text", problem);
  const [name, hash, ...rest] = vkey.trim().split("+");
  const encoded = rest.join("+");
  if (!name || !hash || !encoded) throw bad("not of the form name+hash+key");
  const bytes = fromBase64(encoded);
  const [kind] = bytes;
  if (kind === undefined || bytes.length < 2) throw bad("the key is empty");
  const id = (await sha256(utf8(name), utf8("\n"), bytes)).subarray(0, 4);
  if (toHex(id) !== hash) throw bad("the hash is not that of the key");
  return { name, id, kind, publicKey: bytes.subarray(1) };
}

export function parseNote(note: string): Note {
  const bad = (problem: string) => new Malformed("signed note", "text", problem);
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) throw bad("no empty line before the signatures");
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split("\n");
  const signatures = lines.map((line) => {
    const [dash, name, encoded, ...more] = line.split(" ");
    if (dash !== "—" || !name || !encoded || more.length > 0) throw bad("not a signature line");
    const bytes = fromBase64(encoded);
    if (bytes.length < 5) throw bad("the signature is empty");
    return { name, id: bytes.subarray(0, 4), bytes: bytes.subarray(4) };
  });
  return { text, signatures };
}

export function parseCheckpoint(text: string): Checkpoint {
  const bad = (problem: string) => new Malformed("checkpoint", "text", problem);
  const [origin, size, root] = text.split("\n");
  if (!origin) throw bad("the origin is empty");
  if (!size || !/^(0|[1-9][0-9]*)$/.test(size) || !Number.isSafeInteger(Number(size))) throw bad("no plain size");
  const bytes = fromBase64(root ?? "");
  if (bytes.length !== 32) throw bad("the root has not 32 bytes");
  return { origin, size: Number(size), root: bytes };
}

export type SignatureVerdict = "valid" | "wrong" | "absent" | "unsupported";

/** Whether this key signed the note. `absent`: no line of this key; `unsupported`: the browser has no Ed25519. */
export async function verifySignature(note: Note, key: VerifierKey): Promise<SignatureVerdict> {
  const line = note.signatures.find(({ name, id }) => name === key.name && same(id, key.id));
  if (!line) return "absent";
  if (key.kind !== 1 && key.kind !== 4) return "unsupported";
  let [text, bytes] = [utf8(note.text), line.bytes];
  if (key.kind === 4) {
    // tlog-cosignature: eight bytes of time, then the signature over a header, the time and the text.
    const time = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
    text = concat(utf8(`cosignature/v1\ntime ${time}\n`), text);
    bytes = bytes.subarray(8);
  }
  try {
    const imported = await crypto.subtle.importKey("raw", key.publicKey as BufferSource, { name: "Ed25519" }, false, [
      "verify",
    ]);
    const valid = await crypto.subtle.verify(
      { name: "Ed25519" },
      imported,
      bytes as BufferSource,
      text as BufferSource,
    );
    return valid ? "valid" : "wrong";
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") return "unsupported";
    return "wrong";
  }
}
