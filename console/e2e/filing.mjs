// A system that was in use before anybody wrote it down is late with its filing: the manager finds it, makes the dossier, enters
// what was handed in, and the receipt; nothing is late any more. On a desk in Chinese, looked at on a phone in English.
import { expect, step, until } from "./report.mjs";

const SYSTEM = "老城区商铺视频系统";
const side = ({ page }) => page.locator(".wk-side.ant-drawer-open");

async function add(person, kind, unit_id, body) {
  const made = await person.api("POST", `/api/register/${kind}`, unit_id ? { unit_id, body } : { body });
  expect(made.status === 201, `${kind} is added`, made.body);
  return made.body.id;
}

/** Resolves to the system's id. */
async function olderSystem(person) {
  const { body } = await person.api("GET", "/api/cameras?limit=1");
  const unit = body.cameras[0].unit_id;
  const division = await add(person, "division", undefined, { code: "140214", name: "云冈区" });
  const product = await add(person, "product", undefined, { name: "半球 200 万", maker: "厂商", model: "D-2" });
  const system = await add(person, "system", unit, {
    name: SYSTEM,
    packs: ["datong-2008"],
    division,
    builder_kind: "enterprise",
    owner: "老城商贸有限公司",
    standards: "GA/T 1127-2013",
    in_use_since: "2025-06-01",
  });
  const place = await add(person, "place", unit, { name: "鼓楼东街", division, address: "鼓楼东街 8 号" });
  for (const [name, direction_deg] of [
    ["东口", 90],
    ["西口", 270],
  ])
    await add(person, "point", unit, {
      name: `鼓楼东街${name}`,
      system,
      place,
      product,
      purpose: "治安防范",
      longitude: 113.2951,
      latitude: 40.0903,
      direction_deg,
      angle_deg: 80,
      range_m: 40,
    });
  await add(person, "document", unit, { name: "备案回执", paper: "other", number: "备字 17" });
  return system;
}

export async function fileSystem(manager, reader, demo) {
  const { page, t } = manager;
  let system;
  await step("a system that was never filed says so, and since when", async () => {
    await manager.enter(demo.accounts.administrator);
    system = await olderSystem(manager);
    await manager.go(`/registry?kind=system&record=${system}`);
    const owed = side(manager).locator(".wk-filing", { hasText: "datong-2008:15" });
    await owed.getByText("2025-07-01").waitFor();
    await manager.shot("filing-late");
    return (await owed.innerText()).replaceAll(/\s+/g, " ");
  });
  await step("the dossier is made from the registry, as a form and as a data file", async () => {
    await side(manager)
      .locator(".wk-filing", { hasText: "datong-2008:15" })
      .getByRole("link", { name: t("filing-open"), exact: true })
      .click();
    await page.getByRole("button", { name: t("filing-make"), exact: true }).click();
    await page.getByRole("cell", { name: "鼓楼东街东口", exact: true }).waitFor();
    await page.getByRole("cell", { name: "90° / 80° / 40 m", exact: true }).waitFor();
    const digest = await page.locator(".wk-dossier-digest").innerText();
    expect(/^[0-9a-f]{64}$/.test(digest), "the digest is shown whole", digest);
    const points = await page.getByRole("link", { name: t("filing-points-file"), exact: true }).getAttribute("href");
    const list = await page.request.get(new URL(points, page.url()).href);
    const bytes = await list.body();
    expect(list.ok() && bytes.subarray(0, 2).toString() === "PK", "its points are a workbook", list.status());
    expect(list.headers().etag === `"${digest}"`, "of the same dossier", list.headers().etag);
    await manager.shot("filing-dossier");
    await page.emulateMedia({ media: "print" });
    await manager.shot("filing-printed");
    await page.emulateMedia({ media: "screen" });
  });
  await step("entered as filed, with the receipt: nothing is late any more", async () => {
    await page.getByRole("button", { name: t("filing-enter-button"), exact: true }).click();
    await side(manager).locator(".wk-filing", { hasText: "datong-2008:15" }).waitFor();
    await side(manager)
      .getByRole("button", { name: t("filing-receipt-add"), exact: true })
      .click();
    const form = side(manager).locator("section.wk-panel", { hasText: t("filing-receipt-number") });
    const document = form.getByLabel(t("filing-receipt-document"), { exact: true });
    await document.click();
    await document.fill("备案回执");
    await page.locator(".ant-select-item-option", { hasText: "备案回执" }).first().click();
    await form.getByLabel(t("filing-receipt-number"), { exact: true }).fill("备字 17");
    await form.getByRole("button", { name: t("filing-receipt-enter"), exact: true }).click();
    await side(manager).getByText("备字 17", { exact: false }).first().waitFor();
    await manager.shot("filing-filed");
    const found = await until("the finding is gone", async () => {
      const { body } = await manager.api("GET", "/api/findings");
      const all = Array.isArray(body) ? body : body.findings;
      return all.every(
        (one) => !one.article.startsWith("datong") || one.code !== "not_filed" || one.record?.id !== system,
      );
    });
    return found;
  });
  await step("on a phone, in English, it reads as well", async () => {
    await reader.enter(demo.accounts.administrator);
    await reader.go(`/registry?kind=system&record=${system}`);
    await side(reader).locator(".wk-filing", { hasText: "datong-2008:15" }).waitFor();
    await reader.shot("filing-phone");
    await reader.go(`/filing?system=${system}&pack=datong-2008`);
    await reader.page.getByRole("button", { name: reader.t("filing-make"), exact: true }).click();
    await reader.page.locator(".wk-dossier-digest").waitFor();
    const wide = await reader.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide <= 0, "the page does not scroll sideways", wide);
    await reader.shot("filing-phone-dossier");
  });
}
