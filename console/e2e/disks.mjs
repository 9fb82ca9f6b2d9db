// Media disks: one is added, cameras are tied to it, it is retired; before each act the page says what it means, and what the
// server refuses is shown.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { press, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const REASON = "扩容 more room";
const TIED = ["03", "04"];

/** Stops first when room ends; the demonstration enrols it neither first nor last. */
const FIRST = "05";

/** The order in which streams would stop is seen, and set. */
async function chooseOrder(person) {
  const { page, t } = person;
  const order = async () => (await person.api("GET", "/api/storage")).body.cameras;
  await step("the administrator says which camera stops first when room ends, and sees it first", async () => {
    const before = await order();
    const chosen = before.find(({ camera }) => camera.name.startsWith(`${FIRST} `));
    expect(before[0].camera.id !== chosen.camera.id, "another one stops first until then", before[0]);
    await person.go(`/health?tab=disk&camera=${chosen.camera.id}`);
    const form = side(person).getByRole("region", { name: t("storage-change"), exact: true });
    await form.getByLabel(t("storage-priority"), { exact: true }).click();
    await page.locator(".ant-select-item-option", { hasText: t("storage-priority-1") }).click();
    await press(person, t("action-save"), form);
    await until("it stops first", async () => (await order())[0].camera.id === chosen.camera.id);
    await side(person).locator(".ant-drawer-close").click();
    const row = page.locator(".wk-table .ant-table-row").first();
    await until("the list says so", async () => {
      const words = await row.innerText();
      return words.includes(`${FIRST} `) && words.includes(t("storage-priority-1"));
    });
    await person.shot("disk-order");
    const back = { priority: chosen.priority };
    const { status } = await person.api("PATCH", `/api/storage/cameras/${chosen.camera.id}`, back);
    expect(status === 200, "put back", status);
    await person.go("/health?tab=disk");
  });
}

/** What is promised, what is kept for too long, and that nothing goes below the floor that the system was set up with. */
export async function readTerms(person, demo) {
  const { page, t } = person;
  const panel = (id) => page.locator(".wk-panel", { has: page.getByRole("heading", { name: t(id), exact: true }) });
  await step("the page of terms shows floor and over-keeping as they are", async () => {
    await person.signIn(demo.accounts.administrator);
    await person.go("/health?tab=retention");
    await panel("retention-system").waitFor();
    const { body } = await person.api("GET", "/api/retention");
    const said = await panel("retention-system").innerText();
    for (const days of [body.floor_days, body.term_days, body.pack_floor_days])
      expect(said.includes(t("days", { n: String(days) })), `${days} days`, said);
    const kept = await panel("retention-overkept").innerText();
    expect(
      body.overkept.length > 0 || kept.includes(t("retention-overkept-none")),
      "nothing is kept for too long",
      kept,
    );
    await person.shot("terms");
  });
  await step("a floor below that of the set-up is refused, with article and remedy", async () => {
    const { body: before } = await person.api("GET", "/api/retention");
    await panel("retention-system").locator("summary").click();
    const floor = panel("retention-system").getByLabel(t("retention-floor"), { exact: true });
    await floor.fill(String(before.pack_floor_days - 1));
    await panel("retention-system").getByLabel(t("because-reason"), { exact: true }).fill(REASON);
    await press(person, t("retention-change-do"), panel("retention-system"));
    const refused = panel("retention-system").locator(".wk-refusal, .wk-trouble").first();
    await refused.waitFor();
    const { body: after } = await person.api("GET", "/api/retention");
    expect(after.floor_days === before.floor_days, "the floor stands", after.floor_days);
    await person.shot("terms-refused");
    return (await refused.innerText()).replaceAll(/\s+/g, " ").slice(0, 160);
  });
}

