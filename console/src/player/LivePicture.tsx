// A live picture in a tile: makes a LivePlayer, tells its state in words, draws the freshness bar.
import { forwardRef, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import type { Camera, View } from "../api/types";
import { useLanguage, useT } from "../ui/i18n";
import { serverNow } from "../ui/useNow";
import { LIVE_FIRST, LivePlayer, type LiveSnapshot } from "./live";
import { Picture, type PictureProps } from "./Picture";
import type { ProfileWord } from "./parser";
import type { Replay } from "./replay";
import type { ZoomHandle } from "./useZoom";
import { addressOf } from "./view";
import { liveWords, STALE_MS } from "./words";

/** What the page may do with the picture. */
export interface LiveHandle {
  /** What of the last seconds is shown again; `null` when nothing is here to show. */
  replay(): Replay | null;
  backToLive(): void;
  replaying(): boolean;
  zoom(): ZoomHandle | null;
  video(): HTMLVideoElement | null;
  /** When the frame on the screen was taken. */
  shownMs(): number | null;
}

export interface LivePictureProps extends Pick<PictureProps, "tools" | "zoomable" | "handle" | "sized"> {
  camera: Camera;
  view: View | null;
  profile: ProfileWord;
  /** The tile is on the screen. */
  seen?: boolean;
  /** The socket was refused or ended: the view may be gone. */
  onTrouble: () => void;
  onReplaying?: (replaying: boolean) => void;
  /** The picture's state in words, whenever it changes. */
  onWords?: (text: string) => void;
}

/** How often age and state words are looked at again. */
const LOOK_MS = 250;

export const LivePicture = forwardRef<LiveHandle, LivePictureProps>(function LivePicture(
  { camera, view, profile, seen = true, onTrouble, onReplaying, onWords, ...rest },
  ref,
) {
  const t = useT();
  const { language } = useLanguage();
  const video = useRef<HTMLVideoElement>(null);
  const zoomer = useRef<ZoomHandle>(null);
  const player = useRef<LivePlayer | null>(null);
  const bar = useRef<HTMLSpanElement>(null);
  const [state, setState] = useState<LiveSnapshot>(LIVE_FIRST);
  const [age, setAge] = useState<{ stale: number | null; behind: number }>({ stale: null, behind: 0 });
  // Only what changes the addresses may rebuild them: the camera list is read again every few seconds.
  const hasSub = Boolean(camera.sub);
  const address = useMemo(
    () => view && addressOf(view.id, camera.id, hasSub, "live"),
    // A renewed view is a new object: sockets that had ended with it connect again.
    [view, camera.id, hasSub],
  );

  useEffect(() => {
    if (!address) {
      // The view is gone: nothing is fetched under it any more.
      player.current?.dispose();
      player.current = null;
      setState(LIVE_FIRST);
    } else if (player.current) player.current.setAddress(address, profile);
    else if (video.current) player.current = new LivePlayer(video.current, address, profile, setState, seen);
    player.current?.setSeen(seen);
  }, [address, profile, seen]);
  useEffect(() => {
    return () => {
      player.current?.dispose();
      player.current = null;
    };
  }, []);

  const troubled = state.ended !== null || state.failures === 2;
  useEffect(() => {
    if (troubled) onTrouble();
  }, [troubled, onTrouble]);
  const replaying = state.replay !== null;
  useEffect(() => onReplaying?.(replaying), [replaying, onReplaying]);

  useEffect(() => {
    const timer = setInterval(() => {
      const now = player.current?.ageMs() ?? null;
      const shown = player.current?.shownMs() ?? null;
      if (bar.current) {
        // Full at nothing, empty at 5 s: the bar shrinks as the newest frame grows old.
        const share = now === null ? 0 : Math.max(0, 1 - now / 5000);
        bar.current.style.transform = `scaleX(${share.toFixed(3)})`;
        bar.current.dataset.tone = now === null || now > STALE_MS ? "late" : "good";
      }
      const behind =
        player.current?.snapshot.replay && shown !== null
          ? Math.round((player.current.newestMs() - shown) / 1000) * 1000
          : 0;
      const stale = now !== null && now > STALE_MS ? Math.round(now / 1000) * 1000 : null;
      setAge((before) => (before.stale === stale && before.behind === behind ? before : { stale, behind }));
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, []);

  useImperativeHandle(
    ref,
    () => ({
      replay: () => player.current?.replay() ?? null,
      backToLive: () => player.current?.backToLive(),
      replaying: () => (player.current?.snapshot.replay ?? null) !== null,
      zoom: () => zoomer.current,
      video: () => video.current,
      shownMs: () => player.current?.shownMs() ?? null,
    }),
    [],
  );

  const words = liveWords(state, age.stale, age.behind, { t, language, nowMs: serverNow() });
  const { text } = words;
  useEffect(() => onWords?.(text), [text, onWords]);
  const old =
    age.stale !== null || (state.source !== null && state.source.word !== "recording" && state.source.word !== "live");
  return (
    <Picture
      {...rest}
      name={camera.name}
      words={words}
      mark={view?.mark ?? null}
      video={video}
      zoomer={zoomer}
      dim={!state.pictured || old}
      instead={
        state.blocked ? (
          <button type="button" className="wk-picture-start" onClick={() => player.current?.resume()}>
            {t("picture-start")}
          </button>
        ) : undefined
      }
      foot={
        <span className="wk-fresh" aria-hidden="true">
          <span ref={bar} className="wk-fresh-bar" />
        </span>
      }
    />
  );
});
