// The viewer's mark (control `viewer-mark`): every place that shows a picture shows it by way of the player's `Picture`, which shows none
// without a mark; and the mark stays over it when it is enlarged, alone, or on the whole screen.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { act, createRef } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Picture, type PictureProps } from "../src/player/Picture";
import { TextProvider } from "../src/ui/i18n";
import { ThemeProvider } from "../src/ui/theme";

const SOURCES = join(import.meta.dirname, "../src");
const files = (readdirSync(SOURCES, { recursive: true }) as string[])
  .filter((name) => /\.tsx?$/.test(name) && !name.includes(".test."))
  .map((name) => [name.replaceAll("\\", "/"), readFileSync(join(SOURCES, name), "utf8")] as const);
const those = (pattern: RegExp) =>
  files
    .filter(([, text]) => pattern.test(text))
    .map(([name]) => name)
    .sort();

test("footage is drawn in one place, and that place asks for its mark", () => {
  // A document's file is a paper of the archive and no footage.
  expect(those(/<video\b/)).toEqual(["player/Picture.tsx", "register/DocumentFile.tsx"]);
  expect(those(/createElement\(\s*"video"/)).toEqual([]);
  // Whoever shows footage shows one of these two: wall, alarms that call, playback, clips. What else comes is looked at here first.
  expect(those(/<(Live|Playback)Picture\b/)).toEqual([
    "pages/playback/PlaybackTiles.tsx",
    "pages/wall/Tile.tsx",
    "player/AlarmCall.tsx",
  ]);
  expect(those(/<Picture\b/)).toEqual(["player/LivePicture.tsx", "player/PlaybackPicture.tsx"]);
  for (const [name, text] of files.filter(([, text]) => /<Picture\b/.test(text)))
    expect(text.match(/mark=\{view\?\.mark \?\? null\}/g), name).toHaveLength(1);
  // The socket's address comes of a view, and a view has its mark.
  expect(those(/\baddressOf\(view\.id/)).toEqual(["player/LivePicture.tsx", "player/PlaybackPicture.tsx"]);
});

test("a picture's file is made in one place, with the words of the server's answer", () => {
  expect(those(/\.toBlob\(/)).toEqual(["player/still.ts"]);
  const still = files.find(([name]) => name === "player/still.ts")?.[1] ?? "";
  expect(still.indexOf("answer.mark_text")).toBeGreaterThan(0);
  expect(still.indexOf("answer.mark_text")).toBeLessThan(still.indexOf(".toBlob("));
});

let root: Root | undefined;
const video = createRef<HTMLVideoElement>();
const draw = (props: Partial<PictureProps>) => {
  root ??= createRoot(document.body.appendChild(document.createElement("div")));
  const words = { tone: "good", text: "", central: false } as PictureProps["words"];
  const mark = { name: "Li Na", account: "operator", session: "EEEE1234", started_ms: 0 };
  return act(async () =>
    root?.render(
      <TextProvider>
        <ThemeProvider>
          <Picture name="01" words={words} mark={mark} video={video} dim={false} {...props} />
        </ThemeProvider>
      </TextProvider>,
    ),
  );
};
const field = () => document.querySelector(".wk-mark-field");
const shown = () => video.current?.style.visibility !== "hidden";

beforeEach(() => vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true));
afterEach(async () => {
  await act(async () => root?.unmount());
  root = undefined;
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test("no picture without who looks, in which session", async () => {
  await draw({});
  expect(shown()).toBe(true);
  for (const part of ["Li Na", "operator", "EEEE1234", /\d\d:\d\d:\d\d/]) expect(field()?.textContent).toMatch(part);
  const mark = { name: "Li Na", account: "operator", session: "EEEE1234", started_ms: 0 };
  for (const lacking of [null, { ...mark, name: "" }, { ...mark, account: "" }, { ...mark, session: "" }]) {
    await draw({ mark: lacking });
    expect([shown(), field()]).toEqual([false, null]);
  }
});

test("it lies over the whole frame, not in what is enlarged, and no browser window of its own shows the picture", async () => {
  await draw({});
  const frame = document.querySelector(".wk-picture");
  // Only the video is moved by the zoom; the mark is beside it, in the frame that fills tile, page and screen.
  expect(field()?.parentElement).toBe(frame);
  expect(video.current?.parentElement).toBe(frame);
  expect(video.current?.hasAttribute("controls")).toBe(false);
  expect(video.current?.disablePictureInPicture || video.current?.hasAttribute("disablepictureinpicture")).toBe(true);
  const style = readFileSync(join(SOURCES, "player/picture.css"), "utf8");
  expect(style).toMatch(/\.wk-mark-field \{[^}]*inset: 0;[^}]*pointer-events: none;/);
  expect(style).not.toMatch(/\.wk-mark-field \{[^}]*display: none/);
  // The whole page fills the screen, so that what lies over a picture does so too.
  expect(those(/requestFullscreen\(/)).toEqual(["player/useFullScreen.ts"]);
  expect(files.find(([name]) => name === "player/useFullScreen.ts")?.[1]).toMatch(/documentElement\.requestFullscreen/);
});
