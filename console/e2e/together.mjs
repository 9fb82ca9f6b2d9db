// Two persons at one console: the operator alone is refused recorded footage, a colleague signs in beside them and it plays; the colleague
// leaves, and the pictures stop. Then the hours of a reception are stated.
import { filmed, play, refusal, setFourEyes, shown, stops } from "./cases.mjs";
import { signInNew } from "./gaps.mjs";
import { deviceOf, register, underName } from "./passkeys.mjs";
import { expect, step, until } from "./report.mjs";

export async function lookTogether(operator, administrator, colleague, demo, second) {
  const { page, t } = operator;
  const joining = () => page.locator(".wk-second-person").first();
  await step("the administrator has recorded footage looked at by two", async () => {
    await operator.signIn(demo.accounts.operator);
    await administrator.signIn(demo.accounts.administrator);
    await signInNew(administrator, colleague, { ...second, roles: ["operator"] });
    await setFourEyes(administrator, "grant-together-begin");
    await administrator.shot("together-rule");
  });
  await step("the operator alone is refused, and the panel has the button for a second person", async () => {
    const what = await filmed(operator);
    await operator.go("/account");
    await page.locator(".wk-chip").first().waitFor();
    await operator.choose("purpose-incident");
    await play(operator, what);
    const panel = refusal(operator, t("own-rule-four-eyes"));
    await panel.waitFor();
    await operator.shot("together-refused");
    await panel.getByRole("button", { name: t("second-person-sign-in"), exact: true }).click();
    await operator.shot("together-form");
  });
  await step("a wrong password opens nothing", async () => {
    await joining().getByLabel(t("second-person-account"), { exact: true }).fill(second.account);
    await joining().getByLabel(t("second-person-password"), { exact: true }).fill("wrong horse battery");
    await joining()
      .getByRole("button", { name: t("second-person-sign-in"), exact: true })
      .click();
    await joining().getByText(t("second-person-bad")).waitFor();
  });
  await step("the colleague signs in beside the operator, and what was refused plays", async () => {
    await joining().getByLabel(t("second-person-password"), { exact: true }).fill(second.password);
    await joining()
      .getByRole("button", { name: t("second-person-sign-in"), exact: true })
      .click();
    await shown(operator);
    await page.locator(".wk-chip", { hasText: second.name }).waitFor();
    await operator.shot("together-playing");
  });
  await step("the colleague leaves: the pictures stop, and the panel says why", async () => {
    await page.locator(".wk-chip", { hasText: second.name }).click();
    await page
      .locator(".ant-popconfirm")
      .getByRole("button", { name: t("second-person-leave") })
      .click();
    await stops(operator, t("own-rule-four-eyes"));
    await page.locator(".wk-chip", { hasText: second.name }).waitFor({ state: "detached" });
    await operator.shot("together-stopped");
    await operator.go("/account");
  });
  await joinByPasskey(operator, demo, second);
  await step("the administrator has it looked at by one again", () => setFourEyes(administrator, "grant-together-end"));
}

/** In the operator's own window, where the device has the colleague's passkey. */
async function joinByPasskey(operator, demo, second) {
  const { page, t } = operator;
  await step("the colleague's passkey stands for account, password and code", async () => {
    underName(operator, demo);
    await deviceOf(operator);
    await operator.signIn(second);
    await register(operator, "钥匙 Key", second);
    await operator.signOut();
    await operator.signIn(demo.accounts.operator);
    const what = await filmed(operator);
    await page.locator(".wk-chip").first().waitFor();
    await operator.choose("purpose-incident");
    await play(operator, what);
    const panel = refusal(operator, t("own-rule-four-eyes"));
    await panel.waitFor();
    await panel.getByRole("button", { name: t("second-person-sign-in"), exact: true }).click();
    await page.getByRole("button", { name: t("second-person-passkey"), exact: true }).waitFor();
    await operator.shot("together-passkey");
    await page.getByRole("button", { name: t("second-person-passkey"), exact: true }).click();
    await shown(operator);
    await operator.shot("together-passkey-playing");
    const { body } = await operator.api("GET", "/api/me");
    expect(body.second_person.account === second.account, "the colleague is there", body.second_person);
    await operator.go("/account");
  });
}

export async function stateHours(administrator, demo) {
  const { page, t } = administrator;
  await step("the administrator states when the reception is open", async () => {
    await administrator.signIn(demo.accounts.administrator);
    await administrator.go("/retrievals");
    await administrator.button("retrieval-hours-set").first().click();
    const form = page.getByRole("region", { name: t("retrieval-hours-set"), exact: true });
    await form.getByLabel(t("retrieval-hours-closed"), { exact: true }).fill("2027-01-01 2027-02-06");
    await form.getByLabel(t("because-reason"), { exact: true }).fill("本单位公告 our notice");
    await administrator.shot("hours-form");
    await form.getByRole("button", { name: t("retrieval-hours-save"), exact: true }).click();
    await form.waitFor({ state: "detached" });
    await until("the hours are there", async () => {
      const { body } = await administrator.api("GET", "/api/retrieval-terms");
      const stated = body.terms.find(({ service }) => service);
      expect(stated?.service.openings.length === 5, "five openings", body);
      return true;
    });
    await page.getByText("2027-01-01, 2027-02-06").first().waitFor();
    await administrator.shot("hours-stated");
  });
}
