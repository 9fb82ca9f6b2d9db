// Tests of the help on keys: a modal dialogue that takes the focus, and gives it back.
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, it, vi } from "vitest";
import { KEY_LINES as PLAYBACK_LINES } from "../pages/playback/help";
import { KEY_LINES as WALL_LINES } from "../pages/wall/help";
import { TextProvider, translator } from "../ui/i18n";
import { Keyboard } from "./Keyboard";

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.innerHTML = "";
});

it("is modal, closes by Escape and ?, and gives the focus back", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const before = document.body.appendChild(document.createElement("button"));
  before.focus();
  const modal = vi.spyOn(HTMLDialogElement.prototype, "showModal");
  const onClose = vi.fn();
  const frame = document.body.appendChild(document.createElement("div"));
  const root = createRoot(frame);
  const keyboard = createElement(Keyboard, { title: "Keys", lines: WALL_LINES, onClose });
  await act(async () => root.render(createElement(TextProvider, null, keyboard)));
  expect(modal).toHaveBeenCalledOnce();
  const dialog = frame.querySelector("dialog");
  dialog?.dispatchEvent(new Event("cancel", { cancelable: true }));
  dialog?.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true, cancelable: true }));
  expect(onClose).toHaveBeenCalledTimes(2);
  await act(async () => root.unmount());
  expect(document.activeElement).toBe(before);
});

it("says what each key does in both languages", () => {
  for (const language of ["en", "zh-CN"] as const) {
    const t = translator(language);
    for (const [, text] of [...WALL_LINES, ...PLAYBACK_LINES]) expect(t(text)).not.toBe(text);
  }
});
