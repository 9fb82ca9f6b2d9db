// Signing in through a real provider's own pages, in a browser: linking, signing out, signing in by it, an invitation, and a refusal
// after the administrator has suspended the account. On an installation of its own: the demonstration has no provider.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, freePort } from "./demo.mjs";
import { startProvider } from "./provider.mjs";
import { expect, step, until } from "./report.mjs";

const [CLIENT, SECRET] = ["watchkeeper", "a secret: with+signs%"];
const NAMES = { "zh-CN": "市局统一认证", en: "City Bureau" };
const ADMINISTRATOR = { account: "admin", name: "管理员", password: "correct horse battery 8 staple" };
const OWNER = { account: "zhangwei", name: "张伟 Zhang Wei", password: "correct horse battery 9 staple" };
const SECOND = { account: "wangfang", name: "王芳 Wang Fang", password: "correct horse battery 6 staple" };

/** A program of its own with this provider; what `init` printed. */
async function install(folder, port, issuer) {
  const [config, secret] = [join(folder, "boot.toml"), join(folder, "oidc.secret")];
  writeFileSync(secret, `${SECRET}\n`, { mode: 0o600 });
  const lines = [
    `listen = "127.0.0.1:${port}"`,
    `data_dir = "${join(folder, "data")}"`,
    `host = "localhost"`,
    "plain_http = true",
    "[[provider]]",
    `id = "bureau"`,
    `name = { zh = "${NAMES["zh-CN"]}", en = "${NAMES.en}" }`,
    `issuer = "${issuer}"`,
    `client_id = "${CLIENT}"`,
    `client_secret = { file = "${secret}" }`,
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  const { account, name } = ADMINISTRATOR;
  const args = ["init", "--config", config, "--unit", "示范单位", "--account", account, "--name", name, "--json"];
  const made = spawnSync(binary(), args, { encoding: "utf8" });
  expect(made.status === 0, "made", made.stderr);
  return { config, printed: JSON.parse(made.stdout) };
}

/** Through the provider's own pages, as the person who is called so there. */
async function throughProvider({ page }, issuer, login) {
  await page.waitForURL(`${issuer}/**`);
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("anything");
  await page.getByRole("button", { name: "Sign-in" }).click();
  // It asks for consent once, and remembers it.
  const agree = page.getByRole("button", { name: "Continue" });
  await until("the provider sends the browser back", async () => {
    if (new URL(page.url()).origin !== issuer) return true;
    if (await agree.isVisible().catch(() => false)) await agree.click().catch(() => undefined);
    return false;
  });
}

const press = (person) => person.button("identities-sign-in", { provider: NAMES[person.language] }).click();
const inside = (person) => person.page.locator(".wk-rail").waitFor();
const panel = ({ page, t }) => page.getByRole("region", { name: t("identities-title"), exact: true });
const trouble = ({ page }) => page.locator(".wk-alone-form [role=alert]");

async function linkOwn(owner, issuer) {
  const { t } = owner;
  await owner.go("/account");
  const own = panel(owner);
  await own
    .getByRole("button", { name: t("identities-link", { provider: NAMES[owner.language] }), exact: true })
    .click();
  await own.getByLabel(t("passkeys-password"), { exact: true }).fill(OWNER.password);
  await owner.shot(`oidc-link-${owner.language}`);
  await own.getByRole("button", { name: t("identities-go"), exact: true }).click();
  await throughProvider(owner, issuer, "zhang.wei");
  await panel(owner).getByText("zhang.wei", { exact: true }).waitFor();
}

async function add(administrator, who) {
  const made = await administrator.api("POST", "/api/people", { account: who.account, name: who.name, posts: [] });
  expect(made.status === 201, `${who.account} has an account`, made.body);
  return { id: made.body.person.id, once: made.body.one_time_password };
}

/** What the owner does: links, and signs in by it. */
async function byOneself(owner, once, issuer) {
  await step("a person links their account through the provider's own page", async () => {
    await owner.go("/");
    await owner.button("identities-sign-in", { provider: NAMES[owner.language] }).waitFor();
    await owner.shot("oidc-sign-in");
    await owner.signInFirst(OWNER, once);
    await linkOwn(owner, issuer);
    await owner.shot("oidc-linked");
    expect(new URL(owner.page.url()).search === "", "no code stays in the address", owner.page.url());
  });
  await step("it signs in without account, password or code, and the session says so", async () => {
    await owner.signOut();
    await press(owner);
    await throughProvider(owner, issuer, "zhang.wei");
    await inside(owner);
    const { body } = await owner.api("GET", "/api/me/sessions");
    expect(body.find((row) => row.current).means === "provider", "by the provider", body);
    await owner.go("/account");
    await owner.page.locator(".wk-sessions", { hasText: NAMES[owner.language] }).waitFor();
  });
  await step("a locked console is unlocked by the provider, at the address that was open", async () => {
    const { page, t } = owner;
    await owner.go("/account?tab=sessions");
    await page.locator(".wk-who").click();
    await page.getByRole("menuitem", { name: t("lock-now") }).click();
    const lock = page.getByRole("dialog", { name: t("lock-title") });
    await lock.waitFor();
    await owner.shot(`oidc-locked-${owner.language}`);
    await lock.getByRole("button", { name: t("identities-sign-in", { provider: NAMES[owner.language] }) }).click();
    await throughProvider(owner, issuer, "zhang.wei");
    await inside(owner);
    expect(new URL(page.url()).pathname === "/account", "at the address that was open", page.url());
    const { body } = await owner.api("GET", "/api/me/sessions");
    expect(body.length === 1 && body[0].means === "provider", "the locked session is over", body);
  });
  await step("the provider asks again each time, and somebody else there is nobody here", async () => {
    await owner.signOut();
    await press(owner);
    await throughProvider(owner, issuer, "li.na");
    await trouble(owner).waitFor();
    await owner.shot("oidc-unlinked");
    await owner.go("/");
    await owner.page.getByLabel(owner.t("signin-account"), { exact: true }).waitFor();
  });
}

/** What the administrator does: invites, suspends. */
async function byAdministrator(administrator, owner, invited, { ids, issuer }) {
  await step("an administrator invites, and the invitation links once", async () => {
    const { page, t } = administrator;
    await administrator.go(`/people?person=${ids.second}`);
    await page.getByText(SECOND.name).first().waitFor();
    const invite = administrator.button("identities-invite", { provider: NAMES[administrator.language] });
    if (!(await invite.isVisible())) await page.locator(".wk-rowlink", { hasText: SECOND.name }).first().click();
    await invite.click();
    await page.getByLabel(t("identities-subject"), { exact: true }).fill("wang.fang");
    await administrator.button("identities-invite-do").click();
    const dialog = page.getByRole("dialog", { name: t("identities-invitation-title", { name: SECOND.name }) });
    await dialog.waitFor();
    await administrator.shot("oidc-invitation");
    const address = (await dialog.innerText()).match(/https?:\/\/\S+#[0-9a-f]{64}/)?.[0];
    expect(address, "an address", await dialog.innerText());
    await administrator.button("otp-done").click();
    await invited.page.goto(address);
    await invited.shot("oidc-invited-phone");
    await press(invited);
    await throughProvider(invited, issuer, "wang.fang");
    // The one-time password of the account still has to be replaced: the link is no password.
    await invited.page.locator(".wk-alone-form input[autocomplete=new-password]").first().waitFor();
    await invited.page.goto(address);
    await press(invited);
    await invited.page.locator(".wk-alone-say", { hasText: /\S/ }).waitFor();
    await invited.shot("oidc-invited-again-phone");
  });
  await step("after the account is suspended the provider's word opens nothing", async () => {
    const suspended = await administrator.api("PATCH", `/api/people/${ids.owner}`, { suspended: true });
    expect(suspended.status === 200, "suspended", suspended.body);
    await owner.go("/");
    await press(owner);
    await throughProvider(owner, issuer, "zhang.wei");
    await trouble(owner).getByText(owner.t("identities-bad"), { exact: true }).waitFor();
    await owner.shot("oidc-suspended");
  });
}

export async function signInByProvider(owner, administrator, invited) {
  const folder = mkdtempSync(join(tmpdir(), "watchkeeper-oidc-"));
  const port = await freePort();
  const base = `http://localhost:${port}`;
  const redirect = `${base}/sign-in/with/bureau`;
  const provider = await startProvider({ client: CLIENT, secret: SECRET, redirect });
  let child = null;
  try {
    const { config, printed } = await install(folder, port, provider.issuer);
    child = spawn(binary(), ["serve", "--config", config], { stdio: "ignore" });
    const serves = () => fetch(`${base}/api/health`).then(({ ok }) => ok);
    await until("it serves", () => serves().catch(() => false), { seconds: 60 });
    for (const person of [owner, administrator, invited]) person.demo = { ...person.demo, base };
    await administrator.signInFirst(ADMINISTRATOR, printed.one_time_password);
    const [first, second] = [await add(administrator, OWNER), await add(administrator, SECOND)];
    await byOneself(owner, first.once, provider.issuer);
    const ids = { owner: first.id, second: second.id };
    await byAdministrator(administrator, owner, invited, { ids, issuer: provider.issuer });
    await step("with the provider gone the password goes on", async () => {
      await provider.stop();
      await administrator.go("/account");
      await inside(administrator);
      await administrator.signOut();
      await administrator.signIn(ADMINISTRATOR);
    });
  } finally {
    for (const person of [owner, administrator, invited]) {
      // No page of ours asks on behind the program's end; what the provider's own pages lack is not ours.
      await person.page.goto("about:blank").catch(() => undefined);
      const foreign = (said) => said.includes(provider.issuer) || said.includes("https://fonts.googleapis.com/");
      person.troubles = person.troubles.filter((said) => !foreign(said));
    }
    child?.kill("SIGTERM");
    if (child) await until("it ends", () => child.exitCode !== null || child.signalCode !== null, { seconds: 30 });
    await provider.stop().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}
