// The whole way through the real program in a real browser: `npm run e2e`. Prints `N passed, M failed`; exit code 1 if any.
// `npm run e2e -- --only holds,gap` runs those chapters and what they need before them (chapters.mjs).
// With WATCHKEEPER_FAILED naming a file, the chapters that did not hold are written there, for a second try of those alone.
// `npm run e2e -- --shots` takes screenshots of every page as well, for looking at (screenshots/, not compared).
// Needs: a built program (WATCHKEEPER_BIN, else target/debug), scripts/material's clips, Debian's Chromium.
import { writeFileSync } from "node:fs";
import { administer } from "./administrator.mjs";
import { takeAlarms } from "./alarms.mjs";
import { audit } from "./auditor.mjs";
import { launch, Person, SHOTS } from "./browser.mjs";
import { lookUnderCase, playWithFourEyes } from "./cases.mjs";
import { chosen, NEEDS } from "./chapters.mjs";
import { CLIPS, handClip } from "./clips.mjs";
import { readAvailability, readOutages, stopAsPlanned } from "./completeness.mjs";
import { startDemo } from "./demo.mjs";
import { keepDisks, readTerms } from "./disks.mjs";
import { keepPapers } from "./documents.mjs";
import { shutDoors } from "./doors.mjs";
import { AUTHORITIES, challenge, keepDossiers } from "./dossier.mjs";
import { keepWatch } from "./duty.mjs";
import { inEnglish } from "./english.mjs";
import { fileSystem, SYSTEMS } from "./filing.mjs";
import { AMISS, readFindings } from "./findings.mjs";
import { gather } from "./folders.mjs";
import { meetFork } from "./forks.mjs";
import { explainAndJudge } from "./gaps.mjs";
import { askExport, collect, verify, verifyInBrowser } from "./handover.mjs";
import { hold, protect } from "./holds.mjs";
import { importTables } from "./imports.mjs";
import { changeSetting, watchProgram } from "./integrity.mjs";
import { accessible, shots } from "./looks.mjs";
import { lookAtMap } from "./map.mjs";
import { showPictures } from "./mjpeg.mjs";
import { signInByProvider } from "./oidc.mjs";
import { keepPasskeys, trustRoot } from "./passkeys.mjs";
import { askFromThePhone } from "./portal.mjs";
import { reportPressure } from "./pressure.mjs";
import { turnCameras } from "./ptz.mjs";
import { chooseSpan, playRecordings, seeGap } from "./recorded.mjs";
import { keepRegistry } from "./registry.mjs";
import { remind } from "./reminders.mjs";
import { chapter, close, expect, step, underWay, within } from "./report.mjs";
import { decideAtDesk, findForm, REQUESTS, retrieve, show } from "./retrieval.mjs";
import { keepRoutines } from "./routines.mjs";
import { hear } from "./sound.mjs";
import { keepStanding } from "./standing.mjs";
import { supervise, TOLD } from "./supervision.mjs";
import { handOverControl, TAKEOVERS } from "./takeover.mjs";
import { lookTogether, stateHours } from "./together.mjs";
import { watchLive } from "./wall.mjs";
import { watchTheWatchers } from "./watching.mjs";

/** Twenty minutes here; a build server that is half as quick still finishes. */
const MINUTES_MAX = 45;

const only = process.argv.includes("--only") ? process.argv[process.argv.indexOf("--only") + 1].split(",") : null;
const wanted = new Set(chosen(only));
const failed = new Set();

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

/** A chapter by its name; left out when it is not asked for, or when one that it needs did not hold. */
async function told(name, title, act) {
  if (!wanted.has(name)) return;
  const missing = NEEDS[name].find((needed) => failed.has(needed));
  if (missing) {
    failed.add(name);
    return console.log(`\n${title}: left out, since it needs what "${missing}" did not do`);
  }
  if (!(await chapter(title, act, picture))) failed.add(name);
}

