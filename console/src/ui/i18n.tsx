// Texts in Chinese and English, from Fluent files in `locales/`. Every word a person reads comes through `useT()`.
// Not a formatter of times and sizes: see format.ts. locales.test.ts keeps both languages complete.
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import type { ApiLanguage, Bilingual, Language } from "../api/types";

const files = {
  "zh-CN": import.meta.glob<string>("../../locales/zh-CN/*.ftl", { query: "?raw", import: "default", eager: true }),
  en: import.meta.glob<string>("../../locales/en/*.ftl", { query: "?raw", import: "default", eager: true }),
};

export const LANGUAGES: { value: Language; label: string }[] = [
  { value: "zh-CN", label: "中文" },
  { value: "en", label: "English" },
];

/** A sentence that the server says in both languages, in this one; the other when this one is empty. */
export function said(text: Bilingual | null | undefined, language: Language): string {
  if (!text) return "";
  return language === "zh-CN" ? text.zh || text.en : text.en || text.zh;
}

export function toApiLanguage(language: Language): ApiLanguage {
  return language === "zh-CN" ? "zh" : "en";
}

function bundleOf(language: Language): FluentBundle {
  const bundle = new FluentBundle(language, { useIsolating: false });
  for (const text of Object.values(files[language])) bundle.addResource(new FluentResource(text));
  return bundle;
}

/** Looks a text up: `t("wall-since", { time: "12:03" })`. */
export type Translate = (id: string, args?: Record<string, FluentVariable>) => string;

export function translator(language: Language): Translate {
  const bundle = bundleOf(language);
  return (id, args) => {
    const message = bundle.getMessage(id);
    if (!message?.value) {
      if (import.meta.env.DEV) console.warn(`no text for '${id}' in ${language}`);
      return id;
    }
    return bundle.formatPattern(message.value, args ?? null);
  };
}

const KEY = "wk-language";

/**
 * The language of this browser: what was chosen here, else what the browser prefers. The account keeps the last choice for
 * what the server writes, but does not turn a page round under somebody who is reading it.
 */
function firstLanguage(): Language {
  const stored = localStorage.getItem(KEY);
  if (stored === "zh-CN" || stored === "en") return stored;
  return navigator.language.toLowerCase().startsWith("zh") || !navigator.language ? "zh-CN" : "en";
}

interface Texts {
  t: Translate;
  language: Language;
  setLanguage: (language: Language) => void;
}

const TextContext = createContext<Texts | null>(null);

export function TextProvider({ children }: { children: ReactNode }) {
  const [language, setState] = useState<Language>(firstLanguage);
  const t = useMemo(() => translator(language), [language]);
  const setLanguage = useCallback((next: Language) => {
    localStorage.setItem(KEY, next);
    setState(next);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const value = useMemo(() => ({ t, language, setLanguage }), [t, language, setLanguage]);
  return <TextContext value={value}>{children}</TextContext>;
}

/** What is inside is in this language, whatever the page is in: a form for an organ. It chooses nothing for the browser. */
export function InLanguage({ language, children }: { language: Language; children: ReactNode }) {
  const { setLanguage } = useTexts();
  const value = useMemo(() => ({ t: translator(language), language, setLanguage }), [language, setLanguage]);
  return <TextContext value={value}>{children}</TextContext>;
}

function useTexts(): Texts {
  const texts = useContext(TextContext);
  if (!texts) throw new Error("TextProvider is missing above this component");
  return texts;
}

/** The translation function of the language in force. */
export function useT(): Translate {
  return useTexts().t;
}

export function useLanguage(): { language: Language; setLanguage: (language: Language) => void } {
  const { language, setLanguage } = useTexts();
  return { language, setLanguage };
}
