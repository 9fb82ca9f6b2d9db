// A clip goes to a colleague: chosen in playback, handed on with a reason, found by the colleague in the line above every page, played
// with one click under the sender's purpose with the colleague's own mark; taken back, and the pictures stop.
import { play, refusal } from "./cases.mjs";
import { signInNew } from "./gaps.mjs";
import { footage } from "./recorded.mjs";
import { side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

/** Told in both languages, each time with another colleague. */
export const CLIPS = {
  zh: {
    account: "clips1",
    name: "周晓",
    password: "江畔柳色青青 新岁如约 1",
    camera: "01",
    reason: "请辨认门口的人 who is at the gate",
  },
  en: {
    account: "clips2",
    name: "Zhou Ping",
    password: "willow by river 2",
    camera: "02",
    reason: "车牌看不清 plate unclear",
  },
};
const SECONDS = 12;

export async function handClip(sender, colleague, administrator, demo, told) {
  const { page, t } = sender;
  let span;
  await step("the sender plays a span, and hands it to a colleague with a reason", async () => {
    await administrator.enter(demo.accounts.administrator);
    await signInNew(administrator, colleague, { ...told, roles: ["operator"] });
    await sender.enter(demo.accounts.operator);
    await sender.go("/account");
    await sender.choose("purpose-incident");
    const { body } = await sender.api("GET", "/api/cameras?limit=100");
    const camera = body.cameras.find(({ name }) => name.startsWith(`${told.camera} `));
    const { toMs } = await footage(sender, [told.camera], SECONDS);
    span = { camera, from: Math.round(toMs - SECONDS * 1000), to: Math.round(toMs) };
    await play(sender, { camera, fromMs: span.from, toMs: span.to });
    await sender.button("clip-hand-title").click();
    const form = side(sender);
    const field = form.getByLabel(t("clip-colleague"), { exact: true });
    await field.click();
    await field.fill(told.account);
    await page.locator(".ant-select-item-option", { hasText: told.account }).click();
    await form.locator(".wk-because textarea").fill(told.reason);
    await sender.shot("clip-hand");
    await form.getByRole("button", { name: t("clip-hand"), exact: true }).click();
    await form.getByText(t("clip-handed", { name: told.name })).waitFor();
    await sender.shot("clip-handed");
  });
  await step("the colleague sees it above every page, and plays it with one click", async () => {
    const { t: c } = colleague;
    const signal = colleague.page.getByRole("link", { name: c("clip-signal", { count: 1 }), exact: true });
    await signal.waitFor();
    await colleague.shot("clip-signal");
    await signal.click();
    await colleague.page.locator(".wk-table .wk-rowlink", { hasText: span.camera.name }).first().click();
    await side(colleague).getByText(told.reason).waitFor();
    await colleague.shot("clip-for-me");
    await side(colleague)
      .getByRole("button", { name: c("clip-play"), exact: true })
      .click();
    await colleague.tile(told.camera).waitFor();
    await until("the picture is shown", async () => {
      const videos = await colleague.videos();
      return videos.some(({ name, width }) => name === span.camera.name && width > 0);
    });
    await colleague.page.locator(".wk-clip-bar", { hasText: told.reason }).waitFor();
    const mark = await colleague.page.locator(".wk-mark-field").first().textContent();
    const { body: me } = await colleague.api("GET", "/api/me");
    const code = me.session.id.replaceAll("-", "").slice(-8).toUpperCase();
    for (const word of [told.account, told.name, code]) expect(mark.includes(word), "the colleague's own mark", mark);
    await colleague.shot("clip-playing");
    const { body } = await colleague.api("GET", "/api/grants?shared=true");
    expect(body.grants[0].uses === 1 && body.grants[0].shared.to_me, "one use of it", body.grants[0]);
    const state = await colleague.api("GET", "/api/state");
    expect(state.body.clips_for_me === 0, "none that was not opened", state.body);
  });
  await step("the sender takes it back: the pictures stop, and the panel says why", async () => {
    await sender.go("/grants?show=clips");
    await page.locator(".wk-table .wk-rowlink", { hasText: span.camera.name }).first().click();
    await side(sender).getByLabel(t("because-reason"), { exact: true }).fill("已辨认 done");
    await sender.shot("clip-sent");
    await side(sender)
      .getByRole("button", { name: t("grant-revoke"), exact: true })
      .click();
    await side(sender).getByText(t("grant-state-revoked"), { exact: true }).waitFor();
    await refusal(colleague, colleague.t("own-rule-clips")).waitFor({ timeout: 60_000 });
    await colleague.shot("clip-revoked");
    await colleague.go("/account");
    await sender.go("/account");
  });
}
