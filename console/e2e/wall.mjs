// The operator's wall: live pictures that really move, the H.265 camera's way out, one camera enlarged, replay, a still.
import { readFileSync } from "node:fs";
import { grownWords } from "./browser.mjs";
import { expect, secondsSince, step, until } from "./report.mjs";
import { patternOf } from "./words.mjs";

/** The demonstration's camera whose main stream is H.265, which Debian's Chromium cannot play. */
export const H265 = "07";
export const ON_WALL = ["01", "02", "04", H265];
/** A minute is what it takes at most on a machine that does nothing else. */
const FIRST_PICTURE_SECONDS_MAX = 300;

/** Puts the four cameras on the wall, those that are not there yet. */
export async function fillWall(person) {
  const { page, t } = person;
  await person.leaf(ON_WALL[0]).waitFor();
  const four = page.getByRole("button", { name: t("wall-grid", { grid: 4 }), exact: true, includeHidden: true });
  if ((await four.getAttribute("aria-pressed")) !== "true") await page.keyboard.press("2");
  await until("four places", async () => (await four.getAttribute("aria-pressed")) === "true");
  for (const number of ON_WALL) {
    if (await person.tile(number).isVisible()) continue;
    await person.leaf(number).dblclick();
    await person.tile(number).waitFor();
  }
}

/** Lets the pointer rest on a tile and presses one of its tools. */
async function tool(person, number, id) {
  const tile = person.tile(number);
  await tile.hover();
  await tile.getByRole("button", { name: person.t(id), exact: true }).click();
}

/** Width and height from a PNG's first chunk (ISO/IEC 15948 §11.2.2). */
export function pngSize(bytes) {
  const isPng = bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  return isPng ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) } : null;
}

export async function watchLive(person, demo) {
  const { page, t } = person;
  await step("signs in with the printed account", async () => {
    await person.signIn(demo.accounts.operator);
    await until("lands on the wall", () => {
      expect(new URL(page.url()).pathname === "/wall", "on the wall", page.url());
      return true;
    });
    await until("the person's name is shown", async () => {
      const who = await page.locator(".wk-who").innerText();
      expect(who.includes(demo.accounts.operator.name.split(" ")[0]), "the name", who);
      return true;
    });
  });
  await step("without a purpose there is no picture", async () => {
    await page.getByText(t("purpose-gate-title")).waitFor();
    expect((await page.locator("video").count()) === 0, "no video before a purpose");
  });
  await step("chooses the purpose", () => person.choose("purpose-duty-watch"));
  await step(`a first picture moves within ${FIRST_PICTURE_SECONDS_MAX} s of the start`, async () => {
    await fillWall(person);
    await until(
      "one video shows decoded frames",
      async () => (await person.videos()).some(({ frames, contrast }) => frames > 5 && contrast > 30),
      { seconds: FIRST_PICTURE_SECONDS_MAX },
    );
    const seconds = secondsSince(demo.startedAt);
    expect(Number(seconds) <= FIRST_PICTURE_SECONDS_MAX, `within ${FIRST_PICTURE_SECONDS_MAX} s`, `${seconds} s`);
    return `${seconds} s`;
  });
  await step("four pictures move, the H.265 camera's among them", async () =>
    grownWords(await person.moving(ON_WALL.length)),
  );
  await step("each says that it is live, under the viewer's mark", async () => {
    for (const number of ON_WALL) {
      const words = person.tile(number).locator(".wk-picture-words");
      await until(`camera ${number} is live`, async () => {
        const text = await words.innerText();
        expect(text === t("picture-live"), "live", text);
        return true;
      });
      const mark = await person.tile(number).locator(".wk-mark-line").textContent();
      const { body: me } = await person.api("GET", "/api/me");
      // Account, session and time: what a photograph of the screen is asked for.
      const code = me.session.id.replaceAll("-", "").slice(-8).toUpperCase();
      const whole = mark?.includes(me.person.account) && mark.includes(code) && /\d\d:\d\d:\d\d/.test(mark);
      expect(whole, "the mark names account, session and time", mark ?? "none");
    }
    await person.shot("wall-four");
  });
  await enlarged(person);
  await replayed(person);
  await stillSaved(person, demo);
}

