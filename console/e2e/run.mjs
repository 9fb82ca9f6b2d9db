// The whole way through the real program in a real browser: `npm run e2e`. Prints `N passed, M failed`; exit code 1 if any.
// `npm run e2e -- --shots` takes screenshots of every page as well, for looking at (screenshots/, not compared).
// Needs: a built program (WATCHKEEPER_BIN, else target/debug), scripts/material's clips, Debian's Chromium.
import { administer } from "./administrator.mjs";
import { audit } from "./auditor.mjs";
import { launch, Person, SHOTS } from "./browser.mjs";
import { startDemo } from "./demo.mjs";
import { shutDoors } from "./doors.mjs";
import { inEnglish } from "./english.mjs";
import { explainAndJudge } from "./gaps.mjs";
import { askExport, collect, verify, verifyInBrowser } from "./handover.mjs";
import { hold } from "./holds.mjs";
import { accessible, shots } from "./looks.mjs";
import { chooseSpan, playRecordings, seeGap } from "./recorded.mjs";
import { chapter, close, expect, step, underWay, within } from "./report.mjs";
import { watchLive } from "./wall.mjs";

/** Six minutes here; a build server that is three times as slow still finishes. */
const MINUTES_MAX = 25;

const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1].split(",") : null;
const wanted = (name) => !only || only.includes(name);

const watchdog = setTimeout(() => {
  console.log(`\nnot finished within ${MINUTES_MAX} minutes; under way: ${underWay()}`);
  process.exit(close() || 1);
}, MINUTES_MAX * 60_000);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

let demo;
let browser;
const people = [];
const person = async (options) => {
  const made = await new Person(browser, demo, options).open();
  people.push(made);
  return made;
};
/** What was on every open screen when a chapter failed. */
const picture = async (name) => {
  for (const [at, who] of people.entries()) {
    for (const trouble of new Set(who.troubles)) console.log(`        page: ${trouble.slice(0, 300)}`);
    if (!who.page.isClosed()) await who.shot(`failed-${name.replace(/[^a-z0-9]+/gi, "-")}-${at}`);
  }
};

await chapter("the demonstration", () =>
  step("starts, and prints address, accounts and keys", async () => {
    demo = await startDemo();
    expect(
      demo.accounts.operator && demo.accounts.administrator && demo.accounts.auditor,
      "three accounts",
      demo.accounts,
    );
    expect(demo.vkeys.length === 2, "two keys", demo.vkeys);
    return demo.base;
  }),
);
if (demo) {
  browser = await launch();
  try {
    // One person after the other, and nobody's pictures run on behind the next one's back: decoding takes the machine.
    const operator = await person();
    /** A chapter of the operator's; it does not need the chapter before. */
    const operates = (name, act) =>
      chapter(
        name,
        async () => {
          await operator.enter(demo.accounts.operator);
          await act();
        },
        picture,
      );
    if (wanted("wall")) await chapter("the wall", () => watchLive(operator, demo), picture);
    await operator.go("/account").catch(() => undefined);
    if (wanted("administrator")) {
      const administrator = await person();
      await chapter("the administrator", () => administer(administrator, demo), picture);
      await administrator.close();
    }
    if (wanted("playback")) {
      const hands = async () => {
        await playRecordings(operator, demo);
        await chooseSpan(operator, demo);
        await askExport(operator, demo);
      };
      await operates("playback", hands);
    }
    if (wanted("gap") && demo.gapAtMs) await operates("a gap", () => seeGap(operator, demo));
    if (wanted("holds")) {
      const administrator = await person();
      await operates("a hold", () => hold(operator, administrator, demo));
      await administrator.close();
    }
    if (wanted("gaps")) {
      const [first, second] = [await person(), await person()];
      await chapter("gaps are explained and judged", () => explainAndJudge(first, second, demo), picture);
      await first.close();
      await second.close();
    }
    if (wanted("english")) await operates("in English", () => inEnglish(operator));
    if (demo.exportId) {
      const receives = async () => {
        await collect(operator, demo);
        await verify(demo);
        await verifyInBrowser(browser, demo, SHOTS);
      };
      await operates("the hand-over", receives);
    }
    if (wanted("auditor")) {
      const auditor = await person();
      await chapter("the auditor", () => audit(auditor, demo), picture);
      await auditor.close();
    }
    if (wanted("doors")) await operates("shut doors", () => shutDoors(operator, demo));
    await operator.close();
    if (wanted("looks")) await chapter("accessibility", () => accessible(browser, demo), picture);
    if (process.argv.includes("--shots")) await chapter("screenshots", () => shots(browser, demo), picture);
    await chapter("the pages", () =>
      step("no page had an error of its own", () => {
        const troubles = people.flatMap((who) => who.troubles);
        expect(troubles.length === 0, "nothing in the browser's console", [...new Set(troubles)].slice(0, 8));
      }),
    );
  } finally {
    // A browser that does not end must not keep the demonstration from being looked at; it is killed with this process.
    await within(30, "closing the browser", () => browser.close()).catch((trouble) =>
      console.log(`  ${trouble.message}`),
    );
    await chapter("the end", () =>
      step("the demonstration ends when it is told to", async () => {
        const { code, signal } = await demo.stop();
        expect(code === 0, "exit code 0", { code, signal, errors: demo.errors().slice(-1500) });
      }),
    );
  }
}
clearTimeout(watchdog);
process.exit(close());
