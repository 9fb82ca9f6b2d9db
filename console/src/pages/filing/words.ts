// What the register calls what stands in a dossier: its fields, their choices, and what differs between two.
import { useRegisterKinds } from "../../api/queries";
import type { Change } from "../../register/filing";
import { said, useLanguage, useT } from "../../ui";

/** What a field of the register is called, and what its choices are. */
export function useFieldWords() {
  const { language } = useLanguage();
  const kinds = useRegisterKinds();
  const field = (kind: string, name: string) =>
    kinds.data?.find((one) => one.kind === kind)?.fields.find((one) => one.name === name);
  return {
    label: (kind: string, name: string) => {
      const found = field(kind, name);
      return found ? said(found.label, language) : name;
    },
    choice: (kind: string, name: string, word: string) => {
      const found = field(kind, name)?.choices?.find(({ id }) => id === word);
      return found ? said(found.name, language) : word;
    },
  };
}

/** The register's kind whose fields a part shows. */
const KINDS: Record<Change["part"], string> = {
  dossier: "dossier",
  system: "system",
  technical: "system",
  contractors: "contractor",
  equipment: "product",
  points: "point",
  papers: "document",
};

/** A part of the dossier, and a field of it, in words. */
export function useChangeWords() {
  const t = useT();
  const words = useFieldWords();
  return {
    part: ({ part }: Change) => t(`filing-changes-${part}`),
    field: ({ part }: Change, name: string) =>
      part === "dossier" ? t(`filing-changes-field-${name.replaceAll("_", "-")}`) : words.label(KINDS[part], name),
  };
}
