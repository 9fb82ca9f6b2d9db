// What the console asks for where there may be twenty thousand cameras: a few are one tree, of many only what is opened or
// searched; names by id, once each; a filter by what is typed.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useCamerasById } from "../src/api/queries";
import type { Camera } from "../src/api/types";
import { CameraSelect } from "../src/ui/CameraSelect";
import { CameraTree } from "../src/ui/CameraTree";
import { TextProvider } from "../src/ui/i18n";
import { ThemeProvider } from "../src/ui/theme";

const UNITS = [
  { id: "u", name: "Park" },
  { id: "v", name: "Station" },
];
const GROUPS = [{ id: "g", unit_id: "u", name: "Gate", parent_id: null }];

interface Town {
  /** How many cameras there are in the group, in the unit beside it, and in the other unit. */
  g: number;
  u: number;
  v: number;
}

function camerasOf(town: Town): Camera[] {
  const made = (branch: keyof Town, unit_id: string, group_id: string | null) =>
    Array.from({ length: town[branch] }, (_, at) => {
      const id = `${branch}${String(at).padStart(5, "0")}`;
      return { id, name: `Camera ${id}`, place: "", unit_id, group_id, enabled: true, state: { main: null } };
    });
  return [...made("g", "u", "g"), ...made("u", "u", null), ...made("v", "v", null)] as unknown as Camera[];
}

let asked: string[] = [];

/** A server with so many cameras, which notes what it is asked. */
function serve(town: Town): void {
  const all = camerasOf(town);
  vi.stubGlobal("fetch", async (address: string) => {
    const url = new URL(address, "http://localhost");
    const query = Object.fromEntries(url.searchParams);
    asked.push(url.pathname + url.search);
    const found = all.filter(
      (camera) =>
        (!query.query || camera.name.includes(query.query)) &&
        (!query.group || camera.group_id === query.group) &&
        (!query.unit || camera.unit_id === query.unit) &&
        (!query.direct || query.group || !camera.group_id) &&
        (query.ids === undefined || query.ids.split(",").includes(camera.id)),
    );
    const counts = (["g", "u", "v"] as const).map((branch) => ({
      unit_id: branch === "v" ? "v" : "u",
      group_id: branch === "g" ? "g" : null,
      cameras: found.filter(({ id }) => id.startsWith(branch)).length,
    }));
    const answers: Record<string, unknown> = {
      "/api/units": UNITS,
      "/api/groups": GROUPS,
      "/api/cameras": { cameras: found.slice(0, Number(query.limit)), total: found.length },
      "/api/cameras/counts": { counts: counts.filter(({ cameras }) => cameras > 0), total: found.length },
    };
    return new Response(JSON.stringify(answers[url.pathname]), { headers: { "Content-Type": "application/json" } });
  });
}

let root: Root | undefined;

async function draw(node: ReactNode): Promise<void> {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  root ??= createRoot(document.body.appendChild(document.createElement("div")));
  await act(async () =>
    root?.render(
      <QueryClientProvider client={queries}>
        <TextProvider>
          <ThemeProvider>{node}</ThemeProvider>
        </TextProvider>
      </QueryClientProvider>,
    ),
  );
}

/** Until what is drawn is so, or the test has waited long enough. */
const until = (condition: () => boolean) =>
  vi.waitFor(
    async () => {
      await act(() => new Promise((resolve) => setTimeout(resolve, 20)));
      expect(condition()).toBe(true);
    },
    { timeout: 50_000 },
  );
const rows = () => [...document.querySelectorAll("[role=treeitem]")].map((row) => row.textContent ?? "");
const press = (text: string) =>
  act(async () => {
    const row = [...document.querySelectorAll("[role=treeitem]")].find((one) => one.textContent?.startsWith(text));
    row?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  });

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  localStorage.setItem("wk-language", "en");
  asked = [];
});
afterEach(async () => {
  await act(async () => root?.unmount());
  root = undefined;
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test("a few cameras are one tree, all open, asked for once", async () => {
  serve({ g: 2, u: 1, v: 1 });
  await draw(<CameraTree />);
  await until(() => rows().length === 7);
  expect(rows().map((row) => row.slice(0, 13))).toEqual([
    "Park3",
    "Gate2",
    "Camera g00000",
    "Camera g00001",
    "Camera u00000",
    "Station1",
    "Camera v00000",
  ]);
  expect(asked.filter((path) => path.startsWith("/api/cameras"))).toEqual(["/api/cameras?limit=200"]);
});

test("of twenty thousand only the counts come, and a branch when it is opened, by the hundred", async () => {
  serve({ g: 230, u: 40, v: 19_730 });
  await draw(<CameraTree />);
  await until(() => rows().length === 2);
  expect(rows()).toEqual(["Park270", "Station19730"]);
  expect(asked.some((path) => path.includes("direct"))).toBe(false);
  await press("Park");
  await until(() => rows().length === 43);
  expect(rows().slice(0, 2)).toEqual(["Park270", "Gate230"]);
  await press("Gate");
  await until(() => rows().some((row) => row === "Show 130 more"));
  await press("Show 130 more");
  await until(() => rows().some((row) => row === "Show 30 more"));
  const branches = asked.filter((path) => path.includes("direct"));
  expect(new Set(branches)).toEqual(
    new Set([
      "/api/cameras?unit=u&direct=true&limit=100",
      "/api/cameras?group=g&direct=true&limit=100",
      "/api/cameras?group=g&direct=true&limit=200",
    ]),
  );
});

test("a camera of twenty thousand is found by the server, and the rest is said", async () => {
  serve({ g: 230, u: 40, v: 19_730 });
  await draw(<CameraTree />);
  await until(() => rows().length === 2);
  const field = document.querySelector<HTMLInputElement>("input");
  const type = (text: string) =>
    act(async () => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, text);
      field?.dispatchEvent(new Event("input", { bubbles: true }));
    });
  await type("g00017");
  await until(() => rows().length === 3);
  expect(rows().map((row) => row.slice(0, 13))).toEqual(["Park1", "Gate1", "Camera g00017"]);
  await type("v0");
  await until(() => rows().length === 102);
  expect([rows()[0], rows()[101]]).toEqual(["Station10000", "9,900 more. Type to find them."]);
});

test("names are asked for by id, each once and a hundred at a time", async () => {
  serve({ g: 150, u: 0, v: 1 });
  const ids = camerasOf({ g: 150, u: 0, v: 0 }).map(({ id }) => id);
  function Names({ of }: { of: string[] }) {
    const { known, asking } = useCamerasById(of);
    return <p>{known ? `${known.size} ${asking}` : "waits"}</p>;
  }
  await draw(<Names of={[...ids, ...ids, "of another unit"]} />);
  await until(() => document.querySelector("p")?.textContent === "150 false");
  expect(asked.map((path) => new URLSearchParams(path.split("?")[1]).get("ids")?.split(",").length)).toEqual([100, 51]);
  asked = [];
  await draw(<Names of={[]} />);
  await until(() => document.querySelector("p")?.textContent === "0 false");
  expect(asked).toEqual([]);
});

test("a filter knows the name of what it filters by before its list is opened", async () => {
  serve({ g: 150, u: 0, v: 1 });
  await draw(<CameraSelect value="g00149" onChange={() => {}} />);
  await until(() => document.body.textContent?.includes("Camera g00149") ?? false);
  expect(asked).toEqual(["/api/cameras?ids=g00149&limit=100"]);
});
