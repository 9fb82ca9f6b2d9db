// Completeness, shown: availability as figure, chart, table, file and form; and a planned stop of the real program, which the
// outages name with its reason.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GAPPED } from "./recorded.mjs";
import { expect, step, until } from "./report.mjs";

const REASON = "更换硬盘 new disk";
/** An announced stop is over in ten seconds; a busy machine starts more slowly. */
const PLANNED_SECONDS_MAX = 300;

const side = ({ page }) => page.locator(".wk-side.ant-drawer-open");
const names = ({ page }) => page.locator(".wk-table .wk-rowlink").allInnerTexts();

const lastDay = () => `from_ms=${Date.now() - 86_400_000}&to_ms=${Date.now()}`;

export async function readAvailability(person, demo) {
  const { page, t } = person;
  const cell = (number) => page.locator(".wk-table .ant-table-row", { hasText: new RegExp(`^${number} `) });
  await step("availability names every camera with its share, as the server reckons it", async () => {
    await person.signIn(demo.accounts.administrator);
    await person.go("/health?tab=availability");
    await page.locator(".wk-big-number").waitFor();
    const { body } = await person.api("GET", "/api/cameras?limit=100");
    const shown = await until("a row for each camera", async () => {
      const found = await names(person);
      return found.length === body.cameras.length && found;
    });
    const figure = await until("the switched-off camera lacks something", async () => {
      const text = await page.locator(".wk-big-number").innerText();
      expect(/^\d+\.\d\d%$/.test(text) && text !== "100.00%", "less than all", text);
      return text;
    });
    const months = page.locator(".wk-overview .wk-months-columns > li");
    await until("twelve months", async () => (await months.count()) === 12);
    await person.shot("availability");
    return `${figure} of ${shown.length} cameras`;
  });
  await step(
    "by system of the register: the rows lead to a system's cameras, and paper and file have the same scope",
    async () => {
      await page.locator(".ant-segmented-item", { hasText: t("availability-by-system") }).click();
      await until("the address has it", () => person.inAddress("by") === "system");
      await page.locator(".wk-table th", { hasText: t("availability-row-system") }).waitFor();
      const systems = page.locator(".wk-table .ant-table-row .wk-rowlink");
      await systems.first().waitFor();
      await person.shot(`availability-systems-${person.language}`);
      const count = await systems.count();
      await systems.last().click();
      const system = await until("its cameras", () => person.inAddress("system"));
      const { body } = await person.api("GET", `/api/availability?by=camera&step=whole&system=${system}&${lastDay()}`);
      await until("as many rows as the server says", async () => (await names(person)).length === body.rows.length);
      await person.shot(`availability-system-${person.language}`);
      await person.go("/health?tab=availability");
      return `${count} rows of systems; ${body.rows.length} cameras in the last`;
    },
  );
  await step("ordered by name from the head of the column; the order is in the address", async () => {
    await page.locator(".wk-table th", { hasText: t("availability-row-camera") }).click();
    await until("the address has it", () => person.inAddress("sort") === "name", { seconds: 60 });
    await until("the rows are by name", async () => {
      const shown = await names(person);
      const expected = [...shown].sort((one, other) => one.localeCompare(other, "zh-CN", { numeric: true }));
      expect(shown.join() === expected.join(), "by name", shown);
      return true;
    });
  });
  await step("a camera opens its causes, its months and its gaps", async () => {
    await cell(GAPPED).locator(".wk-rowlink").click();
    await side(person)
      .locator(".wk-facts", { hasText: t("cause-planned") })
      .waitFor();
    await side(person).locator(".wk-gapline a").first().waitFor();
    await person.shot("availability-camera");
    await side(person).locator(".wk-gapline a").first().click();
    await side(person)
      .locator(".ant-drawer-title", { hasText: t("health-tab-gaps") })
      .waitFor();
    await until("the list of that month's gaps", () => {
      expect(person.inAddress("tab") === "gaps" && person.inAddress("month"), "in the address", page.url());
      return true;
    });
    await page.goBack();
    await side(person).locator(".ant-drawer-close").click();
  });
  await step("the file has the rows that are shown", async () => {
    const link = page.getByRole("link", { name: t("availability-csv"), exact: true });
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    const path = join(demo.folder, download.suggestedFilename());
    await download.saveAs(path);
    const [head, ...lines] = readFileSync(path, "utf8").trimEnd().split("\r\n");
    const shown = await names(person);
    expect(head.startsWith("\u{feff}id,name,from,to,owed_s"), "a head", head);
    expect(lines.length === shown.length, "as many rows as are shown", lines.length);
    for (const name of shown)
      expect(
        lines.some((line) => line.includes(`"${name}"`)),
        `a row of ${name}`,
        lines,
      );
    return `${lines.length} rows`;
  });
  await step("on paper it is a form, and the page around it is not there", async () => {
    await page.emulateMedia({ media: "print" });
    const title = page.locator(".wk-paper h1", { hasText: t("availability-form-title") });
    await title.waitFor();
    expect(!(await page.locator(".wk-page-head").isVisible()), "no heading of the page");
    expect(!(await page.locator(".wk-table").first().isVisible()), "not the table of the screen");
    const rows = await page.locator(".wk-paper .wk-form-table").last().locator("tbody tr").count();
    expect(rows >= 8, "every camera", rows);
    const paper = await page.pdf({ format: "A4" });
    expect(paper.subarray(0, 5).toString() === "%PDF-", "it can be printed");
    await page.emulateMedia({ media: null });
    return `${paper.length} bytes`;
  });
}

export async function stopAsPlanned(demo) {
  await step("the program is stopped as planned and started again", async () => {
    await demo.restart(REASON);
  });
}

export async function readOutages(person, demo) {
  const { page, t } = person;
  await step("the outage is bounded by its ticks, is short, and says that it was planned and why", async () => {
    await person.signIn(demo.accounts.administrator);
    const outage = await until(
      "an outage, with a gap of each camera",
      async () => {
        const { body } = await person.api("GET", "/api/outages");
        const down = body.find(({ kind }) => kind === "down");
        const { body: found } = await person.api("GET", "/api/gaps?cause=planned&limit=500");
        const cameras = new Set(
          found.gaps.filter(({ evidence }) => evidence === REASON).map(({ camera }) => camera.id),
        );
        expect(down && cameras.size >= 8, "eight cameras say so", { body, cameras: cameras.size });
        return down;
      },
      { seconds: 180, everyMs: 1000 },
    );
    const seconds = (outage.to_ms - outage.from_ms) / 1000;
    expect(outage.after > outage.before && seconds < PLANNED_SECONDS_MAX, "bounded and short", outage);
    await person.go("/health?tab=outages");
    await page.locator(".wk-table .ant-table-row", { hasText: REASON }).locator(".wk-rowlink").first().click();
    await side(person).getByText(t("outage-planned"), { exact: true }).waitFor();
    await side(person).getByText(REASON, { exact: true }).waitFor();
    const made = side(person).locator(".wk-gapline li");
    await until("the gaps that it made are listed", async () => (await made.count()) >= 8);
    await person.shot("outage-planned");
    return `${seconds.toFixed(1)} s between #${outage.before} and #${outage.after}`;
  });
}
