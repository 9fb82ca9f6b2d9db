// A split view: with the log's own key the witness is shown a history that goes on otherwise than this server's. The server meets it, and
// the ledger's page shows both checkpoints; the file is checked offline. An auditor reads it in Chinese, and in English on a phone.
import { createHash, createPrivateKey, sign } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./demo.mjs";
import { expect, pause, step, until } from "./report.mjs";

/** RFC 8410's PKCS #8 before the 32 bytes of a seed. */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
/** Leaves that this server never wrote. */
const INVENTED = 3;

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const node = (left, right) => sha256(Buffer.from([1]), left, right);

/** The largest power of two below it. */
const split = (size) => 2 ** Math.floor(Math.log2(size - 1));

/** RFC 6962 §2.1. */
function root(leaves) {
  if (leaves.length === 1) return leaves[0];
  const at = split(leaves.length);
  return node(root(leaves.slice(0, at)), root(leaves.slice(at)));
}

/** RFC 6962 §2.1.2: that the tree of all leaves begins with the one of the first `size`. */
function consistency(size, leaves, whole = true) {
  if (size === leaves.length) return whole ? [] : [root(leaves)];
  const at = split(leaves.length);
  if (size <= at) return [...consistency(size, leaves.slice(0, at), whole), root(leaves.slice(at))];
  return [...consistency(size - at, leaves.slice(at), false), root(leaves.slice(0, at))];
}

/** The folder of the store inside the demonstration's: where the keys are. */
function keysOf(folder) {
  const found = readdirSync(folder, { recursive: true }).find((path) => path.endsWith("keys/footage-log.ed25519"));
  return join(folder, found);
}

/** Bytes of this server's log. */
const bytes = (page, path) =>
  page
    .evaluate(async (path) => {
      const answer = await fetch(path);
      return answer.ok ? [...new Uint8Array(await answer.arrayBuffer())] : null;
    }, path)
    .then((found) => found && Buffer.from(found));

/** Its leaves, as they are published. */
async function leavesOf(page) {
  const [origin, size] = (await bytes(page, "/ledger/footage/checkpoint")).toString().split("\n");
  const leaves = [];
  for (let index = 0; index * 256 < Number(size); index++) {
    const width = Math.min(256, Number(size) - index * 256);
    const name = `tile/0/${String(index).padStart(3, "0")}${width < 256 ? `.p/${width}` : ""}`;
    const tile = await bytes(page, `/ledger/footage/${name}`);
    for (let at = 0; tile && at < tile.length; at += 32) leaves.push(tile.subarray(at, at + 32));
  }
  return { origin, leaves };
}

/** A checkpoint of these leaves in the log's name, by its own key. */
function signed(origin, leaves, { seed, vkey }) {
  const text = `${origin}\n${leaves.length}\n${root(leaves).toString("base64")}\n`;
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: "der", type: "pkcs8" });
  const id = Buffer.from(vkey.split("+")[1], "hex");
  const line = Buffer.concat([id, sign(null, Buffer.from(text), key)]).toString("base64");
  return `${text}\n\u2014 ${origin} ${line}\n`;
}

/** Shows the witness a history that leaves ours behind what it has seen; true when it signed. */
async function mislead(page, demo) {
  const vkey = demo.vkeys.find((key) => key.split("+")[0].endsWith("/footage"));
  const port = /^witness_port = (\d+)/m.exec(readFileSync(join(demo.folder, "demo/demo.toml"), "utf8"))[1];
  const own = { seed: readFileSync(keysOf(demo.folder)), vkey };
  const submit = (old, proof, note) =>
    fetch(`http://127.0.0.1:${port}/add-checkpoint`, {
      method: "POST",
      body: `old ${old}\n${proof.map((hash) => `${hash.toString("base64")}\n`).join("")}\n${note}`,
    });
  const { origin, leaves } = await leavesOf(page);
  const invented = Array.from({ length: INVENTED }, (_, at) => sha256(Buffer.from(`\0invented ${at}`)));
  // The witness says which size it saw last.
  const asked = await submit(0, [], signed(origin, [...leaves, ...invented], own));
  const seen = Number(await asked.text());
  if (asked.status !== 409 || !(seen > 0 && seen <= leaves.length)) return asked.status;
  const other = [...leaves.slice(0, seen), ...invented];
  const answer = await submit(seen, consistency(seen, other), signed(origin, other, own));
  return answer.ok ? true : answer.status;
}

