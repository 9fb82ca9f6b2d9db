// Recorded pictures under an incident: they move in step, time goes where one drags it, speeds and single frames hold, a
// gap is shown as one, and a span is chosen on the timeline.
import { grownWords } from "./browser.mjs";
import { expect, pause, step, until } from "./report.mjs";
import { patternOf } from "./words.mjs";

export const PLAYED = ["01", "02"];
/** The camera that the administrator switched off and on again: it has a gap. */
export const GAPPED = "05";
/** What is chosen for the export. */
const SPAN_SECONDS = 20;
/** The longest that a segment is open. */
const OPEN_SECONDS_MAX = 65;
/**
 * The newest span that all these cameras have without a gap, once it is so many seconds long: whoever asks for footage of it finds
 * some, however slowly the demonstration has started.
 */
export async function footage(person, numbers, seconds) {
  const { body } = await person.api("GET", "/api/cameras?limit=100");
  const ids = numbers.map((number) => body.cameras.find(({ name }) => name.startsWith(`${number} `)).id);
  return until(
    `${seconds} s of footage`,
    async () => {
      const now = Date.now();
      const asked = `cameras=${ids.join()}&from_ms=${now - 3_600_000}&to_ms=${now}&bucket_ms=1000`;
      const { status, body: timeline } = await person.api("GET", `/api/timeline?${asked}`);
      expect(status === 200, "the server has a timeline", timeline);
      const newest = timeline.rows.map(({ spans }) => spans.at(-1));
      expect(newest.every(Boolean), "footage of each", newest);
      const span = { fromMs: Math.max(...newest.map(([from]) => from)), toMs: Math.min(...newest.map(([, to]) => to)) };
      expect(span.toMs - span.fromMs >= seconds * 1000, "long enough", span);
      return span;
    },
    { seconds: 240, everyMs: 1000 },
  );
}

/** The instant that the clock shows, in milliseconds. */
async function clock(person) {
  const text = await person.page.locator(".wk-play-clock span").first().innerText();
  const found = /(\d\d):(\d\d):(\d\d)\.(\d{3})/.exec(text);
  expect(found, "the clock shows a time", text);
  const [, hours, minutes, seconds, thousandths] = found.map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths;
}

/** By how much the clock went on within some seconds, as a share of them. */
async function pace(person, seconds) {
  const [from, at] = [await clock(person), performance.now()];
  await pause(seconds);
  return ((await clock(person)) - from) / (performance.now() - at);
}

async function goTo(person, typed) {
  const { page, t } = person;
  await page.locator(".wk-play-clock").click();
  const dialogue = page.getByRole("dialog", { name: t("playback-goto") });
  await dialogue.getByRole("textbox").fill(typed);
  await dialogue.getByRole("button", { name: t("playback-go"), exact: true }).click();
  await dialogue.waitFor({ state: "hidden" });
}

/** Presses the button of that name, if it is there, until the other one is: playing may begin and end by itself meanwhile. */
const pressed = (person, button, other) =>
  until(`${other} is offered`, async () => {
    if (await person.button(other).isVisible()) return true;
    if (await person.button(button).isVisible())
      await person
        .button(button)
        .click({ timeout: 5_000 })
        .catch(() => undefined);
    return person.button(other).isVisible();
  });
export const play = (person) => pressed(person, "playback-play", "playback-pause");
const rest = (person) => pressed(person, "playback-pause", "playback-play");

async function setSpeed(person, text) {
  await person.page.locator(".wk-transport .ant-segmented-item", { hasText: new RegExp(`^${text}×$`) }).click();
}

