// Sound of a camera: refused without a legal basis, switched on by the administrator, signed on the operator's picture, heard
// when asked for, and off again.
import { expect, step, until } from "./report.mjs";

/** The demonstration's camera that has a microphone. */
const HEARD = "07";
const GROUND = "门卫对讲，来访人与值班员均已同意";

const side = ({ page }) => page.locator(".wk-side.ant-drawer-open");
const press = (person, id) =>
  side(person)
    .getByRole("button", { name: person.t(id), exact: true })
    .click();

async function opened(person) {
  const { page } = person;
  await person.go("/cameras");
  await page.locator(".wk-table .wk-rowlink", { hasText: new RegExp(`^${HEARD} `) }).click();
  await side(person)
    .getByText(person.t("camera-sound-off"))
    .or(side(person).getByText(person.t("camera-sound-on")))
    .waitFor();
}

export async function hear(operator, administrator, demo) {
  const { t } = administrator;
  const form = side(administrator);
  await step(
    "sound is off, and without a basis it stays off: the page says which article, and what helps",
    async () => {
      await administrator.signIn(demo.accounts.administrator);
      await opened(administrator);
      await press(administrator, "camera-sound-start");
      await form.getByLabel(t("camera-sound-ground"), { exact: true }).fill(GROUND);
      await press(administrator, "camera-sound-start");
      await form.locator(".wk-refusal").waitFor();
      const said = await form.locator(".wk-refusal").innerText();
      await administrator.shot("sound-refused");
      return said.replace(/\s+/g, " ").slice(0, 120);
    },
  );
  await step("with a basis, its ground and the paper it is switched on, and the page says so", async () => {
    await form.getByLabel(t("camera-sound-basis"), { exact: true }).click();
    await administrator.page.locator(".ant-select-item-option", { hasText: t("sound-basis-consent") }).click();
    await form.getByLabel(t("camera-sound-document"), { exact: true }).fill("告知书 7 号");
    await press(administrator, "camera-sound-start");
    await form.getByText(t("camera-sound-on")).waitFor();
    await until("the ground is shown", async () => (await form.innerText()).includes(GROUND));
    await administrator.shot("sound-on");
  });
  await step("the operator's picture has the sign, is silent, and is heard when asked for", async () => {
    await operator.signIn(demo.accounts.operator);
    await operator.choose("purpose-duty-watch");
    await operator.leaf(HEARD).dblclick();
    const tile = operator.tile(HEARD);
    await tile.getByText(t("sound-sign")).waitFor();
    const listen = tile.getByRole("button", { name: t("sound-hear"), exact: true });
    await listen.waitFor();
    expect((await listen.getAttribute("aria-pressed")) === "false", "muted by default");
    await until(
      "the picture moves",
      async () => (await operator.videos()).some(({ frames, contrast }) => frames > 5 && contrast > 30),
      { seconds: 120 },
    );
    await listen.click();
    const mute = tile.getByRole("button", { name: t("sound-mute"), exact: true });
    await until("it is heard", async () => (await mute.getAttribute("title")) === t("sound-heard"), { seconds: 120 });
    await operator.shot("sound-heard");
  });
  await step("switched off, nothing is heard any more and the sign goes", async () => {
    await press(administrator, "camera-sound-stop");
    await press(administrator, "camera-sound-stop");
    await form.getByText(t("camera-sound-off")).waitFor();
    await operator.tile(HEARD).getByText(t("sound-sign")).waitFor({ state: "detached" });
  });
}
