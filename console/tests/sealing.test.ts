// Whether a package is asked for sealed: what the request carries, and when the form says that the key is missing.
import { expect, test } from "vitest";
import { missingInExport, requestOf } from "../src/pages/exports/NewExport";
import { type SealDraft, sealProblem, sealTo } from "../src/ui/SealFields";

const KEY = "age18tdt0f5zf7vgelrfqny3ks3yd4wgwwudxghuwm039mslh2lg0aeq3krpnp";

test("a key or the word for a passphrase goes along, and a missing key is said", () => {
  const check = (draft: SealDraft | undefined, to: string | undefined, lacking: boolean) => {
    expect(sealTo(draft)).toBe(to);
    expect(sealProblem(draft)).toBe(lacking);
  };
  check(undefined, undefined, false);
  check({ way: "plain", key: KEY }, undefined, false);
  check({ way: "passphrase" }, "passphrase", false);
  check({ way: "key", key: ` ${KEY} ` }, KEY, false);
  check({ way: "key" }, undefined, true);
  check({ way: "key", key: KEY.slice(0, -1) }, KEY.slice(0, -1), true);
  check({ way: "key", key: KEY.toUpperCase() }, KEY.toUpperCase(), true);
});

test("an export's request carries it", () => {
  const why = { purpose: "incident", legal_basis: "unit_duty" } as const;
  const draft = { cameras: ["c"], from_ms: 1, to_ms: 2, why, name: "王", organisation: "所" };
  expect(requestOf({ ...draft, seal: { way: "key", key: KEY } })?.seal_to).toBe(KEY);
  expect(requestOf(draft)?.seal_to).toBeUndefined();
  expect(missingInExport({ ...draft, seal: { way: "key" } })).toEqual(["seal-need-key"]);
});
