// Takes screenshots of the console in Debian's Chromium, for looking at. Not a test; needs a running dev server.
// node dev/shots.mjs OUT_DIR [--base URL] [--only wall,people] [--wide 390,1440,3840] [--lang zh-CN,en] [--theme dark,light]
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const [, , out, ...rest] = process.argv;
const option = (name, fallback) => {
  const at = rest.indexOf(`--${name}`);
  return at < 0 ? fallback : rest[at + 1];
};
const base = option("base", "http://127.0.0.1:5173");
const pages = option("only", "wall,playback,exports,cameras,people,entries,health,account").split(",");
const widths = option("wide", "390,1440,3840").split(",").map(Number);
const languages = option("lang", "zh-CN,en").split(",");
const themes = option("theme", "dark,light").split(",");
const click = option("click", "");
mkdirSync(out, { recursive: true });
const heights = { 390: 844, 1440: 900, 3840: 2160 };
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
for (const width of widths)
  for (const language of languages)
    for (const theme of themes) {
      const context = await browser.newContext({
        viewport: { width, height: heights[width] ?? 900 },
        ignoreHTTPSErrors: true,
        hasTouch: width < 700,
        locale: language,
      });
      await context.addInitScript(
        ([l, t]) => {
          localStorage.setItem("wk-language", l);
          localStorage.setItem("wk-theme", t);
        },
        [language, theme],
      );
      for (const name of pages) {
        const page = await context.newPage();
        page.on(
          "console",
          (message) => ["error", "warning"].includes(message.type()) && console.log(name, message.text().slice(0, 300)),
        );
        page.on("pageerror", (error) => console.log(name, "ERROR", error.message));
        await page.goto(`${base}/${name.includes("/") || name.includes("?") ? name.replace(/^\//, "") : name}`);
        await page.waitForTimeout(900);
        for (const step of click ? click.split(";;") : []) {
          await page.locator(step).first().click();
          await page.waitForTimeout(450);
        }
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        if (overflow > 0) console.log(name, width, language, "overflows by", overflow);
        await page.screenshot({
          path: `${out}/${name.replace(/[^a-z0-9]+/gi, "-")}-${width}-${language}-${theme}.png`,
        });
        await page.close();
      }
      await context.close();
    }
await browser.close();
