// A system's dossier is made and collected, and its page looked at on paper; a supervisor asks for proof of retention on a phone and both
// sides see each instant; an authority gets another area and ends, and what it had open goes on.
import { join } from "node:path";
import { printed, SHOTS } from "./browser.mjs";
import { side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const PHONE = { width: 390, height: 844 };
/** Told twice, with the languages changed round: other authorities, another supervisor. */
export const AUTHORITIES = {
  en: {
    officer: { account: "dossier-officer", name: "周监督 Zhou Jiandu", password: "correct horse battery 14 staple" },
    county: "区公安分局视频科 County video section",
    city: "市公安局视频处 City video office",
  },
  zh: {
    officer: { account: "proof-officer", name: "吴监督 Wu Jiandu", password: "correct horse battery 16 staple" },
    county: "县公安局技防科 County technical section",
    city: "省公安厅技防处 Province technical office",
  },
};
/** The demonstration's system, whose cameras record. */
const RECORDED = "Riverside system";
const SYSTEM = "档案示范系统 Dossier example";

export async function keepDossiers(administrator, demo) {
  let system;
  let made;
  await step("the administrator makes a dossier of a system and collects it", async () => {
    const { t } = administrator;
    await administrator.enter(demo.accounts.administrator);
    system = await exampleSystem(administrator);
    await administrator.go(`/registry?kind=system&record=${system}`);
    const own = side(administrator).locator(".wk-section", { hasText: t("system-dossier-lead") });
    await own.getByRole("button", { name: t("system-dossier-make"), exact: true }).click();
    await own.getByText(t("system-dossier-waits"), { exact: true }).first().waitFor();
    await own.scrollIntoViewIfNeeded();
    await administrator.shot("dossier-made");
    await own.getByText(t("system-dossier-ready"), { exact: true }).first().waitFor({ timeout: 90_000 });
    const { body } = await administrator.api("GET", `/api/systems/${system}/dossiers`);
    made = body.dossiers[0].id;
    await own.scrollIntoViewIfNeeded();
    await administrator.shot("dossier-ready");
  });
  await step("its page is looked at, on the screen and on paper", async () => {
    const { page } = administrator;
    const text = await page.evaluate(async (id) => {
      const answer = await fetch(`/api/dossiers/${id}`, { headers: { "x-watchkeeper": "1" } });
      return new TextDecoder().decode(await answer.arrayBuffer());
    }, made);
    const html = text.slice(text.indexOf("<!doctype html>"), text.indexOf("</html>") + 7);
    expect(
      html.includes(SYSTEM.split(" ")[0]) && html.includes("Compliance dossier"),
      "the page is in the archive",
      html,
    );
    const paper = await page.context().newPage();
    await paper.setViewportSize({ width: 800, height: 1130 });
    await paper.setContent(html);
    await paper.screenshot({ path: join(SHOTS, "dossier-page.png") });
    await paper.emulateMedia({ media: "print" });
    await paper.screenshot({ path: join(SHOTS, "dossier-paper.png"), fullPage: true });
    const sheets = await printed(paper, "dossier-paper");
    await paper.setViewportSize(PHONE);
    await paper.screenshot({ path: join(SHOTS, "dossier-phone.png") });
    await paper.close();
    return `${sheets} sheets`;
  });
}

/** On a phone the supervisor asks; both sides see each instant. Then the authority changes and ends. */
export async function challenge(administrator, officer, demo, { officer: who, county: COUNTY, city: CITY }) {
  await step("a supervisor asks for proof of retention, and sees each instant", async () => {
    const { page, t } = officer;
    await administrator.enter(demo.accounts.administrator);
    await bound(officer, administrator, who, [COUNTY, CITY]);
    await officer.go("/supervision");
    await page.locator(".wk-table .ant-table-row", { hasText: RECORDED }).locator(".wk-rowlink").first().click();
    const ask = side(officer).locator(".wk-section", { hasText: t("demand-ask-hint") });
    await ask.locator("textarea").fill("抽查录像留存 Random check");
    await officer.shot("demand-ask");
    // Before the first segment is sealed and published there is nothing to ask about.
    const asks = ask.getByRole("button", { name: t("demand-ask-do"), exact: true });
    const answered = side(officer).getByText(t("demand-answer-entry"), { exact: true });
    await until(
      "the first segments are there, and it is answered",
      async () => {
        if (await asks.isVisible()) await asks.click();
        return answered.waitFor({ timeout: 8_000 }).then(
          () => true,
          () => false,
        );
      },
      { seconds: 150, everyMs: 2_000 },
    );
    await officer.shot("demand-answered");
    const { body } = await officer.api("GET", "/api/retention-demands");
    expect(body.demands[0].answered_ms !== null, "it is answered", body.demands[0]);
    await administrator.go("/orders?tab=retention");
    await administrator.page.locator(".wk-table .ant-table-row .wk-rowlink").first().click();
    await side(administrator).getByText(administrator.t("demand-results"), { exact: true }).waitFor();
    await administrator.shot("demand-unit");
  });
  await step("an authority changes and ends, and its supervisor sees nothing", async () => {
    const { page, t } = administrator;
    await administrator.go("/orders?tab=authorities");
    const row = page.locator(".wk-table .ant-table-row", { hasText: COUNTY });
    await row.waitFor();
    await administrator.shot("authorities");
    await row.locator(".wk-rowlink").first().click();
    const own = side(administrator);
    await own.getByRole("button", { name: t("authority-change"), exact: true }).click();
    await own.getByLabel(t("authority-division"), { exact: true }).fill("140200");
    await own.getByLabel(t("authority-reason"), { exact: true }).fill("区划调整 Area changed");
    await administrator.shot("authority-change");
    await own.getByRole("button", { name: t("authority-change-do"), exact: true }).click();
    await own.getByText(t("authority-versions", { n: "2" }), { exact: true }).waitFor();
    await own.getByRole("button", { name: t("authority-end"), exact: true }).click();
    await own.getByLabel(t("authority-reason"), { exact: true }).fill("机构撤并 Merged");
    await own.locator(".ant-select").last().click();
    await page.locator(".ant-select-item-option", { hasText: CITY }).click();
    await administrator.shot("authority-end");
    await own.getByRole("button", { name: t("authority-end-do"), exact: true }).click();
    await until("it has ended", async () => {
      const { body } = await administrator.api("GET", "/api/authorities");
      return body.authorities.some((one) => one.name === COUNTY && one.ended?.successor?.name === CITY);
    });
    await administrator.shot("authority-ended");
    await administrator.go("/orders?tab=authorities&new=1");
    await side(administrator).getByLabel(t("authority-name"), { exact: true }).waitFor();
    await administrator.shot("authority-new");
    await page.setViewportSize({ width: 390, height: 844 });
    await administrator.shot("authority-new-phone");
    await administrator.go("/orders?tab=authorities");
    await row.waitFor();
    await administrator.shot("authorities-phone");
    await row.locator(".wk-rowlink").first().click();
    await own.getByText(t("authority-end-reason"), { exact: true }).waitFor();
    await administrator.shot("authority-phone");
    await page.setViewportSize({ width: administrator.width, height: administrator.height });
    const seen = await officer.api("GET", "/api/supervision");
    expect(seen.status === 403, "from that instant", seen.body);
  });
}

async function add(person, kind, unit_id, body) {
  const made = await person.api("POST", `/api/register/${kind}`, unit_id ? { unit_id, body } : { body });
  expect(made.status === 201, `${kind} is added`, made.body);
  return made.body.id;
}

/** A system with a point. */
async function exampleSystem(person) {
  const { body } = await person.api("GET", "/api/cameras?limit=1");
  const [camera] = body.cameras;
  const division = await add(person, "division", undefined, { code: "140212", name: "新荣区" });
  const system = await add(person, "system", camera.unit_id, {
    name: SYSTEM,
    packs: ["national-2016"],
    division,
    builder_kind: "enterprise",
    standards: "GB 50348",
    in_use_since: "2020-01-01",
  });
  const place = await add(person, "place", camera.unit_id, { name: "永泰南路", division, address: "永泰南路 1 号" });
  await add(person, "point", camera.unit_id, {
    name: "永泰南路口",
    system,
    place,
    purpose: "治安防范",
    longitude: 113.3,
    latitude: 40.09,
  });
  return system;
}

/** Two authorities, one above the other, and somebody who supervises for the nearer. */
async function bound(officer, administrator, who, names) {
  const ids = [];
  for (const name of names) {
    const authority = { name, kind: "public_security", division: "000000" };
    const entered = await administrator.api("POST", "/api/authorities", authority);
    expect(entered.status === 201, "the authority is entered", entered.body);
    ids.push(entered.body.id);
  }
  const { account, name } = who;
  const { status, body } = await administrator.api("POST", "/api/people", { account, name, posts: [] });
  expect(status === 201, "the supervisor has an account", body);
  const path = `/api/authorities/${ids[0]}/supervisors/${body.id ?? body.person.id}`;
  expect((await administrator.api("PUT", path, {})).status === 204, "bound");
  await officer.signInFirst(who, body.one_time_password);
}
