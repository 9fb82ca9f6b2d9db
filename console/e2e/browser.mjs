// Debian's Chromium, and what a person does on any page of the console: sign in, choose a purpose, go somewhere, look
// whether pictures move.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";
import { expect, pause, until, within } from "./report.mjs";
import { wordsOf } from "./words.mjs";

export const SHOTS = join(import.meta.dirname, "../screenshots");
mkdirSync(SHOTS, { recursive: true });

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // A page that was put in the program's place has no address of its own, and could open no socket.
      ...(process.env.WATCHKEEPER_CONSOLE ? ["--disable-features=LocalNetworkAccessChecks"] : []),
    ],
  });
}

/** A4, in points, as far as a printer's driver may round it. */
const A4 = [595, 842];
const POINTS_OFF_MAX = 1;

/**
 * What is printed of a page, as a file beside the screenshots; resolves to how many sheets it has. Their size is the page's own wish:
 * without one the browser takes its own, which is no A4.
 */
export async function printed(page, file) {
  await page.emulateMedia({ media: "print" });
  const bytes = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  await page.emulateMedia({ media: "screen" });
  writeFileSync(join(SHOTS, `${file}.pdf`), bytes);
  const text = bytes.toString("latin1");
  const sheets = [...text.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)].map((box) =>
    box.slice(1).map(Number),
  );
  const pages = [...text.matchAll(/\/Type\s*\/Page\b(?!s)/g)].length;
  expect(pages >= 1 && sheets.length >= 1, "at least one sheet", { pages, sheets });
  const isA4 = (sheet) => sheet.every((points, at) => Math.abs(points - A4[at]) <= POINTS_OFF_MAX);
  expect(sheets.every(isA4), "each is A4", sheets);
  return pages;
}

const TYPES = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2" };

/**
 * With WATCHKEEPER_CONSOLE=dist the pages come from that folder instead of from the program: for working on the console
 * without building the program anew. The headers stay the program's own. Not what `npm run e2e` proves without it.
 */
async function consoleFrom(folder, context, base) {
  await context.route(`${base}/**`, async (route) => {
    const request = route.request();
    const { pathname } = new URL(request.url());
    const file = join(folder, pathname);
    if (TYPES[extname(pathname)] && existsSync(file))
      return route.fulfill({ body: readFileSync(file), contentType: TYPES[extname(pathname)] });
    if (request.resourceType() !== "document" || pathname.startsWith("/api/")) return route.continue();
    const { "content-encoding": _, "content-length": __, ...headers } = (await route.fetch()).headers();
    return route.fulfill({ headers, body: readFileSync(join(folder, "index.html")) });
  });
}

/** Messages that a page may print although nothing is wrong: Chromium's own line for an answered 400, 401, 403 or 409. */
const QUIET = /Failed to load resource: the server responded with a status of 40[0139]/;

/**
 * The server ended a view while its page was open (a clip's level, a change of the register). The console asks whether it is still
 * good, hears that there is none, and opens another.
 */
const ENDED_VIEW = /status of 404 .*\/api\/views\/[^/]+\/(renew|end)$/;

/** One person's browser: a window of its own, its pages, the texts of its language. */
export class Person {
  constructor(browser, demo, { language = "zh-CN", theme = "dark", width = 1440, height = 900, mark = "" } = {}) {
    // `mark` ends the names of screenshots: a journey that is told twice is looked at twice.
    Object.assign(this, { browser, demo, language, theme, width, height, mark });
    this.t = wordsOf(language);
    /** What went wrong in the page by itself. */
    this.troubles = [];
  }

  async open() {
    this.context = await this.browser.newContext({
      viewport: { width: this.width, height: this.height },
      locale: this.language,
      timezoneId: "Asia/Shanghai",
      hasTouch: this.width < 700,
      acceptDownloads: true,
    });
    await this.context.addInitScript(
      ([theme]) => {
        if (origin !== "null") localStorage.setItem("wk-theme", theme);
      },
      [this.theme],
    );
    this.context.setDefaultTimeout(90_000);
    if (process.env.WATCHKEEPER_CONSOLE)
      await consoleFrom(process.env.WATCHKEEPER_CONSOLE, this.context, this.demo.base);
    this.page = await this.newPage();
    return this;
  }

