// Secret footage opens with a registered case: one person opens it, another confirms it, and the pictures stop when it is closed.
// Then four eyes: an operator is refused, asks, a second person approves, the operator plays; what was granted is taken back, and the
// pictures stop.
import { footage } from "./recorded.mjs";
import { choose, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const CAMERA = "02";
const SECONDS = 20;
const NUMBER = "公刑立字〔2026〕118号";
const ABOUT = "江边盗窃案 Theft by the river";

export const refusal = ({ page }, article) => page.locator(".wk-refusal", { hasText: article });

/** The camera, and a span of it that has footage. */
export async function filmed(person) {
  const { body } = await person.api("GET", "/api/cameras?limit=100");
  const camera = body.cameras.find(({ name }) => name.startsWith(`${CAMERA} `));
  const { toMs } = await footage(person, [CAMERA], SECONDS);
  return { camera, fromMs: toMs - SECONDS * 1000, toMs };
}

/** At the beginning of the span, which is chosen on the timeline. */
export const play = (person, { camera, fromMs, toMs }) =>
  person.go(
    `/playback?cameras=${camera.id}&at=${Math.round(fromMs)}&from_ms=${Math.round(fromMs)}&to_ms=${Math.round(toMs)}`,
  );

/** Waits until the camera's recorded picture is shown. */
export async function shown(person) {
  await person.tile(CAMERA).waitFor();
  await until("the recorded picture is shown", async () => {
    const videos = await person.videos();
    return videos.some(({ name, width }) => name.startsWith(`${CAMERA} `) && width > 0);
  });
}

export const stops = (person, words) => refusal(person, words).waitFor({ timeout: 60_000 });

export async function lookUnderCase(operator, administrator, demo) {
  const { page, t } = operator;
  let what;
  let raised;
  await step("footage was made secret: the operator is refused it, with what would help", async () => {
    await operator.enter(demo.accounts.operator);
    await administrator.signIn(demo.accounts.administrator);
    what = await filmed(operator);
    const level = {
      level: 3,
      from_ms: Math.round(what.fromMs),
      to_ms: Math.round(what.toMs),
      reason: "涉案 of a case",
    };
    const { status, body } = await administrator.api("POST", `/api/cameras/${what.camera.id}/levels`, level);
    expect(status === 201, "the level is raised", body);
    raised = body.levels[0].entry.index;
    await operator.go("/account");
    await page.locator(".wk-chip").waitFor();
    await operator.choose("purpose-incident");
    await play(operator, what);
    await stops(operator, "datong-2008:5");
  });
  await step("the operator opens a case, and it waits for another person", async () => {
    await operator.go("/cases?new=1");
    await side(operator).getByLabel(t("case-number"), { exact: true }).fill(NUMBER);
    await side(operator).getByLabel(t("case-authority"), { exact: true }).fill("示范市公安局");
    await side(operator).getByLabel(t("case-title"), { exact: true }).fill(ABOUT);
    await operator.shot("case-new");
    await side(operator)
      .getByRole("button", { name: t("case-open"), exact: true })
      .click();
    await side(operator).getByText(t("case-waiting-note")).waitFor();
    const own = side(operator).getByRole("button", { name: t("case-confirm"), exact: true });
    expect((await own.count()) === 0, "no button to confirm one's own case");
    await operator.shot("case-waiting");
  });
  await step("the administrator confirms it, in the other language", async () => {
    await administrator.go("/cases?show=waiting");
    await administrator.page.locator(".wk-table .wk-rowlink", { hasText: NUMBER }).first().click();
    await side(administrator)
      .getByRole("button", { name: administrator.t("case-confirm"), exact: true })
      .click();
    await side(administrator).getByText(administrator.t("case-confirmed-by")).waitFor();
    await administrator.shot("case-confirmed");
  });
  await step("the operator names the case with the purpose, and the secret footage opens", async () => {
    await play(operator, what);
    await page.locator(".wk-chip").click();
    const panel = page.getByRole("dialog", { name: t("purpose-panel-title") });
    await choose(operator, panel.getByLabel(t("case-label"), { exact: true }), NUMBER);
    await operator.shot("case-chosen");
    await panel.getByRole("button", { name: t("purpose-use") }).click();
    await panel.waitFor({ state: "hidden" });
    await page.locator(".wk-chip", { hasText: NUMBER }).waitFor();
    await shown(operator);
  });
  await step("the administrator closes the case: the pictures stop, and the panel says why", async () => {
    const panel = side(administrator);
    await panel.getByLabel(administrator.t("because-reason"), { exact: true }).fill("已移送 handed over");
    await panel.getByRole("button", { name: administrator.t("case-close"), exact: true }).click();
    await panel.getByText(administrator.t("case-closed-by")).waitFor();
    await stops(operator, t("own-rule-cases"));
    await operator.shot("case-closed");
    await operator.go("/account");
    const paper = await administrator.api("POST", "/api/register/document", {
      unit_id: what.camera.unit_id,
      body: { name: "降低密级的批准", paper: "other" },
    });
    const lowered = await administrator.api("POST", `/api/cameras/${what.camera.id}/levels/${raised}/lower`, {
      reason: "已结案",
      document_id: paper.body.id,
    });
    expect(lowered.status === 200, "the level is taken back", lowered.body);
  });
}

/** The line of the unit whose footage needs approval, or needs it no longer. */
export async function setFourEyes(person, button) {
  await person.go("/grants");
  await person.button(button).first().click();
  const line = person.page.locator(".wk-because").first();
  await line.getByLabel(person.t("because-reason"), { exact: true }).fill("本单位规定 the unit's rule");
  const answered = person.page.waitForResponse((answer) => answer.url().endsWith("/four-eyes"));
  await line.getByRole("button", { name: person.t(button), exact: true }).click();
  expect((await answered).ok(), "the server sets it", (await answered).status());
}

export async function playWithFourEyes(operator, administrator, demo) {
  const { page, t } = operator;
  let what;
  await step("the administrator has recorded footage approved from now on", async () => {
    await operator.signIn(demo.accounts.operator);
    await administrator.signIn(demo.accounts.administrator);
    what = await filmed(operator);
    await setFourEyes(administrator, "grant-four-eyes-begin");
    await administrator.shot("grants-four-eyes");
  });
  await step("the operator is refused, and the panel's button opens the request filled in", async () => {
    await operator.go("/account");
    await page.locator(".wk-chip").waitFor();
    await operator.choose("purpose-incident");
    await play(operator, what);
    const panel = refusal(operator, t("own-rule-four-eyes"));
    await panel.waitFor();
    await operator.shot("grant-refused");
    await panel.getByRole("button", { name: t("grant-new"), exact: true }).click();
    await side(operator).locator(".wk-tags").getByText(what.camera.name).waitFor();
    await side(operator).getByLabel(t("because-reason"), { exact: true }).fill("核查剐蹭 a collision");
    await operator.shot("grant-new");
    await side(operator)
      .getByRole("button", { name: t("grant-ask"), exact: true })
      .click();
    await side(operator).getByText(t("grant-state-asked")).waitFor();
  });
  await step("the administrator approves it", async () => {
    await administrator.go("/grants?show=waiting");
    await administrator.page.locator(".wk-table .wk-rowlink", { hasText: what.camera.name }).first().click();
    await side(administrator).getByLabel(administrator.t("because-reason"), { exact: true }).fill("同意 approved");
    await side(administrator)
      .getByRole("button", { name: administrator.t("grant-approve"), exact: true })
      .click();
    await side(administrator).getByText(administrator.t("grant-state-granted"), { exact: true }).waitFor();
    await administrator.shot("grant-approved");
  });
  await step("who may see the camera is said with the approval that opens it", async () => {
    const { page: asking, t: words } = administrator;
    await administrator.go(`/cameras?id=${what.camera.id}`);
    const explorer = asking.getByRole("region", { name: words("policy-camera-title"), exact: true });
    await explorer.getByRole("button", { name: words("policy-ask"), exact: true }).click();
    const { body: me } = await operator.api("GET", "/api/me");
    const own = explorer.locator(".wk-panel", { hasText: me.person.name });
    const { body: approver } = await administrator.api("GET", "/api/me");
    await own.locator(".wk-hint", { hasText: approver.person.name }).first().waitFor();
    await own.scrollIntoViewIfNeeded();
    await administrator.shot("grant-explorer");
  });
  await step("the operator plays what was granted", async () => {
    await side(operator)
      .getByRole("link", { name: t("grant-play"), exact: true })
      .click();
    await shown(operator);
    await operator.shot("grant-playing");
  });
  await step(
    "playing rests where the approval ends; beyond it nothing is asked for, and the page offers what there is",
    async () => {
      await page.locator(".wk-granted-bar").waitFor();
      await play(operator, { ...what, fromMs: what.toMs - 4_000 });
      await shown(operator);
      await page
        .locator(".wk-transport")
        .getByRole("button", { name: t("playback-play"), exact: true })
        .click();
      await page.locator(".wk-playback-notice", { hasText: t("granted-end") }).waitFor();
      await operator.shot("grant-end");
      await operator.go(`/playback?cameras=${what.camera.id}&at=${Math.round(what.fromMs - 600_000)}`);
      const none = page.locator(".wk-picture-page-empty", { hasText: t("granted-none-title") });
      await none.waitFor();
      await operator.shot("grant-none");
      expect((await page.locator(".wk-refusal").count()) === 0, "nothing was asked for");
      await none.getByRole("button").first().click();
      await shown(operator);
    },
  );
  await step("it is taken back: the pictures stop, and the panel says why", async () => {
    await administrator.go("/grants");
    await administrator.page.locator(".wk-table .wk-rowlink", { hasText: what.camera.name }).first().click();
    await side(administrator).getByLabel(administrator.t("because-reason"), { exact: true }).fill("已无必要 done");
    await side(administrator)
      .getByRole("button", { name: administrator.t("grant-revoke"), exact: true })
      .click();
    await side(administrator).getByText(administrator.t("grant-state-revoked"), { exact: true }).waitFor();
    await stops(operator, t("own-rule-four-eyes"));
    await operator.shot("grant-revoked");
    await operator.go("/account");
  });
  await step("who approved stands in the entry, and approval is no longer asked for", async () => {
    const { body } = await administrator.api("GET", "/api/grants");
    expect(body.grants[0].state === "revoked" && body.grants[0].uses >= 1, "used and taken back", body.grants[0]);
    await setFourEyes(administrator, "grant-four-eyes-end");
  });
}
