// A unit's routines: a rule is put in force and confirmed by whoever follows it, the emergency is practised, a round finds a fault that one
// person repairs and another accepts, an assessment is drawn up from what was measured, and a carrier's line is entered. A silent camera
// is reported as damaged, to the police, and repaired.
import { signInNew } from "./gaps.mjs";
import { choose, fill, labelsOf, press, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const MANAGER = { account: "rule-keeper", name: "周明 Zhou Ming", password: "correct horse battery 31 staple" };
const RULE = "应急预案 Emergency plan 2026";
const EVIDENCE = "维修单 Repair slip";
const CARRIER = "江城电信 River Telecom";
const FAULT = "机房空调停机 Air conditioning off";
const DIRTY = "镜头脏污 Lens dirty";
const DRILL = "断电演练：切换备用电源 Power cut: switched to the reserve";
const DRILL_FOUND = "备用电源仅供 20 分钟 The reserve lasts 20 minutes";
/** The demonstration's camera that is found to be cut off, by the beginning of its name. */
const CUT_OFF = "08 ";
const DAY_MS = 86_400_000;

export async function keepRoutines(administrator, manager, operator, demo) {
  let unit;
  await step("papers stand in the register, and a manager has an account", async () => {
    await administrator.signIn(demo.accounts.administrator);
    unit = (await administrator.api("GET", "/api/me")).body.posts[0].unit.id;
    await papers(administrator, unit);
    await signInNew(administrator, manager, { ...MANAGER, roles: ["manager"] });
  });
  await step("the administrator puts an emergency plan in force", async () => {
    const { page, t } = administrator;
    await administrator.go("/routines");
    await page.getByRole("heading", { name: t("page-routines"), exact: true }).waitFor();
    await administrator.shot("routines-rules");
    await page.getByRole("button", { name: t("rule-new"), exact: true }).click();
    const form = side(administrator);
    await form.getByLabel(t("rule-kind"), { exact: true }).click();
    await page
      .locator(".ant-select-item-option", { hasText: t("rule-kind-emergency") })
      .last()
      .click();
    await choose(administrator, form.getByLabel(t("rule-document"), { exact: true }), RULE);
    await form.getByLabel(t("rule-review"), { exact: true }).fill(dayAhead(300));
    await form.getByLabel(t("rule-review"), { exact: true }).press("Enter");
    await administrator.shot("routines-rule-form");
    await press(administrator, t("rule-adopt"));
    await page.locator(".wk-table .ant-table-row", { hasText: t("rule-kind-emergency") }).waitFor();
    await administrator.shot("routines-rule");
  });
  await step("the operator reads it and confirms it on their own page", async () => {
    const { page, t } = operator;
    await operator.signIn(demo.accounts.operator);
    await operator.go("/account");
    const rules = page.getByRole("region", { name: t("own-rules"), exact: true });
    await rules.getByRole("button", { name: t("own-rules-confirm"), exact: true }).click();
    await rules.getByText(t("own-rules-confirmed"), { exact: false }).first().waitFor();
    await operator.shot("routines-own-rules");
  });
  await step("another version is put in force, and the earlier one stays with who confirmed it", async () => {
    const { page, t } = administrator;
    const documents = (await administrator.api("GET", `/api/register/document?query=${encodeURIComponent(RULE)}`)).body;
    const rule = { unit_id: unit, kind: "emergency", document_id: documents.records[0].id };
    const put = await administrator.api("POST", "/api/routines/rules", {
      ...rule,
      review_ms: Date.now() + 200 * DAY_MS,
    });
    expect(put.status === 201, "a second version is in force", put.body);
    await administrator.go("/routines?id=emergency");
    const earlier = side(administrator).getByRole("region", { name: t("rule-earlier"), exact: true });
    await earlier.getByText(demo.accounts.operator.name, { exact: false }).first().waitFor();
    expect((await earlier.locator(".wk-panel").count()) === 1, "one earlier version");
    await side(administrator).getByText(t("rule-confirmed-none"), { exact: true }).waitFor();
    await page.mouse.wheel(0, 2000);
    await administrator.shot("routines-rule-earlier");
  });
  await step("the emergency is practised: who took part, what was found", () => practise(administrator, demo));
  await step("a round of the store finds a fault, and signing it off opens a work order", () => goRound(manager));
  await step("a fault at the front end names its camera, and so does its work order", () => goFrontEnd(manager, unit));
  await step("who repaired does not accept; another person does", () => repair(administrator, manager, unit));
  await step("an assessment is drawn up, frozen, and signed by the manager", () => assess(manager));
  await step("a carrier's line is entered and measured", async () => {
    const { page, t } = administrator;
    const carrier = await record(administrator, "carrier", undefined, { name: CARRIER });
    const { body } = await administrator.api("GET", "/api/cameras?limit=2");
    const link = {
      unit_id: unit,
      name: "江边专线 Riverside line",
      carrier_id: carrier,
      from_ms: Date.now() - 86_400_000,
      contract_ppm: 999_000,
      camera_ids: body.cameras.map(({ id }) => id),
    };
    const made = await administrator.api("POST", "/api/routines/links", link);
    expect(made.status === 201, "the link is entered", made.body);
    await administrator.go("/routines?tab=links");
    await page.locator(".wk-table .ant-table-row", { hasText: "Riverside" }).locator(".wk-rowlink").click();
    await side(administrator).getByText(t("link-contract-value"), { exact: true }).first().waitFor();
    await administrator.shot("routines-link");
  });
  await harmed(administrator);
}

/** A drill with its day, people and findings; nobody changes it any more. */
async function practise(administrator, demo) {
  const { page, t } = administrator;
  await administrator.go("/routines");
  await page.getByRole("button", { name: t("drill-new"), exact: true }).click();
  const form = side(administrator);
  const held = new Date(Date.now() - 3_600_000);
  // As the browser's zone writes it.
  const local = new Date(held.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace("T", " ");
  await form.getByLabel(t("drill-held"), { exact: true }).fill(local);
  await form.getByLabel(t("drill-held"), { exact: true }).press("Enter");
  await choose(administrator, form.getByLabel(t("drill-people"), { exact: true }), demo.accounts.operator.name);
  await page.keyboard.press("Escape");
  await form.getByLabel(t("drill-body"), { exact: true }).fill(DRILL);
  await form.getByLabel(t("drill-found"), { exact: true }).fill(DRILL_FOUND);
  await administrator.shot("routines-drill-form");
  await press(administrator, t("drill-enter"));
  const row = page.locator(".wk-table .ant-table-row", { hasText: DRILL });
  await row.locator(".wk-rowlink").click();
  await side(administrator).getByText(DRILL_FOUND, { exact: true }).waitFor();
  await side(administrator).getByText(demo.accounts.operator.name, { exact: true }).waitFor();
  await administrator.shot("routines-drill");
}

/** Loss and damage (datong-2008:19, guangzhou-2007:15): from the camera's finding to the report and the repair. */
async function harmed(administrator) {
  const { page, t } = administrator;
  let camera;
  let incident;
  const found = async (code) => {
    const { body } = await administrator.api("GET", "/api/findings");
    return body.some((one) => one.code === code && one.record?.id === incident);
  };
  await step("a camera's finding leads to the form of theft and damage, filled in from the camera", async () => {
    const { body } = await administrator.api("GET", "/api/cameras?limit=100");
    camera = body.cameras.find(({ name }) => name.startsWith(CUT_OFF));
    await cutOff(administrator, camera);
    await administrator.go(`/cameras?id=${camera.id}`);
    await side(administrator)
      .locator(".wk-details summary", { hasText: t("finding-of-record") })
      .click();
    await administrator.shot("incident-finding");
    await side(administrator)
      .getByRole("link", { name: t("finding-report-harm"), exact: true })
      .click();
    const form = side(administrator);
    await form.locator("#wk-field-record-name").waitFor();
    const name = await form.locator("#wk-field-record-name").inputValue();
    expect(name.includes(camera.name), "named after the camera", name);
    const labels = await labelsOf(administrator);
    await fill(administrator, {
      what: { choose: labels.choice("incident", "what", "damage") },
      found_by: "巡查员 Patrol",
    });
    await administrator.shot("incident-form");
    await press(administrator, t("register-add"));
    incident = await until("the address names the incident", () => administrator.inAddress("record"), { seconds: 90 });
    const made = (await administrator.api("GET", `/api/records/${incident}`)).body;
    expect(made.body.point === camera.point_id && made.body.what === "damage", "at the camera's point", made.body);
    await page.unroute("**/api/findings");
    expect(await found("incident_unreported"), "it is to be reported to the police");
    expect(await found("incident_unrepaired"), "and to be repaired");
  });
  await step("reported to the police and repaired, it is found no more", async () => {
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    await administrator.go(`/registry?kind=incident&record=${incident}&edit=1`);
    await side(administrator).locator("#wk-field-record-report_number").waitFor();
    const reported = { reported_to: "滨江派出所 Police station", reported_on: today, report_number: "受字 8" };
    await fill(administrator, { ...reported, repair: "重新接线 Rewired", repaired_on: today });
    await press(administrator, t("action-save"));
    await side(administrator)
      .getByRole("button", { name: t("action-edit"), exact: true })
      .waitFor();
    await administrator.shot("incident-repaired");
    expect(!(await found("incident_unreported")) && !(await found("incident_unrepaired")), "nothing is left");
  });
}

/**
 * What the server says once a camera could not be reached for ten minutes is added to what it says: nobody waits so long here. The rest
 * of the answer, and all that is done with it, is the server's own.
 */
function cutOff({ page }, camera) {
  return page.route("**/api/findings", async (route) => {
    const answer = await route.fetch();
    const fault = {
      kind: "routine",
      article: "unit:registry",
      code: "device_fault",
      camera: { id: camera.id, name: camera.name },
      binds: true,
      count: 1,
      since_ms: Date.now() - 900_000,
      reason: { zh: "摄像机连接不上。", en: "The camera cannot be reached." },
      remedy: { zh: "请派人查看。", en: "Have somebody look." },
    };
    const all = [...(await answer.json()), fault];
    // The page may have gone on meanwhile: then nobody waits for the answer.
    await route.fulfill({ response: answer, json: all }).catch(() => undefined);
  });
}

async function record(person, kind, unit, body) {
  const made = await person.api("POST", `/api/register/${kind}`, { ...(unit ? { unit_id: unit } : {}), body });
  expect(made.status === 201, `a ${kind} is registered`, made.body);
  return made.body.id;
}

/** The plan with its file, since nobody confirms what they cannot read; and what proves a repair. */
async function papers(person, unit) {
  const plan = await record(person, "document", unit, { name: RULE, paper: "other" });
  const status = await person.page.evaluate(async (id) => {
    const answer = await fetch(`/api/records/${id}/file?version=1&name=plan.txt`, {
      method: "POST",
      headers: { "x-watchkeeper": "1", "content-type": "application/octet-stream" },
      body: "1. Keep calm.",
    });
    return answer.status;
  }, plan);
  expect(status === 201, "the plan has its file", status);
  await record(person, "document", unit, { name: EVIDENCE, paper: "other" });
}

async function goRound(manager) {
  const { page, t } = manager;
  await manager.go("/routines?tab=rounds");
  const part = page.getByRole("region", { name: t("part-storage"), exact: true });
  await part.getByRole("button", { name: t("round-begin"), exact: true }).click();
  const form = side(manager);
  await form.locator(".wk-routine-lines > li").first().waitFor();
  const lines = await form.locator(".wk-routine-lines > li").all();
  for (const [at, line] of lines.entries())
    await line.getByText(t(at === lines.length - 2 ? "answer-fault" : "answer-good"), { exact: true }).click();
  await form.getByPlaceholder(t("round-fault-words")).fill(FAULT);
  await form.getByLabel(t("round-words"), { exact: true }).fill("其余正常 Otherwise in order");
  await manager.shot("routines-round");
  await press(manager, t("round-sign"));
  await form.getByText(t("round-signed"), { exact: true }).first().waitFor();
  await manager.shot("routines-round-signed");
}

/** Of one camera: the fault and what is to be repaired are that camera's. */
async function goFrontEnd(manager, unit) {
  const { page, t } = manager;
  const { body } = await manager.api("GET", "/api/cameras?limit=100");
  const camera = body.cameras.find(({ name }) => name.startsWith(CUT_OFF));
  await manager.go("/routines?tab=rounds");
  const part = page.getByRole("region", { name: t("part-front-end"), exact: true });
  await part.getByRole("button", { name: t("round-begin"), exact: true }).click();
  const form = side(manager);
  await form.locator(".wk-routine-lines > li").first().waitFor();
  const lines = await form.locator(".wk-routine-lines > li").all();
  for (const [at, line] of lines.entries())
    await line.getByText(t(at === 0 ? "answer-fault" : "answer-good"), { exact: true }).click();
  await form.getByPlaceholder(t("round-fault-words")).fill(DIRTY);
  await choose(manager, lines[0].getByRole("combobox", { name: t("ledger-camera"), exact: true }), camera.name);
  await form.getByLabel(t("round-words"), { exact: true }).fill("其余正常 Otherwise in order");
  await manager.shot("routines-round-camera");
  await press(manager, t("round-sign"));
  await form.getByText(t("round-signed"), { exact: true }).first().waitFor();
  await form.locator(".wk-routine-lines > li").first().getByText(camera.name, { exact: true }).waitFor();
  const rounds = (await manager.api("GET", `/api/routines/rounds?unit=${unit}`)).body;
  const order = rounds.orders.find((one) => one.body.includes(DIRTY));
  expect(order?.camera?.id === camera.id, "the work order is about the camera", rounds.orders);
}

async function repair(administrator, manager) {
  await manager.go("/routines?tab=orders");
  const open = async ({ page }) =>
    page.locator(".wk-table .ant-table-row", { hasText: FAULT }).locator(".wk-rowlink").click();
  await open(manager);
  const form = side(manager);
  await form.getByLabel(manager.t("work-order-repair-words"), { exact: true }).fill("更换压缩机 Compressor replaced");
  await choose(manager, form.getByLabel(manager.t("work-order-evidence"), { exact: true }), EVIDENCE);
  await press(manager, manager.t("work-order-repair-send"));
  await form.getByText(manager.t("work-order-accept-other"), { exact: true }).waitFor();
  await manager.shot("routines-order-own");
  await administrator.go("/routines?tab=orders");
  await open(administrator);
  await side(administrator).locator(".wk-because textarea").fill("已看过 Seen");
  await press(administrator, administrator.t("work-order-accept"));
  await side(administrator).getByText(administrator.t("work-order-accepted"), { exact: true }).first().waitFor();
  await administrator.shot("routines-order");
}

async function assess(manager) {
  const { page, t } = manager;
  await manager.go("/routines?tab=assessments");
  await page.getByRole("button", { name: t("assess-draw-do"), exact: true }).click();
  await page.locator(".wk-table .ant-table-row .wk-rowlink").first().click();
  const panel = side(manager);
  await panel.getByText(t("assess-effect"), { exact: true }).waitFor();
  await panel.locator(".wk-because textarea").fill("总体有效 Effective on the whole");
  await press(manager, t("assess-sign"));
  await panel.getByText(t("assess-signed"), { exact: true }).first().waitFor();
  await manager.shot("routines-assessment");
}

/** So many days from now, as the field is written. */
function dayAhead(days) {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
}
