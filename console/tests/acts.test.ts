// The acts that the console knows are the server's: the same words, the same numbers in a record, the same class, and words in both
// languages. An act that is missing here is an entry that no browser can check.
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Act } from "../src/api/types";
import { ACT_CODES, ACTS, classOf } from "../src/verify/acts";

const RUST = "../crates";
const body = (text: string, from: string) => {
  const rest = text.slice(text.indexOf(from));
  return rest.slice(0, rest.indexOf("\n    }\n"));
};
const named = [
  ...body(readFileSync(`${RUST}/model/src/actor.rs`, "utf8"), "\n    Act {").matchAll(/^\s+(\w+) = (\d+) "(\w+)",/gm),
].map(([, name, code, word]) => ({ name, code: Number(code), word: word as Act }));

it("every act has the server's number", () => {
  expect(named.length).toBeGreaterThan(150);
  expect(Object.fromEntries(named.map(({ word, code }) => [word, code]))).toEqual(ACT_CODES);
});

it("every act has the server's class", () => {
  const of = body(readFileSync(`${RUST}/ledger/src/access.rs`, "utf8"), "pub const fn of(act: Act) -> Self");
  const classes = new Map<string, string>();
  for (const [, arms, name] of of.matchAll(/((?:\s*\|?\s*Act::\w+)+) => (?:\{\s*)?Self::(\w+)/g)) {
    const word = (name ?? "").replace(/(?<!^)([A-Z])/g, "_$1").toLowerCase();
    for (const [, act] of (arms ?? "").matchAll(/Act::(\w+)/g)) classes.set(act ?? "", word);
  }
  expect(classes.size).toBeGreaterThan(30);
  for (const { name, word } of named) {
    expect([word, classOf(word, false)]).toEqual([word, classes.get(name ?? "") ?? "registry"]);
    expect(classOf(word, true)).toBe("refusal");
  }
});

it.each(["en", "zh-CN"])("every act has its words: %s", (language) => {
  const folder = `locales/${language}`;
  const all = readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`, "utf8"));
  const ids = new Set(all.flatMap((text) => [...text.matchAll(/^(act-[a-z0-9-]+) =/gm)].map(([, id]) => id)));
  const missing = ACTS.filter((act) => !ids.has(`act-${act.replaceAll("_", "-")}`));
  expect(missing).toEqual([]);
});

it("the design note lists every act, for whoever writes a verifier of their own", () => {
  const note = readFileSync("../docs/design/ledger.md", "utf8");
  const list = note.match(/\| kind \| u8 \| the act: (.*) \|/)?.[1] ?? "";
  const listed = list.split(", ").map((one) => one.split(" "));
  expect(Object.fromEntries(listed.map(([code, word]) => [word, Number(code)]))).toEqual(ACT_CODES);
});
