// The one word that a person's standing gets, and how loud it is.
import { expect, test } from "vitest";
import type { Person, Standing } from "../api/types";
import { standingWord } from "./standing";

const NOW = 1_790_000_000_000;
const DAY = 86_400_000;
const unit = { id: "u", name: "U" };
const vetting = { by_whom: "police", at_ms: NOW, passed: true, entry: { log: "access" as const, index: 1 } };
const inOrder: Standing = { dormant: false, confirm_by_ms: NOW + DAY, trained_until_ms: NOW + 300 * DAY, vetting };

function check(change: Partial<Standing>, expected: string, role: Person["posts"][number]["role"] = "viewer") {
  const { word } = standingWord({ ...inOrder, ...change }, [{ role, unit }], NOW);
  expect(word, JSON.stringify(change)).toBe(`standing-${expected}`);
}

test("what hinders is said first", () => {
  check({}, "in-order");
  check({ trained_until_ms: undefined }, "untrained");
  check({ trained_until_ms: undefined }, "untrained", "administrator");
  check({ trained_until_ms: undefined, grace_until_ms: NOW + DAY }, "in-order", "manager");
  check({ trained_until_ms: undefined }, "in-order", "auditor");
  check({ vetting: undefined }, "in-order", "manager");
  check({ vetting: undefined }, "unvetted");
  check({ vetting: { ...vetting, passed: false } }, "vetting-failed");
  check({ vetting: { ...vetting, valid_until_ms: NOW } }, "vetting-ended");
  check({ vetting: { ...vetting, valid_until_ms: NOW + 10 * DAY } }, "soon");
  check({ vetting: { ...vetting, valid_until_ms: NOW + 100 * DAY } }, "in-order");
  check({ vetting: { ...vetting, passed: false }, grace_until_ms: NOW + DAY }, "vetting-failed");
  check({ trained_until_ms: undefined, grace_until_ms: NOW + DAY }, "grace");
  check({ vetting: undefined, grace_until_ms: NOW + DAY }, "grace");
  check({ grace_until_ms: NOW + DAY }, "in-order");
  check({ trained_until_ms: NOW + 10 * DAY }, "soon");
  check({ account_until_ms: NOW + 10 * DAY }, "soon");
  check({ account_until_ms: NOW }, "ended");
  check({ account_until_ms: NOW }, "ended", "auditor");
  check({ dormant: true }, "dormant");
  check({ left_ms: NOW, dormant: true }, "left");
  check({ contractor: { id: "c", name: "C" } }, "contractor");
  check({ unconfirmed_by: "Li Wei", confirm_by_ms: NOW }, "account-unconfirmed");
  check({ unconfirmed_by: "Li Wei", trained_until_ms: NOW + 10 * DAY }, "account-unconfirmed");
  check({ unconfirmed_by: "Li Wei" }, "account-unconfirmed", "administrator");
  check({ unconfirmed_by: "Li Wei", trained_until_ms: undefined }, "untrained");
  check({ confirm_by_ms: NOW }, "unconfirmed");
  check({ confirm_by_ms: NOW }, "unconfirmed", "manager");
});