export async function keepDisks(person, demo) {
  const { page, t } = person;
  const write = (label, text) => side(person).getByLabel(t(label), { exact: true }).fill(text);
  const disks = async () => (await person.api("GET", "/api/storage")).body.disks;
  const panel = (id) => page.locator(`section[aria-label="${t("storage-disk", { id: String(id) })}"]`);
  let id;
  await step("a folder that is not there is refused, and what it must be stands above", async () => {
    await person.signIn(demo.accounts.administrator);
    await person.go("/health?tab=disk");
    await person.button("storage-add").click();
    await side(person).getByText(t("storage-add-own"), { exact: true }).waitFor();
    const add = side(person).getByRole("button", { name: t("storage-add-do"), exact: true });
    expect(await add.isDisabled(), "not without a path");
    await write("storage-path", join(demo.folder, "absent"));
    await write("because-reason", REASON);
    await add.click();
    await side(person).locator(".wk-trouble").waitFor();
    await person.shot("disk-refused");
    return (await side(person).locator(".wk-trouble").innerText()).replaceAll(/\s+/g, " ").slice(0, 160);
  });
  await step("an empty folder becomes a disk", async () => {
    const before = await disks();
    const folder = join(demo.folder, "more-room");
    mkdirSync(folder);
    await write("storage-path", folder);
    await press(person, t("storage-add-do"));
    await until("one more disk", async () => (await disks()).length === before.length + 1, { seconds: 90 });
    id = Math.max(...(await disks()).map((disk) => disk.id));
    await panel(id).getByText(folder).waitFor();
    await person.shot("disk-added");
    return `disk ${id}`;
  });
  await step("each disk says until when it has room, and on which rung of the ladder it stands", async () => {
    for (const disk of (await disks()).filter(({ state }) => state !== "retired")) {
      const ladder = panel(disk.id).getByRole("list", { name: t("storage-ladder"), exact: true });
      await ladder.waitFor();
      await until(`the forecast of disk ${disk.id}`, async () => {
        const { body } = await person.api("GET", "/api/storage");
        const { rung_days: rung } = body.disks.find((one) => one.id === disk.id).room;
        const word =
          rung === null || rung === undefined
            ? t("storage-no-rung", { days: String(Math.max(...body.ladder_days)) })
            : t("storage-rung", { days: String(rung) });
        return (await panel(disk.id).innerText()).includes(word);
      });
      expect((await panel(disk.id).innerText()).includes(t("storage-capacity")), "of what it is reckoned", disk.id);
    }
    await person.shot("disk-forecast");
  });
  await chooseOrder(person);
  await step("two cameras are tied to it together, and are recorded there", async () => {
    for (const number of TIED)
      await page
        .locator(".wk-table .ant-table-row", { hasText: new RegExp(`^${number} `) })
        .getByRole("checkbox")
        .check();
    await page.getByRole("button", { name: t("storage-tie"), exact: true }).click();
    await side(person).getByLabel(t("storage-disk-column"), { exact: true }).click();
    await page.locator(".ant-select-item-option", { hasText: t("storage-disk", { id: String(id) }) }).click();
    await press(person, t("storage-tie-do"));
    await page
      .locator(".wk-table .ant-table-row", { hasText: t("storage-tied", { id: String(id) }) })
      .nth(1)
      .waitFor();
    await until(
      "they are recorded there",
      async () => (await disks()).find((disk) => disk.id === id).recorded >= TIED.length,
      { seconds: 200, everyMs: 1000 },
    );
  });
  await step("before it is retired the page names who is recorded elsewhere; then it takes nothing more", async () => {
    await person.go(`/health?tab=disk&id=${id}`);
    const text = await until("what it means", async () => {
      const words = await side(person).innerText();
      return TIED.every((number) => words.includes(`${number} `)) && words;
    });
    expect(text.includes(t("storage-retire-means")), "what it means", text);
    await person.shot("disk-retiring");
    await write("because-reason", REASON);
    await press(person, t("storage-retire-do", { id: String(id) }));
    await panel(id).getByText(t("storage-state-retired"), { exact: true }).waitFor();
    const { body } = await person.api("GET", "/api/storage");
    expect(
      body.cameras.every(({ tied }) => tied !== id),
      "nobody is tied to it any more",
    );
    await person.shot("disk-retired");
  });
}
