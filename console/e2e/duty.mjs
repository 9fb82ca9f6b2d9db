// A shift from take-over to hand-over: rostered by the administrator, taken over and kept by the operator, with an observation, a
// report that holds its footage and is acknowledged, an alarm that is answered, a visitor, the sheet; then the console locks.
import { choose, side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const ROOM = "值班室 Duty room";
const SEEN = "三人在围栏处徘徊 three men at the fence";
const ORGAN = "滨江派出所 Riverside station";
const NUMBER = "2026-值-77";
const LAST = "一切正常，报告待回执 all quiet, one report waits";
/** Joined to video in the demonstration, in the unit of the watched camera. */
const SOURCE = "滨江求助按钮 · Riverside help buttons";
const FOLDER = "围栏徘徊 loitering at the fence";
const CALLED = "老人摔倒 an old man fell";
/** The camera that is watched; its unit gets the room. */
const WATCHED = "01";
const HOUR_MS = 3_600_000;

/** With the button on the duty page, and why nobody hands over. */
export async function takeOver(person, why) {
  const { t } = person;
  await person.go("/duty");
  const mine = panel(person, t("duty-mine"));
  await mine.getByLabel(t("duty-alone-why"), { exact: true }).fill(why);
  await mine.getByRole("button", { name: t("duty-take-over"), exact: true }).click();
  await mine.getByText(t("duty-running"), { exact: true }).waitFor();
}

/** With the button and last words; the console locks. */
export async function handOver(person, words) {
  const { page, t } = person;
  await person.go("/duty");
  const mine = panel(person, t("duty-mine"));
  await mine.getByLabel(t("duty-hand-over-words"), { exact: true }).fill(words);
  await mine.getByRole("button", { name: t("duty-hand-over-do"), exact: true }).click();
  await page.locator("input[type=password]").waitFor();
}

/** What an alarm system sends: from outside any browser, with nothing but its token. */
export async function pressed(demo, token, body) {
  const answer = await fetch(`${demo.base}/api/events`, {
    method: "POST",
    headers: { "X-Watchkeeper": "1", "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

/** In the middle of the shift the help button is pressed: the call comes up over the wall, is acknowledged, and closed with an outcome. */
async function answerAlarm(officer, administrator, demo) {
  const { page, t } = officer;
  const { sources } = (await administrator.api("GET", "/api/alarm-sources")).body;
  const source = sources.find(({ name }) => name === SOURCE);
  const issued = await administrator.api("POST", `/api/alarm-sources/${source.id}/token`, {});
  expect(issued.status === 200, "it has a token", issued.body);
  const sent = await pressed(demo, issued.body.token, {
    id: `duty${officer.mark}`,
    kind: "help",
    input: "1",
    words: CALLED,
  });
  expect(sent.status === 201 && sent.body.state === "open", "an alarm", sent.body);
  const call = page.locator(".wk-call");
  await call.getByText(CALLED).first().waitFor();
  await officer.shot("duty-alarm");
  await call
    .getByRole("button", { name: t("alarm-acknowledge"), exact: true })
    .first()
    .click();
  await call.waitFor({ state: "detached" });
  await officer.go(`/alarms?shown=acknowledged&id=${sent.body.id}`);
  const closing = side(officer).locator(`section[aria-label="${t("alarm-close")}"]`);
  await closing.getByLabel(t("alarm-outcome"), { exact: true }).click();
  await page
    .locator(".ant-select-item-option", { hasText: t("alarm-outcome-handled") })
    .last()
    .click();
  await closing.locator("textarea").fill("已扶起并联系家属 helped up, family called");
  await closing.getByRole("button", { name: t("alarm-close-do"), exact: true }).click();
  await side(officer).getByText(t("alarm-outcome-handled"), { exact: true }).first().waitFor();
  await officer.shot("duty-alarm-closed");
  await administrator.api("DELETE", `/api/alarm-sources/${source.id}/token`);
}

/** The report goes with a copy of the observation's minute, sealed; its copy id stands with the report. */
async function addClip(officer, report) {
  const { t } = officer;
  await report.getByRole("button", { name: t("duty-clip-new"), exact: true }).click();
  const form = side(officer);
  await form.getByLabel(t("duty-clip-recipient", { organ: ORGAN }), { exact: true }).fill("王警官 Wang");
  await officer.shot("duty-clip-new");
  await form.getByRole("button", { name: t("duty-clip-make"), exact: true }).click();
  await report.getByText(t("duty-clip-not-collected")).waitFor();
}

const panel = ({ page }, name) => page.locator(`section[aria-label="${name}"]`);

export async function keepWatch(officer, administrator, auditor, demo) {
  const { page, t } = officer;
  let [room, shift, camera] = [];
  await step("the administrator enters a room: from then on watching on duty needs a shift", async () => {
    await administrator.signIn(demo.accounts.administrator);
    await officer.signIn(demo.accounts.operator);
    const { cameras } = (await officer.api("GET", "/api/cameras?limit=100")).body;
    camera = cameras.find(({ name }) => name.startsWith(`${WATCHED} `));
    const units = (await officer.api("GET", "/api/units")).body;
    await administrator.go("/duty");
    const form = panel(administrator, administrator.t("duty-room-new"));
    await form.waitFor();
    // Whoever keeps one unit only is not asked which.
    const which = form.getByLabel(administrator.t("pressure-unit"), { exact: true });
    if ((await kept(administrator)) > 1)
      await choose(administrator, which, units.find(({ id }) => id === camera.unit_id).name);
    await form.getByLabel(administrator.t("duty-room-name"), { exact: true }).fill(ROOM);
    await form.getByRole("button", { name: administrator.t("duty-room-add"), exact: true }).click();
    room = await until("the room is there", async () => {
      const { body } = await administrator.api("GET", "/api/duty/rooms");
      return body.rooms.find(({ name, closed }) => name === ROOM && !closed);
    });
    const view = { mode: "live", cameras: [camera.id], purpose: "duty_watch", legal_basis: "unit_duty" };
    const { status, body } = await officer.api("POST", "/api/views", view);
    expect(status === 403 && body.error.code === "off_shift", "refused, since nobody is on shift", body);
    return `${body.error.article}: ${body.error.reason.zh}`;
  });
  await step("and rosters the operator in the week's table", async () => {
    await administrator.go("/duty?tab=roster");
    const form = panel(administrator, administrator.t("duty-roster-new"));
    const operator = (await administrator.api("GET", "/api/people")).body.people.find(
      ({ account }) => account === demo.accounts.operator.account,
    );
    await choose(
      administrator,
      form.getByLabel(administrator.t("duty-roster-person"), { exact: true }),
      `${operator.name} (${operator.account})`,
    );
    await form.getByRole("button", { name: administrator.t("duty-roster-add"), exact: true }).waitFor();
    // To this instant, which a form's clock would make the test wait for; not before: the shift of the telling before ended a moment ago.
    const from = Date.now();
    const { status, body } = await administrator.api("POST", "/api/duty/shifts", {
      room_id: room.id,
      shifts: [{ person_id: operator.id, from_ms: from, to_ms: from + 8 * HOUR_MS, post: "officer" }],
    });
    expect(status === 201, "rostered", body);
    shift = body[0].id;
    await administrator.page.reload();
    await administrator.page.locator(".wk-duty-cell", { hasText: operator.name }).first().waitFor();
    await administrator.shot("duty-roster");
  });
  await step("the operator takes over, and says why nobody hands over", async () => {
    await takeOver(officer, "首班 the first shift");
    // The room needs the post that is rostered, and it is filled.
    const posts = page.getByRole("list", { name: t("duty-posts"), exact: true });
    await posts.getByText(t("duty-post-officer"), { exact: true }).waitFor();
    await posts.getByText(t("duty-post-filled"), { exact: true }).waitFor();
    await officer.shot("duty-running");
  });
  await step("what is seen on the wall goes into the log from its tile", async () => {
    await officer.choose("purpose-duty-watch");
    await officer.go(`/wall?grid=1&tiles=${camera.id}`);
    const tile = officer.tile(WATCHED).first();
    await tile.waitFor();
    await tile.hover();
    await tile.getByRole("button", { name: t("duty-note-this"), exact: true }).click();
    const dialog = page.getByRole("dialog", { name: t("duty-note-this") });
    await choose(officer, dialog.getByLabel(t("duty-note-kind"), { exact: true }), t("duty-kind-suspicious"));
    await dialog.getByLabel(t("duty-note-words"), { exact: true }).fill(SEEN);
    await officer.shot("duty-wall-note");
    await dialog.getByRole("button", { name: t("duty-note-write"), exact: true }).click();
    await dialog.waitFor({ state: "hidden" });
    // Nobody's pictures run on behind the next step's back.
    await officer.go("/duty?tab=log");
    await page.locator(".wk-duty-log li", { hasText: SEEN }).waitFor();
    await officer.shot("duty-log");
  });
  await step("an alarm comes up over the wall, is acknowledged by whoever is on shift, and closed", async () => {
    await officer.go(`/wall?grid=1&tiles=${camera.id}`);
    await officer.tile(WATCHED).first().waitFor();
    await answerAlarm(officer, administrator, demo);
    await officer.go("/duty?tab=log");
  });
  await step("it is reported from the log: its footage is held, and the acknowledgement entered", async () => {
    await page
      .locator(".wk-duty-log li", { hasText: SEEN })
      .getByRole("button", { name: t("duty-report-this"), exact: true })
      .click();
    await side(officer).getByLabel(t("duty-report-organ"), { exact: true }).fill(ORGAN);
    await side(officer)
      .getByRole("button", { name: t("duty-report-send"), exact: true })
      .click();
    const report = page.locator("section.wk-panel", { hasText: ORGAN });
    await report.getByText(t("duty-report-waits")).waitFor();
    const { body } = await officer.api("GET", `/api/duty/reports?room=${room.id}`);
    const hold = await officer.api("GET", `/api/holds/${body.reports[0].hold_id}`);
    expect(hold.status === 200 && hold.body.note === SEEN, "its footage is held", hold.body);
    await addClip(officer, report);
    await report.getByLabel(t("duty-acknowledgement-number"), { exact: true }).fill(NUMBER);
    await report.getByRole("button", { name: t("duty-acknowledge"), exact: true }).click();
    await report.getByText(t("duty-acknowledged")).first().waitFor();
    await officer.shot("duty-report");
  });
  await step("observation and report are put into an incident folder from where they stand", async () => {
    const opened = await officer.api("POST", "/api/folders", { unit_id: camera.unit_id, name: FOLDER, happened: SEEN });
    expect(opened.status === 201, "a folder", opened.body);
    for (const [tab, of] of [
      ["reports", page.locator("section.wk-panel", { hasText: ORGAN })],
      ["log", page.locator(".wk-duty-log li", { hasText: SEEN })],
    ]) {
      await officer.go(`/duty?tab=${tab}`);
      await of.getByRole("button", { name: t("folder-put-into"), exact: true }).click();
      const form = of.locator(`section[aria-label="${t("folder-put-into")}"]`);
      await choose(officer, form.getByLabel(t("folder-one"), { exact: true }), FOLDER);
      await form.locator("textarea").fill(SEEN);
      await officer.shot(`duty-${tab}-into-folder`);
      await form.getByRole("button", { name: t("folder-add"), exact: true }).click();
      await of.getByText(t("folder-added"), { exact: true }).waitFor();
    }
    const { body } = await officer.api("GET", `/api/folders/${opened.body.id}`);
    const kinds = body.items.map(({ kind }) => kind).sort();
    expect(kinds.join() === "observation,report", "both are in it", body.items);
  });
  await step("a visitor comes and leaves", async () => {
    await officer.go("/duty?tab=visitors");
    const form = panel(officer, t("duty-visitor-new"));
    for (const [field, value] of [
      ["name", "王工 Wang"],
      ["organisation", "空调公司 Cooling Ltd"],
      ["purpose", "检修 repairs"],
      ["host", "老李 Li"],
    ])
      await form.getByLabel(t(`duty-visitor-${field}`), { exact: true }).fill(value);
    await form.getByRole("button", { name: t("duty-visitor-in"), exact: true }).click();
    const visitor = page.locator(".wk-duty-log li", { hasText: "王工" });
    await visitor.getByRole("button", { name: t("duty-visitor-out"), exact: true }).click();
    await visitor.getByText(t("duty-visitor-here")).waitFor({ state: "detached" });
  });
  await step("whoever leaves the wall locks: its pictures go on, and nothing else does", async () => {
    await officer.go(`/wall?grid=1&tiles=${camera.id}`);
    await officer.tile(WATCHED).first().waitFor();
    await leave(officer);
    await page.locator("dialog.wk-lock-wall").waitFor();
    const { status, body } = await officer.api("GET", "/api/cameras");
    expect(status === 401 && body.error.code === "left_alone_on_shift", "nothing else is answered", body);
    await officer.shot("duty-wall-locked");
    await comeBack(officer, demo.accounts.operator);
  });
  await step("at another page the lock covers everything, and what was typed is there afterwards", async () => {
    await officer.go("/duty");
    const words = panel(officer, t("duty-mine")).getByLabel(t("duty-hand-over-words"), { exact: true });
    await words.fill(LAST);
    await leave(officer);
    await page.locator("dialog.wk-lock:not(.wk-lock-wall)").waitFor();
    await officer.shot("duty-page-locked");
    await comeBack(officer, demo.accounts.operator);
    expect((await words.inputValue()) === LAST, "the page is as it was left", await words.inputValue());
  });
  await step("the shift is handed over, and the console asks for the password at the same place", async () => {
    await handOver(officer, LAST);
    expect(new URL(page.url()).pathname === "/duty", "it keeps its place", page.url());
    await officer.shot("duty-locked");
  });
  await step("the auditor reads the sheet, on a phone too", async () => {
    await auditor.signIn(demo.accounts.auditor);
    await auditor.go(`/duty?shift=${shift}`);
    const sheet = side(auditor).locator(".wk-screen > .wk-duty-sheet");
    for (const words of [LAST, SEEN, NUMBER, "王工"]) await sheet.getByText(words).first().waitFor();
    await auditor.shot("duty-sheet");
    await auditor.page.emulateMedia({ media: "print" });
    const paper = auditor.page.locator(".wk-paper", { hasText: auditor.t("duty-sheet") });
    await paper.waitFor();
    const words = await paper.innerText();
    for (const said of [LAST, SEEN, NUMBER, auditor.t("duty-sign-from"), auditor.t("duty-sign-to")])
      expect(words.includes(said), `on paper: ${said}`, words);
    expect(!(await auditor.page.locator(".wk-rail").isVisible()), "and not the page around it");
    await auditor.shot("duty-sheet-paper");
    await auditor.page.emulateMedia({ media: "screen" });
    for (const tab of ["now", "log", "reports", "visitors", "roster"]) {
      await auditor.go(`/duty?tab=${tab}`);
      await auditor.page.locator(".ant-tabs-tab-active", { hasText: auditor.t(`duty-tab-${tab}`) }).waitFor();
      await auditor.page.locator(".wk-loading").first().waitFor({ state: "detached" });
      await auditor.shot(`duty-phone-${tab}`);
    }
  });
  await step("the administrator closes the room: the unit keeps no roster any more", async () => {
    await administrator.go("/duty?tab=roster");
    const form = panel(administrator, administrator.t("duty-room-close"));
    await form.getByRole("checkbox").check();
    await form.getByRole("button", { name: administrator.t("duty-room-close"), exact: true }).click();
    await administrator.page.getByText(administrator.t("duty-none-title")).waitFor();
    await administrator.go("/account");
  });
}

async function leave({ page, t }) {
  await page.locator(".wk-who").click();
  await page.getByRole("menuitem", { name: t("lock-now"), exact: true }).click();
}

async function comeBack({ page, t }, { password }) {
  const dialog = page.locator("dialog.wk-lock");
  await dialog.getByLabel(t("lock-password"), { exact: true }).fill(password);
  await dialog.getByRole("button", { name: t("lock-open"), exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

/** In how many units the person keeps the whole register. */
async function kept(person) {
  const { body } = await person.api("GET", "/api/me");
  return new Set(body.posts.filter(({ role, group }) => role === "administrator" && !group).map(({ unit }) => unit.id))
    .size;
}
