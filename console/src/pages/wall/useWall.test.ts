// Tests of a wall's state in a page: a camera in the address comes into sight, each window keeps its own wall, a tour waits
// for a replay.
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Action, Wall } from "./grid";
import { useWall } from "./useWall";

const page = vi.hoisted(() => ({ address: {} as Record<string, string | undefined>, changes: [] as object[] }));
vi.mock("../../ui", () => {
  const change = (part: Record<string, string | undefined>) => {
    page.changes.push(part);
    page.address = { ...page.address, ...part };
  };
  return { useAddress: () => [page.address, change] };
});

let root: Root | undefined;
let wall: Wall;
let dispatch: (action: Action) => void;
let held = false;

async function open(screen: number, address: Record<string, string> = {}): Promise<void> {
  await close();
  [page.address, page.changes] = [address, []];
  const Page = () => {
    [wall, dispatch] = useWall({ person: "p", screen, layouts: [], isHeld: () => held });
    return null;
  };
  root = createRoot(document.createElement("div"));
  await act(async () => root?.render(createElement(Page)));
}
async function close(): Promise<void> {
  await act(async () => root?.unmount());
  root = undefined;
}
const does = (action: Action) => act(async () => dispatch(action));

beforeEach(() => vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true));
afterEach(async () => {
  await close();
  localStorage.clear();
  held = false;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("shows the camera that the address names, and takes it out of the address", async () => {
  await open(1);
  await does({ do: "fill", cameras: ["a", "b", "c", "d"] });
  await open(1, { camera: "e" });
  expect(wall).toMatchObject({ tiles: ["a", "b", "c", "d", "e", null, null, null], page: 1, selected: 0 });
  expect(page.changes).toEqual([{ camera: undefined }]);
});

it("keeps each window's wall by itself", async () => {
  await open(1);
  await does({ do: "fill", cameras: ["a"] });
  await open(2);
  expect(wall.tiles).toEqual([null, null, null, null]);
  await does({ do: "fill", cameras: ["b"] });
  await open(1);
  expect(wall.tiles[0]).toBe("a");
  await open(2);
  expect(wall.tiles[0]).toBe("b");
});

it("a tour does not turn a replay away", async () => {
  vi.useFakeTimers();
  await open(1);
  await does({ do: "grid", grid: 1 });
  for (const camera of ["a", "b"]) await does({ do: "place", camera });
  await does({ do: "tour", seconds: 5 });
  const shownAfter = async (ms: number) => {
    await act(async () => vi.advanceTimersByTime(ms));
    return wall.page;
  };
  expect(await shownAfter(5000)).toBe(0);
  held = true;
  expect(await shownAfter(20_000)).toBe(0);
  held = false;
  expect(await shownAfter(5000)).toBe(1);
});
