// Passkeys with a device of Chromium's own (CDP, WebAuthn domain): registering, signing in, a copy, a lost device; and the root
// certificate of an installation, taken from the sign-in page and held against what is served.
import { spawn, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, freePort } from "./demo.mjs";
import { expect, step, until } from "./report.mjs";

const OWNER = { account: "keyholder", name: "孙丽 Sun Li", password: "correct horse battery 7 staple" };
const NAME = "办公电脑 Office computer";

/** A device that checks its user, and stays in this window. */
export async function deviceOf({ context, page }) {
  const session = await context.newCDPSession(page);
  await session.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2",
    transport: "internal",
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options });
  const send = (method, facts) => session.send(`WebAuthn.${method}`, { authenticatorId, ...facts });
  return {
    send,
    credentials: async () => (await send("getCredentials")).credentials,
  };
}

/** At the host name that passkeys work under. */
export function underName(person, demo) {
  person.demo = { ...demo, base: demo.base.replace("127.0.0.1", "localhost") };
}

const panel = ({ page, t }) => page.getByRole("region", { name: t("passkeys-title"), exact: true });

export async function register(person, name, owner = OWNER) {
  const { t } = person;
  await person.go("/account");
  const own = panel(person);
  await own.getByRole("button", { name: t("passkeys-add"), exact: true }).click();
  await own.getByLabel(t("passkeys-name"), { exact: true }).fill(name);
  await own.getByLabel(t("passkeys-password"), { exact: true }).fill(owner.password);
  await person.shot(`passkeys-register-${person.language}`);
  await own.getByRole("button", { name: t("passkeys-make"), exact: true }).click();
  await own.getByText(name, { exact: true }).waitFor();
}

const press = (person) => person.button("passkeys-sign-in").click();
const inside = (person) => person.page.locator(".wk-rail").waitFor();

export async function keepPasskeys(owner, administrator, demo) {
  let [device, id] = [null, null];
  await step("under an address of another name the page says where passkeys work", async () => {
    await administrator.signIn(demo.accounts.administrator);
    const made = await administrator.api("POST", "/api/people", {
      account: OWNER.account,
      name: OWNER.name,
      posts: [],
    });
    expect(made.status === 201, "the owner has an account", made.body);
    id = made.body.person.id;
    await owner.go("/");
    await owner.page.getByText(owner.t("passkeys-elsewhere")).waitFor();
    expect((await owner.button("passkeys-sign-in").count()) === 0, "no button that could not work");
    const refused = await owner.api("POST", "/api/sign-in/passkey/challenge", {});
    expect(refused.status === 403 && refused.body.error.code === "passkey_host", "refused", refused.body);
    underName(owner, demo);
    await owner.signInFirst(OWNER, made.body.one_time_password);
  });
  await step("a passkey is registered after the password once more", async () => {
    device = await deviceOf(owner);
    await register(owner, NAME);
    await owner.shot("passkeys-registered");
    await owner.page.setViewportSize({ width: 390, height: 844 });
    await panel(owner).scrollIntoViewIfNeeded();
    await owner.shot("passkeys-registered-phone");
    await owner.page.setViewportSize({ width: 1440, height: 900 });
    const kept = await device.credentials();
    expect(kept.length === 1 && kept[0].isResidentCredential && kept[0].rpId === "localhost", "on the device", kept);
  });
  await step("it signs in without account, password or code", async () => {
    await owner.signOut();
    await owner.shot("passkeys-sign-in");
    await press(owner);
    await inside(owner);
    const { body } = await owner.api("GET", "/api/me/passkeys");
    expect(body.passkeys[0].used_ms > 0, "its use is noted", body);
  });
  await step("a device that does not check its user signs nobody in", async () => {
    await owner.signOut();
    await device.send("setUserVerified", { isUserVerified: false });
    await press(owner);
    await owner.page.getByText(owner.t("passkeys-left-off"), { exact: true }).waitFor();
    await device.send("setUserVerified", { isUserVerified: true });
    await press(owner);
    await inside(owner);
  });
  await step("a copy of the device ends the passkey, with an entry", async () => {
    const [{ credentialId, ...kept }] = await device.credentials();
    await device.send("removeCredential", { credentialId });
    await device.send("addCredential", { credential: { ...kept, credentialId, signCount: 0 } });
    await owner.signOut();
    await press(owner);
    const said = owner.page.locator(".wk-alone-say", { hasText: /通行密钥已失效/ });
    await said.waitFor();
    await owner.shot("passkeys-copied");
    await press(owner);
    await owner.page.getByText(owner.t("passkeys-bad"), { exact: true }).waitFor();
  });
  await step("an administrator takes away the passkeys of a lost device", async () => {
    await owner.signIn(OWNER);
    await device.send("clearCredentials");
    await register(owner, "手机 Phone");
    const { page, t } = administrator;
    await administrator.go(`/people?person=${id}`);
    await administrator.page.getByText(OWNER.name).first().waitFor();
    if ((await administrator.button("person-passkeys-remove").count()) === 0)
      await page.locator(".wk-rowlink", { hasText: OWNER.name }).first().click();
    await administrator.button("person-passkeys-remove").click();
    await administrator.shot("passkeys-lost");
    await page
      .locator(".ant-popover")
      .getByRole("button", { name: t("person-passkeys-remove"), exact: true })
      .click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: t("person-passkeys-remove"), exact: true })
      .waitFor({ state: "hidden" });
    await until("the owner is signed out", async () => (await owner.api("GET", "/api/me")).status === 401);
    await owner.go("/");
    await press(owner);
    await owner.page.getByText(owner.t("passkeys-bad"), { exact: true }).waitFor();
  });
}

