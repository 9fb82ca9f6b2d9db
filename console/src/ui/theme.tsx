// Dark or light, by choice or by the system, handed to antd as tokens and to our own CSS as custom properties.
// Not a place for colours (tokens.ts) nor for page styles (styles/*.css).
import { App as AntApp, theme as antTheme, ConfigProvider, type ThemeConfig } from "antd";
import en from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import type { ThemeChoice } from "../api/types";
import { useLanguage } from "./i18n";
import {
  cssVariables,
  FACE,
  FACE_MONO,
  FONT_SIZE_PX,
  FONT_SIZE_WALL_PX,
  type Palette,
  palettes,
  RADIUS_PX,
  ROW_HEIGHT_PX,
  type ThemeName,
  WALL_WIDTH_PX,
} from "./tokens";

const KEY = "wk-theme";

/** The library's own sign of a busy button says "loading" in every language, and where motion is unwelcome it never goes away. */
const BUTTON = { autoInsertSpace: false, loadingIcon: <span className="wk-busy" aria-hidden="true" /> };

interface ThemeState {
  choice: ThemeChoice;
  setChoice: (choice: ThemeChoice) => void;
  /** What is in force after `auto` is resolved. */
  name: ThemeName;
  /** True on a wall display: base type is 20 px. */
  wall: boolean;
}

const ThemeContext = createContext<ThemeState | null>(null);

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const media = window.matchMedia(query);
    const update = () => setMatches(media.matches);
    update();
    media.addEventListener("change", update);
    return () => media.removeEventListener("change", update);
  }, [query]);
  return matches;
}

function firstChoice(): ThemeChoice {
  const stored = localStorage.getItem(KEY);
  return stored === "dark" || stored === "light" ? stored : "auto";
}

/** A field in use is drawn in the accent, so that where one types stands out against the fields around it. */
function field(p: Palette) {
  return { hoverBorderColor: p.accent, activeBorderColor: p.accent, activeShadow: `0 0 0 2px ${p.accentSoft}` };
}

function table(p: Palette, scale: number) {
  return {
    headerBg: p.page,
    headerColor: p.soft,
    headerSplitColor: "transparent",
    rowHoverBg: p.raised,
    rowSelectedBg: p.accentSoft,
    rowSelectedHoverBg: p.accentSoft,
    borderColor: p.line,
    // The arrow says by which column the rows are ordered.
    headerSortActiveBg: p.page,
    headerSortHoverBg: p.page,
    bodySortBg: "transparent",
    cellPaddingBlockSM: 5 * scale,
    cellPaddingInlineSM: 10 * scale,
  };
}

/** Antd's own tokens, derived from ours so that both look like one thing. */
export function antTokens(name: ThemeName, wall: boolean, still: boolean): ThemeConfig {
  const p = palettes[name];
  const scale = wall ? FONT_SIZE_WALL_PX / FONT_SIZE_PX : 1;
  return {
    // Antd's own compact algorithm would make the type smaller than our base; density comes from the sizes below.
    algorithm: name === "dark" ? antTheme.darkAlgorithm : antTheme.defaultAlgorithm,
    token: {
      colorPrimary: p.accentFill,
      colorLink: p.accent,
      colorLinkHover: p.text,
      colorInfo: p.accentFill,
      colorSuccess: p.good,
      colorWarning: p.late,
      colorError: p.breach,
      colorText: p.text,
      colorTextSecondary: p.soft,
      colorTextTertiary: p.faint,
      colorTextPlaceholder: p.faint,
      colorTextDescription: p.soft,
      colorBgBase: p.panel,
      colorBgLayout: p.page,
      colorBgContainer: p.panel,
      colorBgElevated: p.raised,
      colorBorder: p.control,
      colorBorderSecondary: p.line,
      colorSplit: p.line,
      borderRadius: RADIUS_PX,
      borderRadiusLG: RADIUS_PX,
      borderRadiusSM: RADIUS_PX - 1,
      fontFamily: FACE,
      fontFamilyCode: FACE_MONO,
      fontSize: FONT_SIZE_PX * scale,
      controlHeight: ROW_HEIGHT_PX * scale,
      controlHeightSM: 26 * scale,
      controlHeightLG: 40 * scale,
      padding: 12 * scale,
      paddingLG: 16 * scale,
      margin: 12 * scale,
      boxShadow: "none",
      boxShadowSecondary: `0 0 0 1px ${p.line}, 0 8px 24px rgb(0 0 0 / 28%)`,
      motion: !still,
      motionDurationFast: "0.06s",
      motionDurationMid: "0.1s",
      motionDurationSlow: "0.14s",
      controlOutlineWidth: 2,
      controlOutline: p.accentSoft,
    },
    components: {
      Input: field(p),
      InputNumber: field(p),
      DatePicker: field(p),
      Select: { hoverBorderColor: p.accent, activeBorderColor: p.accent, activeOutlineColor: p.accentSoft },
      Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none", fontWeight: 500 },
      Table: table(p, scale),
      Tabs: { horizontalMargin: "0 0 12px 0", inkBarColor: p.accent, itemSelectedColor: p.text, itemColor: p.soft },
      Segmented: { itemSelectedBg: p.raised, trackBg: p.sunken },
      Drawer: { colorBgElevated: p.panel },
      Steps: { colorPrimary: p.accentFill },
    },
  };
}

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setState] = useState<ThemeChoice>(firstChoice);
  const prefersLight = useMedia("(prefers-color-scheme: light)");
  const still = useMedia("(prefers-reduced-motion: reduce)");
  const wall = useMedia(`(min-width: ${WALL_WIDTH_PX}px)`);
  const printing = useMedia("print");
  const { language } = useLanguage();
  const name: ThemeName = printing ? "light" : choice === "auto" ? (prefersLight ? "light" : "dark") : choice;

  const setChoice = useCallback((next: ThemeChoice) => {
    localStorage.setItem(KEY, next);
    setState(next);
  }, []);
  useEffect(() => {
    const root = document.documentElement;
    root.dataset.theme = name;
    root.style.colorScheme = name;
    for (const [property, value] of Object.entries(cssVariables(palettes[name])))
      root.style.setProperty(property, value);
    root.style.setProperty("--wk-face", FACE);
    root.style.setProperty("--wk-face-mono", FACE_MONO);
    root.style.setProperty("--wk-font-size", `${wall ? FONT_SIZE_WALL_PX : FONT_SIZE_PX}px`);
  }, [name, wall]);
  useEffect(() => {
    dayjs.locale(language === "zh-CN" ? "zh-cn" : "en");
  }, [language]);

  const config = useMemo(() => antTokens(name, wall, still), [name, wall, still]);
  const value = useMemo(() => ({ choice, setChoice, name, wall }), [choice, setChoice, name, wall]);
  return (
    <ThemeContext value={value}>
      <ConfigProvider
        theme={config}
        locale={language === "zh-CN" ? zhCN : en}
        wave={{ disabled: true }}
        button={BUTTON}
      >
        <AntApp style={{ height: "100%" }} notification={{ placement: "bottomRight" }}>
          {children}
        </AntApp>
      </ConfigProvider>
    </ThemeContext>
  );
}

export function useTheme(): ThemeState {
  const state = useContext(ThemeContext);
  if (!state) throw new Error("ThemeProvider is missing above this component");
  return state;
}
