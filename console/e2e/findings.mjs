// The manager's morning. What is amiss: counted in the rail, listed with its article and what helps, searched and filtered in the address; one is put
// right by the administrator from there and goes by itself; the figures above lead to their lists. The auditor reads the same in the
// other language on a phone. Told in both languages.
import { choose, fill, press, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

/** What is registered for it, told twice with the languages changed round. */
export const AMISS = {
  zh: { paper: "合规样例文件", contractor: "到期维保公司" },
  en: { paper: "Sample paper of compliance", contractor: "Maintenance that ends" },
};
const DAY_MS = 86_400_000;

/** Distinct findings that somebody must do something about, as the server has them. */
async function owed(person) {
  const { status, body } = await person.api("GET", "/api/findings");
  expect(status === 200, "the server shows findings", { status, body });
  const about = ({ camera, record }) => camera?.id ?? record?.id ?? "";
  const one = (found) => [about(found), found.code ?? found.kind, found.reason.en, found.remedy.en].join("|");
  const weighs = ({ severity, binds }) => (severity === undefined ? binds : severity !== "note");
  return new Set(body.filter(weighs).map(one)).size;
}

/** A maintainer of the demonstration's first system whose certificate ends in six days. */
async function certificateThatEnds(person, name) {
  const [{ unit }] = (await person.api("GET", "/api/me")).body.posts;
  const valid_until = new Date(Date.now() + 6 * DAY_MS).toISOString().slice(0, 10);
  const body = { name, roles: ["maintenance"], certificate: "粤安 9 号", valid_until };
  const made = await person.api("POST", "/api/register/contractor", { unit_id: unit.id, body });
  expect(made.status === 201, "the contractor is registered", made.body);
  const [{ id }] = (await person.api("GET", "/api/register/system?limit=1")).body.records;
  const system = (await person.api("GET", `/api/records/${id}`)).body;
  const maintained = { version: system.version, body: { ...system.body, maintainer: made.body.id } };
  const changed = await person.api("PATCH", `/api/records/${id}`, maintained);
  expect(changed.status === 200, "it maintains the system", changed.body);
  return body;
}

const afterDay = (day) => new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);

/** Met and due side by side: the certificate that is valid shows that the duty is met, until it ends within the month. */
async function dutiesThatAreMet(person) {
  await step("duties that are met stand beside those that are not, each with what shows it", async () => {
    const { page, t } = person;
    await person.go("/findings?tab=duties");
    const rows = page.locator(".wk-table .ant-table-row");
    const due = rows.filter({ hasText: "guangzhou-2007:13" }).first();
    await due.getByText(t("finding-duty-due"), { exact: true }).waitFor();
    await person.shot("findings-duties");
    await page.locator(".ant-segmented-item", { hasText: t("finding-duty-met") }).click();
    await until("only met ones are left", async () => {
      const texts = await rows.allInnerTexts();
      const right = texts.length > 0 && texts.every((text) => text.includes(t("finding-duty-met")));
      expect(right, "met, each", texts);
      return true;
    });
    expect(person.inAddress("state") === "met", "the address has it", page.url());
    return `${await rows.count()} met`;
  });
}

/** The morning's figures are the server's, and each leads to its list. */
async function figuresLead(person) {
  await step("the figures above are the server's; a press on one leads to its list", async () => {
    const { page, t } = person;
    await person.go("/findings");
    const figure = (name, board) => page.locator(".wk-board button", { hasText: t(`finding-board-${name}`, board) });
    const served = ({ breaches, due, coming_total, opened_in_week, closed_in_week }) => ({
      breach: breaches,
      due,
      coming: coming_total,
      opened: opened_in_week,
      closed: closed_in_week,
    });
    // The page asks once a minute, and cameras change what is amiss.
    const board = await until(
      "the figures are as the server has them",
      async () => {
        const { body } = await person.api("GET", "/api/board");
        for (const [name, count] of Object.entries(served(body))) {
          const shown = await figure(name, { days: body.days }).locator(".wk-board-count").innerText();
          expect(Number(shown.replaceAll(/\D/g, "")) === count, name, { shown, count });
        }
        return body;
      },
      { seconds: 200, everyMs: 1000 },
    );
    await figure("due", board).click();
    await until("the address has the weight", () => person.inAddress("weight") === "due");
    await page.locator(".wk-alike-weight", { hasText: t("finding-weight-due-text") }).waitFor();
    expect((await page.locator(".wk-alike-weight").count()) === 1, "of that weight alone");
    await figure("closed", board).click();
    await until("the history of what is gone", async () => {
      expect(person.inAddress("tab") === "history" && person.inAddress("state") === "closed", "its tab", page.url());
      expect(person.inAddress("weight") === null, "and no other filter", page.url());
      const { body } = await person.api("GET", "/api/findings/history?open=false&limit=1");
      // Nothing in the demonstration is older than a week.
      expect(
        body.total === (await person.api("GET", "/api/board")).body.closed_in_week,
        "as many as the figure said",
        body,
      );
      return page.getByText(t("finding-history-total", { n: String(body.total) }), { exact: true }).isVisible();
    });
    await person.shot("findings-board");
    return `${board.due} due, ${board.closed_in_week} gone`;
  });
}

