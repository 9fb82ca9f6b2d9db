// @vitest-environment node
// The whole check over a true log made of made-up entries, and over the same log with one thing changed.
import { expect, test } from "vitest";
import { MadeUpLog } from "../../dev/madeUpLog";
import type { AccessEntry, AccessProof, FootageEntry, FootageProof } from "../api/types";
import { checkAccess, checkFootage, type Key, overall } from "./check.ts";

const log = new MadeUpLog("watchkeeper.example/access", 1);
const pinned = async (): Promise<Key> => ({ vkey: await log.vkey, from: "pinned" });

const camera = (n: number) => ({ id: `01930000-0000-7000-8000-00000000000${n}`, name: `camera ${n}` });
const entry: AccessEntry = {
  index: 3,
  time_ms: 1_795_341_600_123,
  kind: "playback",
  class: "viewing",
  person: { id: "01934000-0000-7000-8000-000000000001", name: "李伟" },
  account: "account",
  post: "operator, 示例单位",
  cameras: [camera(2), camera(1)],
  cameras_count: 2,
  span: [1_795_341_000_000, 1_795_341_300_000],
  purpose: "incident",
  legal_basis: "unit_duty",
  case: null,
  approver: null,
  place: "10.0.0.7",
  note: "走失儿童",
  outcome: { permitted: true },
  refers_to: null,
  served: null,
  published: true,
};
const others = [0, 1, 2].map((index): AccessEntry => ({ ...entry, index, note: `other ${index}` }));

const verdicts = async (proof: AccessProof, key: Key | undefined) =>
  Object.fromEntries(
    (await checkAccess(proof, key)).steps.map(({ step, verdict, why }) => [step, `${verdict} ${why}`]),
  );

test("a true entry is proven up to what cannot be told without a witness", async () => {
  const proof = await log.access([...others, entry], 3, 200);
  expect(await verdicts(proof, await pinned())).toEqual({
    shown: "proven equal",
    beyond: "cannot_tell access",
    commitment: "proven equal",
    batch: "proven included",
    inclusion: "proven included",
    signature: "proven valid",
    key: "proven pinned",
    witness: "cannot_tell none",
  });
  const report = await checkAccess(proof, { vkey: await log.vkey, from: "server" });
  expect(report.steps.find(({ step }) => step === "key")).toMatchObject({ verdict: "cannot_tell", why: "from-server" });
  expect(report.checkpoint).toMatchObject({ origin: "watchkeeper.example/access", size: 200 });
  expect(overall(report)).toBe("cannot_tell");
});

test("each thing changed is found where it was changed", async () => {
  const proof = await log.access([...others, entry], 3, 200);
  const key = await pinned();
  const flip = (hex: string) => (hex.startsWith("0") ? "1" : "0") + hex.slice(1);
  const cases: [string, Partial<AccessProof>, string, string][] = [
    [
      "a shown name",
      { entry: { ...entry, person: { id: entry.person?.id ?? "", name: "王敏" } } },
      "shown",
      "found differs",
    ],
    ["a shown camera", { entry: { ...entry, cameras: [camera(1)] } }, "shown", "found differs"],
    ["a shown span", { entry: { ...entry, span: [1, 2] } }, "shown", "found differs"],
    ["the salt", { salt_hex: flip(proof.salt_hex ?? "") }, "commitment", "found differs"],
    ["the record", { record_b64: (await log.access(others, 0, 200)).record_b64 }, "commitment", "found differs"],
    [
      "the place in the batch",
      { batch: { ...(proof.batch as NonNullable<AccessProof["batch"]>), index_in_batch: 2 } },
      "batch",
      "found not-included",
    ],
    [
      "the width",
      { batch: { ...(proof.batch as NonNullable<AccessProof["batch"]>), size: 8 } },
      "batch",
      "found not-included",
    ],
    ["the inclusion", { inclusion: proof.inclusion.map(flip) }, "inclusion", "found not-included"],
    ["the size", { checkpoint: proof.checkpoint?.replace("\n200\n", "\n201\n") }, "signature", "found wrong"],
    [
      "another log",
      {
        checkpoint: (await new MadeUpLog("watchkeeper.example/access", 2).access([...others, entry], 3, 200))
          .checkpoint,
      },
      "signature",
      "found absent",
    ],
    ["not base64", { record_b64: "%" }, "record", "found malformed"],
  ];
  for (const [what, change, step, verdict] of cases)
    expect((await verdicts({ ...proof, ...change }, key))[step], what).toBe(verdict);
});

