// An alarm in the middle of a shift: the demonstration's help button gets a token and is pressed; it comes up over the wall with its
// picture under the shift's own view, is acknowledged, the span is opened in playback, and it is closed. Whoever is on no shift gets
// neither picture nor alarm; a token that was replaced opens nothing.
import { handOver, pressed as press, takeOver } from "./duty.mjs";
import { side } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const ROOM = "警情值班室 Alarm room";
const SOURCE = "滨江求助按钮 · Riverside help buttons";
const SAID = "老人摔倒 an old man fell";
const HOUR_MS = 3_600_000;

export async function takeAlarms(viewer, administrator, phone, demo) {
  const { page, t } = viewer;
  let [token, source, room, alarm] = [];
  await step("the administrator makes the help button a token, which is shown once", async () => {
    await administrator.signIn(demo.accounts.administrator);
    await administrator.go("/alarms?shown=sources");
    await administrator.page.locator(".wk-table .ant-table-row", { hasText: SOURCE }).locator(".wk-rowlink").click();
    const drawer = side(administrator);
    await drawer.getByRole("button", { name: administrator.t("alarm-token-issue"), exact: true }).click();
    await drawer.getByText("curl").first().waitFor();
    token = (await drawer.innerText()).match(/Bearer ([0-9a-f]{64})/)[1];
    await administrator.shot("alarms-token");
    const { body } = await administrator.api("GET", "/api/alarm-sources");
    source = body.sources.find(({ name }) => name === SOURCE);
    expect(source.in_use && source.token_ms && !JSON.stringify(body).includes(token), "told once", body);
    return token.slice(0, 8);
  });
  await step("without a shift the call has no picture and is not taken; then a shift runs", async () => {
    await viewer.signIn(demo.accounts.operator);
    const made = await administrator.api("POST", "/api/duty/rooms", { unit_id: source.unit.id, name: ROOM });
    expect(made.status === 201, "a room", made.body);
    room = made.body.id;
    const { body: me } = await viewer.api("GET", "/api/me");
    // Not before now: the shift of the chapter before ended a moment ago.
    const from = Date.now();
    const shifts = [{ person_id: me.person.id, from_ms: from, to_ms: from + 8 * HOUR_MS }];
    const rostered = await administrator.api("POST", "/api/duty/shifts", { room_id: room, shifts });
    expect(rostered.status === 201, "rostered", rostered.body);
    await viewer.choose("purpose-duty-watch");
    await viewer.go("/wall?grid=1");
    const early = await press(demo, token, { id: "e2e-0", kind: "help", input: "1" });
    expect(early.status === 201, "an alarm before anybody is on shift", early.body);
    const call = page.locator(".wk-call");
    await call.locator(".wk-refusal-reason").waitFor();
    expect((await call.locator("video").count()) === 0, "no shift, no picture");
    await viewer.shot("alarms-off-shift");
    const refused = await viewer.api("POST", `/api/alarms/${early.body.id}/acknowledge`, {});
    expect(refused.status === 403 && refused.body.error.code === "off_shift", "nor is it acknowledged", refused.body);
    await takeOver(viewer, "首班 the first shift");
    const acknowledged = await viewer.api("POST", `/api/alarms/${early.body.id}/acknowledge`, {});
    expect(acknowledged.status === 200, "on shift it is", acknowledged.body);
    await viewer.go("/wall?grid=1");
    await page.locator(".wk-stage").waitFor();
  });
  await step(
    "the button is pressed: it comes up over the wall with its picture, and as a band for who wants it",
    async () => {
      await viewer.button("alarm-signal-off").click();
      expect((await viewer.button("alarm-signal-on").getAttribute("aria-pressed")) === "true", "it is switched on");
      const sent = await press(demo, token, { id: "e2e-1", kind: "help", input: "1", words: SAID });
      expect(sent.status === 201 && sent.body.state === "open", "an alarm", sent.body);
      alarm = sent.body.id;
      const again = await press(demo, token, { id: "e2e-1", kind: "help", input: "1" });
      expect(again.status === 200 && again.body.id === alarm, "sent again it is the same", again.body);
      const call = page.locator(".wk-call");
      await call.getByText(SAID).waitFor();
      await until("its picture moves", async () => {
        const at = await call
          .locator("video, canvas")
          .first()
          .evaluate((one) => one.currentTime ?? one.width);
        expect(at > 0, "a picture", at);
        return true;
      });
      await page.locator('.wk-stateline a[href="/alarms"]').waitFor();
      if (sent.body.priority === "high") await page.locator(".wk-alarmsignal").waitFor();
      await viewer.shot("alarms-call");
    },
  );
  await step("on the map it stands at its camera's point; the keyboard reaches it", async () => {
    await administrator.go("/map");
    const list = administrator.page.locator(".wk-mapalarms li > button");
    await list.first().waitFor();
    const marks = await administrator.page.locator(".wk-mapalarm").count();
    await list.first().focus();
    await administrator.page.keyboard.press("Enter");
    // Without a shift the call says why there is no picture.
    await administrator.page.locator(".wk-call").waitFor();
    await administrator.page.locator(".wk-call .wk-refusal-reason").waitFor();
    await administrator.shot("alarms-map");
    return `${marks} marks`;
  });
  await step(
    "whoever watches on shift has it on a map too, with its picture and without the map of all points",
    async () => {
      await viewer.go("/alarms?shown=map");
      const list = page.locator(".wk-mapalarms li > button");
      await list.first().waitFor();
      const { status, body } = await viewer.api("GET", "/api/map/alarms");
      expect(status === 200, "places", body);
      const closed = await viewer.api("GET", "/api/map");
      expect(closed.status === 403, "of everything else they are not told", closed.body);
      const marks = await page.locator(".wk-mapalarm").count();
      expect(body.places.length === 0 || marks > 0, "marked where they are", body);
      await list.first().click();
      await page.locator(".wk-call .wk-call-picture").waitFor();
      await viewer.shot("alarms-map-viewer");
      await viewer.go("/wall?grid=1");
      await page.locator(".wk-call").getByText(SAID).waitFor();
      return `${marks} marks`;
    },
  );
  await step("whoever is on no shift acknowledges nothing, and is told why", async () => {
    const { status, body } = await administrator.api("POST", `/api/alarms/${alarm}/acknowledge`, {});
    expect(status === 403 && body.error.code === "not_your_alarm", "refused", body);
    return body.error.article;
  });
  await step("it is acknowledged on the wall, and the call goes", async () => {
    const call = page.locator(".wk-call");
    await call.getByRole("button", { name: t("alarm-acknowledge"), exact: true }).click();
    await call.waitFor({ state: "detached" });
  });
  await step("its span is opened in playback, with its mark on the timeline", async () => {
    await viewer.go(`/alarms?shown=acknowledged&id=${alarm}`);
    await side(viewer).getByText(SAID).waitFor();
    await viewer.shot("alarms-acknowledged");
    await side(viewer)
      .getByRole("link", { name: t("alarm-playback"), exact: true })
      .click();
    await page.locator(".wk-timeline canvas").waitFor();
    expect(viewer.inAddress("at") !== null, "at its moment", page.url());
    await viewer.button("playback-selection-show").click();
    await viewer.shot("alarms-playback");
  });
  await step("and it is closed with what it turned out to be", async () => {
    await viewer.go(`/alarms?shown=acknowledged&id=${alarm}`);
    const panel = side(viewer).locator(`section[aria-label="${t("alarm-close")}"]`);
    await panel.getByLabel(t("alarm-outcome"), { exact: true }).click();
    await page
      .locator(".ant-select-item-option", { hasText: t("alarm-outcome-handled") })
      .last()
      .click();
    await panel.locator("textarea").fill("已派人到场 somebody went there");
    await panel.getByRole("button", { name: t("alarm-close-do"), exact: true }).click();
    await side(viewer).getByText(t("alarm-outcome-handled"), { exact: true }).first().waitFor();
    await viewer.shot("alarms-closed");
  });
  await step("on a phone, and in English, the list and the drawer are whole", async () => {
    await phone.signIn(demo.accounts.auditor);
    await phone.go("/alarms?shown=alarms");
    await phone.page.locator(".wk-table .ant-table-row").first().waitFor();
    await phone.shot("alarms-phone");
    await administrator.go(`/alarms?shown=alarms&id=${alarm}`);
    await side(administrator).getByText(SAID).waitFor();
    await administrator.shot("alarms-english");
    await administrator.go("/alarms?shown=sources");
    await administrator.page.locator(".wk-table .ant-table-row").first().waitFor();
    await administrator.shot("alarms-sources");
  });
  await step("a token that was revoked opens nothing; the room is closed", async () => {
    const revoked = await administrator.api("DELETE", `/api/alarm-sources/${source.id}/token`);
    expect(revoked.status === 204, "revoked", revoked.body);
    const late = await press(demo, token, { id: "e2e-2", kind: "help", input: "1" });
    expect(late.status === 401, "a stranger", late.body);
    // The other chapters roster the same person.
    await handOver(viewer, "无 nothing");
    const { status } = await administrator.api("POST", `/api/duty/rooms/${room}/close`, {});
    expect(status === 204, "closed");
  });
}
