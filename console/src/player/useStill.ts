// Saving a still from a page with pictures, and the one line that such a page says for a few seconds.
import { useCallback, useEffect, useState } from "react";
import type { Camera, View } from "../api/types";
import { formatIndex, formatTime } from "../ui/format";
import { useLanguage, useT } from "../ui/i18n";
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

/** Saves what `video` shows of a camera at an instant, and says what came of it. */
export function useStill(view: View | null, say: (text: string) => void) {
  const t = useT();
  const { language } = useLanguage();
  return useCallback(
    (camera: Camera, video: HTMLVideoElement | null, atMs: number | null) => {
      if (!view || !video || atMs === null) return;
      const time = formatTime(Math.round(atMs), language, { milliseconds: true, zone: true });
      saveStill({ viewId: view.id, cameraId: camera.id, atMs, video, caption: `${camera.name} · ${time}` }).then(
        (entry) => say(t("picture-still-saved", { entry: formatIndex(entry) })),
        (cause) => say(`${t("picture-still-failed")}: ${cause instanceof Error ? cause.message : ""}`),
      );
    },
    [view, language, t, say],
  );
}
