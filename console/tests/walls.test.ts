// @vitest-environment node
// Who may import whom: a page imports api, player, register, verify and ui, never another page; ui and verify know no page; only the
// shell (app) knows pages. The two shared exceptions of the sign-in are named here.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const src = join(import.meta.dirname, "../src");

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : /\.tsx?$/.test(name) && !name.includes(".test.") ? [path] : [];
  });
}

/** `pages/exports`, `ui`, `app`… : the part a file belongs to. */
function partOf(path: string): string {
  const [first, second] = relative(src, path).split("/");
  return first === "pages" ? `pages/${second}` : (first ?? "");
}

/** Seen before one is in, so they share the account page's form and the shell's switches. */
const NAMED = new Set(["pages/signin -> pages/account", "pages/signin -> app", "ui -> api", "verify -> api"]);
const ALLOWED: Record<string, string[]> = {
  app: ["api", "ui", "pages/signin"],
  ui: [],
  api: [],
  verify: [],
  player: ["api", "ui"],
  register: ["api", "ui"],
};

test("imports stay inside the walls", () => {
  const breaches: string[] = [];
  for (const path of files(src)) {
    const from = partOf(path);
    if (!relative(src, path).includes("/")) continue; // main.tsx puts everything together
    for (const [, target] of readFileSync(path, "utf8").matchAll(/from "(\.[^"]+)"|import\("(\.[^"]+)"\)/g)) {
      if (!target) continue; // lazy pages of the router
      const to = partOf(resolve(dirname(path), target));
      const allowed = from.startsWith("pages/") ? ["api", "player", "register", "verify", "ui"] : (ALLOWED[from] ?? []);
      if (to !== from && !allowed.includes(to) && !NAMED.has(`${from} -> ${to}`))
        breaches.push(`${relative(src, path)} -> ${to}`);
    }
  }
  expect(breaches).toEqual([]);
});
