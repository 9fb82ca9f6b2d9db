// An officer asks from a phone: files a request, is asked for the letter, sends it; the desk takes it in, another approves, the package is
// made; the officer confirms its receipt by name and downloads it, sealed. Then the unit claims what an order cost it.
import { readFileSync } from "node:fs";
import { confirmNew } from "./gaps.mjs";
import { choose, press, side, yesterday } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const OFFICER = { account: "requester", name: "周警官 Officer Zhou", password: "correct horse battery 12 staple" };
const ORGAN = "海珠区公安分局 Haizhu police";
const CASE = "海公立字〔2026〕31号";
const PLACE = "滨江路码头入口 Riverside pier, entrance";
const PASSPHRASE = "a long enough passphrase 31";

/** Chooses an option of a list that cannot be typed into. */
async function pick(person, label, option) {
  await side(person).getByLabel(label, { exact: true }).first().click();
  await person.page
    .locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option", { hasText: option })
    .first()
    .click();
}

/** An account without posts, on credentials that the administrator has looked at. */
async function accredited(administrator, officer) {
  const { body: me } = await administrator.api("GET", "/api/me");
  const unit = me.posts[0].unit.id;
  const made = await administrator.api("POST", "/api/people", {
    account: OFFICER.account,
    name: OFFICER.name,
    posts: [],
  });
  expect(made.status === 201, "an account without posts", made.body);
  const paper = await administrator.api("POST", "/api/register/document", {
    unit_id: unit,
    body: { name: "申请人证明 Credentials of a requester", paper: "other" },
  });
  expect(paper.status === 201, "its credentials", paper.body);
  const requester = await administrator.api("POST", "/api/requesters", {
    person_id: made.body.person.id,
    unit_id: unit,
    organ: "public_security",
    level: "county",
    division: "440105",
    organ_name: ORGAN,
    credential_document_id: paper.body.id,
    until_ms: Date.now() + 30 * 86_400_000,
  });
  expect(requester.status === 201, "a requester", requester.body);
  await confirmNew(administrator.demo, made.body.person.id);
  await officer.signInFirst(OFFICER, made.body.one_time_password);
  return unit;
}

export async function askFromThePhone(officer, operator, administrator, demo) {
  let id;
  let unit;
  await step("the officer has an account of the authority, and nothing but the portal", async () => {
    await administrator.signIn(demo.accounts.administrator);
    await operator.signIn(demo.accounts.operator);
    unit = await accredited(administrator, officer);
    const { page, t } = officer;
    await page.getByText(t("portal-empty-title"), { exact: true }).waitFor();
    await officer.shot(`portal-empty-${officer.language}`);
    const cameras = await officer.api("GET", "/api/cameras?limit=1");
    expect(cameras.status === 403 && cameras.body.error.code === "requester_only", "no camera", cameras.body);
    await administrator.go("/retrievals?requesters=1");
    await side(administrator).getByText(ORGAN).first().waitFor();
    await administrator.shot("portal-accounts");
  });
  await step("the officer files a request on a phone", async () => {
    const { t } = officer;
    await officer.page
      .getByRole("button", { name: t("portal-new"), exact: true })
      .first()
      .click();
    const form = side(officer);
    await pick(officer, t("retrieval-ground"), t("retrieval-ground-law-enforcement"));
    await form.getByLabel(t("retrieval-case-number"), { exact: true }).fill(CASE);
    await form.getByLabel(t("portal-place"), { exact: true }).fill(PLACE);
    await form.getByRole("button", { name: t("span-last-2"), exact: true }).click();
    await form.getByLabel(t("retrieval-officer-name"), { exact: true }).fill("周警官");
    await form.getByLabel(t("retrieval-officer-number"), { exact: true }).fill("044031");
    await pick(officer, t("portal-certificate"), t("retrieval-paper-law-enforcement-certificate"));
    await officer.shot(`portal-form-${officer.language}`);
    await press(officer, t("portal-file"));
    id = await until("the address names it", () => officer.inAddress("id"), { seconds: 60 });
    await side(officer).locator(".wk-panel .wk-portal-list li").first().waitFor();
    await officer.shot(`portal-lacks-${officer.language}`);
  });
  await step("the desk asks for the letter, with its article; the officer sends it", async () => {
    const { t } = operator;
    await operator.go(`/retrievals?request=${id}`);
    const desk = side(operator);
    await desk.getByText(PLACE).first().waitFor();
    await desk.locator(".wk-because textarea").fill("请补介绍信 The letter is missing");
    await operator.shot(`portal-desk-${operator.language}`);
    await press(operator, t("request-ask"));
    await until("it is asked", async () => {
      const { body } = await officer.api("GET", `/api/portal/requests/${id}`);
      expect(body.state === "asked", "asked", body.state);
      return true;
    });
    await officer.page.reload();
    const form = side(officer);
    await form.getByText("The letter is missing").waitFor();
    await form.locator("input[type=file]").setInputFiles({
      name: "letter.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("介绍信 Letter of introduction"),
    });
    const sends = form.getByRole("button", { name: officer.t("portal-paper-send"), exact: true });
    expect(await sends.isDisabled(), "a letter has a date");
    await form.getByLabel(officer.t("portal-dated"), { exact: true }).fill(yesterday());
    await press(officer, officer.t("portal-paper-send"));
    await form.getByText("letter.txt").first().waitFor();
    await officer.shot(`portal-letter-${officer.language}`);
  });
  await takenIn(operator, administrator, id);
  await received(officer, id);
  await step("the unit claims what an order cost it", () => claimed(administrator, unit));
}

