// Parts that hold state, drawn for true: drafts by person, refusals in a dialogue, a timeline that could not be read, the
// button on one picture of several, the words on paper.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, createRef, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../src/api/client";
import { MeProvider } from "../src/api/queries";
import type { Camera, Me } from "../src/api/types";
import { PlaybackTiles } from "../src/pages/playback/PlaybackTiles";
import { PlaybackGroup } from "../src/player/group";
import { Picture } from "../src/player/Picture";
import { stillTrouble } from "../src/player/useStill";
import { forgetDrafts, useDraft } from "../src/ui/draft";
import { TextProvider, translator } from "../src/ui/i18n";
import { Missing } from "../src/ui/Missing";
import { cssString, sheetRule } from "../src/ui/Print";
import { useSayTrouble } from "../src/ui/parts";
import { ThemeProvider } from "../src/ui/theme";
import { FootageTrouble } from "../src/ui/timeline/FootageTrouble";
import { type FootageState, useFootage } from "../src/ui/timeline/useFootage";

/** A busy machine draws late; within the time of one test. */
const PATIENCE = { timeout: 50_000 };
const said = { zh: "监看员不能查看录像。", en: "A viewer has no recordings." };
const refused = () => new ApiError(403, { kind: "refused", message: "m", article: "unit:roles", reason: said });

const SESSION = "0192f0c1-aaaa-7bbb-8ccc-ddddeeee1234";

let root: Root | undefined;
let person = "li";

