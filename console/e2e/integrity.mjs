// Program and settings: the demonstration is started with another setting than before, which nobody announced. The finding leads to the
// page, where the administrator explains it; then an upgrade is announced. The auditor reads it in English on a phone.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { binary } from "./demo.mjs";
import { press, side } from "./registry.mjs";
import { expect, pause, step, until } from "./report.mjs";

const STOPPED = "改日志级别 another level of the log";
const WHY = "排查期间只记录错误 errors only, while we look for one";
const UPGRADE = "升级到 0.2.0 upgrade";
const EXPECTED = "ab".repeat(32);

async function sha256(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

export async function changeSetting(demo) {
  await step("the program is started again with another setting", async () => {
    await demo.restart(STOPPED, { WATCHKEEPER_LOG: "error" });
  });
}

export async function watchProgram(person, reader, demo) {
  const { page, t } = person;
  const rows = page.locator(".wk-table .ant-table-row");
  await step("a change that nobody announced is a finding, and leads to what runs", async () => {
    await person.signIn(demo.accounts.administrator);
    await person.go("/findings?kind=integrity");
    const group = page.locator(".wk-alike");
    await group.getByText(t("finding-word-software-changed")).first().waitFor();
    const words = await group.innerText();
    expect(words.includes("national-2025:15") && words.includes("log"), "article and setting", words);
    await person.shot("integrity-finding");
    await group.locator("a[href*='tab=integrity']").first().click();
    await until("the page is there", () => person.inAddress("tab") === "integrity");
    const shown = page.locator(".wk-panel .wk-copy code").first();
    await shown.waitFor();
    const digest = await shown.getAttribute("title");
    expect(digest === (await sha256(binary())), "the digest of the program's file", digest);
    await rows
      .filter({ hasText: t("integrity-how-unannounced") })
      .first()
      .waitFor();
    await person.shot("integrity");
    return digest.slice(0, 12);
  });
  await step("the administrator explains it, and the finding is gone", async () => {
    await rows.first().locator(".wk-rowlink").click();
    await side(person)
      .getByText(t("integrity-part-setting", { name: "log" }))
      .first()
      .waitFor();
    await side(person).getByLabel(t("because-reason"), { exact: true }).fill(WHY);
    await person.shot("integrity-explaining");
    await press(person, t("integrity-explain-do"));
    await side(person).getByText(WHY, { exact: true }).waitFor();
    const { body } = await person.api("GET", "/api/findings");
    expect(!body.some(({ kind }) => kind === "integrity"), "no finding of it", body.length);
    await page.locator(".wk-side.ant-drawer-open .ant-drawer-close").click();
    await page.getByText(t("integrity-all-known"), { exact: true }).waitFor();
  });
  await step("an upgrade is announced, by the digest that is expected", async () => {
    const panel = page.locator(".wk-panel", { hasText: t("integrity-announced-text") });
    await panel.locator("summary").click();
    await panel.getByLabel(t("because-reason"), { exact: true }).fill(UPGRADE);
    const expected = panel.getByLabel(t("integrity-expected"), { exact: true });
    await expected.fill("abc");
    const announce = panel.getByRole("button", { name: t("integrity-announce-do"), exact: true });
    expect(await announce.isDisabled(), "not with half a digest");
    await person.shot("integrity-announcing");
    await expected.fill(EXPECTED);
    await announce.click();
    await panel.getByText(UPGRADE, { exact: true }).waitFor();
    await person.shot("integrity-announced");
  });
  await step("the auditor reads it in English on a phone, and has no forms", async () => {
    await reader.signIn(demo.accounts.auditor);
    await reader.go("/health?tab=integrity");
    await reader.page.getByText(reader.t("integrity-all-known"), { exact: true }).waitFor();
    await reader.page.getByText(UPGRADE, { exact: true }).waitFor();
    expect((await reader.page.locator("main textarea").count()) === 0, "nothing to write");
    await reader.shot("integrity-reader");
    await reader.page.locator(".wk-table .wk-rowlink").first().click();
    await side(reader).getByText(WHY, { exact: true }).waitFor();
    // The drawer comes in from the side.
    await pause(0.5);
    await reader.shot("integrity-reader-change");
  });
}
