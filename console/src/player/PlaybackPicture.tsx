// A recorded picture in a tile: makes a PlaybackPlayer, joins the group that moves time, tells its state in words.
import { forwardRef, useEffect, useImperativeHandle, useMemo, useRef, useState } from "react";
import type { Camera, View } from "../api/types";
import { useLanguage, useT } from "../ui/i18n";
import { serverNow } from "../ui/useNow";
import type { PlaybackGroup } from "./group";
import { Picture, type PictureProps } from "./Picture";
import { PlaybackPlayer, type PlaybackSnapshot } from "./playback";
import type { KnownGap } from "./track";
import { addressOf } from "./view";
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
  onTrouble: () => void;
  /** The whole of a gap, where more is known of it than the server said while playing. */
  whole?: (camera: string, gap: KnownGap) => KnownGap;
}

const FIRST: PlaybackSnapshot = {
  link: "connecting",
  failures: 0,
  ended: null,
  profile: "main",
  unplayable: null,
  failure: null,
  pictured: false,
  ready: { at: "loading" },
};

export const PlaybackPicture = forwardRef<PlaybackHandle, PlaybackPictureProps>(function PlaybackPicture(
  { camera, view, group, onTrouble, whole, ...rest },
  ref,
) {
  const t = useT();
  const { language } = useLanguage();
  const video = useRef<HTMLVideoElement>(null);
  const player = useRef<PlaybackPlayer | null>(null);
  const leave = useRef<(() => void) | null>(null);
  const [state, setState] = useState<PlaybackSnapshot>(FIRST);
  const hasSub = Boolean(camera.sub?.recorded);
  const address = useMemo(
    () => view && addressOf(view.id, camera.id, hasSub, "playback"),
    // A renewed view is a new object: sockets that had ended with it connect again.
    [view, camera.id, hasSub],
  );

  useEffect(() => {
    const drop = () => {
      leave.current?.();
      player.current?.dispose();
      player.current = null;
    };
    if (!address) drop();
    else if (player.current) player.current.setAddress(address);
    else if (video.current) {
      player.current = new PlaybackPlayer(video.current, address, group.nowMs(), setState);
      leave.current = group.add(camera.id, player.current);
    }
  }, [address, group, camera.id]);
  useEffect(
    () => () => {
      leave.current?.();
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
  const without = state.ready.at === "gap" || state.ready.at === "end";
  return (
    <Picture
      {...rest}
      name={camera.name}
      words={words}
      mark={view?.mark ?? null}
      video={video}
      dim={!state.pictured || without}
      blank={without}
    />
  );
});