async function draw(node: ReactNode): Promise<void> {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  root ??= createRoot(document.body.appendChild(document.createElement("div")));
  await act(async () =>
    root?.render(
      <QueryClientProvider client={queries}>
        <TextProvider>
          <ThemeProvider>
            <MeProvider value={{ person: { id: person }, session: { id: SESSION } } as Me}>{node}</MeProvider>
          </ThemeProvider>
        </TextProvider>
      </QueryClientProvider>,
    ),
  );
}
const press = (selector: string) =>
  act(async () =>
    document.querySelector<HTMLElement>(selector)?.dispatchEvent(new MouseEvent("click", { bubbles: true })),
  );

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  localStorage.setItem("wk-language", "en");
});
afterEach(async () => {
  await act(async () => root?.unmount());
  root = undefined;
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("drafts", () => {
  function Form() {
    const [draft, change] = useDraft("export", NOTHING);
    return (
      <button type="button" onClick={() => change({ name: "typed" })}>
        {draft.name}
      </button>
    );
  }
  const NOTHING = { name: "" };
  const again = async (who: string) => {
    await act(async () => root?.unmount());
    root = undefined;
    document.body.replaceChildren();
    person = who;
    await draw(<Form />);
    return document.querySelector("button")?.textContent;
  };

  test("outlive a reload, belong to one person, and end with the sign-out", async () => {
    person = "li";
    await draw(<Form />);
    await press("button");
    expect(await again("li")).toBe("typed");
    expect(await again("wang")).toBe("");
    forgetDrafts("li");
    expect(Object.keys(sessionStorage)).toEqual(["wk-draft:li:export"]);
    forgetDrafts();
    expect(Object.keys(sessionStorage)).toEqual([]);
  });
});

describe("trouble", () => {
  test("a refusal in a dialogue speaks the language in force", async () => {
    function Says() {
      const say = useSayTrouble();
      return (
        <button type="button" id="say" onClick={() => say(refused())}>
          say
        </button>
      );
    }
    await draw(<Says />);
    await press("#say");
    await vi.waitFor(() => expect(document.querySelector(".wk-refusal")?.textContent).toContain(said.en), PATIENCE);
  });

  test("a still that was not saved says why in the language in force", () => {
    const [zh, en] = [translator("zh-CN"), translator("en")];
    const server = new ApiError(400, { kind: "invalid", message: "lies outside the span of the view" });
    expect(stillTrouble(server, zh, "zh-CN")).toBe(`抓拍没有保存：${zh("trouble-invalid")}`);
    expect(stillTrouble(refused(), zh, "zh-CN")).toContain(said.zh);
    expect(stillTrouble(refused(), en, "en")).toContain(said.en);
    expect(stillTrouble(new Error("no canvas"), zh, "zh-CN")).toBe("抓拍没有保存");
  });

  test("a need goes to the place that the form names for it", async () => {
    await draw(
      <>
        <section id="wk-field-export-need-span" tabIndex={-1} />
        <Missing needs={["span-bad"]} places={{ "span-bad": "export-need-span" }} />
      </>,
    );
    await press(".wk-missing button");
    expect(document.activeElement?.id).toBe("wk-field-export-need-span");
  });
});

test("a picture bears its viewer's name, account, session and the time, in its line and all over it", async () => {
  const words = { text: "live", tone: "good" } as never;
  const mark = { name: "Li Na", account: "operator", session: "EEEE1234", started_ms: 0 };
  const video = createRef<HTMLVideoElement>();
  await draw(<Picture name="01" words={words} mark={mark} video={video} dim={false} />);
  for (const place of [".wk-mark-line", ".wk-mark-field"]) {
    const shown = document.querySelector(place)?.textContent ?? "";
    for (const part of [mark.name, mark.account, "EEEE1234", /\d\d:\d\d:\d\d/]) expect(shown).toMatch(part);
  }
});

describe("timeline", () => {
  const limits = { earliestMs: 0, latestMs: 2e12 };
  // Two tiles: the view lies across the border of both.
  const scale = { fromMs: 1_795_000_000_000, msPerPx: 60_000 };
  let footage: FootageState;
  const cameras = ["a"];
  function Shows() {
    footage = useFootage(cameras, scale, 1600, limits);
    return <FootageTrouble footage={footage} />;
  }
  const answer = (row: boolean) =>
    new Response(JSON.stringify({ rows: row ? [{ camera: "a", spans: [], gaps: [], activity: [] }] : [] }), {
      headers: { "Content-Type": "application/json" },
    });

  test("a part that could not be read is said, although the rest came, and is asked for again", async () => {
    let asked = 0;
    const fetch = vi.spyOn(globalThis, "fetch").mockImplementation(async () => {
      asked += 1;
      if (asked === 1) throw new TypeError("failed");
      return answer(true);
    });
    await draw(<Shows />);
    // From here on it lives by its own timers and answers.
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", false);
    await vi.waitFor(() => expect(document.querySelector(".wk-timeline-trouble")).not.toBeNull(), PATIENCE);
    await vi.waitFor(() => expect(footage.version).toBeGreaterThan(0), PATIENCE);
    expect(asked).toBeGreaterThan(1);
    expect(document.querySelector(".wk-timeline-trouble")?.textContent).toContain("did not answer");
    const before = fetch.mock.calls.length;
    document.querySelector<HTMLElement>(".wk-timeline-trouble button")?.click();
    await vi.waitFor(() => expect(document.querySelector(".wk-timeline-trouble")).toBeNull(), PATIENCE);
    expect(fetch.mock.calls.length).toBe(before + 1);
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  });

  test("a refusal is told as one", async () => {
    await draw(<FootageTrouble footage={{ error: refused(), loading: false, retry: () => undefined }} />);
    expect(document.querySelector(".wk-refusal")?.textContent).toContain(said.en);
  });
});

test("the still is of the picture whose button was pressed, whichever is chosen", async () => {
  const camera = (id: string) => ({ id, name: id }) as Camera;
  const stills: string[] = [];
  await draw(
    <PlaybackTiles
      {...{ cameras: [camera("a"), camera("b")], chosen: "a", oneUp: false, view: null }}
      group={new PlaybackGroup(0, () => 0)}
      room={createRef()}
      handles={{ current: new Map() }}
      onChoose={() => undefined}
      onOneUp={() => undefined}
      onStill={(id) => stills.push(id)}
      onTrouble={() => undefined}
      whole={(_, gap) => gap}
    />,
  );
  await press("section[aria-label=b] button[aria-label='Save a still']");
  expect(stills).toEqual(["b"]);
});

test("words on paper cannot leave their place", () => {
  expect(cssString("使用登记 · access #12")).toBe('"使用登记 · access #12"');
  expect(cssString('a"b\\c</style>\n')).toBe('"a\\22 b\\5c c\\3c /style\\3e \\a "');
  expect(sheetRule("x")).toContain("@bottom-left");
});