/** What is answered over TLS; `ca`: only if it holds under this root. */
function get(port, path, ca) {
  return new Promise((done, failed) => {
    const trust = ca ? { ca } : { rejectUnauthorized: false };
    const asked = request({ host: "localhost", port, path, family: 4, ...trust }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      answer.on("end", () => done({ status: answer.statusCode, text }));
    });
    asked.on("error", failed);
    asked.end();
  });
}

/** An installation of its own: the demonstration speaks no TLS. */
export async function trustRoot(reader) {
  const folder = mkdtempSync(join(tmpdir(), "watchkeeper-root-"));
  const [port, data, config] = [await freePort(), join(folder, "data"), join(folder, "boot.toml")];
  let child = null;
  try {
    let printed = "";
    await step("a new installation prints its root's fingerprint", async () => {
      writeFileSync(config, `listen = "127.0.0.1:${port}"\ndata_dir = "${data}"\nhost = "localhost"\n`);
      const args = ["init", "--config", config, "--unit", "示范单位", "--name", "管理员", "--json"];
      const made = spawnSync(binary(), args, { encoding: "utf8" });
      expect(made.status === 0, "made", made.stderr);
      printed = JSON.parse(made.stdout).root_sha256;
      const looked = spawnSync(binary(), ["doctor", "--config", config], { encoding: "utf8" });
      expect(looked.stdout.includes(printed), "the doctor says the same", looked.stdout);
      return printed;
    });
    await step("the sign-in page gives it out, and what is served holds under it alone", async () => {
      child = spawn(binary(), ["serve", "--config", config], { stdio: "ignore" });
      const answered = await until("it serves", () => get(port, "/api/sign-in/root").catch(() => false), {
        seconds: 60,
      });
      const root = new X509Certificate(answered.text);
      expect(root.fingerprint256 === printed && root.ca, "the root that was printed", root.fingerprint256);
      const health = await get(port, "/api/health", answered.text);
      expect(health.status === 200, "trusted under the root", health);
      const context = await reader.browser.newContext({
        ignoreHTTPSErrors: true,
        viewport: { width: 1280, height: 1100 },
      });
      const page = await context.newPage();
      await page.goto(`https://localhost:${port}/`);
      await page.locator(".wk-root summary").click();
      const shown = await page.locator(".wk-root .wk-code").innerText();
      expect(shown.replaceAll(" ", ":") === printed, "the page shows it", shown);
      await page.screenshot({ path: join(import.meta.dirname, "../screenshots/passkeys-root.png"), fullPage: true });
      const [file] = await Promise.all([page.waitForEvent("download"), page.locator(".wk-root a").click()]);
      expect(file.suggestedFilename() === "watchkeeper-root.crt", "a file", file.suggestedFilename());
      await context.close();
    });
  } finally {
    child?.kill("SIGTERM");
    if (child) await until("it ends", () => child.exitCode !== null || child.signalCode !== null, { seconds: 30 });
    rmSync(folder, { recursive: true, force: true });
  }
}