/** The desk finds the camera; from then on it is a retrieval like any other. */
async function takenIn(operator, administrator, id) {
  await step("the desk takes it in for the camera that it found; another approves; the package is made", async () => {
    const { t } = operator;
    await operator.go(`/retrievals?request=${id}`);
    const desk = side(operator);
    await desk.getByText(PLACE).first().waitFor();
    const takes = desk.getByRole("button", { name: t("request-take"), exact: true });
    expect(await takes.isDisabled(), "not before a camera is named");
    await desk.locator(".wk-tree-leaf", { has: operator.page.locator(".wk-tree-name", { hasText: /^05 / }) }).click();
    await desk.locator(".wk-tags li", { hasText: /^05 / }).waitFor();
    await operator.shot("portal-taking");
    await takes.click();
    const retrieval = await until("the address names the retrieval", () => operator.inAddress("id"));
    await desk.locator(".wk-retrieval-steps").waitFor();
    const path = `/api/retrievals/${retrieval}`;
    for (const [who, what, sent] of [
      [operator, "check"],
      [operator, "complete", {}],
      [administrator, "approve"],
      [operator, "hand-over", {}],
    ]) {
      const { status, body: said } = await who.api("POST", `${path}/${what}`, sent);
      expect(status === 200, what, said);
    }
    await operator.go(`/retrievals?show=all&id=${retrieval}`);
    await side(operator).locator(".wk-retrieval-steps").waitFor();
    await operator.shot("portal-taken");
    await until(
      "the package is ready",
      async () => {
        const { body: made } = await operator.api("GET", path);
        const exported = await operator.api("GET", `/api/exports/${made.export_id}`);
        expect(exported.body.state === "ready", "ready", exported.body.state);
        return true;
      },
      { seconds: 60 },
    );
  });
}

async function received(officer, id) {
  await step("the officer confirms its receipt by name, and downloads it sealed", async () => {
    const { page, t } = officer;
    const { body } = await officer.api("GET", `/api/portal/requests/${id}`);
    const early = await officer.api("POST", `/api/exports/${body.export_id}/collection`, { passphrase: PASSPHRASE });
    expect(early.status === 403 && early.body.error.code === "receipt_first", "not before the receipt", early.body);
    await page.reload();
    const form = side(officer);
    await form.getByLabel(t("retrieval-received-by"), { exact: true }).fill("周警官");
    await officer.shot(`portal-ready-${officer.language}`);
    await press(officer, t("portal-receipt"));
    await form.locator("input[type=password]").fill(PASSPHRASE);
    await officer.shot(`portal-collect-${officer.language}`);
    const [download] = await Promise.all([page.waitForEvent("download"), press(officer, t("portal-collect"))]);
    const bytes = readFileSync(await download.path());
    expect(
      bytes.subarray(0, 21).toString() === "age-encryption.org/v1",
      "an age file",
      bytes.subarray(0, 24).toString(),
    );
    const { body: after } = await officer.api("GET", `/api/portal/requests/${id}`);
    expect(after.state === "received" && after.collections_left === 2, "one of three", after);
    return `${bytes.length} bytes`;
  });
}

/** A claim is lodged in the form, and answered. */
async function claimed(administrator, unit) {
  const { t } = administrator;
  const paper = async (name) => {
    const body = { unit_id: unit, body: { name, paper: "other" } };
    const made = await administrator.api("POST", "/api/register/document", body);
    expect(made.status === 201, name, made.body);
    return name;
  };
  const order = await paper("改造要求 Order to rebuild");
  const bill = await paper("发票 Invoice 77");
  await administrator.go("/takeovers");
  await administrator.go("/claims?new=1");
  const form = side(administrator);
  await form.getByText(t("claim-cause-order"), { exact: true }).click();
  await choose(administrator, form.getByLabel(t("claim-act"), { exact: true }), order);
  await form.getByLabel(t("claim-authority"), { exact: true }).fill("市公安局 City police");
  await form.getByLabel(t("claim-what"), { exact: true }).fill("按要求改造接口 Interface rebuilt on demand");
  await form.getByLabel(t("claim-item-what"), { exact: true }).fill("接口改造 Interface");
  await form.getByLabel(t("claim-item-yuan"), { exact: true }).fill("12,000.50");
  await choose(administrator, form.getByLabel(t("claim-paper"), { exact: true }), bill);
  await administrator.shot(`claim-form-${administrator.language}`);
  await press(administrator, t("claim-lodge"));
  await side(administrator).getByText("¥12,000.50").first().waitFor();
  await side(administrator).getByLabel(t("claim-awarded-yuan"), { exact: true }).fill("8000");
  await side(administrator).getByLabel(t("claim-answer-text"), { exact: true }).fill("部分同意 In part");
  await press(administrator, t("claim-answer-send"));
  await side(administrator).getByText(t("claim-state-partly"), { exact: true }).first().waitFor();
  await administrator.shot(`claim-answered-${administrator.language}`);
}
