// The access log raises a question about somebody who was refused again and again; they see it on their own page and explain it; the
// auditor answers it; and the administrator asks who may see a camera.
import { press, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const EXPLANATION = "想查自己的导出登记 I looked for the entry of my own export";
const ANSWER = "已告知查阅方式 shown where one's own record is";
/** From so many refusals in a row on it is asked. */
const REFUSALS = 5;

export async function watchTheWatchers(operator, auditor, administrator, demo) {
  await step("an operator is refused again and again, and their own page asks what it was for", async () => {
    const { page, t } = operator;
    await operator.signIn(demo.accounts.operator);
    for (let time = 0; time < REFUSALS; time += 1) {
      const { status } = await operator.api("GET", "/api/ledger/access");
      expect(status === 403, "refused", status);
    }
    await operator.go("/account");
    await page.getByRole("link", { name: t("record-open"), exact: true }).click();
    const asked = page.locator(`section[aria-label="${t("record-questions")}"]`);
    await asked.getByLabel(t("questions-explanation"), { exact: true }).first().fill(EXPLANATION);
    await operator.shot("record");
    await press(operator, t("questions-explain-do"), asked.locator("article").first());
    await asked.getByText(EXPLANATION).first().waitFor();
  });
  await step("the auditor reads question and explanation, and enters what came of it", async () => {
    const { page, t } = auditor;
    await auditor.signIn(demo.accounts.auditor);
    await auditor.go("/questions?shown=open");
    const row = page.locator(".wk-table .ant-table-row", { hasText: t("questions-state-explained") }).first();
    await row.locator(".wk-rowlink").click();
    await side(auditor).getByText(EXPLANATION).waitFor();
    await auditor.shot("question");
    await side(auditor).getByLabel(t("questions-answer-why"), { exact: true }).fill(ANSWER);
    await press(auditor, t("questions-answer-do"));
    await until("it has its answer", async () => {
      const { body } = await auditor.api("GET", "/api/questions?open=false");
      const answers = body.questions.map(({ answer }) => answer.text);
      expect(answers.includes(ANSWER), "the answer", answers);
      return true;
    });
  });
  await step("whom it is about sees the answer", async () => {
    await operator.page.reload();
    await operator.page.getByText(ANSWER).first().waitFor();
  });
  await step("the administrator asks who may see a camera, and what is missing where somebody may not", async () => {
    const { page, t } = administrator;
    await administrator.signIn(demo.accounts.administrator);
    const { body } = await administrator.api("GET", "/api/cameras?limit=1");
    await administrator.go(`/cameras?id=${body.cameras[0].id}`);
    const policy = page.locator(`section[aria-label="${t("policy-camera-title")}"]`);
    await policy.getByRole("button", { name: t("policy-ask"), exact: true }).click();
    await policy.locator(".wk-mays").first().waitFor();
    const words = await until("both answers are there", async () => {
      const text = await policy.innerText();
      expect(text.includes(t("policy-yes")) && text.includes(t("policy-no")), "may and may not", text);
      return text;
    });
    await policy.scrollIntoViewIfNeeded();
    await administrator.shot("policy-camera");
    return `${words.split("\n").length} lines`;
  });
  await step("and what somebody may, in the unit and with how many of its cameras", async () => {
    const { page, t } = administrator;
    const { people } = (await administrator.api("GET", "/api/people")).body;
    const asked = people.find(({ account }) => account === demo.accounts.operator.account);
    await administrator.go(`/people?id=${asked.id}`);
    const policy = page.locator(`section[aria-label="${t("policy-person-title")}"]`);
    await policy.getByRole("button", { name: t("policy-ask"), exact: true }).click();
    await policy.getByText(t("policy-pictures"), { exact: true }).waitFor();
    await policy.getByText(t("policy-unit-acts"), { exact: true }).waitFor();
    expect((await policy.locator(".wk-mays").count()) === 2, "pictures, and acts in the unit");
    const words = await policy.innerText();
    expect(words.includes(t("policy-yes")) && words.includes(t("policy-no")), "may and may not", words);
    await policy.scrollIntoViewIfNeeded();
    await administrator.shot("policy-person");
    return `${words.split("\n").length} lines`;
  });
}