export async function playRecordings(person) {
  const { page } = person;
  await step("changes the purpose, goes to playback, chooses two cameras", async () => {
    await person.choose("purpose-incident");
    await person.rail("page-playback");
    for (const number of PLAYED) {
      await person.leaf(number).click();
      await person.tile(number).waitFor();
    }
  });
  await step("recorded pictures move, in step", async () => {
    const { toMs } = await footage(person, PLAYED, 60);
    await goToMs(person, toMs - 55_000);
    await play(person);
    const grown = await person.moving(PLAYED.length);
    const went = await until("the clock runs at the speed of time", async () => {
      const share = await pace(person, 3);
      expect(share > 0.6 && share < 1.4, "about 1", share);
      return share;
    });
    await person.shot("playback-two");
    return `${grownWords(grown)}; clock × ${went.toFixed(2)}`;
  });
  await step("dragged back on the timeline, playback goes on from there", async () => {
    await setSpeed(person, 1);
    for (let times = 0; times < 5; times += 1) await person.button("playback-zoom-in").click();
    const box = await page.locator(".wk-timeline canvas").boundingBox();
    const before = await clock(person);
    await page.keyboard.press("k");
    await person.button("playback-play").waitFor();
    // The axis is the strip over the rows: pressing there takes the playhead along.
    const start = box.x + box.width * 0.5;
    await page.mouse.move(start, box.y + 12);
    await page.mouse.down();
    let at = await clock(person);
    await until("the playhead has followed", async () => {
      const was = at;
      await pause(0.4);
      at = await clock(person);
      return at === was;
    });
    for (let x = 0; x <= 60; x += 10) await page.mouse.move(start - x, box.y + 12);
    await page.mouse.up();
    const after = await until("the clock went back", async () => {
      const now = await clock(person);
      expect(now < at - 500, "earlier than where the drag began", { now, at, before });
      return now;
    });
    await play(person);
    const grown = await person.moving(PLAYED.length);
    return `${((after - at) / 1000).toFixed(1)} s; ${grownWords(grown)}`;
  });
  await speeds(person);
  await frames(person);
}

async function speeds(person) {
  for (const [text, speed, seconds] of [
    ["4", 4, 4],
    ["16", 16, 2.5],
  ])
    await step(`plays at ${text} times the speed`, async () => {
      await rest(person);
      await goTo(person, "now");
      // Fast playing must not come to the present while it is looked at, nor to the segment that is still being written.
      const { fromMs } = await footage(person, PLAYED, speed * (seconds + 3) + OPEN_SECONDS_MAX);
      let before;
      // From the beginning again, when a busy machine has come to the end before it was looked at.
      const went = await until(
        `the clock runs about ${speed} times as fast`,
        async () => {
          await rest(person);
          await goToMs(person, fromMs + 1_000);
          await setSpeed(person, text);
          await play(person);
          await until("it has begun", async () => (await pace(person, 0.5)) > speed * 0.4, { seconds: 30 });
          before = await person.videos();
          const share = await pace(person, seconds);
          expect(share > speed * 0.5 && share < speed * 1.3, `about ${speed}`, share);
          return share;
        },
        { seconds: 150 },
      );
      await until(
        "every picture changed",
        async () => {
          const after = await person.videos();
          const changed = after.filter(({ print }, at) => print !== before[at].print).length;
          expect(changed === PLAYED.length, "every picture changed", { before, after });
          return true;
        },
        { seconds: 60 },
      );
      return `clock × ${went.toFixed(1)}`;
    });
  await rest(person);
  await setSpeed(person, "1");
}

async function frames(person) {
  await step("single frames, forward and back", async () => {
    const { toMs } = await footage(person, PLAYED, 60);
    const [before] = await person.videos();
    await goToMs(person, toMs - 30_000);
    const still = await until("the picture stands", async () => {
      const [now, [video]] = [await clock(person), await person.videos()];
      await pause(0.4);
      const [later, [again]] = [await clock(person), await person.videos()];
      // On a busy machine the picture from before stands for a while, and it may be a later one.
      expect(again.time !== before.time, "the picture of that moment has come", again);
      expect(now === later && video.time === again.time && video.contrast > 30, "nothing moves", { now, later });
      return { clock: now, print: again.print, time: again.time };
    });
    await person.button("playback-frame").click();
    const next = await until("one frame on", async () => {
      const [now, [video]] = [await clock(person), await person.videos()];
      expect(now > still.clock && video.time > still.time, "clock and picture went on", { now, still });
      return { clock: now, time: video.time };
    });
    expect(next.clock - still.clock <= 250, "by about a frame", next.clock - still.clock);
    await person.button("playback-frame-back").click();
    const back = await until("one frame back", async () => {
      const now = await clock(person);
      return now < next.clock && now;
    });
    return `+${next.clock - still.clock} ms, ${back - next.clock} ms`;
  });
}

