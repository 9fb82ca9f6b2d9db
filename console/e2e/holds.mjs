// Footage is held by one person and let go by two: the operator places a hold and asks to lift it, the server refuses the
// operator's own answer, the administrator approves.
import { choose } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

/** The camera that is held, and so many seconds of it that ended so long ago. */
const HELD = "03";
const SPAN_SECONDS = 20;
const AGO_SECONDS = 5;
const REASON = "东门停车纠纷，先行保全";

const side = ({ page }) => page.locator(".wk-side.ant-drawer-open");
const state = (person, id) =>
  side(person)
    .locator(".wk-meaning", { hasText: person.t(id) })
    .first();

async function opened(person, id) {
  await person.go(`/holds?show=all&id=${id}`);
  await side(person).locator(".wk-facts").waitFor();
}

/** Writes the reason and presses the button. */
async function because(person, reason, button) {
  await side(person).getByLabel(person.t("because-reason"), { exact: true }).first().fill(reason);
  await side(person)
    .getByRole("button", { name: person.t(button), exact: true })
    .click();
}

export async function hold(operator, administrator, demo) {
  const { page, t } = operator;
  let id;
  await step(
    "the operator holds a span: the form is filled in from the address, and what is missing is said",
    async () => {
      const { body } = await operator.api("GET", "/api/cameras?limit=100");
      const camera = body.cameras.find(({ name }) => name.startsWith(`${HELD} `));
      const to = Date.now() - AGO_SECONDS * 1000;
      await operator.go(`/holds?new=1&cameras=${camera.id}&from_ms=${to - SPAN_SECONDS * 1000}&to_ms=${to}`);
      await side(operator).locator(".wk-tags").getByText(camera.name).waitFor();
      await side(operator)
        .locator(".wk-purpose-name", { hasText: new RegExp(`^${t("purpose-incident")}$`) })
        .click();
      await side(operator)
        .locator(".wk-missing", { hasText: t("hold-need-reason") })
        .waitFor();
      await side(operator).getByLabel(t("hold-reason"), { exact: true }).fill(REASON);
      const ordered = side(operator).getByLabel(t("hold-approver-label"), { exact: true });
      await choose(operator, ordered, demo.accounts.administrator.name);
      await side(operator)
        .getByRole("button", { name: t("hold-place"), exact: true })
        .click();
      await page
        .locator(".wk-side.ant-drawer-open .ant-drawer-title", { hasText: new RegExp(`^${t("hold-one")}$`) })
        .waitFor();
      id = await until("the address names the hold", () => operator.inAddress("id"), { seconds: 90 });
      await side(operator).getByText(REASON).waitFor();
      const { body: placed } = await operator.api("GET", `/api/holds/${id}`);
      expect(placed.approver_id && placed.approver.includes("administrator"), "who ordered it is an account", placed);
      await operator.shot("hold-placed");
    },
  );
  await step("the operator asks to lift it, and may not answer that: with article and remedy", async () => {
    await because(operator, "双方已和解", "hold-ask-lift");
    await state(operator, "hold-asked").waitFor();
    const { status, body } = await operator.api("POST", `/api/holds/${id}/release/approve`, { reason: "自己批准" });
    expect(status === 403 && body.error.article && body.error.remedy, "403 with article and remedy", body);
    const own = side(operator).getByRole("button", { name: t("hold-approve"), exact: true });
    expect((await own.count()) === 0, "no button to approve one's own request");
    return `${body.error.article}: ${body.error.reason.zh}`;
  });
  await step("the administrator finds it under “for me to approve”, and lifts it", async () => {
    await administrator.signIn(demo.accounts.administrator);
    await administrator.go("/holds?show=mine");
    await administrator.page
      .locator(".wk-table .wk-rowlink", { hasText: new RegExp(`^${HELD} `) })
      .first()
      .click();
    // Gone from this page before the server has answered, nothing would have been asked.
    const answered = administrator.page.waitForResponse((answer) => answer.url().endsWith("/release/approve"));
    await because(administrator, "核实属实，同意解除", "hold-approve");
    expect((await answered).ok(), "the server approves", (await answered).status());
    await opened(administrator, id);
    await state(administrator, "hold-released").waitFor();
    await administrator.shot("hold-lifted");
  });
}

const RAISED = "画面涉及未成年人";
/** Behind what was held, so that each is seen by itself. */
const RAISED_SECONDS = 10;

/** The operator raises a span that is being looked at; the pictures stop, until the administrator takes the level back. */
export async function protect(operator, administrator) {
  const { page, t } = operator;
  const refusal = page.locator(".wk-refusal", { hasText: "datong-2008:5" });
  let camera;
  await step("the operator raises the level of a chosen span: its pictures stop, with article and remedy", async () => {
    await operator.choose("purpose-incident");
    const { body } = await operator.api("GET", "/api/cameras?limit=100");
    camera = body.cameras.find(({ name }) => name.startsWith(`${HELD} `));
    const to = Date.now() - AGO_SECONDS * 1000;
    const from = to - RAISED_SECONDS * 1000;
    await operator.go(`/playback?cameras=${camera.id}&at=${from + 2_000}&from_ms=${from}&to_ms=${to}`);
    await operator.tile(HELD).waitFor();
    await page
      .locator(".wk-selection")
      .getByRole("button", { name: t("playback-selection-raise"), exact: true })
      .click();
    await because(operator, RAISED, "clip-level-raise");
    await side(operator).getByText(t("clip-level-raised")).waitFor();
    await side(operator).locator(".ant-drawer-close").click();
    await refusal.waitFor();
    await page
      .locator(".wk-selection")
      .getByRole("button", { name: t("playback-selection-show"), exact: true })
      .click();
    await operator.button("playback-table").click();
    await page
      .locator(".wk-timeline-table tr", { hasText: t("clip-level-2") })
      .first()
      .waitFor();
    await operator.shot("levels-refused");
    return (await refusal.innerText()).replaceAll(/\s+/g, " ");
  });
  await step("the administrator reads who, when and why, and takes it back with a document", async () => {
    const paper = await administrator.api("POST", "/api/register/document", {
      unit_id: camera.unit_id,
      body: { name: "降低片段密级的批准", paper: "other" },
    });
    expect(paper.status === 201, "the document is added", paper.body);
    await administrator.go(`/cameras?id=${camera.id}`);
    const levels = side(administrator).getByRole("region", { name: t("clip-levels"), exact: true });
    await levels.getByText(RAISED).waitFor();
    await levels.getByRole("button", { name: t("clip-level-lower"), exact: true }).click();
    await levels.getByLabel(t("because-reason"), { exact: true }).fill("核查完毕，已无必要");
    await choose(administrator, levels.getByLabel(t("clip-level-document"), { exact: true }), "降低片段密级的批准");
    await administrator.shot("levels-lowering");
    await levels.getByRole("button", { name: t("clip-level-lower-send"), exact: true }).click();
    await levels.locator(".wk-written", { hasText: "核查完毕，已无必要" }).waitFor();
    await administrator.shot("levels-lowered");
  });
  await step("the operator's pictures are there again without being asked for", async () => {
    await refusal.waitFor({ state: "detached", timeout: 60_000 });
    await operator.tile(HELD).waitFor();
    await operator.button("playback-table").click();
    // Nobody's pictures run on behind the next one's back.
    await operator.go("/account");
  });
}
