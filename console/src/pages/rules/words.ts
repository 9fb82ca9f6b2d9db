// Values of the packs in words. A word that no translation knows is shown as the pack has it.
import { useLawPacks } from "../../api/queries";
import type { LawDuty } from "../../api/types";
import { said, toApiLanguage, useLanguage, useT } from "../../ui";

/** A duty is kept when every control that serves it is. */
export function isKept(duty: Pick<LawDuty, "controls">): boolean {
  return duty.controls.every((control) => control.done);
}

type Bilingual = { zh: string; en: string };

function isBilingual(value: unknown): value is Bilingual {
  return typeof value === "object" && value !== null && "zh" in value && "en" in value;
}

/** How a value reads: names of places, days, words, tables row by row. */
export function valueWords(
  value: unknown,
  word: (id: string) => string,
  language: "zh" | "en",
  unit: (n: number) => string,
): string {
  const separator = language === "zh" ? "、" : ", ";
  const row = (one: unknown): string => {
    if (typeof one === "string") return word(one);
    if (typeof one === "number") return unit(one);
    if (typeof one === "boolean") return word(one ? "yes" : "no");
    if (isBilingual(one)) return one[language];
    if (Array.isArray(one)) return one.map(row).join(separator);
    if (typeof one === "object" && one !== null)
      return Object.entries(one)
        .filter(
          ([, part]) => part !== null && part !== "" && part !== false && !(Array.isArray(part) && part.length === 0),
        )
        .map(([name, part]) =>
          part === true ? word(name) : `${word(name)} ${typeof part === "number" ? String(part) : row(part)}`,
        )
        .join(language === "zh" ? "，" : "; ");
    return "";
  };
  if (Array.isArray(value) && value.some((one) => typeof one === "object")) return value.map(row).join("\n");
  return row(value);
}

export function useValueWords(): (name: string, value: unknown) => string {
  const t = useT();
  const { language } = useLanguage();
  const packs = useLawPacks();
  const names = [...(packs.data?.private_kinds ?? []), ...(packs.data?.categories ?? [])];
  const word = (id: string) => {
    const named = names.find((name) => name.id === id);
    if (named) return said(named.name, language);
    // Numbers of articles and codes of divisions are no words.
    if (!/[a-z]{2}/.test(id)) return id;
    const key = `rules-word-${id.replaceAll("_", "-")}`;
    const words = t(key);
    return words === key ? id : words;
  };
  return (name, value) =>
    valueWords(value, word, toApiLanguage(language), (n) =>
      name.endsWith("_days") ? t("days", { n: String(n) }) : String(n),
    );
}