export async function seeGap(person, demo) {
  const { page, t } = person;
  await step("the gap that the administrator made is shown, with its cause", async () => {
    await person.rail("page-playback");
    await rest(person);
    await person.leaf(GAPPED).click();
    await person.tile(GAPPED).waitFor();
    await page.getByRole("button", { name: t("playback-view-hour"), exact: true }).click();
    await person.button("playback-table").click();
    const rows = page.locator(".wk-timeline-table tr").filter({ hasText: `${GAPPED} ` });
    const fits = patternOf(t, "timeline-gap-word", "cause");
    const text = await until("the table has a gap of this camera", async () => {
      const found = (await rows.allInnerTexts()).find((line) => fits.test(line));
      expect(found, "a row with a gap", await page.locator(".wk-timeline-table").innerText());
      return found;
    });
    const gap = await until("it covers the moment in which the camera was off", async () => {
      const { body } = await person.api(
        "GET",
        `/api/timeline?cameras=${demo.gapCamera}&from_ms=${demo.gapAtMs - 60_000}&to_ms=${demo.gapAtMs + 60_000}&bucket_ms=1000`,
      );
      const found = body.rows?.[0]?.gaps.find(({ from_ms, to_ms }) => from_ms <= demo.gapAtMs && to_ms >= demo.gapAtMs);
      expect(found, "a gap about it", body);
      return found;
    });
    await page.getByRole("button", { name: t("playback-skip"), exact: true }).click();
    await goToMs(person, gap.from_ms + (gap.to_ms - gap.from_ms) / 2);
    const said = await until("the picture says that there is none", async () => {
      const words = await person.tile(GAPPED).locator(".wk-picture-words").first().innerText();
      return patternOf(t, "picture-gap", "cause", "from", "to").exec(words)?.[0];
    });
    await person.shot("playback-gap");
    return `${text.replaceAll(/\s+/g, " ")} | ${said}`;
  });
}

async function goToMs(person, ms) {
  const text = new Date(ms + 8 * 3_600_000).toISOString();
  await goTo(person, `${text.slice(0, 10)} ${text.slice(11, 23)}`);
}

/** Chooses a span by dragging over the rows; resolves to it. */
export async function chooseSpan(person, demo) {
  const { page, t } = person;
  await step("a span is chosen by dragging on the timeline", async () => {
    await rest(person);
    // The span ends where the playhead is put: in view, however the timeline is zoomed about it.
    const { fromMs } = await footage(person, PLAYED, 75);
    const endMs = fromMs + 65_000;
    await goToMs(person, endMs);
    await page.getByRole("button", { name: t("playback-view-hour"), exact: true }).click();
    const canvas = page.locator(".wk-timeline canvas");
    await canvas.focus();
    for (let times = 0; times < 4; times += 1) await person.button("playback-zoom-in").click();
    const box = await canvas.boundingBox();
    await person.button("playback-select").click();
    const y = box.y + box.height - 20;
    const drag = async (from, to) => {
      await page.mouse.move(from, y);
      await page.mouse.down();
      await page.mouse.move((from + to) / 2, y, { steps: 4 });
      await page.mouse.move(to, y, { steps: 4 });
      await page.mouse.up();
      // The address follows the pointer a moment later: it has settled when it is read again and again the same.
      let [before, same] = ["", 0];
      return until("the span stands in the address", () => {
        const texts = [person.inAddress("from_ms"), person.inAddress("to_ms")];
        same = texts.join() === before ? same + 1 : 0;
        before = texts.join();
        const [start, end] = texts.map(Number);
        return same >= 3 && end > start && { fromMs: start, toMs: end };
      });
    };
    // The first drag tells how long a pixel is; the second one is the span, about the playhead.
    const probe = await drag(box.x + 40, box.x + 140);
    const msPerPx = (probe.toMs - probe.fromMs) / 100;
    await page
      .locator(".wk-selection")
      .getByRole("button", { name: t("playback-selection-clear"), exact: true })
      .click();
    await until("the span is let go", () => person.inAddress("from_ms") === null);
    const x = box.x + 40 + (endMs - SPAN_SECONDS * 1000 - probe.fromMs) / msPerPx;
    expect(x > box.x && x + (SPAN_SECONDS * 1000) / msPerPx <= box.x + box.width, "the recorded span is in view", {
      x,
      box,
      msPerPx,
    });
    demo.span = await drag(x, x + (SPAN_SECONDS * 1000) / msPerPx);
    await person.button("playback-select").click();
    const length = (demo.span.toMs - demo.span.fromMs) / 1000;
    expect(Math.abs(length - SPAN_SECONDS) < SPAN_SECONDS * 0.4, `about ${SPAN_SECONDS} s`, length);
    const said = await page.locator(".wk-selection").innerText();
    await person.shot("playback-span");
    return said.replaceAll(/\s+/g, " ");
  });
}