/** The history by kind and by article, both in the address. */
async function historyFiltered(person) {
  await step("the history is filtered by kind and by article, and the server counts what is left", async () => {
    const { page, t } = person;
    const rows = page.locator(".wk-table .ant-table-row");
    const total = (count) => page.getByText(t("finding-history-total", { n: String(count) }), { exact: true });
    await page.getByLabel(t("finding-kind"), { exact: true }).click();
    await page
      .locator(".ant-select-item-option", { hasText: t("finding-kind-register") })
      .last()
      .click();
    await until("the address has the kind", () => person.inAddress("kind") === "register");
    await rows.getByRole("button", { name: "guangzhou-2007:16", exact: true }).first().click();
    await until("the address has the article", () => person.inAddress("article") === "guangzhou-2007:16");
    await until("only its rows are left", async () => {
      const texts = await rows.allInnerTexts();
      const right = texts.length > 0 && texts.every((text) => text.includes("guangzhou-2007:16"));
      expect(right, "of that article, each", texts);
      const query = "kind=register&article=guangzhou-2007%3A16&open=false&limit=1";
      const { body } = await person.api("GET", `/api/findings/history?${query}`);
      return total(body.total).isVisible();
    });
    await person.shot("findings-history-filtered");
    await page.getByRole("button", { name: "guangzhou-2007:16 ×", exact: true }).click();
    await until("the filter is gone", () => person.inAddress("article") === null);
  });
}

/** By system: beside the list the server's counts, and its rows alone once one is chosen. */
async function historyBySystem(person) {
  await step(
    "the history is told by system: as many rows as the list beside counts, with what showed them",
    async () => {
      const { page, t } = person;
      await person.go("/findings?tab=history");
      await page.getByLabel(t("finding-by"), { exact: true }).click();
      await page
        .locator(".ant-select-item-option", { hasText: t("finding-by-system") })
        .last()
        .click();
      const { body } = await person.api("GET", "/api/findings/history?by=system&limit=1");
      const group = body.groups.find(({ id }) => id);
      expect(group?.name, "a system has findings", body.groups);
      const beside = page.locator(`nav[aria-label="${t("finding-by-system")}"]`);
      await beside.getByRole("button", { name: group.name, exact: false }).click();
      await until("the address has which", () => person.inAddress("of") === group.id);
      await page.getByText(t("finding-history-total", { n: String(group.count) }), { exact: true }).waitFor();
      const rows = page.locator(".wk-table .ant-table-row");
      const shown = (await person.api("GET", `/api/findings/history?system=${group.id}`)).body.findings;
      const proven = shown.find(({ evidence }) => evidence?.length > 0);
      expect(proven, "something is shown by a record", shown);
      await rows.filter({ hasText: proven.evidence[0].name }).first().waitFor();
      await person.shot("findings-history-system");
      return `${group.name}: ${group.count}`;
    },
  );
}

/** The duties of one system alone. */
async function dutiesOfOne(person) {
  await step("duties are told of one system alone", async () => {
    const { page, t } = person;
    await person.go("/findings?tab=duties");
    const [system] = (await person.api("GET", "/api/register/system?limit=1")).body.records;
    await choose(person, page.getByRole("combobox", { name: t("finding-by-system"), exact: true }), system.name);
    await until("the address has the system", () => person.inAddress("system") === system.id);
    await page.getByText(t("finding-duties-of"), { exact: true }).waitFor();
    const { body } = await person.api("GET", `/api/board/duties?system=${system.id}`);
    expect(body.duties.length > 0 && body.duties.every(({ systems }) => systems === 1), "of one each", body.duties[0]);
    const rows = page.locator(".wk-table .ant-table-row");
    await until("its rows", async () => (await rows.count()) === body.duties.length);
    await person.shot("findings-duties-system");
  });
}

