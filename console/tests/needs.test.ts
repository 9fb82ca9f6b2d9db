// @vitest-environment node
// What a form says is missing has a place to go to: a field or section of that name, or one that the form names for it.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const pages = join(import.meta.dirname, "../src/pages");

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : /\.tsx$/.test(name) ? [path] : [];
  });
}

const ids = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, id]) => id ?? "");

test("every need has a place on its page", () => {
  const dead: string[] = [];
  let count = 0;
  for (const page of readdirSync(pages)) {
    const text = files(join(pages, page))
      .map((path) => readFileSync(path, "utf8"))
      .join("\n");
    const pushed = ids(text, /missing\.push\(([^)]*)\)/g).flatMap((inside) => ids(inside, /"([a-z-]+-[a-z-]+)"/g));
    const places = new Set([...ids(text, /[nN]eed="([a-z-]+)"/g), ...ids(text, /fieldId\("([a-z-]+)"\)/g)]);
    for (const [, need, place] of text.matchAll(/"([a-z-]+)": "([a-z-]+)"/g))
      if (need && place && places.has(place)) places.add(need);
    count += pushed.length;
    dead.push(...pushed.filter((need) => !places.has(need)).map((need) => `${page}: ${need}`));
  }
  expect(dead).toEqual([]);
  expect(count).toBeGreaterThan(15);
});
