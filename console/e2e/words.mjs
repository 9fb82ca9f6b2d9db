// The console's own texts, read from its Fluent files: the test asks for what a person would read, in either language.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FluentBundle, FluentResource } from "@fluent/bundle";

const LOCALES = join(import.meta.dirname, "../locales");

/** `t("page-wall")`; an id without a text is an error. */
export function wordsOf(language) {
  const bundle = new FluentBundle(language, { useIsolating: false });
  for (const name of readdirSync(join(LOCALES, language)))
    bundle.addResource(new FluentResource(readFileSync(join(LOCALES, language, name), "utf8")));
  return (id, facts) => {
    const message = bundle.getMessage(id);
    if (!message?.value) throw new Error(`no text '${id}' in ${language}`);
    return bundle.formatPattern(message.value, facts ?? null);
  };
}

/** The text with holes as a pattern: `patternOf(t, "picture-replay", "seconds")` finds the number that was put in. */
export function patternOf(t, id, ...holes) {
  const facts = Object.fromEntries(holes.map((name, at) => [name, `\u0001${at}\u0001`]));
  const escaped = t(id, facts).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the holes are marked by it above
  return new RegExp(escaped.replace(/\u0001\d\u0001/g, "(.+?)").replace(/\(\.\+\?\)$/, "(.+)"));
}
