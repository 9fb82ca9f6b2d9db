// @vitest-environment node
// Holds this verifier to the frozen examples of the `ledger` crate: the same bytes must mean the same on both sides.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { classOf } from "./acts.ts";
import { concat, fromBase64, fromHex, Malformed, sha256, toHex, utf8 } from "./bytes.ts";
import { parseCheckpoint, parseKey, parseNote, verifySignature } from "./note.ts";
import { decodeAccessLeaf, decodeAccessRecord, decodeBatchLeaf, decodeFootageRecord } from "./records.ts";
import { leafHash } from "./tree.ts";

const file = readFileSync(new URL("../../../crates/ledger/testdata/vectors.txt", import.meta.url), "utf8");
const vectors = new Map(
  file
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split(/: (.*)/s, 2) as [string, string]),
);
function vector(name: string): string {
  const value = vectors.get(name);
  if (value === undefined) throw new Error(`no vector '${name}'`);
  return value;
}

test("segment record", async () => {
  const bytes = fromHex(vector("segment record"));
  const record = decodeFootageRecord(bytes);
  expect(record).toMatchObject({
    kind: "segment",
    profile: "main",
    seq: 7n,
    camera: "22222222-2222-2222-2222-222222222222",
  });
  expect((record.toMs ?? 0) - (record.fromMs ?? 0)).toBeGreaterThan(0);
  expect(toHex(await sha256(bytes))).toBe(vector("segment record hash"));
  expect(toHex(await leafHash(bytes))).toBe(vector("segment record leaf hash"));
  expect(decodeFootageRecord(fromHex(vector("segment record with lists"))).kind).toBe("segment");
});

test("gap and expiry records", async () => {
  const gap = decodeFootageRecord(fromHex(vector("gap record")));
  expect(gap).toMatchObject({ kind: "gap", seq: 8n, cause: "network" });
  expect(gap.facts).toContainEqual(["evidence", "connection reset by peer"]);
  expect(toHex(await sha256(fromHex(vector("gap record"))))).toBe(vector("gap record hash"));
  expect(decodeFootageRecord(fromHex(vector("expiry intent record"))).kind).toBe("expiry_intent");
  expect(decodeFootageRecord(fromHex(vector("expiry done record")))).toMatchObject({ kind: "expiry_done" });
});

test("loss record", () => {
  const loss = decodeFootageRecord(fromHex(vector("loss record")));
  expect(loss).toMatchObject({ kind: "loss", seq: 7n, cause: "us", camera: "22222222-2222-2222-2222-222222222222" });
  expect((loss.toMs ?? 0) - (loss.fromMs ?? 0)).toBe(180_000);
  expect(loss.facts).toContainEqual(["evidence", "its footage is not in this copy"]);
});

test("tick record", () => {
  const tick = decodeFootageRecord(fromHex(vector("tick record")));
  expect(tick).toMatchObject({ kind: "tick", fromMs: 1_795_348_800_000 });
  expect(tick.camera).toBeUndefined();
  expect(tick.facts).toContainEqual(["recording", "1 / 1"]);
  expect(tick.facts).toContainEqual(["mono_us", "170000123"]);
});

test("access record, its leaf and its commitment", async () => {
  const bytes = fromHex(vector("access record"));
  const record = decodeAccessRecord(bytes);
  expect(record).toMatchObject({
    kind: "export",
    account: "li.wei",
    displayName: "李伟",
    post: "operator, 示例单位",
    unitName: "示例单位",
  });
  expect(record.refusal).toBeUndefined();
  const salt = fromHex(vector("access record key and salt")).subarray(32);
  const leafBytes = fromHex(vector("access leaf"));
  const leaf = decodeAccessLeaf(leafBytes);
  expect(leaf.class).toBe(classOf(record.kind, false));
  expect(leaf.epoch).toBe(Math.floor(record.timeMs / 86_400_000));
  expect(toHex(await sha256(utf8("watchkeeper/access-commitment/v1\n"), salt, bytes))).toBe(toHex(leaf.commitment));
  expect(toHex(await sha256(fromHex(vector("access ciphertext"))))).toBe(toHex(leaf.ciphertextHash));
  expect(toHex(await leafHash(leafBytes))).toBe(vector("access leaf hash"));
});

test("refused access record with use", () => {
  const record = decodeAccessRecord(fromHex(vector("access record, refused with use")));
  expect(record.refusal).toMatchObject({ article: "guangzhou-2007:16" });
  expect(record.served?.profile).toMatch(/main|sub/);
  expect(classOf(record.kind, true)).toBe("refusal");
});

test("batch leaf", async () => {
  const bytes = fromHex(vector("batch leaf"));
  expect(decodeBatchLeaf(bytes).minute).toBeGreaterThan(0);
  expect(toHex(await leafHash(bytes))).toBe(vector("batch leaf hash"));
});

test("signed checkpoint", async () => {
  const key = await parseKey(vector("log key"));
  const text = vector("checkpoint note").replaceAll("\\n", "\n");
  const note = parseNote(text);
  const checkpoint = parseCheckpoint(note.text);
  expect(checkpoint).toMatchObject({ origin: key.name, size: 42 });
  expect(await verifySignature(note, key)).toBe("valid");
  expect(await verifySignature({ ...note, text: note.text.replace("42", "43") }, key)).toBe("wrong");
  expect(await verifySignature(note, { ...key, name: "another.example/log" })).toBe("absent");
  expect(toHex(await sha256(utf8(note.text)))).toBe(vector("checkpoint hash"));
});

test("every cut and every longer record is malformed", () => {
  const check = (name: string, decode: (bytes: Uint8Array) => unknown) => {
    const bytes = fromHex(vector(name));
    for (let length = 0; length < bytes.length; length += 1)
      expect(() => decode(bytes.subarray(0, length))).toThrow(Malformed);
    expect(() => decode(concat(bytes, Uint8Array.of(0)))).toThrow(Malformed);
  };
  check("segment record", decodeFootageRecord);
  check("gap record", decodeFootageRecord);
  check("expiry done record", decodeFootageRecord);
  check("access record", decodeAccessRecord);
  check("access record, refused with use", decodeAccessRecord);
  check("access leaf", decodeAccessLeaf);
  check("batch leaf", decodeBatchLeaf);
});

test.each(["", "a", "a+b", "name+00000000+AWhGDr7zsTgWTsf9hhDpWADfdZj3Dy8up9tRcqx068FE", "name+5415e997+***"])(
  "'%s' is no key",
  async (text) => {
    await expect(parseKey(text)).rejects.toThrow(Malformed);
  },
);

test("base64 has one form only", () => {
  expect(() => fromBase64("AB==")).toThrow(Malformed);
  expect(() => fromBase64("AA=")).toThrow(Malformed);
  expect(fromBase64("AA==")).toEqual(Uint8Array.of(0));
});
