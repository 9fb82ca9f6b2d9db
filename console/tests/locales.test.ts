// @vitest-environment node
// Both languages say the same things: same messages, same variables; every text that the source asks for exists; and no
// page writes words of its own into its markup.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Entry, type Pattern, parse } from "@fluent/syntax";
import ts from "typescript";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const LANGUAGES = ["zh-CN", "en"] as const;

function variablesOf(pattern: Pattern | null, into: Set<string>): void {
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    else if (node && typeof node === "object") {
      const typed = node as { type?: string; id?: { name: string } };
      if (typed.type === "VariableReference" && typed.id) into.add(typed.id.name);
      Object.values(node).forEach(visit);
    }
  };
  visit(pattern);
}

/** Message id → its variables, for each file of a language. */
function messagesOf(language: string): Map<string, Map<string, string>> {
  const folder = join(root, "locales", language);
  const files = new Map<string, Map<string, string>>();
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".ftl"))) {
    const messages = new Map<string, string>();
    for (const entry of parse(readFileSync(join(folder, name), "utf8"), {}).body as Entry[]) {
      if (entry.type === "Junk") throw new Error(`${language}/${name}: not Fluent: ${entry.content.slice(0, 80)}`);
      if (entry.type !== "Message") continue;
      const variables = new Set<string>();
      variablesOf(entry.value, variables);
      messages.set(entry.id.name, [...variables].sort().join(" "));
    }
    files.set(name, messages);
  }
  return files;
}

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) ? [path] : [];
  });
}

const texts = new Map(LANGUAGES.map((language) => [language, messagesOf(language)]));
const ids = (language: (typeof LANGUAGES)[number]) =>
  [...(texts.get(language)?.values() ?? [])].flatMap((messages) => [...messages.keys()]);

test("both languages have the same files, messages and variables", () => {
  expect(texts.get("en")).toEqual(texts.get("zh-CN"));
  expect(ids("en").length).toBeGreaterThan(100);
});

test("no message is given twice", () => {
  for (const language of LANGUAGES) {
    const all = ids(language);
    expect(all.filter((id, at) => all.indexOf(id) !== at)).toEqual([]);
  }
});

/** `t("id")` calls of a file: fixed ids, and the beginnings of ids that are put together. */
function askedIn(path: string): { fixed: string[]; begun: string[] } {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true, ts.ScriptKind.TSX);
  const found = { fixed: [] as string[], begun: [] as string[] };
  const take = (node: ts.Expression): void => {
    if (ts.isStringLiteralLike(node)) found.fixed.push(node.text);
    else if (ts.isTemplateExpression(node)) found.begun.push(node.head.text);
    else if (ts.isConditionalExpression(node)) {
      take(node.whenTrue);
      take(node.whenFalse);
    } else if (ts.isParenthesizedExpression(node)) take(node.expression);
  };
  const visit = (node: ts.Node): void => {
    if (
      ts.isCallExpression(node) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === "t" &&
      node.arguments[0]
    )
      take(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

test("every text that is asked for exists", () => {
  const known = new Set(ids("zh-CN"));
  const missing: string[] = [];
  for (const path of sources(join(root, "src"))) {
    const { fixed, begun } = askedIn(path);
    for (const id of fixed) if (!known.has(id)) missing.push(`${path}: ${id}`);
    for (const start of begun) if (![...known].some((id) => id.startsWith(start))) missing.push(`${path}: ${start}…`);
  }
  expect(missing).toEqual([]);
});

const SPOKEN_ATTRIBUTES = new Set([
  "title",
  "alt",
  "placeholder",
  "aria-label",
  "label",
  "okText",
  "cancelText",
  "description",
  "hint",
]);
/** Words: two Latin letters together, or a Chinese character. Symbols, units and punctuation are no words. */
const WORDS = /\p{Script=Han}|\p{Script=Latin}{2,}/u;
/** Units of measure, and an address in an example. */
const NOT_WORDS = /^\s*(ms|rtsp:\/\/.*|YYYY.*)\s*$/;

test("no markup has words of its own", () => {
  const found: string[] = [];
  for (const path of sources(join(root, "src")).filter((file) => file.endsWith(".tsx"))) {
    const text = readFileSync(path, "utf8");
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TSX);
    const report = (node: ts.Node, words: string): void => {
      if (!WORDS.test(words) || NOT_WORDS.test(words)) return;
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${path}:${line + 1}: ${words.trim()}`);
    };
    const visit = (node: ts.Node): void => {
      if (ts.isJsxText(node)) report(node, node.text);
      if (
        ts.isJsxAttribute(node) &&
        SPOKEN_ATTRIBUTES.has(node.name.getText()) &&
        node.initializer &&
        ts.isStringLiteral(node.initializer)
      )
        report(node, node.initializer.text);
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  expect(found).toEqual([]);
});
