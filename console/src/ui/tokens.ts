// The look of the console in numbers: colours, sizes, faces. The only place where a colour is written.
// Not a component library: `theme.tsx` hands these values to antd and, as custom properties, to our own CSS.
// Invariant: every text colour reaches WCAG 2.2 AA on the surfaces it is used on (tokens.test.ts computes it).

export interface Palette {
  /** Behind pictures. The same in both themes: a picture is looked at in the dark. */
  ground: string;
  page: string;
  panel: string;
  raised: string;
  sunken: string;
  /** Hairlines between things; carries no meaning. */
  line: string;
  /** Borders of things that can be operated (WCAG 1.4.11: 3:1). */
  control: string;
  text: string;
  soft: string;
  faint: string;
  accent: string;
  accentFill: string;
  accentSoft: string;
  good: string;
  goodSoft: string;
  notice: string;
  noticeSoft: string;
  late: string;
  lateSoft: string;
  breach: string;
  breachSoft: string;
}

export const dark: Palette = {
  ground: "#05080a",
  page: "#0e1418",
  panel: "#161c20",
  raised: "#20272b",
  sunken: "#0a1013",
  line: "#30373b",
  control: "#6e767b",
  text: "#e7ecef",
  soft: "#aab2b8",
  faint: "#8b9499",
  accent: "#5fc9db",
  accentFill: "#097689",
  accentSoft: "#0f323a",
  good: "#75d291",
  goodSoft: "#172c1d",
  notice: "#b6adf3",
  noticeSoft: "#292440",
  late: "#f2b95a",
  lateSoft: "#35260c",
  breach: "#fc8a83",
  breachSoft: "#451816",
};

export const light: Palette = {
  ground: "#05080a",
  page: "#ecf1f4",
  panel: "#fcfeff",
  raised: "#ffffff",
  sunken: "#e1e7eb",
  line: "#cdd4d8",
  control: "#788288",
  text: "#191f23",
  soft: "#474e53",
  faint: "#5a6166",
  accent: "#006279",
  accentFill: "#006279",
  accentSoft: "#d6edf2",
  good: "#176933",
  goodSoft: "#ddf1e1",
  notice: "#5c46a7",
  noticeSoft: "#ecebfb",
  late: "#85500a",
  lateSoft: "#faebd3",
  breach: "#b32322",
  breachSoft: "#fbe8e5",
};

export type ThemeName = "dark" | "light";
export const palettes: Record<ThemeName, Palette> = { dark, light };

/** What something means. Each has a colour, a shape (ui/Meaning.tsx) and always a word beside it. */
export type Tone = "good" | "notice" | "late" | "breach" | "plain";

export const RADIUS_PX = 4;
export const ROW_HEIGHT_PX = 32;
/** Base type size: 14 px at a desk, 20 px on a wall display. */
export const FONT_SIZE_PX = 14;
export const FONT_SIZE_WALL_PX = 20;
/** From this width on the page is taken for a wall display. */
export const WALL_WIDTH_PX = 2560;

export const FACE =
  '"IBM Plex Sans", "Noto Sans SC Variable", "Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';
export const FACE_MONO = '"IBM Plex Mono", "Noto Sans SC Variable", "Noto Sans CJK SC", ui-monospace, monospace';

/** The palette as CSS custom properties: `accentSoft` becomes `--wk-accent-soft`. */
export function cssVariables(palette: Palette): Record<string, string> {
  return Object.fromEntries(
    Object.entries(palette).map(([name, value]) => [
      `--wk-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      value,
    ]),
  );
}
