// A recorded picture in a tile: makes a PlaybackPlayer, joins the group that moves time, tells its state in words.
import { forwardRef, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import type { Camera, View } from "../api/types";
import { useLanguage, useT } from "../ui/i18n";
import { serverNow } from "../ui/useNow";
import type { PlaybackGroup } from "./group";
import { Picture, type PictureProps } from "./Picture";
import { PLAYBACK_FIRST, PlaybackPlayer, type PlaybackSnapshot } from "./playback";
import { SoundButton } from "./SoundButton";
import type { KnownGap } from "./track";
import { usePageSeen } from "./usePageSeen";
import { addressOf, soundOf } from "./view";
import { playbackWords } from "./words";

export interface PlaybackHandle {
  video(): HTMLVideoElement | null;
  /** When the frame on the screen was taken; `null` while no picture is shown. */
  shownMs(): number | null;
}

export interface PlaybackPictureProps extends Pick<PictureProps, "tools"> {
  camera: Camera;
  view: View | null;
  group: PlaybackGroup;
  /** The tile is on the screen. */
  seen?: boolean;
  onTrouble: () => void;
  /** The whole of a gap, where more is known of it than the server said while playing. */
  whole?: (camera: string, gap: KnownGap) => KnownGap;
}

export const PlaybackPicture = forwardRef<PlaybackHandle, PlaybackPictureProps>(function PlaybackPicture(
  { camera, view, group, seen: shown = true, onTrouble, whole, ...rest },
  ref,
) {
  const t = useT();
  const { language } = useLanguage();
  const video = useRef<HTMLVideoElement>(null);
  const player = useRef<PlaybackPlayer | null>(null);
  const [state, setState] = useState<PlaybackSnapshot>(PLAYBACK_FIRST);
  const seen = usePageSeen() && shown;
  const hasSub = Boolean(camera.sub?.recorded);
  const address = useMemo(
    () => view && addressOf(view.id, camera.id, hasSub, "playback"),
    // A renewed view is a new object: sockets that had ended with it connect again.
    [view, camera.id, hasSub],
  );

  useEffect(() => {
    if (!address) {
      player.current?.dispose();
      player.current = null;
      setState(PLAYBACK_FIRST);
    } else if (player.current) player.current.setAddress(address);
    else if (video.current) player.current = new PlaybackPlayer(video.current, address, group.nowMs(), setState, seen);
    player.current?.setSeen(seen);
  }, [address, group, seen]);
  // Time does not wait for a picture that nobody sees.
  const joins = address !== null && seen;
  useEffect(
    () => (joins && player.current ? group.add(camera.id, player.current) : undefined),
    [joins, group, camera.id],
  );
  useEffect(
    () => () => {
      player.current?.dispose();
      player.current = null;
    },
    [],
  );

  const troubled = state.ended !== null || state.failures === 2;
  useEffect(() => {
    if (troubled) onTrouble();
  }, [troubled, onTrouble]);
  useImperativeHandle(
    ref,
    () => ({ video: () => video.current, shownMs: () => player.current?.shownMs() ?? null }),
    [],
  );

  const { ready } = state;
  const told =
    ready.at === "gap" && whole ? { ...state, ready: { ...ready, gap: whole(camera.id, ready.gap) } } : state;
  const words = playbackWords(told, { t, language, nowMs: serverNow() });
  const without = ready.at === "gap" || ready.at === "end" || ready.at === "none";
  return (
    <Picture
      {...rest}
      name={camera.name}
      words={words}
      mark={view?.mark ?? null}
      video={video}
      sound={
        <SoundButton
          camera={camera}
          url={view && soundOf(view.id, camera.id, "playback")}
          shownMs={() => player.current?.shownMs() ?? null}
          group={group}
        />
      }
      dim={!state.pictured || without}
      blank={without}
    />
  );
});
