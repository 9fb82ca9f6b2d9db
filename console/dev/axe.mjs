// Runs axe over the pages in Debian's Chromium and prints what it finds. Needs a running dev server. Not a test.
// node dev/axe.mjs [--base URL] [--only wall,people]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const rest = process.argv.slice(2);
const option = (name, fallback) => (rest.includes(`--${name}`) ? rest[rest.indexOf(`--${name}`) + 1] : fallback);
const base = option("base", "http://127.0.0.1:5173");
const pages = option(
  "only",
  "wall,playback,exports,exports?new=1,cameras,cameras?add=1,people,people?add=1,entries,entries?tab=footage,health,health?tab=gaps,health?tab=disk,account,nowhere",
).split(",");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
for (const [theme, width] of [
  ["dark", 1440],
  ["light", 390],
]) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    ignoreHTTPSErrors: true,
    reducedMotion: "reduce",
  });
  await context.addInitScript((t) => localStorage.setItem("wk-theme", t), theme);
  for (const name of pages) {
    const page = await context.newPage();
    await page.goto(`${base}/${name}`);
    await page.waitForTimeout(1200);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() =>
      globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] }),
    );
    for (const { id, impact, nodes } of violations)
      console.log(
        `${theme} ${width} ${name}: ${impact} ${id} × ${nodes.length}: ${nodes[0].target} ${nodes[0].failureSummary.split("\n")[1] ?? ""}`.slice(
          0,
          330,
        ),
      );
    await page.close();
  }
  await context.close();
}
await browser.close();
