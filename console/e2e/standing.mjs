// Who is not vetted and trained sees no picture and is told what helps; the system manager enters both, and there is a picture;
// a training that is revoked takes it away.
import { press, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const GUARD = { account: "guard", name: "马骏 Ma Jun", password: "correct horse battery 11 staple" };
const ISSUER = "市公安局 City police";

export async function keepStanding(manager, guard, administrator, demo) {
  let id;
  await step("a new guard has a post and no training: the page of people says so", async () => {
    await administrator.signIn(demo.accounts.administrator);
    id = await engaged(administrator, guard);
    await manager.signIn(demo.accounts.manager);
    const { page, t } = manager;
    expect((await page.locator(".wk-rail").getByText(t("page-wall"), { exact: true }).count()) === 0, "no pictures");
    await manager.rail("page-people");
    const row = page.locator(".wk-table .ant-table-row", { hasText: GUARD.name });
    await row.getByText(t("standing-untrained"), { exact: true }).waitFor();
    expect((await page.getByRole("button", { name: t("person-add") }).count()) === 0, "a manager adds nobody");
    await row.locator(".wk-rowlink").click();
    await side(manager).getByText(t("standing-untrained"), { exact: true }).waitFor();
    await manager.shot("standing-untrained");
  });
  await step("the guard's wall is refused, with the article and what helps", async () => {
    const { page } = guard;
    const refused = await watched(guard);
    expect(refused.status === 403 && refused.body.error.code === "training", "training", refused.body);
    await guard.go("/account");
    await page.getByText(guard.t("standing-untrained"), { exact: true }).waitFor();
    await guard.shot("standing-own");
    return refused.body.error.article;
  });
  await step("the manager enters training and vetting and confirms: the guard has a picture", async () => {
    const { page, t } = manager;
    const panel = side(manager);
    await panel.getByRole("button", { name: t("standing-training-enter"), exact: true }).click();
    await panel.getByLabel(t("training-issuer"), { exact: true }).fill(ISSUER);
    await panel.getByText(t("training-by-public-security"), { exact: true }).click();
    await panel.getByLabel(t("training-until"), { exact: true }).fill("2036-01-31");
    await panel.getByLabel(t("training-until"), { exact: true }).press("Enter");
    await press(manager, t("standing-send"));
    await panel.getByText(ISSUER).waitFor();
    await panel.getByRole("button", { name: t("standing-vetting-enter"), exact: true }).click();
    await panel.getByLabel(t("vetting-by"), { exact: true }).fill("派出所 Police post");
    await press(manager, t("standing-send"));
    await panel.getByText(t("standing-account-unconfirmed"), { exact: true }).first().waitFor();
    const alone = await watched(guard);
    expect(alone.status === 403 && alone.body.error.code === "account_unconfirmed", "one keeper alone", alone.body);
    await manager.shot("standing-account-unconfirmed");
    await panel.getByRole("button", { name: t("standing-confirm-enter"), exact: true }).click();
    await press(manager, t("standing-confirm-send"));
    await panel.getByText(t("standing-in-order"), { exact: true }).waitFor();
    await manager.shot("standing-entered");
    const allowed = await watched(guard);
    expect(allowed.status === 201, "a view", allowed.body);
    await guard.api("POST", `/api/views/${allowed.body.id}/end`, {});
    await page.locator(".wk-table .ant-table-row", { hasText: GUARD.name }).getByText(t("standing-in-order")).waitFor();
  });
  await step("a revoked training takes the picture away", async () => {
    const { t } = manager;
    const panel = side(manager);
    await panel
      .getByRole("button", { name: t("training-revoke"), exact: true })
      .first()
      .click();
    await panel.getByLabel(t("because-reason"), { exact: true }).fill("证书系伪造 forged");
    await panel
      .locator(".wk-because")
      .getByRole("button", { name: t("training-revoke"), exact: true })
      .click();
    await panel.getByText("证书系伪造 forged").waitFor();
    await until("refused again", async () => (await watched(guard)).body.error?.code === "training");
  });
  await step("the guard leaves: signed out, and the day stays on record", async () => {
    const { t } = manager;
    const panel = side(manager);
    await panel.getByRole("button", { name: t("standing-leave-enter"), exact: true }).click();
    await press(manager, t("standing-leave-send"));
    await panel.getByText(t("standing-left"), { exact: true }).waitFor();
    const { body } = await manager.api("GET", `/api/people/${id}/standing`);
    expect(body.standing.left_ms > 0, "the day", body.standing);
    const { status } = await guard.api("GET", "/api/me");
    expect(status === 401, "signed out", status);
  });
}

/** A view of the first camera, as the guard's page would open it. */
async function watched(guard) {
  const { body } = await guard.api("GET", "/api/cameras?limit=1");
  const wanted = { mode: "live", cameras: [body.cameras[0].id], purpose: "duty_watch", legal_basis: "unit_duty" };
  return guard.api("POST", "/api/views", wanted);
}

/** A viewer about whom nothing is on record, signed in with a password of their own. */
async function engaged(administrator, guard) {
  const { body: me } = await administrator.api("GET", "/api/me");
  const posts = [{ role: "viewer", unit_id: me.posts[0].unit.id }];
  const { status, body } = await administrator.api("POST", "/api/people", {
    account: GUARD.account,
    name: GUARD.name,
    posts,
  });
  expect(status === 201, "the guard has an account", body);
  await guard.signInFirst(GUARD, body.one_time_password);
  // The wall opens by itself for whoever may watch; this window is only asked.
  await guard.go("/account");
  return body.person.id;
}
