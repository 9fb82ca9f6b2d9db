// Reminders against real receivers: a mail server (aiosmtpd) and a receiver of webhooks that checks signatures by itself, both of the
// server's own tests. A finding arises, the bell shows it, a mail reaches its reader in their language, and they read it.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, step, until } from "./report.mjs";

const SINKS = fileURLToPath(new URL("../../crates/server/tests/interface/sinks/", import.meta.url));
const DAY_MS = 86_400_000;

/** A receiver beside the browser; what it took, and an end. */
async function sink(script, ...more) {
  const folder = mkdtempSync(join(tmpdir(), "wk-sink-"));
  const child = spawn("/usr/bin/python3", [join(SINKS, script), folder, ...more], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise((resolve, reject) => {
    child.stdout.once("data", (data) => resolve(Number(String(data).trim())));
    child.once("exit", () => reject(new Error(`${script} ended: scripts/setup installs what it needs`)));
  });
  const kept = () => {
    const found = [];
    while (existsSync(join(folder, `${found.length}.json`)))
      found.push(JSON.parse(readFileSync(join(folder, `${found.length}.json`), "utf8")));
    return found;
  };
  const end = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  return { port, kept, put: (name, text) => writeFileSync(join(folder, name), text), end };
}

const subject = ({ headers }) => headers.find(([name]) => name === "Subject")?.[1];
const region = ({ page, t }, name) => page.getByRole("region", { name: t(name), exact: true });
const press = (place, name) => place.getByRole("button", { name, exact: true }).click();

/** A maintainer whose certificate has ended: owed at once. */
async function certificateThatEnded(person) {
  const [{ unit }] = (await person.api("GET", "/api/me")).body.posts;
  const valid_until = new Date(Date.now() - 3 * DAY_MS).toISOString().slice(0, 10);
  const body = { name: "过期维保公司", roles: ["maintenance"], certificate: "粤安 12 号", valid_until };
  const made = await person.api("POST", "/api/register/contractor", { unit_id: unit.id, body });
  expect(made.status === 201, "the contractor is registered", made.body);
  const [{ id }] = (await person.api("GET", "/api/register/system?limit=1")).body.records;
  const system = (await person.api("GET", `/api/records/${id}`)).body;
  const maintained = { version: system.version, body: { ...system.body, maintainer: made.body.id } };
  const changed = await person.api("PATCH", `/api/records/${id}`, maintained);
  expect(changed.status === 200, "it maintains the system", changed.body);
  return body.name;
}

async function setMail(person, port) {
  const { page, t } = person;
  const own = region(person, "reminders-mail");
  await press(own, t("reminders-mail-set"));
  await own.getByLabel(t("reminders-mail-host"), { exact: true }).fill("127.0.0.1");
  await own.getByLabel(t("reminders-mail-security"), { exact: true }).click();
  await page.locator(".ant-select-item-option", { hasText: t("reminders-security-none") }).click();
  await own.getByText(t("reminders-security-warning")).waitFor();
  await own.getByLabel(t("reminders-mail-port"), { exact: true }).fill(String(port));
  await own.getByLabel(t("reminders-mail-sender"), { exact: true }).fill("vms@demo.example");
  await press(own, t("action-save"));
  await own.getByText(`127.0.0.1:${port}`).waitFor();
}

/** From midnight on, so that the morning has begun, and by mail. */
async function wish(person, address) {
  const { page, t } = person;
  const own = region(person, "reminders-wishes");
  await own.getByLabel(t("reminders-hour"), { exact: true }).click();
  await page.locator(".ant-select-item-option", { hasText: "00:00" }).first().click();
  await own.getByText(t("reminders-by-mail"), { exact: true }).click();
  await own.getByLabel(t("reminders-address"), { exact: true }).fill(address);
  await press(own, t("action-save"));
  await own.getByRole("button", { name: t("reminders-test"), exact: true }).waitFor();
}

async function mailTo(mail, address) {
  return until("a mail reaches the sink", () => {
    const found = mail
      .kept()
      .filter(({ to, headers }) => to.includes(address) && !/测试|test/.test(subject({ headers })));
    expect(found.length === 1, "one", mail.kept().map(subject));
    return found[0];
  });
}

export async function remind(administrator, reader, demo) {
  const [mail, hook] = [await sink("smtp.py", "0"), await sink("receiver.py")];
  const { page, t } = administrator;
  const bell = page.locator(".wk-bell");
  try {
    await step("the administrator sets the mail server; what it answers to a test is shown", async () => {
      await administrator.signIn(demo.accounts.administrator);
      await bell.click();
      await region(administrator, "reminders-mail").waitFor();
      await setMail(administrator, mail.port);
    });
    const name = await certificateThatEnded(administrator);
    await step("a finding arises: the bell counts it, and a mail says it in Chinese without a name", async () => {
      await wish(administrator, "admin@demo.example");
      const count = page.locator(".wk-bell-count");
      await count.waitFor();
      const got = await mailTo(mail, "admin@demo.example");
      expect(subject(got).startsWith("守望提醒："), "in Chinese", subject(got));
      expect(!got.body.includes(name) && got.body.includes("["), "articles and no names", got.body);
      expect(got.defects.length === 0, "a message that others can read", got.defects);
      const own = region(administrator, "reminders-own");
      await own.locator(".wk-reminder-unread").first().waitFor();
      await administrator.shot("reminders-zh");
      return subject(got);
    });
    await step("a test is answered by the mail server itself", async () => {
      const wishes = region(administrator, "reminders-wishes");
      await press(wishes, t("reminders-test"));
      await wishes.getByText(/250 kept as \d+/).waitFor();
    });
    await step("a webhook's secret is shown once; its receiver finds the signature right", async () => {
      const own = region(administrator, "reminders-webhooks");
      await press(own, t("reminders-hook-add"));
      await own.getByLabel(t("reminders-hook-name"), { exact: true }).fill("值班平台");
      await own.getByLabel(t("reminders-hook-url"), { exact: true }).fill(`http://127.0.0.1:${hook.port}/in`);
      await press(own, t("reminders-hook-add"));
      const secret = await own
        .getByText(/^whsec_/)
        .first()
        .innerText();
      hook.put("secrets", secret.trim());
      await press(own, t("reminders-test"));
      await own.getByText(t("reminders-test-taken"), { exact: true }).waitFor();
      const tested = hook.kept().find(({ body }) => body.type === "reminder.test");
      expect(tested?.signed.length === 1, "signed", tested);
      await administrator.shot("reminders-webhook");
    });
    await step("read is read: the bell is quiet", async () => {
      await region(administrator, "reminders-own").getByRole("button").first().click();
      await page.locator(".wk-bell-count").waitFor({ state: "detached" });
    });
    await step("somebody else reads theirs in English, on a phone", async () => {
      await reader.signIn(demo.accounts.auditor);
      const said = await reader.api("PATCH", "/api/me", { language: "en" });
      expect(said.status === 200, "in English", said.body);
      await reader.page.locator(".wk-bell").click();
      await wish(reader, "auditor@demo.example");
      const got = await mailTo(mail, "auditor@demo.example");
      expect(subject(got).startsWith("Watchkeeper: "), "in English", subject(got));
      await reader.page.locator(".wk-bell-count").waitFor();
      await reader.page.locator(".wk-reminder-unread").first().waitFor();
      await reader.shot("reminders-en-phone");
      await reader.api("PATCH", "/api/me", { language: "zh" });
      return subject(got);
    });
    await step("another unit's address and this machine's network are refused with their reason", async () => {
      const [{ unit }] = (await administrator.api("GET", "/api/me")).body.posts;
      const body = { unit_id: unit.id, name: "x", hour: 8, days: 30, breaches: true };
      for (const url of ["https://10.0.0.1/", "https://169.254.169.254/", "http://hooks.example.cn/"]) {
        const refused = await administrator.api("POST", "/api/webhooks", { ...body, url });
        expect(refused.status === 400, url, refused.body);
      }
    });
    const removed = await administrator.api("DELETE", "/api/reminder-channels/mail");
    expect(removed.status === 204, "the next chapter has no mail server", removed.body);
  } finally {
    mail.end();
    hook.end();
  }
}
