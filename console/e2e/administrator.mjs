// The administrator runs the system and sees no pictures: refusals, a camera switched off (a gap is made), a camera tested
// and added, a person with a one-time password.
import { Person } from "./browser.mjs";
import { GAPPED } from "./recorded.mjs";
import { expect, pause, step, until } from "./report.mjs";

const ADDED = "09 测试摄像机 · Test camera";
const NEW_PASSWORD = "correct horse battery 9 staple";
export const NEWCOMER = { account: "newcomer", name: "赵新 Zhao Xin" };

export async function administer(person, demo) {
  const { page, t } = person;
  await step("the administrator has no pictures: the page says why, and what helps", async () => {
    await person.signIn(demo.accounts.administrator);
    expect(
      (await person.page.locator(".wk-rail").getByText(t("page-wall"), { exact: true }).count()) === 0,
      "no wall in the rail",
    );
    await person.go("/wall");
    const panel = page.locator(".wk-refusal");
    await panel.waitFor();
    const text = await panel.innerText();
    for (const id of ["refusal-title", "not-yours-reason", "not-yours-remedy", "refusal-article", "own-rule-roles"])
      expect(text.includes(t(id)), `says ${id}`, text);
    expect((await page.locator("video").count()) === 0, "no video");
    await person.shot("administrator-wall");
  });
  await step("the server refuses too, with article, reason and remedy", async () => {
    const { body } = await person.api("GET", "/api/cameras?limit=100");
    const wanted = { mode: "live", cameras: [body.cameras[0].id], purpose: "duty_watch", legal_basis: "unit_duty" };
    const { status, body: answer } = await person.api("POST", "/api/views", wanted);
    expect(status === 403 && answer.error.kind === "refused", "403 refused", answer);
    const { article, reason, remedy } = answer.error;
    expect(article && reason && remedy, "article, reason and remedy", answer);
    return JSON.stringify({ article, reason: reason.zh ?? reason });
  });
  await gapMade(person, demo);
  await cameraAdded(person, demo);
  await personAdded(person, demo);
}

async function openCamera(person, number) {
  const { page } = person;
  await page.locator(".wk-table .wk-rowlink", { hasText: new RegExp(`^${number} `) }).click();
  await page.locator(".wk-side.ant-drawer-open .ant-drawer-title", { hasText: new RegExp(`^${number} `) }).waitFor();
}

async function closeSide({ page }) {
  await page.locator(".wk-side.ant-drawer-open .ant-drawer-close").click();
  await page.locator(".wk-side.ant-drawer-open .ant-drawer-title").waitFor({ state: "detached" });
}

async function gapMade(person, demo) {
  const { page, t } = person;
  await step("switched off for a while, a camera says so, and records again", async () => {
    await person.rail("page-cameras");
    await openCamera(person, GAPPED);
    const side = page.locator(".wk-side.ant-drawer-open");
    const state = side.locator(".wk-panel h2").first();
    const { body } = await person.api("GET", "/api/cameras?limit=100");
    demo.gapCamera = body.cameras.find(({ name }) => name.startsWith(`${GAPPED} `)).id;
    await side.getByLabel(t("camera-enabled"), { exact: true }).click();
    await side.getByLabel(t("because-reason"), { exact: true }).fill("更换立杆");
    await side.getByRole("button", { name: t("camera-off"), exact: true }).click();
    await until("it is switched off", async () => (await state.innerText()).includes(t("stream-disabled")));
    await pause(2);
    demo.gapAtMs = Date.now();
    await pause(2);
    await side.getByLabel(t("camera-enabled"), { exact: true }).click();
    await until("it records again", async () => (await state.innerText()).includes(t("stream-recording")), {
      seconds: 180,
    });
  });
}

