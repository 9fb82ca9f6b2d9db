// The sign that a camera records sound, and the button by which one hears it: off until somebody asks.
import { useEffect, useRef, useState } from "react";
import type { Camera } from "../api/types";
import { useT } from "../ui/i18n";
import type { PlaybackGroup } from "./group";
import { SoundPlayer, type SoundSnapshot } from "./sound";

export interface SoundButtonProps {
  camera: Camera;
  /** Where the sound comes from; `null` while there is no view. */
  url: string | null;
  /** When the frame on the screen was taken. */
  shownMs: () => number | null;
  /** Of recordings: what moves time. */
  group?: PlaybackGroup;
}

/** Whether sound of this camera is recorded now. */
export function recordsSound(camera: Camera): boolean {
  return camera.sound?.on === true && camera.sound.in_force;
}

export function SoundButton({ camera, url, shownMs, group }: SoundButtonProps) {
  const t = useT();
  const [asked, setAsked] = useState(false);
  const [state, setState] = useState<SoundSnapshot | null>(null);
  const shown = useRef(shownMs);
  shown.current = shownMs;
  useEffect(() => {
    if (!asked || url === null) return;
    const player = new SoundPlayer(url, () => shown.current(), setState, group !== undefined);
    const leave = group?.subscribe((now) => player.follow(now.nowMs, now.playing ? now.speed : 0));
    return () => {
      leave?.();
      player.dispose();
      setState(null);
    };
  }, [asked, url, group]);
  const recorded = recordsSound(camera);
  // Of recordings there may be sound of a time when it was on.
  if (!recorded && !(group && camera.sound)) return null;
  const word = asked ? (state?.word ?? "connecting") : "off";
  return (
    <span className="wk-sound">
      {recorded ? <span className="wk-sound-sign">{t("sound-sign")}</span> : null}
      <button
        type="button"
        className="wk-picture-zoom"
        aria-pressed={asked}
        onClick={() => setAsked((now) => !now)}
        title={t(`sound-${word}`, { codec: state?.codec ?? "" })}
      >
        {t(asked ? "sound-mute" : "sound-hear")}
      </button>
      {asked && word !== "heard" ? (
        <span role="status">{t(`sound-${word}`, { codec: state?.codec ?? "" })}</span>
      ) : null}
    </span>
  );
}