async function enlarged(person) {
  const { page, t } = person;
  await step("enlarged, a camera shows its main stream", async () => {
    const [small] = (await person.videos()).filter(({ name }) => name.startsWith("01 "));
    await tool(person, "01", "wall-one-up");
    await until("the picture is the main stream's", async () => (await person.videos())[0]?.width > small.width);
    const [large] = await person.moving(1);
    const cameras = await person.api("GET", "/api/cameras?limit=100");
    const camera = cameras.body.cameras.find(({ name }) => name.startsWith("01 "));
    expect(large.width === camera.state.main.width, "as wide as the main stream", { large, main: camera.state.main });
    expect(small.width === camera.state.sub.width, "on the wall it was the sub stream", {
      small,
      sub: camera.state.sub,
    });
    await page.keyboard.press("Escape");
    await person.tile("02").waitFor();
    return `${small.width} → ${large.width} pixels wide`;
  });
  await step("enlarged, the H.265 camera says that it shows its H.264 sub stream", async () => {
    const cameras = await person.api("GET", "/api/cameras?limit=100");
    const { state } = cameras.body.cameras.find(({ name }) => name.startsWith(`${H265} `));
    expect(/265|hvc|hev/i.test(state.main.codec), "its main stream is H.265", state.main.codec);
    await tool(person, H265, "wall-one-up");
    const words = person.tile(H265).locator(".wk-picture-words");
    const said = await until("it says so", async () => {
      const text = await words.innerText();
      const found = patternOf(t, "picture-instead", "codec", "stream").exec(text);
      expect(found, "the picture says what it shows instead", text);
      return found;
    });
    expect(/265|HEVC/.test(said[1]) && said[2] === t("profile-sub"), "names codec and stream", said[0]);
    const [picture] = await person.moving(1);
    expect(picture.width === state.sub.width, "as wide as the sub stream", picture);
    await page.keyboard.press("Escape");
    await person.tile("02").waitFor();
    return said[0];
  });
}

async function replayed(person) {
  const { t } = person;
  await step("the last seconds are played again, then live goes on", async () => {
    const shown = async () => (await person.videos()).find(({ name }) => name.startsWith("02 "));
    // Nothing was fetched of this picture while others were enlarged: something must have passed since.
    await until("ten seconds are held", async () => (await shown()).held > 10);
    const [{ time: live }, at] = [await shown(), performance.now()];
    await tool(person, "02", "wall-replay");
    const words = person.tile("02").locator(".wk-picture-words");
    const behind = await until("it says how far back it is", async () => {
      const text = await words.innerText();
      const found =
        patternOf(t, "picture-replay-short", "seconds", "held").exec(text) ??
        patternOf(t, "picture-replay", "seconds").exec(text);
      expect(found && Number(found[1]) >= 5, "at least 5 s back", text);
      return Number(found[1]);
    });
    await until("the picture is back in time", async () => {
      const jumped = live + (performance.now() - at) / 1000 - (await shown()).time;
      expect(jumped > 4, "four seconds at least", `${jumped.toFixed(1)} s`);
      return true;
    });
    await person.moving(ON_WALL.length);
    await tool(person, "02", "wall-back-live");
    await until("it is live again", async () => (await words.innerText()) === t("picture-live"));
    return `${behind} s back`;
  });
}

async function stillSaved(person, demo) {
  const { page, t } = person;
  await step("a still is saved, as an act of its own", async () => {
    const [download] = await Promise.all([page.waitForEvent("download"), tool(person, "01", "picture-still")]);
    const said = await until("it says which entry", async () =>
      patternOf(t, "picture-still-saved", "entry").exec(await page.locator(".wk-stage-said").innerText()),
    );
    const path = `${demo.folder}/still.png`;
    await download.saveAs(path);
    const bytes = readFileSync(path);
    const size = pngSize(bytes);
    const shown = (await person.videos()).find(({ name }) => name.startsWith("01 "));
    expect(size?.width === shown.width && bytes.length > 20_000, "a PNG of the picture's size", {
      size,
      bytes: bytes.length,
    });
    demo.stillEntry = Number(said[1].replace(/\D/g, ""));
    expect(
      download.suggestedFilename().endsWith(`-${demo.stillEntry}.png`),
      "its name has the entry",
      download.suggestedFilename(),
    );
    return `${said[0]}, ${size.width}×${size.height}, ${bytes.length} bytes`;
  });
}
