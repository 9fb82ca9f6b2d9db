// Somebody who is pressed says so, whatever their post; the auditor reads it and enters what came of it; who runs the unit sees
// nothing of it.
import { press, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const WHOM = "某领导 A. Superior";
const ACCOUNT = "要求删除周日录像 asked for Sunday's footage to go";
const OUTCOME = "已转纪检核查 passed on and looked into";

export async function reportPressure(reporter, auditor, administrator, demo) {
  await step("an operator reports on the page of their account, and the answer names the entry", async () => {
    const { page, t } = reporter;
    await reporter.signIn(demo.accounts.operator);
    await reporter.go("/account");
    const form = page.locator(`section[aria-label="${t("pressure-title")}"]`);
    await form.getByLabel(t("pressure-what"), { exact: true }).click();
    await page.locator(".ant-select-item-option", { hasText: t("pressure-delete") }).click();
    await form.getByLabel(t("pressure-by-whom"), { exact: true }).fill(WHOM);
    await form.getByLabel(t("pressure-account"), { exact: true }).fill(ACCOUNT);
    await form.getByRole("button", { name: t("pressure-send"), exact: true }).click();
    await form.getByText(t("pressure-sent")).waitFor();
    await form.getByText(WHOM).waitFor();
    await reporter.shot("pressure-reported");
  });
  await step("the administrator is shown none", async () => {
    await administrator.signIn(demo.accounts.administrator);
    const { body } = await administrator.api("GET", "/api/pressure");
    expect(body.total === 0, "none", body);
  });
  await step("the auditor finds it, reads it in the ledger, and enters what came of it", async () => {
    const { page, t } = auditor;
    await auditor.signIn(demo.accounts.auditor);
    await auditor.go("/findings?kind=pressure");
    await page.getByText(t("finding-word-pressure")).first().waitFor();
    await page.locator(".wk-alike a[href*='tab=pressure']").first().click();
    await page.locator(".wk-table .ant-table-row", { hasText: WHOM }).locator(".wk-rowlink").click();
    await side(auditor).getByText(ACCOUNT).waitFor();
    await auditor.shot("pressure-read");
    await side(auditor).getByLabel(t("pressure-outcome"), { exact: true }).fill(OUTCOME);
    await press(auditor, t("pressure-close-do"));
    await until("it has its outcome", async () => {
      const { body } = await auditor.api("GET", "/api/pressure?open=false");
      return body.reports.some(({ outcome }) => outcome.text === OUTCOME);
    });
  });
  await step("whoever reported it sees that", async () => {
    await reporter.page.reload();
    await reporter.page.getByText(OUTCOME).waitFor();
  });
}