/** With as many people as the chapter takes, whose windows are closed behind it. */
const among = (act) => async () => {
  const taken = [];
  const take = async (options) => {
    taken.push(await person(options));
    return taken.at(-1);
  };
  try {
    await act(take);
  } catch (error) {
    // What was on their screens is looked at before they are closed.
    for (const who of taken) if (!who.page.isClosed()) await who.shot(`failed-window-${people.indexOf(who)}`);
    throw error;
  } finally {
    for (const who of taken) await who.close();
  }
};

/** One person after the other, and nobody's pictures run on behind the next one's back: decoding takes the machine. */
async function tell() {
  const operator = await person();
  /** A chapter of the operator's, who is signed in whatever happened before. */
  const operates = (act) => async () => {
    await operator.enter(demo.accounts.operator);
    await act();
  };
  await told("wall", "the wall", () => watchLive(operator, demo));
  await operator.go("/account").catch(() => undefined);
  await told(
    "administrator",
    "the administrator",
    among(async (take) => administer(await take(), demo)),
  );
  const hands = async () => {
    await playRecordings(operator);
    await chooseSpan(operator, demo);
    await askExport(operator, demo);
  };
  await told("playback", "playback", operates(hands));
  await told(
    "gap",
    "a gap",
    operates(() => seeGap(operator, demo)),
  );
  const holds = among(async (take) => {
    const administrator = await take();
    await hold(operator, administrator, demo);
    await protect(operator, administrator);
  });
  await told("holds", "a hold", operates(holds));
  const light = { language: "en", theme: "light" };
  // On a phone: the second telling of a journey, in whichever language the first was not.
  const onPhone = (language) => ({
    ...(language === "en" ? light : { language }),
    width: 390,
    height: 844,
    mark: `-${language.slice(0, 2)}-phone`,
  });
  const again = (language) => ({ ...(language === "en" ? light : { language }), mark: `-${language.slice(0, 2)}` });
  const gathered = among(async (take) => gather(await take(), await take(light), demo));
  await told("folders", "an incident folder", gathered);
  const named = among(async (take) => lookUnderCase(await take(), await take(light), demo));
  await told("cases", "secret footage opens with a case", named);
  const approved = among(async (take) => {
    await playWithFourEyes(await take(light), await take(), demo);
    await playWithFourEyes(await take(onPhone("zh-CN")), await take(again("en")), demo);
  });
  await told("grants", "four eyes for recorded footage", approved);
  const joined = among(async (take) => {
    const [zh, en] = [
      { account: "liang-er", name: "梁二", password: "second pair of eyes one" },
      { account: "second-eyes", name: "Lin Er", password: "second pair of eyes two" },
    ];
    await lookTogether(await take(), await take(light), await take(), demo, zh);
    await lookTogether(await take(onPhone("en")), await take(again("zh-CN")), await take(light), demo, en);
    await stateHours(await take(), demo);
    await stateHours(await take(onPhone("en")), demo);
  });
  await told("together", "two persons at one console", joined);
  const retrieved = among(async (take) => {
    const phone = { language: "en", theme: "light", width: 390, height: 844 };
    const [operator, administrator] = [await take(), await take({ language: "en", theme: "light" })];
    const form = await retrieve(operator, administrator, demo, REQUESTS.zh);
    await findForm(await take(), demo, form);
    await show(operator, administrator, REQUESTS.zh);
    await decideAtDesk(operator, administrator, REQUESTS.zh);
    const [narrow, supervising] = [await take(phone), await take()];
    await retrieve(narrow, supervising, demo, REQUESTS.en);
    await decideAtDesk(narrow, supervising, REQUESTS.en);
  });
  await told("retrieval", "an authority retrieves", retrieved);
  const judged = among(async (take) => explainAndJudge(await take(), await take(), await take(), demo));
  await told("gaps", "gaps are explained and judged", judged);
  const kept = among(async (take) => keepRegistry(await take(), await take({ language: "en" }), demo));
  const handed = among(async (take) => {
    await handClip(await take(), await take(light), await take(), demo, CLIPS.zh);
    await handClip(await take(again("en")), await take(onPhone("zh-CN")), await take(again("en")), demo, CLIPS.en);
  });
  await told("clips", "a clip goes to a colleague", handed);
  await told("registry", "the registry is kept", kept);
  const mapped = among(async (take) => lookAtMap(await take(), await take({ language: "en", theme: "light" }), demo));
  await told("map", "the map", mapped);
  const filed = among(async (take) => keepPapers(await take(), await take(), demo));
  await told("documents", "papers are filed", filed);
  const imported = among(async (take) => {
    const phone = { language: "en", viewport: { width: 390, height: 844 } };
    await importTables(await take(), await take(phone), demo);
  });
  await told("imports", "tables come in and go out", imported);
  const heard = among(async (take) => hear(await take(), await take(), demo));
  await told("sound", "sound, where it is switched on", heard);
  const journeys = among(async (take) =>
    keepRegistry(await take({ language: "en", theme: "light" }), await take(), demo),
  );
  await told("journeys", "the registry is kept, in English", journeys);
  const stored = among(async (take) => {
    await keepDisks(await take(), demo);
    await readTerms(await take(), demo);
  });
  await told("disks", "media disks", stored);
  const phone = { language: "en", theme: "light", width: 390, height: 844 };
  const amiss = among(async (take) => {
    const windows = async (own, other) => ({
      person: await take(own),
      keeper: await take(own),
      operator: await take(own),
      phone: await take(other),
    });
    await readFindings(await windows({}, phone), demo, AMISS.zh);
    await readFindings(await windows(again("en"), onPhone("zh-CN")), demo, AMISS.en);
  });
  await told("findings", "what is amiss", amiss);
  const pressed = among(async (take) =>
    reportPressure(await take(), await take({ language: "en", theme: "light" }), await take(), demo),
  );
  await told("pressure", "somebody is pressed", pressed);
  const keyed = among(async (take) => {
    await keepPasskeys(await take(), await take({ language: "en", theme: "light", width: 390, height: 844 }), demo);
    await trustRoot(await take({ language: "en", theme: "light" }));
  });
  await told("passkeys", "signing in with a passkey", keyed);
  const vouched = among(async (take) =>
    signInByProvider(
      await take(),
      await take({ language: "en", theme: "light" }),
      await take({ width: 390, height: 844 }),
    ),
  );
  await told("oidc", "signing in through a provider", vouched);
  const stands = among(async (take) =>
    keepStanding(await take(), await take({ language: "en", theme: "light" }), await take(), demo),
  );
  await told("standing", "who is trained and current", stands);
  const taken = among(async (take) => {
    await handOverControl(await take(), await take(light), await take(), demo, TAKEOVERS.en);
    const unit = [await take(again("en")), await take(onPhone("zh-CN")), await take(again("en"))];
    await handOverControl(...unit, demo, TAKEOVERS.zh);
  });
  await told("takeover", "an organ takes over control", taken);
  const asked = among(async (take) =>
    askFromThePhone(await take(phone), await take(), await take({ language: "en", theme: "light" }), demo),
  );
  await told("portal", "an officer asks from a phone", asked);
  const supervised = among(async (take) => {
    const windows = async (stranger, own, other) => ({
      stranger: await take(stranger),
      officer: await take(own),
      accused: await take(own),
      administrator: await take(other),
      operator: await take(other),
    });
    await supervise(await windows(phone, {}, light), demo, TOLD.zh);
    await supervise(await windows(onPhone("zh-CN"), again("en"), again("zh-CN")), demo, TOLD.en, true);
  });
  await told("supervision", "supervision", supervised);
  const proven = among(async (take) => {
    const administrator = await take();
    await keepDossiers(administrator, demo);
    await challenge(administrator, await take(phone), demo, AUTHORITIES.en);
    await challenge(await take(again("en")), await take(onPhone("zh-CN")), demo, AUTHORITIES.zh);
  });
  await told("dossier", "dossiers, proof of retention, authorities", proven);
  const watched = among(async (take) =>
    watchTheWatchers(await take(), await take({ language: "en", theme: "light" }), await take(), demo),
  );
  await told("watching", "the watchers are watched", watched);
  const narrow = { language: "en", width: 390, height: 844 };
  const owed = among(async (take) => {
    await fileSystem(await take(), await take(narrow), demo, SYSTEMS.zh);
    await fileSystem(await take(onPhone("en")), await take(again("zh-CN")), demo, SYSTEMS.en);
  });
  await told("filing", "a system is filed", owed);
  await told(
    "english",
    "in English",
    operates(() => inEnglish(operator)),
  );
  await told(
    "mjpeg",
    "a camera with JPEG pictures",
    among(async (take) => showPictures(await take(), demo)),
  );
  const receives = async () => {
    await collect(operator, demo);
    await verify(demo);
    await verifyInBrowser(browser, demo, SHOTS);
  };
  await told("handover", "the hand-over", operates(receives));
  await told(
    "auditor",
    "the auditor",
    among(async (take) => audit(await take(), demo)),
  );
  await told(
    "doors",
    "shut doors",
    operates(() => shutDoors(operator, demo)),
  );
  await operator.close();
  await told(
    "availability",
    "availability",
    among(async (take) => readAvailability(await take(), demo)),
  );
  // A shift's end locks its holder's sessions: whoever was signed in on this account before is gone by now.
  const watch = among(async (take) => {
    await keepWatch(await take(), await take(), await take(phone), demo);
    await keepWatch(await take(onPhone("en")), await take(again("en")), await take(again("zh-CN")), demo);
  });
  await told("duty", "a shift is kept", watch);
  const called = among(async (take) =>
    takeAlarms(
      await take(),
      await take({ language: "en", theme: "light" }),
      await take({ width: 390, height: 844 }),
      demo,
    ),
  );
  await told("alarms", "an alarm in the middle of a shift", called);
  const turned = among(async (take) =>
    turnCameras(await take(), await take({ language: "en", theme: "light" }), await take(phone), await take(), demo),
  );
  await told("ptz", "a camera is turned", turned);
  const routine = among(async (take) =>
    keepRoutines(
      await take(),
      await take({ language: "en", theme: "light" }),
      await take({ language: "en", width: 390, height: 844 }),
      demo,
    ),
  );
  await told("routines", "a unit keeps its routines", routine);
  const reminded = among(async (take) => remind(await take(), await take(narrow), demo));
  await told("reminders", "a reminder reaches its reader", reminded);
  const outage = among(async (take) => {
    // Nobody's window is open while the program is away: what it then says is no error of a page.
    await stopAsPlanned(demo);
    await readOutages(await take(), demo);
  });
  await told("outages", "an outage", outage);
  const program = among(async (take) => {
    await changeSetting(demo);
    await watchProgram(await take(), await take(phone), demo);
  });
  await told("integrity", "program and settings", program);
  await told("looks", "accessibility", () => accessible(browser, demo));
  // Behind everything else: from here on the witness holds another history, and the server says that it is not well.
  const fork = among(async (take) => meetFork(await take(), await take(phone), demo));
  await told("forks", "a fork", fork);
  if (process.argv.includes("--shots")) await chapter("screenshots", () => shots(browser, demo), picture);
}

await chapter("the demonstration", () =>
  step("starts, and prints address, accounts and keys", async () => {
    demo = await startDemo();
    expect(
      demo.accounts.operator && demo.accounts.administrator && demo.accounts.auditor,
      "three accounts",
      demo.accounts,
    );
    expect(demo.vkeys.length === 2, "two keys", demo.vkeys);
    // Cameras stop when the disk has no room for two hours: what then fails is explained by this.
    return `${demo.base}, ${demo.freeGb()} GB free for its footage`;
  }),
);
if (demo) {
  browser = await launch();
  try {
    await tell();
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
const verdict = close();
if (process.env.WATCHKEEPER_FAILED) writeFileSync(process.env.WATCHKEEPER_FAILED, [...failed].join(","));
process.exit(verdict);