  async newPage() {
    const page = await this.context.newPage();
    page.on("pageerror", (error) => this.troubles.push(`page error: ${error.message}`));
    page.on("console", (message) => {
      const said = `${message.text()} ${message.location().url}`;
      if (message.type() === "error" && !QUIET.test(said) && !ENDED_VIEW.test(said))
        this.troubles.push(said.slice(0, 300));
    });
    return page;
  }

  /** Closes the window; one that does not close says so, and goes with the browser. */
  close() {
    return within(30, "closing a window", async () => this.context?.close()).catch((trouble) =>
      console.log(`  ${trouble.message}`),
    );
  }

  go(path) {
    return this.page.goto(this.demo.base + path, { waitUntil: "domcontentloaded" });
  }

  button(id, facts) {
    return this.page.getByRole("button", { name: this.t(id, facts), exact: true });
  }

  async signIn({ account, password }) {
    const { page, t } = this;
    await this.go("/");
    await page.getByLabel(t("signin-account"), { exact: true }).fill(account);
    await page.locator("input[type=password]").fill(password);
    await this.button("signin-do").click();
    await page.locator(".wk-rail, .wk-alone-form input[autocomplete=new-password]").first().waitFor();
    return this;
  }

  /** By the menu under one's own name. */
  async signOut() {
    const { page, t } = this;
    await page.locator(".wk-who").click();
    await page.getByText(t("sign-out"), { exact: true }).click();
    await page.getByLabel(t("signin-account"), { exact: true }).waitFor();
  }

  /** With the password that is given once; nothing opens before it is replaced by one's own. */
  async signInFirst({ account, password }, once) {
    await this.signIn({ account, password: once });
    await this.replacePassword(once, password);
  }

  async replacePassword(once, own) {
    const fields = this.page.locator(".wk-alone-form input[type=password]");
    await fields.nth(0).fill(once);
    await fields.nth(1).fill(own);
    await fields.nth(2).fill(own);
    await this.button("password-change").click();
    await this.page.locator(".wk-rail").waitFor();
  }

  /** Signed in, whatever happened in the chapter before. */
  async enter(account) {
    if (this.page.url() !== "about:blank") {
      await this.page.locator(".wk-rail, input[type=password]").first().waitFor();
      if (await this.page.locator(".wk-rail").isVisible()) return;
    }
    await this.signIn(account);
  }

  /** Chooses a purpose by the words of its panel. */
  async choose(purpose) {
    const { page, t } = this;
    await page.locator(".wk-chip").click();
    const panel = page.getByRole("dialog", { name: t("purpose-panel-title") });
    await panel.locator(".wk-purpose-name", { hasText: new RegExp(`^${t(purpose)}$`) }).click();
    await panel.getByRole("button", { name: t("purpose-use") }).click();
    await panel.waitFor({ state: "hidden" });
    await until("the chip names the purpose", async () => {
      const shown = await page.locator(".wk-chip").innerText();
      expect(shown.includes(t(purpose)), "the chip names the purpose", shown);
      return true;
    });
  }

  /** Goes to a page by the rail, as a person does: nothing is loaded anew. */
  async rail(page) {
    await this.page
      .locator(".wk-rail")
      .getByRole("link", { name: this.t(page), exact: true })
      .click();
    await this.page.locator(".wk-rail a[aria-current=page]", { hasText: this.t(page) }).waitFor();
  }

  leaves() {
    return this.page.locator(".wk-tree-leaf");
  }

  /** A camera's row in the tree, by the number that its name begins with. */
  leaf(number) {
    return this.leaves().filter({ has: this.page.locator(".wk-tree-name", { hasText: new RegExp(`^${number} `) }) });
  }

  /** A camera's picture, by the number that its name begins with. */
  tile(number) {
    return this.page.locator(`section[aria-label^="${number} "]`);
  }

