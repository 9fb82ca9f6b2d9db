// Every page under axe, and, when asked for, as screenshots in both languages, three sizes and both themes.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Person } from "./browser.mjs";
import { expect, pause, step, Unmet, until } from "./report.mjs";

/** Pages by who may open them; `purpose` ones want a purpose first. */
const PAGES = {
  operator: [
    "wall",
    "playback",
    "duty",
    "alarms",
    "exports",
    "exports?new=1",
    "holds",
    "holds?new=1",
    "folders",
    "folders?new=1",
    "retrievals",
    "retrievals?new=1",
    "rules",
    "account",
    "record",
  ],
  administrator: [
    "duty",
    "alarms",
    "alarms?shown=sources",
    "takeovers",
    "takeovers?new=1",
    "claims",
    "claims?new=1",
    "orders",
    "orders?tab=authorities",
    "orders?tab=authorities&new=1",
    "orders?tab=awards&new=1",
    "reminders",
    "routines",
    "routines?tab=rounds",
    "routines?tab=orders&new=order",
    "routines?tab=assessments",
    "routines?tab=links&new=link",
    "cameras",
    "cameras?add=1",
    "people",
    "people?add=1",
    "health",
    "health?tab=gaps",
    "health?tab=gaps&view=explanations",
    "health?tab=gaps&view=maintenance&new=1",
    "health?tab=availability",
    "health?tab=outages",
    "health?tab=retention",
    "health?tab=disk",
    "health?tab=clocks",
    "registry",
    "registry?kind=system",
    "registry?kind=point&add=1",
    "registry?kind=document&add=1",
    "registry?view=requests",
    "map",
    "map?list=seen",
    "findings",
    "findings?q=01",
    "rules",
  ],
  auditor: [
    "ledger",
    "ledger?tab=footage",
    "ledger?tab=witnesses",
    "ledger?tab=pressure",
    "trace",
    "questions",
    "questions?limits=1",
  ],
};
/** Pages that the rail does not have: others lead there. */
const OFF_RAIL = ["trace", "questions", "record", "takeovers", "claims", "orders", "reminders"];
const PICTURES = ["wall", "playback"];
/** What axe calls worse than a nuisance. */
const BAD = ["serious", "critical"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function onRail(person, page) {
  const link = person.page.locator(".wk-rail a", { hasText: person.t(`page-${page}`) }).first();
  return (await link.getAttribute("href")) ?? `/${page}`;
}

/** Goes to the page by the address that the rail has for it. */
async function visit(person, name) {
  const [page, query] = name.split("?");
  const path = OFF_RAIL.includes(page) ? `/${page}` : await onRail(person, page);
  await person.go(query ? `${path}?${query}` : path);
  await person.page.locator("main#main").waitFor();
  await person.page.locator(".wk-loading, .ant-skeleton, .ant-spin-spinning").first().waitFor({ state: "detached" });
  await pause(PICTURES.includes(page) ? 3 : 0.6);
  // What comes in slowly is looked at when it has come: half of a fade has no contrast. What never rests is looked at as it is.
  await until("everything is at rest", () => person.page.evaluate(isAtRest), { seconds: 5 }).catch((trouble) => {
    if (!(trouble instanceof Unmet)) throw trouble;
  });
}

/** Runs in the page. What moves without end is at rest. */
function isAtRest() {
  const moves = ({ playState, effect }) =>
    playState === "running" && effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY;
  return !document.getAnimations().some(moves);
}

/** A signed-in person with pictures on the pages that show some. */
async function enter(browser, demo, role, options) {
  const person = await new Person(browser, demo, options).open();
  await person.signIn(demo.accounts[role]);
  if (role !== "operator") return person;
  await person.choose("purpose-duty-watch");
  const { body } = await person.api("GET", "/api/cameras?limit=100");
  const ids = body.cameras.map(({ id }) => id);
  const at = Date.now() - 70_000;
  person.addresses = { wall: `grid=4&tiles=${ids.slice(0, 4).join(",")}`, playback: `cameras=${ids[0]}&at=${at}` };
  return person;
}

async function findings(person) {
  await person.page.evaluate(AXE);
  const { violations } = await person.page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return violations
    .filter(({ impact }) => BAD.includes(impact))
    .map(({ id, impact, nodes }) => `${impact} ${id} × ${nodes.length}: ${nodes[0].target} ${nodes[0].failureSummary}`);
}

export async function accessible(browser, demo) {
  for (const options of [
    { language: "zh-CN", theme: "dark", width: 1440, height: 900 },
    { language: "en", theme: "light", width: 390, height: 844 },
  ])
    await step(`axe finds nothing serious: ${options.language}, ${options.theme}, ${options.width} px`, async () => {
      const found = [];
      let pages = 0;
      const look = async (person, name) => {
        pages += 1;
        for (const finding of await findings(person)) found.push(`${name}: ${finding}`);
      };
      for (const role of Object.keys(PAGES)) {
        const person = await enter(browser, demo, role, options);
        try {
          for (const name of PAGES[role]) {
            await visit(person, person.addresses?.[name] ? `${name}?${person.addresses[name]}` : name);
            await look(person, name);
          }
          if (role === "auditor") {
            await person.context.clearCookies();
            await person.go("/");
            await person.page.locator("input[type=password]").waitFor();
            await look(person, "sign-in");
          }
        } finally {
          await person.close();
        }
      }
      expect(found.length === 0, "no finding", found.join("\n"));
      return `${pages} pages`;
    });
}

const SIZES = [
  [390, 844],
  [1440, 900],
  [3840, 2160],
];

export async function shots(browser, demo) {
  for (const [width, height] of SIZES)
    for (const [language, theme] of [
      ["zh-CN", "dark"],
      ["en", "light"],
    ])
      await step(`${width}×${height}, ${language}, ${theme}`, async () => {
        for (const role of Object.keys(PAGES)) {
          const person = await enter(browser, demo, role, { language, theme, width, height });
          const name = (page) => `${page.replace(/[^a-z0-9]+/gi, "-")}-${width}-${language}-${theme}`;
          try {
            for (const page of PAGES[role]) {
              await visit(person, person.addresses?.[page] ? `${page}?${person.addresses[page]}` : page);
              if (PICTURES.includes(page)) await pause(4);
              const over = await person.page.evaluate(
                () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
              );
              if (over > 0) console.log(`        ${name(page)} is ${over} px too wide`);
              await person.shot(name(page));
            }
            if (role === "auditor") {
              await person.context.clearCookies();
              await person.go("/");
              await person.page.locator("input[type=password]").waitFor();
              await person.shot(name("sign-in"));
            }
          } finally {
            await person.close();
          }
        }
      });
}
