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
    "cases",
    "cases?new=1",
    "grants",
    "grants?new=1",
    "grants?show=clips",
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
    "cases",
    "grants",
    "filing",
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
    "health?tab=integrity",
    "registry",
    "registry?kind=system",
    "registry?kind=point&add=1",
    "registry?kind=document&add=1",
    "registry?view=requests",
    "map",
    "map?list=seen",
    "findings",
    "findings?q=01",
    "findings?by=unit",
    "findings?tab=duties",
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
  supervisor: ["supervision", "supervision?tab=accusations", "supervision?tab=orders", "account"],
  requester: ["portal", "portal?new=1"],
};
/** Pages that the rail does not have: others lead there. */
const OFF_RAIL = [
  "trace",
  "questions",
  "record",
  "takeovers",
  "claims",
  "orders",
  "reminders",
  "filing",
  "supervision",
  "portal",
];
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

const PASSWORD = "correct horse battery 17 staple";

/** The demonstration has neither a supervisor nor a requester: each gets an account, once. Resolves when both can sign in. */
async function prepared(browser, demo) {
  if (demo.accounts.supervisor) return;
  const administrator = await new Person(browser, demo).open();
  await administrator.signIn(demo.accounts.administrator);
  const made = async (path, body) => {
    const { status, body: answer } = await administrator.api("POST", path, body);
    expect(status === 201, `${path} makes it`, answer);
    return answer;
  };
  const person = async (account, name) => {
    const { person: own, one_time_password: once } = await made("/api/people", { account, name, posts: [] });
    return { id: own.id, once, own: { account, name, password: PASSWORD } };
  };
  const supervisor = await person("looks-supervisor", "何监督 He Jiandu");
  const authority = await made("/api/authorities", {
    name: "省公安厅监督处 Province supervision",
    kind: "public_security",
    division: "000000",
  });
  const bound = await administrator.api("PUT", `/api/authorities/${authority.id}/supervisors/${supervisor.id}`, {});
  expect(bound.status === 204, "bound", bound.body);
  const requester = await person("looks-requester", "吕警官 Officer Lü");
  const unit = (await administrator.api("GET", "/api/me")).body.posts[0].unit.id;
  const paper = await made("/api/register/document", {
    unit_id: unit,
    body: { name: "工作证明 Card", paper: "other" },
  });
  await made("/api/requesters", {
    person_id: requester.id,
    unit_id: unit,
    organ: "public_security",
    level: "county",
    division: "440105",
    organ_name: "海珠区公安分局 Haizhu police",
    credential_document_id: paper.id,
    until_ms: Date.now() + 30 * 86_400_000,
  });
  const [system] = (await administrator.api("GET", "/api/register/system?query=Riverside&limit=1")).body.records;
  const { owed } = (await administrator.api("GET", `/api/systems/${system.id}/filings`)).body;
  demo.filing = `system=${system.id}&pack=${owed[0]?.pack ?? "national-2016"}`;
  await administrator.close();
  for (const { own, once } of [supervisor, requester]) {
    const window = await new Person(browser, demo).open();
    await window.signInFirst(own, once);
    await window.close();
  }
  [demo.accounts.supervisor, demo.accounts.requester] = [supervisor.own, requester.own];
}

/** A signed-in person with pictures on the pages that show some. */
async function enter(browser, demo, role, options) {
  const person = await new Person(browser, demo, options).open();
  await person.signIn(demo.accounts[role]);
  person.addresses = { filing: demo.filing };
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

/** On a build server each page is taken in one of the two ways, by turns; otherwise in both. */
const BY_TURNS = Boolean(process.env.CI) && !process.env.WATCHKEEPER_LONG;

export async function accessible(browser, demo) {
  await prepared(browser, demo);
  for (const [turn, options] of [
    { language: "zh-CN", theme: "dark", width: 1440, height: 900 },
    { language: "en", theme: "light", width: 390, height: 844 },
  ].entries())
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
          for (const [at, name] of PAGES[role].entries()) {
            if (BY_TURNS && at % 2 !== turn) continue;
            await visit(person, person.addresses?.[name] ? `${name}?${person.addresses[name]}` : name);
            await look(person, name);
          }
          if (role === "auditor") {
            await person.context.clearCookies();
            await person.go("/");
            await person.page.locator("input[type=password]").waitFor();
            await look(person, "sign-in");
            await person.go("/report");
            await person.button("report-send").waitFor();
            await look(person, "report");
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

/** WATCHKEEPER_SHOTS=cases,grants takes the screenshots of these pages alone. */
const SHOWN = process.env.WATCHKEEPER_SHOTS?.split(",");
const isShown = (page) => !SHOWN || SHOWN.includes(page.split("?")[0]);

export async function shots(browser, demo) {
  await prepared(browser, demo);
  for (const [width, height] of SIZES)
    for (const [language, theme] of [
      ["zh-CN", "dark"],
      ["en", "light"],
    ])
      await step(`${width}×${height}, ${language}, ${theme}`, async () => {
        for (const role of Object.keys(PAGES).filter(
          (one) => PAGES[one].some(isShown) || (one === "auditor" && isShown("report")),
        )) {
          const person = await enter(browser, demo, role, { language, theme, width, height });
          const name = (page) => `${page.replace(/[^a-z0-9]+/gi, "-")}-${width}-${language}-${theme}`;
          try {
            for (const page of PAGES[role].filter(isShown)) {
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
              await person.go("/report");
              await person.button("report-send").waitFor();
              await person.shot(name("report"));
            }
          } finally {
            await person.close();
          }
        }
      });
}
