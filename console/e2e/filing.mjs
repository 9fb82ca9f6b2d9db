// A system that was in use before anybody wrote it down is late with its filing: the manager finds it, makes the dossier, enters
// what was handed in, and the receipt; nothing is late any more. Then the register changes, and the page says what differs. In both languages, on a desk and on a phone.
import { expect, step, until } from "./report.mjs";
import { wordsOf } from "./words.mjs";

/** Told twice: on a desk in Chinese, and on a phone in English; the second has its division and product from the first. */
export const SYSTEMS = { zh: "老城区商铺视频系统", en: "新城区商铺视频系统 New town shops" };
const side = ({ page }) => page.locator(".wk-side.ant-drawer-open");

async function add(person, kind, unit_id, body) {
  const made = await person.api("POST", `/api/register/${kind}`, unit_id ? { unit_id, body } : { body });
  expect(made.status === 201, `${kind} is added`, made.body);
  return made.body.id;
}

const DAY_MS = 86_400_000;
/** The day of the units (UTC+8), so many days from now. */
const unitDay = (ahead = 0) => new Date(Date.now() + 8 * 3_600_000 + ahead * DAY_MS).toISOString().slice(0, 10);

/** One taken into use today: its last day lies ahead, and the page counts down to it. */
async function countdown(manager, older) {
  const { t } = manager;
  await step(
    "a system taken into use today says until when it is to be filed, and how many days are left",
    async () => {
      const of = (await manager.api("GET", `/api/records/${older}`)).body;
      const body = { ...of.body, name: `${of.name} 2`, in_use_since: unitDay() };
      const system = await add(manager, "system", of.unit_id, body);
      const { owed } = (await manager.api("GET", `/api/systems/${system}/filings`)).body;
      const { window_days: days } = owed.find(({ pack }) => pack === "datong-2008");
      expect(days > 7, "there is a window of more than a week", owed);
      await manager.go(`/registry?kind=system&record=${system}`);
      const panel = side(manager).locator(".wk-filing", { hasText: "datong-2008:15" });
      const words = t("filing-state-owed", { due: unitDay(days), n: String(days) });
      await panel.getByText(words, { exact: true }).waitFor();
      await manager.shot("filing-countdown");
      return words;
    },
  );
}

