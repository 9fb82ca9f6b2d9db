// The camera that sends JPEG pictures instead of a video codec: live on the wall, as a still, and played back, in a browser whose
// media source takes no such pictures.
import { readFileSync } from "node:fs";
import { footage, play } from "./recorded.mjs";
import { expect, step, until } from "./report.mjs";
import { pngSize } from "./wall.mjs";

/** The demonstration's camera with a Motion JPEG main stream. */
const JPEG = "08";
/** So much of it is recorded before it is played back. */
const SECONDS_RECORDED = 55;
const SECONDS_BACK = 40;

const grown = async (person, width) => {
  const [picture] = await person.moving(1);
  expect(picture.width === width, "as wide as the camera's pictures", picture);
  return `+${picture.time} s, ${picture.frames} frames, ${picture.width} px`;
};

export async function showPictures(person, demo) {
  const { page, t } = person;
  let camera;
  const tool = async (id) => {
    await person.tile(JPEG).hover();
    await person
      .tile(JPEG)
      .getByRole("button", { name: t(id), exact: true })
      .click();
  };
  await step("a camera of the demonstration sends JPEG pictures, and is recorded", async () => {
    await person.signIn(demo.accounts.operator);
    await person.choose("purpose-duty-watch");
    camera = await until("it is recorded", async () => {
      const { body } = await person.api("GET", "/api/cameras?limit=100");
      const found = body.cameras.find(({ name }) => name.startsWith(`${JPEG} `));
      return found?.state.main.word === "recording" && found;
    });
    expect(/jpeg/i.test(camera.state.main.codec), "its codec", camera.state.main);
    return `${camera.state.main.codec} ${camera.state.main.width}×${camera.state.main.height}`;
  });
  await step("enlarged on the wall its pictures move, as wide as it sends them", async () => {
    await person.go(`/wall?grid=4&tiles=${camera.id}`);
    await person.tile(JPEG).waitFor();
    await tool("wall-one-up");
    await until("its main stream is shown", async () => (await person.videos())[0]?.width === camera.state.main.width, {
      seconds: 120,
    });
    const words = await grown(person, camera.state.main.width);
    await person.shot("mjpeg-live");
    return words;
  });
  await step("a still of it is a picture of that size, and an entry", async () => {
    const [download] = await Promise.all([page.waitForEvent("download"), tool("picture-still")]);
    const path = `${demo.folder}/still-jpeg.png`;
    await download.saveAs(path);
    const bytes = readFileSync(path);
    const size = pngSize(bytes);
    expect(size?.width === camera.state.main.width && bytes.length > 20_000, "a PNG of the picture's size", {
      size,
      bytes: bytes.length,
    });
    return `${size.width}×${size.height}, ${bytes.length} bytes`;
  });
  await step("what was recorded of it is played back, at once and eight times as fast", async () => {
    const { toMs } = await footage(person, [JPEG], SECONDS_RECORDED);
    const at = toMs - SECONDS_BACK * 1000;
    await person.go(`/playback?cameras=${camera.id}&at=${at}`);
    await person.tile(JPEG).waitFor();
    await play(person);
    const words = await grown(person, camera.state.main.width);
    await person.shot("mjpeg-playback");
    await page.locator(".wk-transport .ant-segmented-item", { hasText: /^8×$/ }).click();
    const [before] = await person.videos();
    await until(
      "its pictures change at eight times the speed",
      async () => (await person.videos())[0]?.print !== before.print,
      { seconds: 60 },
    );
    return words;
  });
}
