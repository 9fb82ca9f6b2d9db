// The recorded pictures: as large as the room lets, or one of them alone; what is not seen is not fetched.
import { type CSSProperties, type RefObject, useEffect, useState } from "react";
import type { Camera, View } from "../../api/types";
import type { PlaybackGroup } from "../../player/group";
import { columnsFor } from "../../player/mosaic";
import { PictureIcon } from "../../player/PictureIcon";
import { type PlaybackHandle, PlaybackPicture } from "../../player/PlaybackPicture";
import type { KnownGap } from "../../player/track";
import { useT } from "../../ui";

export interface PlaybackTilesProps {
  cameras: readonly Camera[];
  chosen: string | null;
  oneUp: boolean;
  view: View | null;
  group: PlaybackGroup;
  room: RefObject<HTMLElement | null>;
  handles: RefObject<Map<string, PlaybackHandle>>;
  onChoose: (camera: string) => void;
  onOneUp: (on: boolean) => void;
  onStill: (camera: string) => void;
  onTrouble: () => void;
  whole: (camera: string, gap: KnownGap) => KnownGap;
}

function useRoom(room: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 1600, height: 900 });
  useEffect(() => {
    const element = room.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    watch.observe(element);
    return () => watch.disconnect();
  }, [room]);
  return size;
}

export function PlaybackTiles(props: PlaybackTilesProps) {
  const { cameras, chosen, oneUp, view, group, room, handles, onChoose, onOneUp, onStill, onTrouble, whole } = props;
  const t = useT();
  const { width, height } = useRoom(room);
  const columns = oneUp ? 1 : columnsFor(cameras.length, width, height);
  return (
    <div
      className="wk-playback-tiles"
      data-count={oneUp ? 1 : cameras.length}
      style={{ "--wk-columns": columns } as CSSProperties}
    >
      {cameras.map((camera) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the digits choose a camera, Enter enlarges it
        <section
          key={camera.id}
          aria-label={camera.name}
          data-chosen={(camera.id === chosen && cameras.length > 1) || undefined}
          hidden={oneUp && camera.id !== chosen}
          onClick={() => onChoose(camera.id)}
          onDoubleClick={() => {
            onChoose(camera.id);
            onOneUp(!oneUp);
          }}
        >
          <PlaybackPicture
            ref={(handle) => {
              if (handle) handles.current.set(camera.id, handle);
              else handles.current.delete(camera.id);
            }}
            camera={camera}
            // A camera that the session was not opened for yet waits: asking for it would be refused, and entered.
            view={view?.cameras.includes(camera.id) ? view : null}
            group={group}
            seen={!oneUp || camera.id === chosen}
            onTrouble={onTrouble}
            whole={whole}
            tools={
              <button
                type="button"
                title={t("picture-still")}
                aria-label={t("picture-still")}
                onClick={() => onStill(camera.id)}
              >
                <PictureIcon name="still" size={16} />
              </button>
            }
          />
        </section>
      ))}
    </div>
  );
}
