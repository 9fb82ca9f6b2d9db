// An incident is gathered in a folder: a bookmark and spans of two cameras from playback, one hold over them, one package, sealed with
// a passphrase when it is collected; opened again, it verifies.
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary, run } from "./demo.mjs";
import { press, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const NAME = "北门争执 Quarrel at the north gate";
const WORDS = "红衣人出现 the one in red appears";
const PASSPHRASE = "江风吹过长桥北口 river wind";
const RECIPIENT = { organisation: "滨江派出所", name: "王警官" };
const CAMERAS = ["01", "02"];
const SPAN_SECONDS = 10;
/** The demonstration has run so long that the whole span is footage. */
const RECORDED_MS = 30_000;
/** The hand-over's minute must be closed and signed first. */
const READY_SECONDS_MAX = 360;

export async function gather(operator, administrator, demo) {
  const { page, t } = operator;
  let [folder, cameras] = [];
  const read = async () => (await operator.api("GET", `/api/folders/${folder}`)).body;
  await step("the operator opens a folder", async () => {
    await administrator.signIn(demo.accounts.administrator);
    await operator.signIn(demo.accounts.operator);
    await operator.choose("purpose-incident");
    const { body } = await operator.api("GET", "/api/cameras?limit=100");
    cameras = CAMERAS.map((number) => body.cameras.find(({ name }) => name.startsWith(`${number} `)));
    await operator.go("/folders?new=1");
    await side(operator).getByLabel(t("folder-name"), { exact: true }).fill(NAME);
    await side(operator).getByLabel(t("folder-happened"), { exact: true }).fill("两人争执，其中一人离开。");
    await press(operator, t("folder-open-do"));
    folder = await until("the address names the folder", () => operator.inAddress("id"));
  });
  await step("bookmarks what playback shows, and adds a span of two cameras", async () => {
    await until("enough is recorded", () => performance.now() - demo.startedAt > RECORDED_MS, { seconds: 60 });
    const to = Date.now() - 5_000;
    const ids = cameras.map(({ id }) => id).join(",");
    await operator.go(`/playback?cameras=${ids}&at=${to - SPAN_SECONDS * 1000}`);
    await page.getByRole("button", { name: t("folder-bookmark"), exact: true }).click();
    await side(operator).locator(".wk-because textarea").fill(WORDS);
    await operator.shot("folder-bookmark");
    await press(operator, t("folder-add"));
    await side(operator).getByText(t("folder-added"), { exact: true }).waitFor();
    const item = { kind: "span", cameras: cameras.map(({ id }) => id), from_ms: to - SPAN_SECONDS * 1000, to_ms: to };
    const { status, body } = await operator.api("POST", `/api/folders/${folder}/items`, { ...item, words: "" });
    expect(status === 201 && body.items.length === 2, "bookmark and span", body);
    expect(body.items[0].words === WORDS, "the bookmark's words", body.items[0]);
  });
  await step("holds all of it with one press, and what is added later is held too", async () => {
    await operator.go(`/folders?id=${folder}`);
    await side(operator).getByText(WORDS).waitFor();
    await press(operator, t("folder-hold"));
    await side(operator).getByLabel(t("hold-reason"), { exact: true }).fill("争执待查");
    await operator.shot("folder-hold");
    await press(operator, t("folder-hold-do"));
    await until("it is held", async () => (await read()).held);
    await operator.shot("folder-held");
    await administrator.go(`/folders?id=${folder}`);
    await side(administrator).getByText(WORDS).waitFor();
    await administrator.shot("folder-administrator");
  });
  await step("hands out one package of both cameras, sealed with a passphrase", async () => {
    await press(operator, t("folder-package"));
    const form = side(operator);
    await form.getByLabel(t("export-organisation"), { exact: true }).fill(RECIPIENT.organisation);
    await form.getByLabel(t("export-person"), { exact: true }).fill(RECIPIENT.name);
    await form.getByText(t("seal-way-passphrase"), { exact: true }).click();
    await operator.shot("folder-package");
    await press(operator, t("folder-package-do"));
    demo.folderExport = await until("one package is made", async () => {
      const { packages } = await read();
      expect(packages.length === 1 && packages[0].cameras.length === 2, "one of two cameras", packages);
      return packages[0].id;
    });
    await until(
      "it is ready",
      async () => {
        const { body } = await operator.api("GET", `/api/exports/${demo.folderExport}`);
        expect(body.state !== "failed", "it does not fail", body.error);
        expect(body.state === "ready", "ready", `${body.state} ${body.progress}`);
        return true;
      },
      { seconds: READY_SECONDS_MAX, everyMs: 1000 },
    );
  });
  await step("types the passphrase at collection; opened again, the package verifies", async () => {
    await operator.go(`/exports?id=${demo.folderExport}`);
    await side(operator).getByLabel(t("seal-passphrase"), { exact: true }).fill(PASSPHRASE);
    await operator.shot("folder-collect");
    const [download] = await Promise.all([page.waitForEvent("download"), press(operator, t("seal-collect"))]);
    const sealed = join(demo.folder, download.suggestedFilename());
    await download.saveAs(sealed);
    expect(sealed.endsWith(".zip.age"), "a sealed package", sealed);
    expect(readFileSync(sealed).subarray(0, 21).toString() === "age-encryption.org/v1", "of the age format");
    const opened = join(demo.folder, "opened.zip");
    execFileSync(binary(), ["open", sealed, "--out", opened], { input: `${PASSPHRASE}\n` });
    const policy = join(demo.folder, "folder-policy.txt");
    writeFileSync(policy, `${demo.vkeys.map((vkey) => `log ${vkey}\n`).join("")}quorum none\n`);
    const { code, stdout } = await run("verify", opened, "--policy", policy);
    expect(code === 0, "exit code 0", stdout);
    return `${statSync(sealed).size} bytes`;
  });
}
