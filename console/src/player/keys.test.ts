// Tests of the names of keys, and of whose keys they are.
import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, it, vi } from "vitest";
import { isTaken, keyName, useKeys } from "./keys";

afterEach(() => {
  document.body.innerHTML = "";
});

it("names keys", () => {
  const check = (key: string, shiftKey: boolean, expected: string) => expect(keyName({ key, shiftKey })).toBe(expected);
  check(" ", false, "Space");
  check("ArrowLeft", true, "Shift+ArrowLeft");
  check("ArrowLeft", false, "ArrowLeft");
  check("?", true, "?");
  check("G", true, "g");
  check(",", false, ",");
});

it("leaves keys to what is typed in or opened, not to what was only clicked", () => {
  const check = (html: string, key: string, expected: boolean) => {
    document.body.innerHTML = html;
    const target = document.body.querySelector("[data-here]") ?? document.body;
    let taken: boolean | undefined;
    const listen = (event: KeyboardEvent) => {
      taken = isTaken(event);
    };
    window.addEventListener("keydown", listen, { once: true });
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    expect(taken, `${html} ${key}`).toBe(expected);
  };
  check("<p data-here></p>", " ", false);
  check("<input data-here>", " ", true);
  check("<input type=radio data-here>", " ", false);
  check("<input type=radio data-here>", "ArrowUp", false);
  check("<div role=dialog><input type=radio data-here></div>", "ArrowUp", true);
  check("<dialog><button data-here></button></dialog>", "k", true);
  check("<canvas role=slider tabindex=0 data-here></canvas>", " ", false);
  check("<button data-here></button>", " ", true);
  check("<button data-here></button>", "k", false);
  check("<section tabindex=0 data-here></section>", "Enter", false);
});

it("after a choice was clicked its arrows are the page's, and only the page's", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const [page, own] = [vi.fn(), vi.fn()];
  const Page = () => {
    useKeys({ ArrowUp: page });
    return createElement("input", { type: "radio", onKeyDown: own });
  };
  const frame = document.body.appendChild(document.createElement("div"));
  const root = createRoot(frame);
  await act(async () => root.render(createElement(Page)));
  const press = (key: string) => {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    frame.querySelector("input")?.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(press("ArrowUp")).toBe(true);
  expect([page.mock.calls.length, own.mock.calls.length]).toEqual([1, 0]);
  expect(press("ArrowDown")).toBe(false);
  expect([page.mock.calls.length, own.mock.calls.length]).toEqual([1, 1]);
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
});
