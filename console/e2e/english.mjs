// The same in English: the language is switched in the page, its words change at once, and pictures go on moving.
import { grownWords } from "./browser.mjs";
import { play } from "./recorded.mjs";
import { expect, step, until } from "./report.mjs";
import { fillWall, ON_WALL } from "./wall.mjs";
import { wordsOf } from "./words.mjs";

const CHINESE = /\p{Script=Han}/u;

export async function inEnglish(person) {
  const { page } = person;
  const zh = person.t;
  await step("one button turns the page into English", async () => {
    await person.rail("page-wall");
    await page.locator(".wk-top").getByRole("button", { name: "English", exact: true }).click();
    Object.assign(person, { language: "en", t: wordsOf("en") });
    await page.locator('html[lang="en"]').waitFor();
    const { t } = person;
    await until("no Chinese is left in rail and state line", async () => {
      const rail = await page.locator(".wk-rail").innerText();
      for (const id of ["page-wall", "page-playback", "page-exports", "page-account"])
        expect(rail.includes(t(id)) && t(id) !== zh(id), `the rail says ${t(id)}`, rail);
      const line = await page.locator(".wk-stateline").innerText();
      expect(!CHINESE.test(rail + line), "no Chinese", rail + line);
      return true;
    });
    await page.locator(".wk-chip").click();
    const panel = page.getByRole("dialog", { name: t("purpose-panel-title") });
    await until("the panel is English", async () => {
      const text = await panel.innerText();
      expect(text.includes(t("purpose-duty-watch")) && !CHINESE.test(text), "no Chinese", text);
      return true;
    });
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "hidden" });
    await person.choose("purpose-duty-watch");
  });
  await step("in English the wall's pictures move", async () => {
    await fillWall(person);
    const grown = await person.moving(ON_WALL.length);
    for (const number of ON_WALL)
      await person
        .tile(number)
        .locator(".wk-picture-words", { hasText: person.t("picture-live") })
        .waitFor();
    await person.shot("wall-english");
    return grownWords(grown);
  });
  await step("in English recorded pictures move", async () => {
    await person.choose("purpose-incident");
    await person.rail("page-playback");
    await person.leaf("01").click();
    await person.tile("01").waitFor();
    await play(person);
    const grown = await person.moving(1);
    await until("no Chinese is left in the controls", async () => {
      const desk = await page.locator(".wk-transport").innerText();
      expect(!CHINESE.test(desk), "no Chinese", desk);
      return true;
    });
    await person.shot("playback-english");
    return grownWords(grown);
  });
  await step("a refusal is English too", async () => {
    await person.go("/people");
    const panel = page.locator(".wk-refusal");
    await panel.waitFor();
    await until("reason and remedy", async () => {
      const text = await panel.innerText();
      expect(text.includes(person.t("not-yours-reason")) && !CHINESE.test(text), "in English", text);
      return true;
    });
  });
}