test("whatever the drawer shows is compared, and what is left out too", async () => {
  const refusal = {
    permitted: false,
    article: "unit:roles",
    reason: { zh: "不行", en: "不行" },
    remedy: { zh: "", en: "" },
  };
  const served = { units: 12, bytes: 3456, profile: "sub" as const, from_ms: 1000, to_ms: 2000 };
  const whole: AccessEntry = {
    ...entry,
    ...{ approver: "王敏", recipient: "派出所", text: "a=b", subject: camera(3).id, refers_to: 7, served },
  };
  const refused: AccessEntry = { ...entry, kind: "refused", class: "refusal", outcome: refusal };
  const other = { zh: "别的", en: "别的" };
  const cases: [AccessEntry, Partial<AccessEntry>, string][] = [
    [whole, {}, ""],
    [whole, { approver: "李伟" }, "approver"],
    [whole, { approver: null }, "approver"],
    [whole, { subject: camera(4).id }, "subject"],
    [whole, { subject: null }, "subject"],
    [whole, { served: { ...served, units: 13 } }, "served"],
    [whole, { served: { ...served, bytes: 3457 } }, "served"],
    [whole, { served: null }, "served"],
    [whole, { purpose: null }, "purpose"],
    [whole, { legal_basis: null }, "basis"],
    [whole, { purpose: "training" }, "purpose"],
    [whole, { class: "system" }, "class"],
    [whole, { refers_to: 8 }, "refers"],
    [whole, { text: null }, "text"],
    [whole, { cameras: [], cameras_count: 2 }, "cameras"],
    [whole, { cameras_count: 3 }, "cameras"],
    [whole, { outcome: { permitted: true, reason: other } }, "reason"],
    [refused, {}, ""],
    [refused, { outcome: { ...refusal, reason: other } }, "reason"],
    [refused, { outcome: { ...refusal, reason: { zh: "不行", en: "别的" } } }, "reason"],
    [refused, { outcome: { ...refusal, remedy: other } }, "remedy"],
    [refused, { outcome: { ...refusal, article: null } }, "article"],
  ];
  for (const [real, change, field] of cases) {
    const proof = await log.access([{ ...real, index: 0 }], 0, 200);
    const report = await checkAccess({ ...proof, entry: { ...proof.entry, ...change } }, await pinned());
    const step = report.steps.find(({ step }) => step === "shown");
    expect([step?.verdict, step?.fields?.join() ?? ""], JSON.stringify(change)).toEqual([
      field ? "found" : "proven",
      field,
    ]);
  }
});

test("an entry whose record has gone shows nothing of it", async () => {
  const proof = await log.access([entry], 0, 200);
  const gone = { ...proof, record_b64: null, salt_hex: null };
  expect((await verdicts(gone, await pinned())).shown).toBe("found without-record");
  const blank: AccessEntry = {
    ...{ index: 3, class: "viewing", account: "", post: "", place: "", cameras: [], cameras_count: 0, published: true },
    outcome: { permitted: true },
  };
  const told = await verdicts({ ...gone, entry: blank }, await pinned());
  expect([told.record, told.shown]).toEqual(["cannot_tell expired", undefined]);
});

test("what is not published yet cannot be told", async () => {
  const proof = await log.access([entry], 0, 200);
  const open = { ...proof, batch: null, batch_leaf_b64: null, batch_leaf_index: null, inclusion: [], checkpoint: null };
  expect(await verdicts(open, await pinned())).toEqual({
    shown: "proven equal",
    beyond: "cannot_tell access",
    commitment: "proven equal",
    batch: "cannot_tell open",
  });
  expect((await verdicts(proof, undefined)).signature).toBe("cannot_tell no-key");
  expect((await verdicts(proof, { vkey: "nonsense", from: "pinned" })).signature).toBe("cannot_tell key-malformed");
});

test("footage entries", async () => {
  const footageLog = new MadeUpLog("watchkeeper.example/footage", 3);
  const key: Key = { vkey: await footageLog.vkey, from: "pinned" };
  const segment: FootageEntry = {
    index: 5,
    kind: "segment",
    camera: camera(1),
    profile: "main",
    seq: 9,
    from_ms: 1000,
    to_ms: 61_000,
    bytes: 4711,
    published: true,
    cause: null,
  };
  const proof: FootageProof = await footageLog.footage(segment, 70);
  const report = await checkFootage(proof, key);
  expect(report.steps.map(({ step, verdict }) => `${step} ${verdict}`)).toEqual([
    "shown proven",
    "beyond cannot_tell",
    "inclusion proven",
    "signature proven",
    "key proven",
    "witness cannot_tell",
  ]);
  const moved = await checkFootage({ ...proof, entry: { ...proof.entry, index: 6 } }, key);
  expect(overall(moved)).toBe("found");
  const later = await checkFootage({ ...proof, entry: { ...proof.entry, to_ms: 62_000 } }, key);
  expect(later.steps[0]).toMatchObject({ step: "shown", verdict: "found", fields: ["span"] });
  const shown: [Partial<FootageEntry>, string][] = [
    [{ bytes: 4712 }, "bytes"],
    [{ bytes: null }, "bytes"],
    [{ seq: null }, "seq"],
    [{ profile: "sub" }, "profile"],
    [{ kind: "gap" }, "kind"],
    [{ cause: "power" }, "cause"],
    [{ camera: camera(2) }, "camera"],
    [{ from_ms: null, to_ms: null }, "span"],
  ];
  for (const [change, field] of shown) {
    const changed = await checkFootage({ ...proof, entry: { ...proof.entry, ...change } }, key);
    expect(changed.steps[0], field).toMatchObject({ step: "shown", verdict: "found", fields: [field] });
  }
});