/** The page, by the address that the rail has for it; on a phone the rail is there too. */
async function witnesses(person) {
  const link = person.page.locator(".wk-rail a", { hasText: person.t("page-ledger") }).first();
  await link.waitFor({ state: "attached" });
  await person.go(`${await link.getAttribute("href")}?tab=witnesses`);
}

export async function meetFork(person, reader, demo) {
  const { page, t } = person;
  await step("the demonstration's own witness is shown as proving nothing against whoever runs this host", async () => {
    await person.signIn(demo.accounts.auditor);
    const told = await until(
      "it was asked",
      async () => {
        const { body } = await person.api("GET", "/api/witnesses");
        return body.standing === "same_host" && body;
      },
      { seconds: 60 },
    );
    await witnesses(person);
    await page.getByText(t("witness-standing-same-host"), { exact: true }).first().waitFor();
    for (const { name, same_host } of told.witnesses) {
      expect(same_host === true, "on this host", name);
      const own = page.locator("section.wk-panel", { has: page.getByRole("heading", { name }) });
      await own.getByText(t("witness-counts-not"), { exact: true }).waitFor();
    }
    await person.shot("witness-same-host");
  });
  await step("the witness is shown another history, signed by this log's own key", async () => {
    await until("it signs", async () => {
      const said = await mislead(page, demo);
      expect(said === true, "a signature", said);
      return true;
    });
  });
  let evidence;
  await step("the server meets it", async () => {
    evidence = await until("the evidence", async () => (await person.api("GET", "/api/witnesses")).body.evidence[0], {
      seconds: 60,
    });
    expect(evidence.log === "footage", "of the footage log", evidence);
    expect(evidence.theirs.root !== evidence.ours.root, "two roots", evidence);
    return `${evidence.problem}: ${evidence.theirs.size} and ${evidence.ours.size} entries`;
  });
  await step("the ledger's page shows both checkpoints", async () => {
    await witnesses(person);
    const panel = page.locator(`section[aria-label="${t("fork-title")}"]`);
    await panel.waitFor();
    await panel.scrollIntoViewIfNeeded();
    const words = await panel.innerText();
    for (const { root } of [evidence.theirs, evidence.ours]) expect(words.includes(root), "its root", words);
    expect(
      words.includes(t(evidence.verdict === "two_roots" ? "fork-proven" : "fork-suspected")),
      "what follows",
      words,
    );
    await person.shot("fork");
  });
  await step("the file is checked offline, with the log's key alone", async () => {
    const file = await bytes(page, `/api/witnesses/evidence/${evidence.entry}`);
    const path = join(demo.folder, "fork.txt");
    writeFileSync(path, file);
    const { stdout, stderr } = await run("witness", "forks", "--file", path, "--key", evidence.key);
    expect(/SUSPECTED|PROVEN/.test(stdout), "its verdict", stdout + stderr);
    return stdout.split("\n")[0].slice(0, 100);
  });
  await step("the same in English, on a phone", async () => {
    await reader.signIn(demo.accounts.auditor);
    await witnesses(reader);
    const panel = reader.page.locator(`section[aria-label="${reader.t("fork-title")}"]`);
    await panel.waitFor();
    await panel.scrollIntoViewIfNeeded();
    await pause(0.5);
    const wide = await reader.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide <= 0, "nothing stands beside the screen", wide);
    await reader.shot("fork-phone");
  });
  // What a server answers that meets a fork (503, `witness_alarm`) is no error of a page.
  const meant = (said) => /status of 503.*\/api\/health/.test(said);
  for (const who of [person, reader]) who.troubles = who.troubles.filter((said) => !meant(said));
}
