// A change of program or settings in words and meanings, and what an announcement lacks. Pure; what a change is the server says.
import type { MeasuredSoftware, SoftwareChange, SoftwarePart } from "../../api/integrity";
import type { Tone, Translate } from "../../ui";

/** So much of a digest tells it from any other that somebody has at hand. */
const SHORT_CHARS = 12;
const SHA256 = /^[0-9a-f]{64}$/i;

export const shortDigest = (digest: string): string => digest.slice(0, SHORT_CHARS);

/** What differs, as people call it. */
export function partWords(part: string, t: Translate): string {
  const option = /^settings\.(.+)$/.exec(part)?.[1];
  return option ? t("integrity-part-setting", { name: option }) : t(`integrity-part-${part.replaceAll("_", "-")}`);
}

export function changeTone({ how, needs_explanation }: Pick<SoftwareChange, "how" | "needs_explanation">): Tone {
  if (!needs_explanation) return how === "unannounced" || how === "other_than_announced" ? "plain" : "good";
  return how === "other_than_announced" ? "breach" : "late";
}

/** What it was and what it is, part by part; only what differs. */
export function compared(change: Pick<SoftwareChange, "before" | "measured" | "program" | "parts">, t: Translate) {
  const { before, measured, program } = change;
  const of = (all: MeasuredSoftware | null | undefined, part: string): string => {
    if (!all) return part === "program" ? (program ?? "") : "";
    const option = /^settings\.(.+)$/.exec(part)?.[1];
    if (option) return all.settings.find(({ name }) => name === option)?.digest ?? "";
    return String(all[part as "program" | "version" | "console" | "packs" | "own_packs"] ?? "");
  };
  return change.parts.map((part) => ({
    part,
    label: partWords(part, t),
    before: of(before, part),
    now: of(measured, part),
  }));
}

export interface AnnouncementDraft {
  what: SoftwarePart | undefined;
  expected: string;
  days: number | null;
}

/** What an announcement lacks, as fields of its form. */
export function missingInAnnouncement({ what, expected, days }: AnnouncementDraft): string[] {
  const given = expected.trim();
  const lacks = [];
  if (!what) lacks.push("integrity-what");
  if (given !== "" && what !== "settings" && !SHA256.test(given)) lacks.push("integrity-expected-form");
  if (days === null) lacks.push("integrity-days");
  return lacks;
}
