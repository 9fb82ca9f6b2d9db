// Divisions come as a table: what is wrong is said by cell, the table is mended and applied as a whole. Then several records are
// changed at once, and the list goes out with a reason. The second reads English on a phone.
import { signInNew } from "./gaps.mjs";
import { press, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const PHONE = { account: "phone", name: "许芳 Xu Fang", password: "correct horse battery 9 staple" };
const WRONG = "区划代码,名称\n370000,山东省\n370200,青岛市\n37020,市南区\n";
const RIGHT = WRONG.replace("37020,", "370202,");
const CHINESE = /\p{Script=Han}/u;

async function give(person, text) {
  const file = { name: "区划.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
  await side(person).locator('input[type="file"]').setInputFiles(file);
}

export async function importTables(first, second, demo) {
  const { t, page } = first;
  await step("a table with a wrong code is told by its cell, and nothing changes", async () => {
    await first.signIn(demo.accounts.administrator);
    await first.go("/registry?kind=division");
    await page.getByRole("button", { name: t("import-begin"), exact: true }).click();
    await side(first)
      .getByRole("link", { name: t("import-template-xlsx"), exact: true })
      .waitFor();
    await first.shot("import-empty");
    await give(first, WRONG);
    await side(first).getByText("A4", { exact: true }).waitFor();
    await first.shot("import-problem");
    const { body } = await first.api("GET", "/api/register/division?query=370200");
    expect(body.total === 0, "no row of it was taken", body);
    return (await side(first).locator(".wk-dryrun-problem").first().innerText()).replaceAll(/\s+/g, " ");
  });
  await step("mended, it is applied as a whole, and each division lies in the one above it", async () => {
    await press(first, t("import-again"));
    await give(first, RIGHT);
    await side(first).getByText("市南区", { exact: false }).first().waitFor();
    await first.shot("import-ready");
    await press(first, t("import-apply", { n: "3" }));
    await side(first)
      .getByText(t("import-applied", { n: "3" }))
      .waitFor();
    const { body } = await first.api("GET", "/api/register/division?query=3702");
    const [city, district] = ["370200", "370202"].map((code) => body.records.find((one) => one.code === code));
    expect(district?.parent_id === city?.id, "the district lies in the city", body);
    await press(first, t("action-close"), side(first).locator(".ant-drawer-body"));
  });
  await step("several records are changed at once; before and after is shown first", async () => {
    await first.go("/registry?kind=document");
    await page.locator(".wk-table .ant-checkbox-input").first().check();
    await page
      .locator(".wk-bulkbar")
      .getByRole("button", { name: t("bulk-change"), exact: true })
      .click();
    const fields = side(first).locator(".ant-select input").first();
    await fields.fill("备注");
    await page.locator(".ant-select-item-option-active", { hasText: "备注" }).first().waitFor();
    await fields.press("Enter");
    await page.keyboard.press("Escape");
    await side(first).locator("#wk-field-record-note").fill("已核对");
    await press(first, t("bulk-try"));
    await side(first).getByText("已核对", { exact: true }).first().waitFor();
    await first.shot("bulk-before-after");
  });
  await step("on a phone, in English, the list goes out for a reason only", async () => {
    await signInNew(first, second, PHONE);
    await second.go("/registry?kind=place&table=export");
    const get = side(second).getByText(second.t("export-list-get"), { exact: true });
    await get.waitFor();
    const words = await side(second).innerText();
    expect(!CHINESE.test(words), "the drawer speaks English", words);
    await side(second).getByLabel(second.t("export-list-reason"), { exact: true }).fill("yearly inspection");
    await until("the file can be got", async () => (await side(second).locator("a[download]").count()) === 1);
    await second.shot("export-english");
    await second.go("/registry?kind=place&table=import");
    await side(second).locator('input[type="file"]').waitFor({ state: "attached" });
    await second.shot("import-english");
  });
}
