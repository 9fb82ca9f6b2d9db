// Media disks: one is added, cameras are tied to it, it is retired; before each act the page says what it means, and what the
// server refuses is shown.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { press, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const REASON = "扩容 more room";
const TIED = ["03", "04"];

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
