// Somebody accuses the nearer of two authorities from a phone, and it is the upper one that hears of it; an inspection goes from its first line to a closed order, between a supervisor and
// the unit; the order is looked at on paper. What helped a case is proposed for an award and granted.
import { choose, press, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const OFFICER = { account: "inspector", name: "孙监督 Sun Jiandu", password: "correct horse battery 12 staple" };
const AUTHORITY = "市公安局监督科 City supervision";
/** The accused: nearer to the place than the first, with a supervisor of its own. */
const NEARER = "海珠区公安分局监督科 Haizhu supervision";
const ACCUSED = { account: "accused", name: "李被告 Li Beigao", password: "correct horse battery 15 staple" };
/** An article of which one part is for a camera in a private place and another for rounds that were not made. */
const PARTED = "national-2025:8";
const EVIDENCE = "拆除照片 Photos of the removal";
const PHONE = { width: 390, height: 844 };
/** What is reported and demanded, told twice with the languages changed round. */
export const TOLD = {
  zh: {
    what: "检查时索要好处 Asked for a favour at an inspection",
    demand: "十五日内补办备案 File within fifteen days",
    figure: "indicator-filed",
    days: "180",
    helped: { case: "公刑立字〔2026〕301号", whom: "值机员陈静 Chen Jing", ground: "表彰 Commended" },
  },
  en: {
    what: "收钱放行 Took money and let it pass",
    demand: "三十日内整改标志 Put up signs within thirty days",
    figure: "indicator-accepted",
    days: "90",
    helped: { case: "公刑立字〔2026〕302号", whom: "第二班 The second shift", ground: "奖励 Rewarded" },
  },
};

/** `accused` is the window of the accused authority's supervisor. `again`: accounts and authorities are there from the first telling. */
export async function supervise({ stranger, officer, accused, administrator, operator }, demo, told, again = false) {
  const { unit, unitId } = await (again ? returned : begun)({ officer, accused, administrator }, demo);
  let receipt;
  await step("anybody reports from a phone, and is given number and code once", async () => {
    const { page, t } = stranger;
    await page.setViewportSize(PHONE);
    await stranger.go("/report");
    await page.getByLabel(t("report-who"), { exact: true }).fill(NEARER);
    await page.getByLabel(t("report-what"), { exact: true }).fill(told.what);
    await page.getByLabel(t("report-contact"), { exact: true }).fill("138 0000 0000");
    await stranger.shot("report-form");
    await page.getByRole("button", { name: t("report-send"), exact: true }).click();
    await page.getByText(t("report-received"), { exact: true }).waitFor();
    await page.getByText(t("report-routed"), { exact: true }).waitFor();
    await stranger.shot("report-received");
    const [number, code] = await page.locator(".wk-copy code").allInnerTexts();
    expect(number && code, "a number and a code", { number, code });
    receipt = { number, code };
    expect((await followed(stranger, receipt)) === t("accusation-stage-received"), "received, and no more");
    const cookies = await page.context().cookies();
    expect(cookies.length === 0, "no cookie", cookies);
  });
  await step("the accused authority sees nothing of it, on its page or by the API", async () => {
    const { page, t } = accused;
    const { status, body } = await accused.api("GET", "/api/accusations");
    expect(status === 200 && body.accusations.length === 0, "none", body);
    const told_of = await officer.api("GET", "/api/accusations");
    const mine = told_of.body.accusations.find(({ what }) => what === told.what);
    expect(mine?.authority.name === AUTHORITY, "the upper authority has it", told_of.body);
    const tried = await accused.api("POST", `/api/accusations/${mine.id}/step`, { stage: "taken_up", text: "无 none" });
    expect(tried.status === 403 || tried.status === 404, "by its id neither", tried.body);
    await accused.go("/supervision?tab=accusations");
    await page.getByText(t("accusation-none-title"), { exact: true }).waitFor();
    await accused.shot("supervision-accused");
  });
  await step("the supervisor above takes the report up", async () => {
    const { page, t } = officer;
    await officer.go("/supervision?tab=accusations");
    const panel = page.locator(".wk-panel", { hasText: told.what });
    await panel.locator("textarea").fill("受理 taken up");
    await panel.getByRole("button", { name: t("accusation-do-taken-up"), exact: true }).click();
    await panel.getByText(t("accusation-stage-taken-up"), { exact: true }).first().waitFor();
    await officer.shot("supervision-accusations");
  });
  await step("whoever reported sees by number and code that it was taken up", async () => {
    const stage = await followed(stranger, receipt);
    expect(stage === stranger.t("accusation-stage-taken-up"), "taken up", stage);
    await stranger.shot("report-followed");
    const cookies = await stranger.page.context().cookies();
    expect(cookies.length === 0, "no cookie", cookies);
  });
  await step("the area in numbers, a target against them, on paper and as a file with its reason", async () => {
    const { page, t } = officer;
    await officer.go("/supervision?tab=figures");
    await page.locator(".wk-share").first().waitFor();
    await page.getByRole("button", { name: t("target-set"), exact: true }).click();
    await page.getByRole("combobox", { name: t("target-indicator"), exact: true }).click();
    await page.getByTitle(t(told.figure), { exact: true }).last().click();
    await page.getByLabel(t("target-value"), { exact: true }).fill("95.5");
    await page.getByLabel(t("target-plan"), { exact: true }).fill("平安建设三年规划 Three-year plan");
    await officer.shot("supervision-target");
    await press(officer, t("target-set-do"));
    await page.getByRole("button", { name: t("target-set-do"), exact: true }).waitFor({ state: "hidden" });
    await page.getByText("95.50 %", { exact: true }).first().waitFor();
    await officer.shot("supervision-figures");
    await page.emulateMedia({ media: "print" });
    await officer.shot("supervision-figures-paper");
    await page.emulateMedia({ media: "screen" });
    await page.setViewportSize(PHONE);
    await officer.shot("supervision-figures-phone");
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole("button", { name: t("figures-export"), exact: true }).click();
    await page.getByLabel(t("export-list-reason"), { exact: true }).fill("年度规划 Annual plan");
    const link = page.getByRole("link", { name: t("export-list-get"), exact: true });
    const [file] = await Promise.all([page.waitForEvent("download"), link.click()]);
    expect(file.suggestedFilename().startsWith("area-divisions-000000-"), "a workbook of the area");
  });
  await step("how often it inspects is the authority's own figure, set with a reason", async () => {
    const { page, t } = officer;
    await officer.go("/supervision");
    await page.getByRole("button", { name: t(again ? "rhythm-change" : "rhythm-set"), exact: true }).click();
    await page.getByLabel(t("rhythm-days"), { exact: true }).fill(told.days);
    await side(officer).getByLabel(t("because-reason"), { exact: true }).fill("年度检查计划 Yearly plan");
    await officer.shot("supervision-rhythm-set");
    await press(officer, t("rhythm-set-do"));
    await page.getByText(t("rhythm-every", { days: Number(told.days) }), { exact: true }).waitFor();
    await page.getByText(t("rhythm-none-due"), { exact: true }).waitFor();
    await officer.shot("supervision-rhythm");
    await page.setViewportSize(PHONE);
    await officer.shot("supervision-rhythm-phone");
    await page.setViewportSize({ width: 1440, height: 900 });
  });
  await step("a round begins an inspection of each of several systems, with one reason and one plan", async () => {
    const { page, t } = officer;
    await officer.go("/supervision?tab=rounds");
    await page.getByRole("button", { name: t("inspection-round-begin"), exact: true }).click();
    await side(officer).getByLabel(t("inspection-reason"), { exact: true }).fill("节前检查 Before the holiday");
    await side(officer).getByLabel(t("round-plan"), { exact: true }).fill("先查车站 Stations first");
    await side(officer).getByRole("combobox").first().click();
    await page.locator(".ant-select-item-option").first().click();
    await page.keyboard.press("Escape");
    await officer.shot("supervision-round-begin");
    await press(officer, t("round-begin-do", { n: 1 }));
    await side(officer).getByText("先查车站 Stations first", { exact: true }).waitFor();
    await side(officer)
      .getByText(t("round-over", { over: 0, all: 1 }), { exact: true })
      .first()
      .waitFor();
    await officer.shot("supervision-round");
    const { body } = await officer.api("GET", "/api/inspection-rounds");
    const round = await officer.api("GET", `/api/inspection-rounds/${body.rounds[0].id}`);
    const [{ id }] = round.body.inspections;
    const ended = await officer.api("POST", `/api/inspections/${id}/end`, { note: "无异常 Nothing found" });
    expect(ended.status === 200, "it ends like any other", ended.body);
    await officer.go(`/supervision?tab=rounds&id=${body.rounds[0].id}`);
    await side(officer)
      .getByText(t("round-over", { over: 1, all: 1 }), { exact: true })
      .first()
      .waitFor();
    await page.setViewportSize(PHONE);
    await officer.shot("supervision-round-phone");
    await page.setViewportSize({ width: 1440, height: 900 });
  });
  let inspected;
  await step("the supervisor sees compliance and no picture, and begins an inspection of a system", async () => {
    const { page, t } = officer;
    await officer.go("/supervision");
    await page.locator(".wk-table .ant-table-row .wk-rowlink").first().waitFor();
    await officer.shot("supervision-systems");
    const [camera] = (await administrator.api("GET", "/api/cameras?limit=1")).body.cameras;
    const view = {
      mode: "live",
      cameras: [camera.id],
      purpose: "supervision",
      legal_basis: "supervision_duty",
      note: "看",
    };
    const refused = await officer.api("POST", "/api/views", view);
    expect(refused.status === 403 && refused.body.error.article === "national-2016:4", "no picture", refused.body);
    await page.locator(".wk-table .ant-table-row", { hasText: unit }).locator(".wk-rowlink").first().click();
    await side(officer).locator("textarea").first().fill("年度检查 Yearly inspection");
    await press(officer, t("inspection-begin-do"));
    await side(officer).getByText(t("inspection-lines"), { exact: true }).waitFor();
    await side(officer).getByText(t("inspection-heading-building-duty"), { exact: true }).waitFor();
    await officer.shot("supervision-inspection");
    const { body } = await officer.api("GET", "/api/inspections");
    inspected = body.inspections[0].id;
  });
  await step("a line that binds is found lacking, and an order is signed from it", async () => {
    const { page, t } = officer;
    // Two parts of it threaten differently: what is meant is chosen by whoever signs, and nothing before that.
    const line = side(officer).getByRole("region", { name: PARTED, exact: true });
    await line.getByText(t("verdict-lacking"), { exact: true }).click();
    await line.getByLabel(t("inspection-note"), { exact: true }).fill("未见备案材料 No filing was shown");
    await line.getByRole("button", { name: t("inspection-judge"), exact: true }).click();
    await line.locator("textarea").fill(told.demand);
    await line.getByText(t("order-penalty-choose"), { exact: true }).waitFor();
    const sign = line.getByRole("button", { name: t("order-issue"), exact: true });
    expect(await sign.isDisabled(), "no order before the penalty is chosen");
    await line.getByRole("radio", { name: t("order-step-confiscate") }).check();
    await officer.shot("supervision-order-penalty");
    await sign.click();
    await side(officer).getByText(told.demand).first().waitFor();
    await side(officer).locator(".wk-paper", { hasText: told.demand }).waitFor({ state: "attached" });
    await officer.shot("supervision-order");
    await page.emulateMedia({ media: "print" });
    await officer.shot("supervision-order-paper");
    const sheets = await officer.paper("supervision-order");
    expect(inspected !== undefined, "an inspection");
    await officer.go(`/supervision?tab=inspections&id=${inspected}`);
    await side(officer).locator(".wk-paper tbody tr", { hasText: PARTED }).first().waitFor({ state: "attached" });
    const judged = await side(officer).locator(".wk-paper tbody tr", { hasText: PARTED }).first().textContent();
    expect(judged.includes(t("verdict-lacking")) && judged.includes("未见备案材料"), "the verdict is on paper", judged);
    return `order on ${sheets} sheets, inspection on ${await officer.paper("supervision-inspection")}`;
  });
  await step("the unit puts it right with evidence; the supervisor fines all the same, and closes it", async () => {
    const { page, t } = administrator;
    const paper = { unit_id: unitId, body: { name: EVIDENCE, paper: "other" } };
    const added = await administrator.api("POST", "/api/register/document", paper);
    expect(added.status === 201, "the evidence is in the register", added.body);
    const file = `/api/records/${added.body.id}/file?version=1&name=evidence.txt`;
    const taken = await administrator.api("POST", file, EVIDENCE);
    expect(taken.status === 201, "with its file", taken.body);
    await administrator.go("/orders");
    await page.locator(".wk-table .ant-table-row .wk-rowlink").first().click();
    await side(administrator).locator("textarea").first().fill("已拆除并删除 Taken down and deleted");
    const send = side(administrator).getByRole("button", { name: t("order-correct-do"), exact: true });
    expect(await send.isDisabled(), "no correction without evidence");
    await side(administrator).getByLabel(t("order-evidence"), { exact: true }).click();
    await page.locator(".ant-select-item-option", { hasText: EVIDENCE }).first().click();
    await page.keyboard.press("Escape");
    await administrator.shot("orders-correct");
    await send.click();
    await side(administrator).getByText(t("order-state-corrected"), { exact: true }).first().waitFor();
    await officer.go("/supervision?tab=orders");
    await officer.page.locator(".wk-table .ant-table-row .wk-rowlink").first().click();
    // The article fines at once, also beside a correction; on whom and how much a person says.
    // The authority opens what it judges by: under its own entry.
    const evidence = side(officer).getByRole("link", { name: EVIDENCE }).first();
    await evidence.waitFor();
    const opened = await officer.page.request.get(
      new URL(await evidence.getAttribute("href"), officer.page.url()).href,
    );
    expect(opened.status() === 200 && (await opened.text()).includes(EVIDENCE), "the evidence opens", opened.status());
    expect(Number(opened.headers()["x-watchkeeper-entry"]) > 0, "under an entry");
    // Beside what the unit says stands what the system itself still finds.
    const [{ id: order }] = (await officer.api("GET", "/api/orders")).body.orders;
    const { found } = (await officer.api("GET", `/api/orders/${order}`)).body;
    expect(found, "it says what is found", found);
    await side(officer).getByText(officer.t("order-found-words", found), { exact: true }).first().waitFor();
    await officer.shot("supervision-order-evidence");
    await side(officer).locator("textarea").first().fill("处以罚款 Fined");
    await side(officer)
      .getByRole("radio", { name: officer.t("order-on-unit"), exact: true })
      .check();
    await side(officer).getByLabel(officer.t("order-amount"), { exact: true }).fill("15000");
    await officer.shot("supervision-order-fine");
    await press(officer, officer.t("order-step-fine"));
    await side(officer).getByText("¥15000").first().waitFor();
    await side(officer).locator("textarea").first().fill("复核合格 It is enough");
    await press(officer, officer.t("order-accept"));
    await until("the order is closed", async () => {
      const { body } = await officer.api("GET", "/api/orders");
      return body.orders[0].state === "closed" && body.orders[0].unit.name === unit;
    });
    await officer.shot("supervision-order-closed");
  });
  await rewarded({ officer, administrator, operator }, { unit, unitId }, told.helped, demo);
}

/** How it stands, asked anew as on another day: the page remembers neither number nor code. Resolves to the words of its stage. */
async function followed(stranger, { number, code }) {
  const { page, t } = stranger;
  await stranger.go("/report");
  await page.getByRole("button", { name: t("report-follow-do"), exact: true }).click();
  await page.getByRole("heading", { name: t("report-follow-title"), exact: true }).waitFor();
  const fields = ["report-number", "report-code"].map((id) => page.getByLabel(t(id), { exact: true }));
  for (const field of fields) expect((await field.inputValue()) === "", "nothing is kept", await field.inputValue());
  await fields[0].fill(number);
  await fields[1].fill(code);
  await page.getByRole("button", { name: t("report-follow-ask"), exact: true }).click();
  // The first of what it says is the stage.
  const stage = page.locator(".wk-facts dd").first();
  await stage.waitFor();
  return (await stage.innerText()).trim();
}

/** The unit proposes under a confirmed case, the supervisor grants; the unit reads it (datong-2008:6). */
async function rewarded({ officer, administrator, operator }, { unit, unitId }, { case: number, whom, ground }, demo) {
  await step("what helped a case is proposed for an award, by the case's number", async () => {
    const { page, t } = administrator;
    // An award is for a confirmed case: one person opens it, another confirms it.
    await operator.signIn(demo.accounts.operator);
    const found = { unit_id: unitId, kind: "authority", number, title: "江边盗窃案 Theft", authority: "示范市公安局" };
    const opened = await operator.api("POST", "/api/cases", found);
    expect(opened.status === 201, "the case is opened", opened.body);
    const confirmed = await administrator.api("POST", `/api/cases/${opened.body.id}/confirm`);
    expect(confirmed.status === 200, "and confirmed by another", confirmed.body);
    await administrator.go("/orders?tab=awards");
    await page.getByRole("button", { name: t("award-propose"), exact: true }).click();
    await choose(administrator, side(administrator).getByLabel(t("award-case"), { exact: true }), number);
    await side(administrator).getByLabel(t("award-whom"), { exact: true }).fill(whom);
    await side(administrator).locator("textarea").fill("及时发现 Noticed in time");
    await administrator.shot("award-propose");
    await press(administrator, t("award-propose-do"));
    await page
      .getByRole("region", { name: whom, exact: true })
      .getByText(t("award-proposed"), { exact: true })
      .waitFor();
  });
  await step("the supervisor grants it on the page, and the unit reads that it was granted", async () => {
    const { page, t } = officer;
    await officer.go("/supervision?tab=awards");
    const own = page.getByRole("region", { name: whom, exact: true });
    await own.getByText(unit, { exact: true }).waitFor();
    await own.locator("textarea").fill(ground);
    await own.getByRole("button", { name: t("award-grant"), exact: true }).click();
    // It is decided once: the form goes with it.
    await own.locator("textarea").waitFor({ state: "detached" });
    await own.getByText(t("award-granted"), { exact: true }).waitFor();
    await own.getByText(ground, { exact: false }).waitFor();
    await officer.shot("award-granted");
    await administrator.go("/orders?tab=awards");
    const read = administrator.page.getByRole("region", { name: whom, exact: true });
    await read.getByText(administrator.t("award-granted"), { exact: true }).waitFor();
  });
}

async function returned({ officer, accused, administrator }, demo) {
  await administrator.signIn(demo.accounts.administrator);
  await officer.signIn(OFFICER);
  await accused.signIn(ACCUSED);
  const { body: me } = await administrator.api("GET", "/api/me");
  return { unit: me.posts[0].unit.name, unitId: me.posts[0].unit.id };
}

/**
 * The authority of the whole country, so that whatever the demonstration registers is in its area, a nearer one that will be accused, and
 * somebody bound to each.
 */
async function begun({ officer, accused, administrator }, demo) {
  await administrator.signIn(demo.accounts.administrator);
  const { body: me } = await administrator.api("GET", "/api/me");
  await bound(administrator, officer, OFFICER, { name: AUTHORITY, division: "000000" });
  await bound(administrator, accused, ACCUSED, { name: NEARER, division: "440105" });
  return { unit: me.posts[0].unit.name, unitId: me.posts[0].unit.id };
}

/** Enters the authority, and its supervisor signs in with a password of their own. */
async function bound(administrator, window, who, authority) {
  const entered = await administrator.api("POST", "/api/authorities", { kind: "public_security", ...authority });
  expect(entered.status === 201, "the authority is entered", entered.body);
  const { account, name } = who;
  const { status, body } = await administrator.api("POST", "/api/people", { account, name, posts: [] });
  expect(status === 201, "the supervisor has an account", body);
  const path = `/api/authorities/${entered.body.id}/supervisors/${body.id ?? body.person.id}`;
  const put = await administrator.api("PUT", path, {});
  expect(put.status === 204, "bound", put.body);
  await window.signInFirst(who, body.one_time_password);
}
