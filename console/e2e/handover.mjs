// A span is handed out: asked for, collected, and verified by the program and by the page inside the package, which both
// must find a byte that was changed and say where it is.
import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { run } from "./demo.mjs";
import { expect, step, until } from "./report.mjs";

/** The hand-over's minute must be closed and signed first: 60 s and some, and the demonstration's sealing before it. */
const READY_SECONDS_MAX = 360;
export const RECIPIENT = { organisation: "滨江派出所", name: "王警官" };

export async function askExport(person, demo) {
  const { page, t } = person;
  await step("the span's export is asked for", async () => {
    await page
      .locator(".wk-selection")
      .getByRole("button", { name: t("playback-selection-export"), exact: true })
      .click();
    await page.getByLabel(t("export-organisation"), { exact: true }).fill(RECIPIENT.organisation);
    await page.getByLabel(t("export-person"), { exact: true }).fill(RECIPIENT.name);
    const cameras = page.locator(".wk-side .wk-tags li");
    await until("both cameras are taken along", async () => (await cameras.count()) === 2);
    await until("the purpose is taken along", async () => {
      const chosen = await page.locator(".wk-side .ant-radio-wrapper-checked .wk-purpose-name").innerText();
      expect(chosen === t("purpose-incident"), "that of the desk", chosen);
      return true;
    });
    await person.shot("export-asked");
    await person.button("export-ask").click();
    await page.getByText(t("export-one"), { exact: true }).first().waitFor();
    demo.exportId = await until("it has a number", () => person.inAddress("id"));
    const { body } = await person.api("GET", `/api/exports/${demo.exportId}`);
    expect(
      body.recipient.organisation === RECIPIENT.organisation && body.cameras.length === 2,
      "as it was asked for",
      body,
    );
    return `entry ${body.entry.index}`;
  });
}

export async function collect(person, demo) {
  const { page, t } = person;
  await step("the package becomes ready and is collected", async () => {
    const link = page.getByRole("link", { name: t("export-collect"), exact: true });
    await until(
      "it is ready",
      async () => {
        const { body } = await person.api("GET", `/api/exports/${demo.exportId}`);
        expect(body.state !== "failed", "it does not fail", body.error);
        expect(body.state === "ready", "ready", `${body.state} ${body.progress}`);
        return true;
      },
      { seconds: READY_SECONDS_MAX, everyMs: 1000 },
    );
    await person.go(`/exports?id=${demo.exportId}`);
    await link.waitFor();
    await person.shot("export-ready");
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    demo.package = join(demo.folder, download.suggestedFilename());
    await download.saveAs(demo.package);
    expect(statSync(demo.package).size > 100_000, "it holds pictures", statSync(demo.package).size);
    return `${basename(demo.package)}, ${statSync(demo.package).size} bytes`;
  });
  await step("whoever collected it says who received it", async () => {
    await person.go("/exports");
    await person.go(`/exports?id=${demo.exportId}`);
    const section = page.getByRole("region", { name: t("retrieval-where-title"), exact: true });
    await section.getByRole("button", { name: t("retrieval-receipt"), exact: true }).click();
    await section.getByText(t("retrieval-where-receipt", { holder: RECIPIENT.name }), { exact: true }).waitFor();
    await person.shot("export-received");
    const { body } = await person.api("GET", `/api/exports/${demo.exportId}`);
    expect(body.copy.events.length === 1, "one word of it", body.copy);
    return `entry ${body.copy.events[0].entry.index}`;
  });
}

/** The offset of a byte within the pictures of `video`, and the piece of the manifest in which it lies. */
function target(manifest) {
  const camera = manifest.cameras[1];
  const video = camera.videos.at(-1);
  const index = Math.floor(video.pieces.length / 2);
  const piece = video.pieces[index];
  return { camera, video, index, piece };
}

