// Tests of which window comes next.
import { afterEach, expect, it, vi } from "vitest";
import { nextScreen, openScreen, parseScreens, screenOf } from "./screens";

afterEach(() => {
  localStorage.clear();
  vi.restoreAllMocks();
});

it("is the first that is not open", () => {
  const now = 1_000_000;
  const check = (screens: Record<string, number>, expected: number | null) =>
    expect(nextScreen(screens, now)).toBe(expected);
  check({}, 2);
  check({ 1: now }, 2);
  check({ 2: now - 30_000, 3: now }, 4);
  check({ 2: now - 200_000, 3: now }, 2);
  check(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [at, now])), null);
});
it("reads anything", () => {
  expect(parseScreens('{"2":5,"3":"x"}')).toEqual({ 2: 5 });
  for (const broken of [null, "", "{", "7", "null"]) expect(parseScreens(broken)).toEqual({});
  expect(["2", "16", "17", "0", "x", undefined].map(screenOf)).toEqual([2, 16, 1, 1, 1, 1]);
});
it("a second press opens another wall, not a copy of this one", () => {
  const open = vi.spyOn(window, "open").mockReturnValue(window);
  expect([openScreen(), openScreen()]).toEqual(["opened", "opened"]);
  expect(open.mock.calls.map(([url, name]) => [url, name])).toEqual([
    ["/wall?screen=2", "wk-screen-2"],
    ["/wall?screen=3", "wk-screen-3"],
  ]);
  open.mockReturnValue(null);
  expect(openScreen()).toBe("blocked");
});