/** What waits for the reader's word stands above the list, and leads to where it is given. */
async function waitsLead(keeper, operator, demo) {
  await step("what waits for whoever decides is counted above the list, and leads there", async () => {
    const { page, t } = keeper;
    await operator.signIn(demo.accounts.operator);
    const [camera] = (await operator.api("GET", "/api/cameras?limit=1")).body.cameras;
    const request = {
      acts: ["live"],
      cameras: [camera.id],
      purpose: "incident",
      legal_basis: "unit_duty",
      reason: "核对警情 To check an alarm",
      uses_max: 1,
      expires_ms: Date.now() + DAY_MS,
    };
    const made = await operator.api("POST", "/api/grants", request);
    expect(made.status === 201, "the operator asks for footage", made.body);
    const { body } = await keeper.api("GET", "/api/grants?waiting=true");
    const mine = body.grants.filter(({ may_answer }) => may_answer).length;
    expect(mine > 0, "it waits for the administrator", body.grants);
    await keeper.go("/findings");
    const waits = page.getByRole("navigation", { name: t("finding-waits"), exact: true });
    const link = waits.getByRole("link", { name: t("finding-waits-grants", { n: String(mine) }), exact: true });
    await link.waitFor();
    await keeper.shot("findings-waits");
    await link.click();
    await until("the requests", () => page.url().includes("/grants") && keeper.inAddress("show") === "waiting");
    // Whoever only asks is told nothing of it.
    const own = (await operator.api("GET", "/api/grants?waiting=true")).body.grants;
    expect(own.length > 0 && own.every(({ may_answer }) => !may_answer), "nobody answers their own", own);
  });
}

