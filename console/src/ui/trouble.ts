// What went wrong, in the person's words: from the kind of the error and its machine word, not from the server's English
// sentence for engineers, which is kept as a detail.
import { ApiError } from "../api/client";
import type { Bilingual, Language } from "../api/types";
import { said, type Translate } from "./i18n";

/** What the server says of a failure in both languages, with what helps. */
export const saidWords = (words: { reason: Bilingual; remedy: Bilingual }, language: Language): string =>
  `${said(words.reason, language)} ${said(words.remedy, language)}`;

const CODES = ["exports", "views", "locked", "bad_credentials", "origin", "mark_header"];

export function troubleWords(error: unknown, t: Translate): string {
  if (!(error instanceof ApiError) || error.status === 0) return t("trouble-no-answer");
  if (error.code && CODES.includes(error.code)) return t(`trouble-code-${error.code.replaceAll("_", "-")}`);
  return t(`trouble-${error.kind.replaceAll("_", "-")}`);
}

/** The server's own sentence, with the field it is about. */
export function troubleDetail(error: unknown): string | undefined {
  if (!(error instanceof ApiError) || error.status === 0) return undefined;
  return error.field ? `${error.field}: ${error.message}` : error.message;
}