  /** What the page's address says of `name`; the router may have put it in quotes. */
  inAddress(name) {
    return new URL(this.page.url()).searchParams.get(name)?.replace(/^"(.*)"$/, "$1") ?? null;
  }

  async shot(name) {
    await this.page.screenshot({ path: join(SHOTS, `${name}${this.mark}.png`) });
  }

  /** Printed as it stands; resolves to how many sheets of A4. */
  async paper(name) {
    // Its form says how large a sheet is: before it is there a page prints as the browser likes.
    await this.page.locator(".wk-paper style").first().waitFor({ state: "attached" });
    return printed(this.page, `${name}${this.mark || `-${this.language.slice(0, 2)}`}`);
  }

  /** A request of the page itself, with its cookie and its mark. */
  api(method, path, body) {
    return this.page.evaluate(
      async ([verb, where, what]) => {
        const headers = { "X-Watchkeeper": "1", "Content-Type": "application/json" };
        const answer = await fetch(where, { method: verb, headers, body: what && JSON.stringify(what) });
        const text = await answer.text();
        return { status: answer.status, body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text };
      },
      [method, path, body],
    );
  }

  /** Name, time, decoded frames, size and a small print of the pixels of each video that is shown. */
  videos() {
    return this.page.evaluate(() =>
      [...document.querySelectorAll("video")]
        .filter((video) => video.getClientRects().length > 0)
        .map((video) => {
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [48, 27];
          const context = canvas.getContext("2d");
          let [print, light] = [0, []];
          if (video.videoWidth > 0) {
            context.drawImage(video, 0, 0, 48, 27);
            const { data } = context.getImageData(0, 0, 48, 27);
            for (let at = 0; at < data.length; at += 4) {
              light.push(data[at] + data[at + 1] + data[at + 2]);
              print = (print * 31 + light.at(-1)) | 0;
            }
          } else light = [0];
          return {
            name: video.getAttribute("aria-label"),
            time: video.currentTime,
            frames: video.getVideoPlaybackQuality().totalVideoFrames,
            width: video.videoWidth,
            // Without a hole, up to what is on the screen.
            held: Math.max(
              0,
              ...Array.from({ length: video.buffered.length }, (_, at) => [
                video.buffered.start(at),
                video.buffered.end(at),
              ])
                .filter(([start, end]) => start <= video.currentTime && video.currentTime <= end)
                .map(([start]) => video.currentTime - start),
            ),
            print,
            contrast: Math.max(...light) - Math.min(...light),
          };
        }),
    );
  }

  /**
   * Waits until every one of `count` pictures moves: within three seconds, or what they become on a busy machine, its time and its
   * decoded frames grow by a margin, its pixels change and are not of one shade. Resolves to what grew.
   */
  moving(count, { seconds = 150 } = {}) {
    return until(
      `${count} pictures move`,
      async () => {
        const [before, from] = [new Map((await this.videos()).map((video) => [video.name, video])), performance.now()];
        expect(before.size === count, `${count} pictures are shown`, [...before.keys()]);
        await pause(3);
        const [after, passed] = [await this.videos(), (performance.now() - from) / 1000];
        const grown = after.map((video) => {
          const was = before.get(video.name);
          return {
            name: video.name.slice(0, 2),
            time: +(video.time - (was?.time ?? video.time)).toFixed(2),
            frames: video.frames - (was?.frames ?? video.frames),
            changed: was !== undefined && was.print !== video.print,
            contrast: video.contrast,
            width: video.width,
          };
        });
        const good = grown.every(
          ({ time, frames, changed, contrast }) =>
            time > passed / 2 && time < 3 * passed && frames > 4 * passed && changed && contrast > 30,
        );
        expect(
          good && grown.length === count,
          `each moves by half to three times ${passed} s, at 4 frames a second`,
          grown,
        );
        return grown;
      },
      { seconds, everyMs: 300 },
    );
  }
}

/** `01 +2.9 s 74 frames, 02 …`. */
export const grownWords = (grown) =>
  grown.map(({ name, time, frames }) => `${name} +${time} s ${frames} frames`).join(", ");