export async function readFindings({ person, keeper, operator, phone }, demo, { paper: PAPER, contractor }) {
  const { page, t } = person;
  const groups = page.locator(".wk-alike");
  await step("what is owed is counted in the rail; each group has its article and what helps", async () => {
    await person.signIn(demo.accounts.manager);
    await keeper.signIn(demo.accounts.administrator);
    const count = page.locator(".wk-rail-count");
    // What is amiss changes with the cameras, and the rail asks once a minute.
    const expected = await until(
      "the rail counts it",
      async () => {
        const [shown, due] = [Number(await count.innerText()), await owed(person)];
        expect(shown === due, "as the server has it", { shown, due });
        return due;
      },
      { seconds: 200, everyMs: 1000 },
    );
    await person.rail("page-findings");
    await groups.first().waitFor();
    for (const group of await groups.all()) {
      const words = await group.innerText();
      expect(words.includes(t("finding-remedy")), "what helps", words);
      const own = /本系统规则|Own rule|A rule of this system/.test(words);
      expect(own || /[a-z]+-?\d*:\d+/.test(words), "an article, or a rule of our own", words);
    }
    await person.shot("findings");
    return `${expected} due, ${await groups.count()} groups`;
  });
  await step("a record that lacks values is found by its name, and the search is in the address", async () => {
    const [{ unit }] = (await person.api("GET", "/api/me")).body.posts;
    const body = { name: PAPER, paper: "other" };
    const made = await keeper.api("POST", "/api/register/document", { unit_id: unit.id, body });
    expect(made.status === 201, "the paper is registered", made.body);
    await person.go("/findings");
    await page.getByLabel(t("finding-search"), { exact: true }).fill(PAPER);
    await until("the address has it", () => person.inAddress("q") === PAPER, { seconds: 60 });
    await page.reload();
    const words = await until("one group is left, as incomplete", async () => {
      const texts = await groups.allInnerTexts();
      const right = texts[0]?.includes("guangzhou-2007:16") && texts[0].includes(t("finding-word-incomplete"));
      expect(texts.length === 1 && right, "one", texts);
      return texts[0];
    });
    const heard = [t("finding-heard-advice"), t("finding-heard-partly-held"), t("finding-heard-draft")];
    expect(
      heard.some((word) => words.includes(word)),
      "marked as not binding",
      words,
    );
  });
  await step("it leads to the record; whoever keeps the register completes it there, and it is gone", async () => {
    await groups.first().getByRole("link", { name: PAPER }).click();
    await side(person).getByText(PAPER).first().waitFor();
    await person.shot("findings-record");
    // The manager reads; the same address opens the form for whoever keeps the register.
    await keeper.go(page.url().slice(demo.base.length));
    await side(keeper).locator("#wk-field-record-number").waitFor();
    await fill(keeper, { number: "穗视 2026-7", issuer: "天河区公安分局", dated: "2026-11-20" });
    await press(keeper, t("action-save"));
    await side(keeper)
      .getByRole("button", { name: t("action-edit"), exact: true })
      .waitFor();
    // A document is complete with its file.
    const file = { name: "样例.txt", mimeType: "text/plain", buffer: Buffer.from("样例文件\n") };
    await side(keeper).locator('input[type="file"]').setInputFiles(file);
    await press(keeper, t("file-add"));
    await side(keeper).getByText(t("register-complete"), { exact: true }).waitFor();
    await person.go(`/findings?q=${encodeURIComponent(PAPER)}`);
    await page.getByText(t("finding-no-match"), { exact: true }).waitFor();
  });
  await step("the same are told by unit, system and camera", async () => {
    await person.go("/findings");
    await groups.first().waitFor();
    for (const by of ["unit", "system", "camera"]) {
      await page.getByLabel(t("finding-by"), { exact: true }).click();
      await page
        .locator(".ant-select-item-option", { hasText: t(`finding-by-${by}`) })
        .last()
        .click();
      const beside = page.locator(`nav[aria-label="${t(`finding-by-${by}`)}"]`);
      const second = beside.locator("li").nth(1);
      await until("something is named beside", async () => {
        const words = await second.innerText();
        expect(words !== "" && (by === "camera" || !words.startsWith(t(`finding-by-${by}-none`))), "a name", words);
        return true;
      });
      await person.shot(`findings-by-${by}`);
      await second.locator("button").click();
      await until("the address has which", () => person.inAddress("of") !== null);
      await groups.first().waitFor();
    }
  });
  await step("the history says when it came and went, each with the system's entry", async () => {
    await page.getByRole("tab", { name: t("finding-tab-history"), exact: true }).click();
    await page.getByText(t("finding-history-closed"), { exact: true }).click();
    const row = page.locator(".wk-table .ant-table-row", { hasText: PAPER }).first();
    await row.getByText(t("finding-end-put-right"), { exact: true }).waitFor();
    const words = await row.innerText();
    expect(/\d{4}/.test(words) && words.includes("guangzhou-2007:16") === true, "article and times", words);
    await person.shot("findings-history");
  });
  await historyFiltered(person);
  await historyBySystem(person);
  await figuresLead(person);
  await waitsLead(keeper, operator, demo);
  await step("what will be found if nothing is done stands under the day on which it begins", async () => {
    const body = await certificateThatEnds(keeper, contractor);
    await person.go("/findings?tab=coming");
    const day = page.locator(".wk-alike-weight", { hasText: body.name });
    await day.waitFor();
    const words = await day.innerText();
    expect(words.includes(afterDay(body.valid_until)), "on the day after its last", words);
    await person.shot("findings-coming");
    await page.setViewportSize({ width: 390, height: 844 });
    await person.shot("findings-coming-phone");
    await page.setViewportSize({ width: 1920, height: 1080 });
    await person.shot("findings-coming-wall");
    await page.setViewportSize({ width: 1440, height: 900 });
  });
  await dutiesThatAreMet(person);
  await dutiesOfOne(person);
  await step("the auditor reads them in the other language on a phone", async () => {
    await phone.signIn(demo.accounts.auditor);
    await phone.go("/findings?weight=due");
    await phone.page.locator(".wk-alike").first().waitFor();
    const { t: other } = phone;
    const head = await phone.page.locator(".wk-alike-weight").first().innerText();
    expect(
      head.includes(other("finding-weight-due-text")) && head.includes(other("finding-remedy")),
      "in its language",
      head,
    );
    const over = await phone.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(over <= 0, "nothing is wider than the phone", `${over} px`);
    await phone.shot("findings-phone");
    await phone.go("/findings?tab=duties");
    await phone.page.getByText(other("finding-duties-lead"), { exact: true }).waitFor();
    await phone.page.locator(".ant-table-row").first().waitFor();
    await phone.shot("findings-duties-phone");
  });
}
