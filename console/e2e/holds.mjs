// Footage is held by one person and let go by two: the operator places a hold and asks to lift it, the server refuses the
// operator's own answer, the administrator approves.
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
      await side(operator)
        .getByRole("button", { name: t("hold-place"), exact: true })
        .click();
      await page
        .locator(".wk-side.ant-drawer-open .ant-drawer-title", { hasText: new RegExp(`^${t("hold-one")}$`) })
        .waitFor();
      id = await until("the address names the hold", () => operator.inAddress("id"), { seconds: 90 });
      await side(operator).getByText(REASON).waitFor();
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
