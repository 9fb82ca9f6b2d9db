// Saving a still from a page with pictures, and the one line that such a page says for a few seconds.
import { useCallback, useEffect, useState } from "react";
import { ApiError, isRefusal } from "../api/client";
import type { Camera, Language, View } from "../api/types";
import { formatIndex, formatTime } from "../ui/format";
import { said, type Translate, useLanguage, useT } from "../ui/i18n";
import { troubleWords } from "../ui/trouble";
import { saveStill } from "./still";

const SAID_MS = 5_000;

/** One line said over the pictures; screen readers read it, and it goes away by itself. */
export function useSaying(): [string, (text: string) => void] {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return [said, setSaid];
}

/** Why a still was not saved, in the person's words: a refusal's own reason, or the kind of trouble. */
export function stillTrouble(cause: unknown, t: Translate, language: Language): string {
  if (isRefusal(cause)) {
    const reason = said(cause.refusal.reason, language) || t("refusal-no-reason");
    return t("picture-still-failed-why", { why: reason });
  }
  // What the browser itself could not do has no words of the server's.
  return cause instanceof ApiError
    ? t("picture-still-failed-why", { why: troubleWords(cause, t) })
    : t("picture-still-failed");
}

/** Saves what `video` shows of a camera, taken at `shownMs` (`null`: no picture is shown), and says what came of it. */
export function useStill(view: View | null, say: (text: string) => void) {
  const t = useT();
  const { language } = useLanguage();
  return useCallback(
    (camera: Camera, video: HTMLVideoElement | null, shownMs: number | null) => {
      if (!view || !video || shownMs === null) {
        say(t("picture-still-none"));
        return;
      }
      // One number for the entry, the file and what is burnt in.
      const atMs = Math.round(shownMs);
      const time = formatTime(atMs, language, { milliseconds: true, zone: true });
      saveStill({ viewId: view.id, cameraId: camera.id, atMs, video, caption: `${camera.name} · ${time}` }).then(
        (entry) => say(t("picture-still-saved", { entry: formatIndex(entry) })),
        (cause) => say(stillTrouble(cause, t, language)),
      );
    },
    [view, language, t, say],
  );
}