async function cameraAdded(person, demo) {
  const { page, t } = person;
  const { username, password } = demo.cameraCredentials;
  const { body } = await person.api("GET", "/api/cameras?limit=100");
  const url = body.cameras.find(({ name }) => name.startsWith("01 ")).main.url;
  const side = page.locator(".wk-side.ant-drawer-open");
  const field = (id) => side.getByLabel(t(id), { exact: true });
  await step("a camera's address is tested: a wrong password is told apart", async () => {
    await closeSide(person);
    await person.button("camera-add").click();
    await field("camera-main-url").fill(url);
    await field("camera-username").fill(username);
    await field("camera-password").fill("wrong");
    await side.getByRole("button", { name: t("camera-probe"), exact: true }).click();
    await side.getByText(t("probe-failed", { cause: t("cause-credentials") })).waitFor();
    await person.shot("camera-probe-wrong");
  });
  await step("with the right one it says what the camera sends", async () => {
    await side.getByRole("button", { name: t("action-back"), exact: true }).click();
    await field("camera-password").fill(password);
    await side.getByRole("button", { name: t("camera-probe"), exact: true }).click();
    await side.getByText(t("probe-ok")).waitFor();
    const facts = await side.locator(".wk-panel .wk-facts").innerText();
    expect(/1280×720/.test(facts) && /264/.test(facts), "codec and size", facts);
    await person.shot("camera-probe-right");
    return facts.replaceAll(/\s+/g, " ").slice(0, 120);
  });
  await step("added without a point, it is in test mode and says so", async () => {
    await side.getByRole("button", { name: t("action-next"), exact: true }).click();
    await field("camera-name").fill(ADDED);
    await field("camera-place").fill("试验台 · test bench");
    await side.getByRole("button", { name: t("camera-save"), exact: true }).click();
    await page.locator(".wk-side.ant-drawer-open .ant-drawer-title", { hasText: ADDED }).waitFor();
    await side.getByText(t("camera-recording-test"), { exact: true }).waitFor();
    // Its picture is there to aim by; what is recorded is no footage.
    const state = side.locator(".wk-panel h2").first();
    await until("its picture comes", async () => (await state.innerText()).includes(t("stream-live")), {
      seconds: 180,
    });
    const text = await side.innerText();
    expect(!text.includes(password), "its password is shown nowhere");
    await person.shot("camera-added");
  });
}

async function personAdded(person, demo) {
  const { page, t } = person;
  const side = page.locator(".wk-side.ant-drawer-open");
  let once;
  await step("a person is added; the one-time password is shown once", async () => {
    await person.rail("page-people");
    await person.button("person-add").click();
    await side.getByLabel(t("person-name"), { exact: true }).fill(NEWCOMER.name);
    await side.getByLabel(t("signin-account"), { exact: true }).fill(NEWCOMER.account);
    await side.getByRole("button", { name: t("post-add"), exact: true }).click();
    await side.getByRole("button", { name: t("person-create"), exact: true }).click();
    const dialogue = page.getByRole("dialog", { name: t("otp-title", { name: NEWCOMER.name }) });
    await dialogue.waitFor();
    const texts = await until("account and password", async () => {
      const shown = await dialogue.locator(".wk-copy code").allInnerTexts();
      expect(shown.length === 2 && shown[0] === NEWCOMER.account && shown[1].length >= 12, "both", shown);
      return shown;
    });
    once = texts[1];
    await person.shot("person-password");
    await dialogue.getByRole("button", { name: t("otp-done"), exact: true }).click();
    await dialogue.waitFor({ state: "detached" });
    await side.locator(".ant-drawer-title", { hasText: NEWCOMER.name }).waitFor();
    const everywhere = await page.content();
    expect(!everywhere.includes(once), "afterwards it is shown nowhere");
    const { body } = await person.api("GET", "/api/people");
    expect(!JSON.stringify(body).includes(once), "nor does the server tell it again");
  });
  await step("with it one gets no further than to a password of one's own", async () => {
    const newcomer = await new Person(person.browser, demo, { language: "zh-CN" }).open();
    try {
      await newcomer.signIn({ account: NEWCOMER.account, password: once });
      await newcomer.page.getByRole("heading", { name: t("newpassword-title") }).waitFor();
      const early = await newcomer.api("GET", "/api/cameras?limit=10");
      expect(early.status >= 401 && early.status <= 403, "nothing else answers before", early);
      await newcomer.shot("new-password");
      await newcomer.replacePassword(once, NEW_PASSWORD);
      await until("a viewer's pages", async () => {
        const pages = await newcomer.page.locator(".wk-rail ul").innerText();
        expect(pages.includes(t("page-wall")) && !pages.includes(t("page-exports")), "the wall, no exports", pages);
        return true;
      });
      await newcomer.go("/exports");
      await newcomer.page.locator(".wk-refusal", { hasText: t("not-yours-remedy") }).waitFor();
      await newcomer.shot("viewer-exports");
    } finally {
      await newcomer.close();
    }
  });
}
