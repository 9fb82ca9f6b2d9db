// A camera that turns, on the wall of a shift: the layout of the room opens with it, the operator moves a simulated camera and goes
// to a preset, another person is refused, a forbidden range is refused, and an officer of a takeover takes control.
import { confirmNew, signInNew } from "./gaps.mjs";
import { scanned } from "./registry.mjs";
import { expect, step, until } from "./report.mjs";

const ROOM = "云台值班室 Room that turns";
const WALL = "值班墙 Wall of the room";
const COLLEAGUE = {
  account: "turner",
  name: "钱二 Qian Er",
  password: "correct horse battery 31 staple",
  roles: ["operator"],
};
const OFFICER = { account: "turning-officer", name: "孙三 Sun San", password: "correct horse battery 32 staple" };
const TURNS = "04";
const HOUR_MS = 3_600_000;

const panel = ({ page }) => page.locator(".wk-ptz");

export async function turnCameras(operator, administrator, colleague, officer, demo) {
  const { page, t } = operator;
  let [camera, room, shift, takeover, preset] = [];
  try {
    await step("the administrator gives the room a wall, and rosters the operator", async () => {
      await administrator.signIn(demo.accounts.administrator);
      await operator.signIn(demo.accounts.operator);
      const { cameras } = (await operator.api("GET", "/api/cameras?limit=100")).body;
      camera = cameras.find(({ name, turns }) => turns && name.startsWith(`${TURNS} `));
      expect(
        camera,
        "a camera that turns",
        cameras.map(({ name, turns }) => [name, turns]),
      );
      const [other] = cameras.filter(({ id, unit_id }) => id !== camera.id && unit_id === camera.unit_id);
      const wall = { name: WALL, grid: 4, tiles: [camera.id, other.id, null, null], shared: true };
      expect((await operator.api("POST", "/api/layouts", wall)).status === 201, "the operator saves and shares a wall");
      const made = await administrator.api("POST", "/api/duty/rooms", { unit_id: camera.unit_id, name: ROOM });
      room = made.body.id;
      await administrator.go("/duty?tab=roster");
      const form = administrator.page.locator(`section[aria-label="${administrator.t("duty-layout")}"]`).last();
      await form.getByLabel(administrator.t("duty-layout-field"), { exact: true }).click();
      await administrator.page.locator(".ant-select-item-option", { hasText: WALL }).last().click();
      await form.getByRole("button", { name: administrator.t("duty-layout-give"), exact: true }).click();
      await until("the layout is the room's", async () => {
        const { body } = await administrator.api("GET", "/api/layouts");
        return body.find(({ name, post }) => name === WALL && post?.room_id === room);
      });
      await administrator.shot("ptz-room-layout");
      const { people } = (await administrator.api("GET", "/api/people")).body;
      const person = people.find(({ account }) => account === demo.accounts.operator.account);
      // Not before now: the shift of the chapter before ended a moment ago.
      const from = Date.now();
      const { status, body } = await administrator.api("POST", "/api/duty/shifts", {
        room_id: room,
        shifts: [{ person_id: person.id, from_ms: from, to_ms: from + HOUR_MS }],
      });
      expect(status === 201, "rostered", body);
      shift = body[0].id;
    });
    await step("whoever takes the shift over has the room's wall at once, as one entry for both cameras", async () => {
      const taken = await operator.api("POST", `/api/duty/shifts/${shift}/take-over`, { alone: "首班" });
      expect(taken.status === 200, "on shift", taken.body);
      await operator.choose("purpose-duty-watch");
      await operator.go("/wall");
      await page.locator(".wk-tile", { hasText: camera.name }).first().waitFor();
      await operator.shot("ptz-wall-of-the-room");
      const open = async () => {
        const { body } = await operator.api("GET", "/api/layouts");
        const layout = body.find(({ name }) => name === WALL);
        expect(layout.on_duty, "it is the operator's own now", layout);
        const cameras = layout.tiles.filter(Boolean).sort();
        const view = { mode: "live", cameras, purpose: "duty_watch", legal_basis: "unit_duty", layout: layout.id };
        return (await operator.api("POST", "/api/views", view)).body;
      };
      const [first, second] = [await open(), await open()];
      expect(first.entry.index === second.entry.index, "one entry for person, layout and shift", [first, second]);
      for (const { id } of [first, second]) await operator.api("POST", `/api/views/${id}/end`, {});
    });
    await step("the operator takes control, goes to a preset, and pushes the camera further", async () => {
      const tile = page.locator(".wk-tile", { hasText: camera.name }).first();
      await tile.hover();
      await tile.getByRole("button", { name: t("ptz-turn"), exact: true }).click();
      await panel(operator)
        .getByRole("button", { name: t("ptz-take"), exact: true })
        .click();
      await panel(operator).getByText(t("ptz-held-own")).waitFor();
      const { body } = await operator.api("GET", `/api/cameras/${camera.id}/ptz`);
      preset = body.rules.presets[1];
      await panel(operator).getByRole("button", { name: preset.name, exact: true }).click();
      await stands(operator, camera, (at) => at.pan_cdeg === preset.at.pan_cdeg);
      await panel(operator)
        .getByRole("button", { name: t("ptz-pad"), exact: true })
        .focus();
      await page.keyboard.down("ArrowLeft");
      await page.waitForTimeout(700);
      await page.keyboard.up("ArrowLeft");
      const at = await stands(operator, camera, ({ pan_cdeg }) => pan_cdeg < preset.at.pan_cdeg);
      await operator.shot("ptz-control");
      return `${at.pan_cdeg / 100}°, ${at.tilt_cdeg / 100}°, ${at.zoom_percent / 100}×`;
    });
    await step("where people live it does not look", async () => {
      const { holder } = (await operator.api("GET", `/api/cameras/${camera.id}/ptz`)).body;
      const to = { pan_cdeg: 8_000, tilt_cdeg: 0, zoom_percent: 400 };
      const { status, body } = await operator.api("POST", `/api/ptz/${holder.own}/move`, { act: "to", to });
      expect(status === 403 && body.error.code === "ptz_forbidden", "refused", body);
      return `${body.error.article}: ${body.error.reason.zh}`;
    });
    await step("a colleague is refused while the operator has it locked", async () => {
      await panel(operator).getByLabel(t("ptz-lock-reason"), { exact: true }).fill("跟踪可疑人员");
      await panel(operator)
        .getByRole("button", { name: t("ptz-lock"), exact: true })
        .click();
      await panel(operator).getByText("跟踪可疑人员").waitFor();
      await signInNew(administrator, colleague, COLLEAGUE);
      await colleague.choose("purpose-incident");
      await colleague.go(`/wall?grid=1&tiles=${camera.id}`);
      const tile = colleague.page.locator(".wk-tile", { hasText: camera.name }).first();
      await tile.waitFor();
      await tile.hover();
      await tile.getByRole("button", { name: colleague.t("ptz-turn"), exact: true }).click();
      await panel(colleague)
        .getByRole("button", { name: colleague.t("ptz-take"), exact: true })
        .click();
      await panel(colleague).locator(".wk-refusal").waitFor();
      await colleague.shot("ptz-refused");
      await panel(colleague)
        .getByRole("button", { name: colleague.t("ptz-close"), exact: true })
        .click();
      await colleague.go("/account");
    });
    await step("an officer of a takeover takes it, and the operator is told by whom", async () => {
      takeover = await takenOver(administrator, officer, camera);
      const again = panel(operator).getByRole("button", { name: t("ptz-take"), exact: true });
      await again.or(page.locator(".wk-tile button").first()).first().waitFor();
      const why = { purpose: "duty_watch", legal_basis: "unit_duty" };
      await operator.api("POST", `/api/cameras/${camera.id}/ptz/control`, why);
      const wanted = { purpose: "incident", legal_basis: "authority_request" };
      const { status, body } = await officer.api("POST", `/api/cameras/${camera.id}/ptz/control`, wanted);
      expect(status === 201 && body.taken_from, "the officer has it", body);
      const { holder, lost } = (await operator.api("GET", `/api/cameras/${camera.id}/ptz`)).body;
      expect(holder.right === "officer" && lost.by === OFFICER.name, "by whom", { holder, lost });
      if ((await panel(operator).count()) === 0) {
        const tile = page.locator(".wk-tile", { hasText: camera.name }).first();
        await tile.hover();
        await tile.getByRole("button", { name: t("ptz-turn"), exact: true }).click();
      }
      await panel(operator).locator(".wk-ptz-lost", { hasText: OFFICER.name }).waitFor();
      await operator.shot("ptz-lost");
    });
    await step("the camera's page shows what it may, and the administrator changes it", async () => {
      await administrator.go(`/cameras?id=${camera.id}`);
      await administrator.page.getByText(administrator.t("ptz-home-view"), { exact: true }).waitFor();
      await administrator.page.getByText(administrator.t("ptz-settings"), { exact: true }).scrollIntoViewIfNeeded();
      await administrator.shot("ptz-settings");
      await administrator.page
        .getByRole("button", { name: administrator.t("ptz-settings-change"), exact: true })
        .click();
      await administrator.page.locator(".wk-ptz-form").waitFor();
      await administrator.shot("ptz-settings-form");
    });
  } finally {
    // Whatever happened: the other chapters need their cameras, and no roster.
    await operator.go("/account");
    if (takeover) await administrator.api("POST", `/api/takeovers/${takeover}/end`, { reason: "结束" });
    if (shift) await operator.api("POST", `/api/duty/shifts/${shift}/hand-over`, { words: "无 nothing" });
    if (room) await administrator.api("POST", `/api/duty/rooms/${room}/close`, {});
  }
}

/** Asks until the camera stands where it should. */
async function stands(person, camera, isThere) {
  return until("the camera stands there", async () => {
    const { at, moving } = (await person.api("GET", `/api/cameras/${camera.id}/ptz`)).body;
    return at && !moving && isThere(at) ? at : null;
  });
}

/** The unit keeps live pictures, with the lower right. */
async function takenOver(administrator, officer, camera) {
  const made = await administrator.api("POST", "/api/people", { ...OFFICER, password: undefined, posts: [] });
  expect(made.status === 201, "the officer has an account", made.body);
  await confirmNew(administrator.demo, made.body.person.id);
  await officer.signInFirst(OFFICER, made.body.one_time_password);
  const order = await scanned(administrator, camera.unit_id, { name: "云台接管决定书 Order" });
  const { status, body } = await administrator.api("POST", "/api/takeovers", {
    unit_id: camera.unit_id,
    organ: "public_security",
    organ_name: "市公安局 City police",
    order_document_id: order,
    reason: "围捕在逃人员",
    officer_ids: [made.body.person.id],
    until_ms: Date.now() + HOUR_MS,
    unit_keeps: { live: true },
  });
  expect(status === 201, "control has passed", body);
  return body.id;
}
