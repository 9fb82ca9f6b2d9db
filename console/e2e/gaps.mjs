// A gap is explained by one person and judged by another: a camera is connected and sends nothing for a while, the administrator
// explains what is missing, the server refuses the author's own judgement, a second administrator approves.
import { expect, step, until } from "./report.mjs";

/** The GStreamer camera, and for how long it is kept from sending: long enough to be noticed. */
const BROKEN = "06";
const SECONDS_BROKEN = 15;
const TEXT = "更换交换机，已恢复";
const SECOND = { account: "second", name: "孙立 Sun Li", password: "correct horse battery 7 staple" };

const side = ({ page }) => page.locator(".wk-side.ant-drawer-open");
const write = (person, label, text) => side(person).getByLabel(person.t(label), { exact: true }).fill(text);
const press = (person, button) =>
  side(person)
    .getByRole("button", { name: person.t(button), exact: true })
    .click();

/** Makes a gap that nobody has announced, and waits until it has its record. */
async function breakFor(person, demo, seconds) {
  const { body } = await person.api("GET", "/api/cameras?limit=100");
  const camera = body.cameras.find(({ name }) => name.startsWith(`${BROKEN} `));
  await demo.stall(seconds);
  await until(
    "the gap has ended and has a record",
    async () => {
      const { body: found } = await person.api("GET", `/api/gaps?camera=${camera.id}&state=open`);
      return found.gaps.some(({ id, profile }) => id !== null && profile === "main");
    },
    { seconds: 200, everyMs: 1000 },
  );
  return camera;
}

/** Enters what a person needs before there is a picture: training and vetting. */
export async function putInOrder(keeper, id) {
  const now = Date.now();
  const day = 86_400_000;
  const training = {
    kind: "certificate",
    by_public_security: true,
    issuer: "市公安局",
    valid_from_ms: now - day,
    valid_until_ms: now + 300 * day,
  };
  const trained = await keeper.api("POST", `/api/people/${id}/trainings`, training);
  expect(trained.status === 200, "the training is entered", trained.body);
  const vetting = { by_whom: "派出所", at_ms: now - day, passed: true };
  const vetted = await keeper.api("POST", `/api/people/${id}/vetting`, vetting);
  expect(vetted.status === 200, "the vetting is entered", vetted.body);
}

/** The manager confirms an account that another made: before that it has no picture and approves nothing. */
export async function confirmNew({ base, accounts }, id) {
  const { account, password } = accounts.manager;
  const headers = { "X-Watchkeeper": "1", "Content-Type": "application/json" };
  const ask = (path, cookie, body) =>
    fetch(base + path, { method: "POST", headers: { ...headers, ...cookie }, body: JSON.stringify(body) });
  const entered = await ask("/api/sign-in", {}, { account, password });
  expect(entered.status === 200, "the manager signs in", entered.status);
  const cookie = entered.headers.getSetCookie().map((one) => one.split(";")[0]);
  const confirmed = await ask(`/api/people/${id}/confirm`, { Cookie: cookie.join("; ") }, { note: "本人已核实" });
  expect(confirmed.status === 200, "another keeper confirms the account", await confirmed.text());
}

/** Another administrator, made by the first one through the API; a one-time password is replaced at the first sign-in. */
export async function signInNew(first, second, { account, name, password, roles }) {
  const { body: me } = await first.api("GET", "/api/me");
  const posts = me.posts.flatMap(({ role, unit }) => (roles ?? [role]).map((one) => ({ role: one, unit_id: unit.id })));
  const { status, body } = await first.api("POST", "/api/people", { account, name, posts });
  expect(status === 201, "a second administrator is made", body);
  if (posts.some(({ role }) => role === "operator" || role === "viewer")) await putInOrder(first, body.person.id);
  await confirmNew(first.demo, body.person.id);
  await second.signInFirst({ account, password }, body.one_time_password);
}

export async function explainAndJudge(first, second, operator, demo) {
  const { page, t } = first;
  let id;
  await step("a gap is chosen in the list and explained", async () => {
    await first.signIn(demo.accounts.administrator);
    const camera = await breakFor(first, demo, SECONDS_BROKEN);
    await first.go(`/health?tab=gaps&state=open&camera=${camera.id}`);
    await page
      .getByRole("checkbox", { name: t("gap-choose", { name: camera.name }), exact: true })
      .first()
      .check();
    await first.button("explain-chosen").click();
    await side(first).getByLabel(t("explain-cause"), { exact: true }).click();
    await page.locator(".ant-select-item-option", { hasText: new RegExp(`^${t("cause-network")}$`) }).click();
    await write(first, "explain-text", TEXT);
    await write(first, "because-document", "工单 12");
    await first.shot("gap-explain");
    await press(first, "explain-send");
    await side(first).waitFor({ state: "detached" });
    const { body } = await first.api("GET", "/api/gaps/explanations");
    id = body.find(({ text }) => text === TEXT)?.id;
    expect(id, "the explanation is there", body);
  });
  await step("its author has no button to judge it, and the server refuses", async () => {
    await first.go(`/health?tab=gaps&view=explanations&id=${id}`);
    await side(first).getByText(t("judge-own"), { exact: true }).waitFor();
    const { status, body } = await first.api("POST", `/api/gaps/explanations/${id}/verdict`, { approved: true });
    expect(status === 403 && body.error.article && body.error.remedy, "403 with article and remedy", body);
    return `${body.error.article}: ${body.error.reason.zh}`;
  });
  await step("an operator, who may explain, finds gaps and explanations, and nothing else of that page", async () => {
    await operator.signIn(demo.accounts.operator);
    await operator.rail("page-health");
    await operator.page.locator(".wk-page [role=tab]").first().waitFor();
    await until("one tab", async () => {
      const tabs = await operator.page.locator(".wk-page [role=tab]").allInnerTexts();
      expect(tabs.length === 1 && tabs[0] === t("health-tab-gaps"), "that of gaps", tabs);
      return true;
    });
    await operator.page.getByText(t("gap-view-explanations"), { exact: true }).click();
    await operator.page.locator(".wk-table .ant-table-row", { hasText: TEXT }).locator(".wk-rowlink").click();
    await side(operator).getByText(t("judge-who"), { exact: true }).waitFor();
    const judge = side(operator).getByRole("button", { name: t("judge-approve"), exact: true });
    expect((await judge.count()) === 0, "no button to judge");
    await operator.shot("gap-operator");
  });
  await step("another administrator finds it among what waits, and approves", async () => {
    await signInNew(first, second, SECOND);
    await second.go("/health?tab=gaps&view=explanations");
    await second.page
      .locator(".wk-table .wk-rowlink", { hasText: new RegExp(`^${BROKEN} `) })
      .first()
      .click();
    await side(second).getByText(TEXT).first().waitFor();
    await press(second, "judge-approve");
    await side(second).getByText(t("judge-approved")).waitFor();
    await second.shot("gap-judged");
    const { body } = await second.api("GET", "/api/gaps?state=justified");
    expect(
      body.gaps.some(({ explanation }) => explanation?.id === id),
      "the gap is justified",
      body.gaps,
    );
  });
}