/** Resolves to the system's id. */
async function olderSystem(person, name) {
  const { body } = await person.api("GET", "/api/cameras?limit=1");
  const unit = body.cameras[0].unit_id;
  const known = (await person.api("GET", "/api/register/division?query=140214&limit=1")).body.records;
  const division = known[0]?.id ?? (await add(person, "division", undefined, { code: "140214", name: "云冈区" }));
  const product = await add(person, "product", undefined, { name: "半球 200 万", maker: "厂商", model: "D-2" });
  const system = await add(person, "system", unit, {
    name,
    packs: ["datong-2008"],
    division,
    builder_kind: "enterprise",
    owner: "老城商贸有限公司",
    standards: "GA/T 1127-2013",
    in_use_since: "2025-06-01",
  });
  const place = await add(person, "place", unit, { name: "鼓楼东街", division, address: "鼓楼东街 8 号" });
  for (const [end, direction_deg] of [
    ["东口", 90],
    ["西口", 270],
  ])
    await add(person, "point", unit, {
      name: `鼓楼东街${end}`,
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

/** The form as it is printed in the chosen language, looked at and kept as a file; resolves to how many sheets it has. */
async function paper(person, language, look, name = "filing-paper") {
  const { page, t } = person;
  await page.locator(".ant-segmented-item", { hasText: new RegExp(`^${t(`filing-paper-${language}`)}$`) }).click();
  await page.emulateMedia({ media: "print" });
  await look(page.locator(".wk-paper"));
  await person.shot(`filing-printed-${language}`);
  const sheets = await person.paper(`${name}-${language}`);
  // Each language has sheets of its own.
  expect(sheets >= (language === "both" ? 2 : 1), "sheets of each language", sheets);
  await page.emulateMedia({ media: "screen" });
  return sheets;
}

export async function fileSystem(manager, reader, demo, name) {
  const { page, t } = manager;
  let system;
  await step("a system that was never filed says so, and since when", async () => {
    await manager.enter(demo.accounts.administrator);
    system = await olderSystem(manager, name);
    await manager.go(`/registry?kind=system&record=${system}`);
    const owed = side(manager).locator(".wk-filing", { hasText: "datong-2008:15" });
    await owed.getByText("2025-07-01").waitFor();
    await manager.shot("filing-late");
    return (await owed.innerText()).replaceAll(/\s+/g, " ");
  });
  await countdown(manager, system);
  await step("the dossier is made from the registry, as a form and as a data file", async () => {
    await manager.go(`/registry?kind=system&record=${system}`);
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
    // The form in the other language alone, then in both, each on a sheet of its own.
    await paper(manager, "both", async (form) => {
      const titles = await form.locator("h1").allInnerTexts();
      const expected = ["zh-CN", "en"].map((language) => wordsOf(language)("filing-form-title"));
      expect(titles.join() === expected.join(), "in both languages", titles);
    });
    await paper(manager, "en", async (form) => {
      const words = await form.innerText();
      expect(words.includes("/entries?kind=read_dossier&subject="), "where its making is found", words);
    });
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
  await step(
    "the register changes: the page says what differs from what was filed, and the form names the filing's entry",
    async () => {
      const opened = `/filing?system=${system}&pack=datong-2008`;
      await manager.go(opened);
      await page.getByRole("button", { name: t("filing-make"), exact: true }).click();
      await page.getByText(t("filing-changes-none"), { exact: true }).waitFor();
      await paper(manager, manager.language === "en" ? "en" : "zh-cn", async (form) => {
        const words = await form.innerText();
        const { body } = await manager.api("GET", `/api/systems/${system}/filings`);
        expect(words.includes(`/entries?entry=${body.made[0].entry.index}`), "the page of its proof", words);
      });
      const record = (await manager.api("GET", `/api/records/${system}`)).body;
      const changed = { version: record.version, body: { ...record.body, owner: "新主人有限公司" } };
      const saved = await manager.api("PATCH", `/api/records/${system}`, changed);
      expect(saved.status === 200, "another owner", saved.body);
      await manager.go(opened);
      await page.getByRole("button", { name: t("filing-make"), exact: true }).click();
      const change = page.locator(".wk-filing-change", { hasText: "新主人有限公司" });
      await change.getByText("老城商贸有限公司", { exact: true }).waitFor();
      expect((await page.locator(".wk-filing-change").count()) === 1, "one thing differs");
      await change.scrollIntoViewIfNeeded();
      await manager.shot("filing-changes");
    },
  );
  await step("the paper of the second filing says that it amends the first, and what changed", async () => {
    const amendment = async (form) => {
      const titles = await form.locator("h1").allInnerTexts();
      const expected = ["zh-CN", "en"].map((language) => wordsOf(language)("filing-form-title-amendment"));
      expect(titles.join() === expected.join(), "an amendment, in both languages", titles);
      for (const changes of await form.locator(".wk-form-changes").all()) {
        const rows = await changes.locator("tbody tr").allInnerTexts();
        const right = rows.length === 1 && rows[0].includes("老城商贸有限公司") && rows[0].includes("新主人有限公司");
        expect(right, "the owner as it was and as it is", rows);
      }
      const { body } = await manager.api("GET", `/api/systems/${system}/filings`);
      const words = await form.innerText();
      expect(words.includes(String(body.made[0].entry.index)), "the entry of the filing that it amends", words);
    };
    await paper(manager, "both", amendment, "filing-amendment");
    await page.getByRole("button", { name: t("filing-enter-button"), exact: true }).click();
    await side(manager).locator(".wk-filing", { hasText: "datong-2008:15" }).waitFor();
    const { body } = await manager.api("GET", `/api/systems/${system}/filings`);
    expect(body.made.length === 2, "filed a second time", body.made);
    // Filed, it is still what amends the first, not what amends itself.
    await manager.go(`/filing?system=${system}&pack=datong-2008`);
    await page.getByRole("button", { name: t("filing-make"), exact: true }).click();
    await page.getByText(t("filing-changes-none"), { exact: true }).waitFor();
    await paper(manager, "both", amendment);
  });
  await step("in the other language it reads as well", async () => {
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
