// An organ takes over control of a unit's cameras: everybody sees it, the unit loses its pictures, the officer has them, and gives
// them back.
import { grownWords } from "./browser.mjs";
import { confirmNew } from "./gaps.mjs";
import { choose, press, scanned, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

/** A camera of the demonstration that always sends. */
const SHOWN = "01";
/** The shortest that control can be taken for, and a little for the way. */
const SHORTEST_MS = 5 * 60_000 + 10_000;

/** Told twice, in either language: another organ, officer and order each time. */
export const TAKEOVERS = {
  en: {
    organ: "市公安局 City police",
    officer: { account: "officer", name: "赵一 Zhao Yi", password: "correct horse battery 12 staple" },
    order: "接管决定书 Order to hand over",
  },
  zh: {
    organ: "县公安局 County police",
    officer: { account: "officer-zh", name: "钱二 Qian Er", password: "correct horse battery 13 staple" },
    order: "紧急接管决定书 Urgent order to hand over",
  },
};

export async function handOverControl(administrator, officer, operator, demo, told) {
  const { organ, officer: engaging, order } = told;
  let camera;
  try {
    await step("the officer has an account, and nothing to see", async () => {
      await administrator.signIn(demo.accounts.administrator);
      await operator.signIn(demo.accounts.operator);
      await operator.go("/account");
      camera = (await operator.api("GET", "/api/cameras?limit=1")).body.cameras[0].id;
      await engaged(administrator, officer, told);
      const { status, body } = await officer.api("GET", "/api/cameras?limit=1");
      expect(status === 403 || body.cameras.length === 0, "no camera is theirs", body);
    });
    await step(
      "the administrator enters who takes over, on which order, until when, and what the unit keeps",
      async () => {
        const { page, t } = administrator;
        await administrator.go("/people");
        await page.getByRole("link", { name: t("takeover-title"), exact: true }).click();
        await page.getByRole("button", { name: t("takeover-new"), exact: true }).click();
        const form = side(administrator);
        const labelled = (name) => form.getByLabel(t(name), { exact: true });
        await labelled("takeover-organ").click();
        await page
          .locator(".ant-select-item-option", { hasText: t("takeover-organ-public-security") })
          .last()
          .click();
        await labelled("takeover-organ-name").fill(organ);
        await choose(administrator, labelled("takeover-order"), order);
        await choose(administrator, labelled("takeover-officers"), engaging.name);
        await administrator.page.keyboard.press("Escape");
        await labelled("takeover-until").fill(await tomorrow(administrator));
        await labelled("takeover-until").press("Enter");
        await labelled("takeover-reason").fill("围捕在逃人员");
        await administrator.shot("takeover-form");
        await press(administrator, t("takeover-begin"));
        await form.getByText(t("takeover-running"), { exact: true }).first().waitFor();
        await administrator.shot("takeover-begun");
      },
    );
    await step(
      "everybody reads it in the line at the top; the unit's pictures are refused with article and time",
      async () => {
        await operator.page.locator(".wk-stateline").getByText(organ).first().waitFor();
        const refused = await watched(operator, camera);
        expect(refused.status === 403 && refused.body.error.code === "taken_over", "taken over", refused.body);
        await operator.shot("takeover-seen");
        return refused.body.error.article;
      },
    );
    await step("on the wall the operator reads the refusal with its article, where the picture was", async () => {
      await operator.choose("purpose-incident");
      await operator.go(`/wall?grid=1&tiles=${camera}`);
      const panel = operator.page.locator(".wk-refusal").first();
      await panel.waitFor();
      const words = await panel.innerText();
      expect(words.includes(organ), "it says who has control", words);
      expect(words.includes(operator.t("refusal-article")), "and the article", words);
      await operator.shot("takeover-refused");
      await operator.go("/account");
    });
    await step("the officer sees the picture on the wall", async () => {
      const { body } = await officer.api("GET", "/api/cameras?limit=100");
      const shown = body.cameras.find(({ name }) => name.startsWith(`${SHOWN} `)) ?? body.cameras[0];
      await officer.page.reload();
      await officer.choose("purpose-incident");
      await officer.go(`/wall?grid=1&tiles=${shown.id}`);
      const grown = await officer.moving(1);
      await officer.shot("takeover-officer-wall");
      return grownWords(grown);
    });
    await step("the officer has the cameras, and gives them back with a reason", async () => {
      const { page, t } = officer;
      await officer.go("/takeovers");
      await page.locator(".wk-table .ant-table-row", { hasText: organ }).locator(".wk-rowlink").click();
      const allowed = await watched(officer, camera);
      expect(allowed.status === 201, "a view", allowed.body);
      const panel = side(officer);
      await panel.locator(".wk-because textarea").fill("任务结束");
      await press(officer, t("takeover-give-back-do"));
      await panel.getByText(t("takeover-given-back"), { exact: true }).first().waitFor();
      await officer.shot("takeover-given-back");
      await until("the unit has its pictures again", async () => {
        const again = await watched(operator, camera);
        expect(again.status === 201, "a view", again.body);
        await operator.api("POST", `/api/views/${again.body.id}/end`, {});
        return true;
      });
      expect((await watched(officer, camera)).status === 403, "the officer has them no longer");
    });
    await step("a system of the register is taken over: whatever stands at its points, and nothing else", async () => {
      const system = await standing(administrator);
      const { t } = administrator;
      await administrator.go("/takeovers?new=1");
      const form = side(administrator);
      const labelled = (name) => form.getByLabel(t(name), { exact: true });
      await labelled("takeover-organ").click();
      await administrator.page
        .locator(".ant-select-item-option", { hasText: t("takeover-organ-public-security") })
        .last()
        .click();
      await labelled("takeover-organ-name").fill(organ);
      await choose(administrator, labelled("takeover-what"), t("takeover-of-system"));
      await choose(administrator, labelled("takeover-system"), system.name);
      await choose(administrator, labelled("takeover-order"), order);
      await choose(administrator, labelled("takeover-officers"), engaging.name);
      await administrator.page.keyboard.press("Escape");
      await labelled("takeover-until").fill(await tomorrow(administrator));
      await labelled("takeover-until").press("Enter");
      await labelled("takeover-reason").fill("围捕在逃人员");
      await administrator.shot("takeover-system-form");
      await press(administrator, t("takeover-begin"));
      await form.getByText(t("takeover-running"), { exact: true }).first().waitFor();
      await form.getByText(system.name).first().waitFor();
      await administrator.shot("takeover-system-begun");
      const seen = await officer.api("GET", "/api/cameras?limit=200");
      expect(seen.body.total === system.cameras, "the officer has the system's cameras", seen.body.total);
      const state = await operator.api("GET", "/api/state");
      expect(state.body.takeovers[0].system_name === system.name, "everybody reads which", state.body.takeovers);
      return `${system.name}: ${system.cameras}`;
    });
    // Five minutes are the shortest; once is enough.
    if (told === TAKEOVERS.en) await returned(administrator, officer, operator, told);
  } finally {
    // Whatever happened: the other chapters need their cameras.
    const { body } = await administrator.api("GET", "/api/takeovers");
    for (const { id, running } of body?.takeovers ?? [])
      if (running) await administrator.api("POST", `/api/takeovers/${id}/end`, { reason: "结束" });
  }
}

/** Nobody gives anything back: the hour comes, the page says so by itself, and the unit has its picture. */
async function returned(administrator, officer, operator, { organ, order: named }) {
  await step("control comes back by the clock, and the page shows it without anybody's doing", async () => {
    const { page, t } = operator;
    for (const { id, running } of (await administrator.api("GET", "/api/takeovers")).body.takeovers)
      if (running) await administrator.api("POST", `/api/takeovers/${id}/end`, { reason: "结束" });
    const { body: me } = await administrator.api("GET", "/api/me");
    const unit = me.posts[0].unit.id;
    const { body: own } = await officer.api("GET", "/api/me");
    const begun = await administrator.api("POST", "/api/takeovers", {
      unit_id: unit,
      organ: "public_security",
      organ_name: organ,
      order_document_id: await scanned(administrator, unit, { name: `${named} (2)` }),
      reason: "围捕在逃人员",
      officer_ids: [own.person.id],
      until_ms: Date.now() + SHORTEST_MS,
    });
    expect(begun.status === 201, "it is begun", begun.body);
    const { body } = await administrator.api("GET", `/api/cameras?limit=100`);
    const shown = body.cameras.find(({ name, unit_id }) => name.startsWith(`${SHOWN} `) && unit_id === unit);
    const line = page.locator(".wk-stateline").getByText(organ).first();
    await operator.go(shown ? `/wall?grid=1&tiles=${shown.id}` : "/wall");
    await line.waitFor();
    await operator.shot("takeover-until");
    await line.waitFor({ state: "hidden", timeout: SHORTEST_MS + 60_000 });
    if (shown) {
      // What was refused is asked for anew when the page is opened.
      await page.reload();
      await operator.moving(1, { seconds: 60 });
    }
    await operator.shot("takeover-returned");
    await operator.go("/account");
    const { body: after } = await administrator.api("GET", "/api/takeovers");
    const ended = after.takeovers.find(({ id }) => id === begun.body.id);
    expect(ended && !ended.running, t("takeover-title"), ended);
  });
}

/** A system of the demonstration in which cameras stand. */
async function standing(person) {
  const { body } = await person.api("GET", "/api/register/system?limit=50");
  for (const { id, name } of body.records) {
    const cameras = await person.api("GET", `/api/cameras?record=${id}&limit=1`);
    if (cameras.body.total > 0) return { id, name, cameras: cameras.body.total };
  }
  throw new Error("no system of the demonstration has a camera");
}

async function watched(person, camera) {
  const wanted = { mode: "live", cameras: [camera], purpose: "incident", legal_basis: "unit_duty", note: "围捕" };
  return person.api("POST", "/api/views", wanted);
}

/** This hour tomorrow, as the field is written. */
async function tomorrow({ page }) {
  return page.evaluate(() => {
    const at = new Date(Date.now() + 86_400_000);
    const two = (number) => String(number).padStart(2, "0");
    const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
    return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
  });
}

/** The order stands in the register, and the officer signs in with a password of their own. */
async function engaged(administrator, officer, { officer: engaging, order: named }) {
  const { body: me } = await administrator.api("GET", "/api/me");
  const unit = me.posts[0].unit.id;
  await scanned(administrator, unit, { name: named });
  const { account, name } = engaging;
  const { status, body } = await administrator.api("POST", "/api/people", { account, name, posts: [] });
  expect(status === 201, "the officer has an account", body);
  await confirmNew(administrator.demo, body.person.id);
  await officer.signInFirst(engaging, body.one_time_password);
}
