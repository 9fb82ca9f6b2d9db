// @vitest-environment node
// Every refusal of the server has its way: each code in its source stands in ui/ways.ts, nothing there is of no code, and each way leads
// to a page that exists, is open to whom it says, and has words in both languages.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Rights } from "../src/api/types";
import { mayOpen, PAGES } from "../src/app/routes";
import { translator } from "../src/ui/i18n";
import { PLACES, placesFor, WAYS, wantsApproval, wantsPurpose } from "../src/ui/ways";

const crates = join(import.meta.dirname, "../../crates");

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (/^(tests?|detect)(\.rs)?$/.test(name)) return []; // Findings have codes too; nobody is refused by them.
    return statSync(path).isDirectory() ? files(path) : path.endsWith(".rs") ? [path] : [];
  });
}

/** As the server's source writes a code: in its field, or before the words of reason and remedy. */
const WRITTEN = [
  /\bcode: "([a-z_]+)"/g,
  /"([a-z][a-z_]+)",\s*(?:\(|Words::new|reason\b)/g,
  /\("([a-z][a-z_]+)", "[A-Z]/g,
  /^const COPIED: &str = "([a-z_]+)"/gm,
];
/** What looks like one and is the name of a field or a parameter. */
const NO_CODES = new Set(["enabled", "urgent_reason", "words"]);

function codes(): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of ["law/src", "store/src"].flatMap((part) => files(join(crates, part)))) {
    const text = readFileSync(path, "utf8").split("#[cfg(test)]\nmod tests {")[0] ?? "";
    if (!/\bRefusal\b|\brefuse\b|\bPair\b/.test(text)) continue;
    // What a retrieval lacks names itself.
    const lacks = path.endsWith("retrieval/words.rs") ? [/=> "([a-z_]+)",$/gm] : [];
    for (const pattern of [...WRITTEN, ...lacks])
      for (const [, code = ""] of text.matchAll(pattern)) if (!NO_CODES.has(code)) found.set(code, path);
  }
  return found;
}

const rights = (...held: (keyof Rights)[]) =>
  Object.fromEntries(held.map((right) => [right, true])) as unknown as Rights;

test("every code of the server has its way, and every way a code", () => {
  const found = codes();
  expect(found.size).toBeGreaterThan(150);
  expect([...found].filter(([code]) => !WAYS.has(code)).map(([code, path]) => `${code} (${path})`)).toEqual([]);
  expect([...WAYS.keys()].filter((code) => !found.has(code))).toEqual([]);
});

test.each(Object.entries(PLACES))("%s: a page that exists, open to the same people, in both languages", (_, place) => {
  const page = PAGES.find(({ path }) => path === place.to);
  expect(page).toBeDefined();
  expect([...place.rights].sort()).toEqual([...(page?.rights ?? [])].sort());
  for (const language of ["zh-CN", "en"] as const) expect(translator(language)(place.words)).not.toBe(place.words);
});

describe("where a person is sent", () => {
  const sent = (code: string | undefined, held: Rights, path = "/wall") =>
    placesFor(code, held, path).map(({ to }) => to);

  test("only where one's posts lead, and never to where one is", () => {
    expect(sent("off_shift", rights("live"))).toEqual(["/duty"]);
    expect(sent("off_shift", rights("live"), "/duty")).toEqual([]);
    expect(sent("training", rights("playback"))).toEqual(["/account"]);
    expect(sent("level_case", rights("playback"))).toEqual(["/cases"]);
    expect(sent("no_room", rights("playback"))).toEqual([]);
    expect(sent("requester_only", rights("portal"))).toEqual(["/portal"]);
    expect(sent("role", rights("portal"))).toEqual(["/account"]);
    expect(sent("own_words", rights("cameras"))).toEqual([]);
    expect(sent("no_such_code", rights("cameras"))).toEqual([]);
    expect(sent(undefined, rights("cameras"))).toEqual([]);
  });

  test("whoever is sent to a page may open it", () => {
    const all = [
      "live",
      "playback",
      "export",
      "cameras",
      "people",
      "health",
      "ledger",
      "gaps",
      "portal",
      "supervision",
    ] as const;
    for (const right of all)
      for (const code of WAYS.keys())
        for (const { to } of placesFor(code, rights(right), "/")) {
          const page = PAGES.find(({ path }) => path === to);
          expect([right, code, to, page && mayOpen(page, rights(right))]).toEqual([right, code, to, true]);
        }
  });

  test("an approval or another purpose is offered where it would help", () => {
    expect([...WAYS.keys()].filter(wantsApproval).every((code) => code.startsWith("grant_"))).toBe(true);
    expect(wantsApproval("grant_needed")).toBe(true);
    // These are limits of what a decision lets be granted, and a form that lacks its reason: no approval lifts them.
    for (const code of ["grant_waiting", "grant_above_level", "grant_reason"]) expect(wantsApproval(code)).toBe(false);
    expect(wantsPurpose("level_note")).toBe(true);
    expect(wantsPurpose("role")).toBe(false);
  });
});