export async function verify(demo) {
  demo.policy = join(demo.folder, "policy.txt");
  demo.policyText = `${demo.vkeys.map((vkey) => `log ${vkey}\n`).join("")}quorum none\n`;
  writeFileSync(demo.policy, demo.policyText);
  await step("watchkeeper verify, with the printed keys: everything asked for is proven", async () => {
    const { code, stdout, stderr } = await run("verify", demo.package, "--policy", demo.policy);
    expect(code === 0, "exit code 0", { code, stdout, stderr });
    const proven = stdout.split("\n").filter((line) => line.startsWith("proven ")).length;
    expect(proven >= 4, "at least four claims are proven", stdout);
    return `${proven} claims`;
  });
  await step("a stranger's key does not prove the origin", async () => {
    const other = "other.example+8a6d5f2c+AXj4Dk/17aO2jjv9nh51SPew2FDxKWKUgA4sIDgfHDek";
    const { code } = await run("verify", demo.package, "--key", other);
    expect(code !== 0, "not exit code 0", code);
    return `exit code ${code}`;
  });
  await step("one changed byte: found, and located", async () => {
    demo.unpacked = join(demo.folder, "intact");
    const archive = join(demo.folder, "archive");
    execFileSync("python3", ["-m", "zipfile", "-e", demo.package, archive]);
    // One folder is in it, named after the copy.
    cpSync(join(archive, readdirSync(archive)[0]), demo.unpacked, { recursive: true });
    demo.changed = join(demo.folder, "changed");
    cpSync(demo.unpacked, demo.changed, { recursive: true });
    const { video, piece, index } = target(JSON.parse(readFileSync(join(demo.changed, "manifest.json"), "utf8")));
    const file = join(demo.changed, video.file);
    const bytes = readFileSync(file);
    const start = video.pieces.slice(0, index).reduce((sum, { bytes: length }) => sum + length, 0);
    const at = start + piece.bytes - 100;
    bytes[at] ^= 1;
    writeFileSync(file, bytes);
    Object.assign(demo, { changedFile: video.file, changedFragment: index });
    const { code, stdout } = await run("verify", demo.changed, "--policy", demo.policy, "--json");
    expect(code === 1, "exit code 1", { code, stdout });
    const findings = JSON.parse(stdout).claims.flatMap((claim) => claim.findings ?? []);
    const text = JSON.stringify(findings);
    const located = findings.find((finding) => JSON.stringify(finding).includes(video.file));
    expect(located, `names ${video.file}`, text);
    demo.located = JSON.stringify(located);
    const { stdout: words } = await run("verify", demo.changed, "--policy", demo.policy);
    const line = words.split("\n").find((one) => one.includes(video.file));
    expect(line && /^WRONG/m.test(words), "in words too", words);
    return line.trim();
  });
}

/** The page inside the package, opened from the disk like a recipient would, in a browser that knows nothing of us. */
export async function verifyInBrowser(browser, demo, shots) {
  const context = await browser.newContext({ locale: "zh-CN", viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const check = async (folder, name) => {
    await page.goto(`file://${join(demo.unpacked, "verify.html")}`);
    await page.locator("#policy").fill(demo.policyText);
    await page.locator("#folder").setInputFiles(folder);
    await page.locator(".overall").waitFor({ timeout: 240_000 });
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    return {
      overall: await page.locator(".overall").getAttribute("class"),
      text: await page.locator("#result").innerText(),
    };
  };
  try {
    await step("verify.html in the package says that it is intact", async () => {
      const { overall, text } = await check(demo.unpacked, "verify-intact");
      expect(overall === "overall proven", "proven", { overall, text });
      expect((await page.locator(".verdict.proven").count()) >= 4, "at least four claims are proven", text);
      expect(text.includes(RECIPIENT.organisation), "names the recipient", text);
      return (await page.locator(".overall").innerText()).slice(0, 80);
    });
    await step("verify.html finds the changed byte", async () => {
      const { overall, text } = await check(demo.changed, "verify-changed");
      expect(overall === "overall found", "found", { overall, text });
      const line = text.split("\n").find((one) => one.includes(demo.changedFile));
      expect(line?.includes(String(demo.changedFragment)), "names file and fragment", text);
      return line;
    });
  } finally {
    await context.close();
  }
}
