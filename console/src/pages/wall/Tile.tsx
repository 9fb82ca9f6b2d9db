// One place on the wall: a live picture, an empty place that takes a camera, or a camera that is no longer there.
import { useNavigate } from "@tanstack/react-router";
import { type DragEvent, memo, type RefObject, useCallback, useState } from "react";
import { useMe } from "../../api/queries";
import type { Camera, View } from "../../api/types";
import { type LiveHandle, LivePicture } from "../../player/LivePicture";
import { PictureIcon, type PictureIconName } from "../../player/PictureIcon";
import { CAMERA_DRAG_TYPE, droppedCamera, Icon, serverNow, useT } from "../../ui";
import type { Action } from "./grid";

/** Carries the place of a tile that is dragged onto another. */
const TILE_DRAG_TYPE = "application/x-watchkeeper-tile";

/** Playback from the wall begins this long ago: what made somebody look is still ahead. */
const PLAYBACK_BACK_MS = 60_000;

export type TileAct = "replay" | "still";

export interface TileProps {
  index: number;
  /** Row and column in the grid, from 1. */
  place: { row: number; column: number } | null;
  camera: Camera | null;
  /** A camera id without a camera: it was taken away, or is not this person's. */
  lost: boolean;
  view: View | null;
  main: boolean;
  selected: boolean;
  oneUp: boolean;
  handles: RefObject<Map<string, LiveHandle>>;
  dispatch: (action: Action) => void;
  act: (act: TileAct, camera: string) => void;
  onTrouble: () => void;
}

export const Tile = memo(function Tile(props: TileProps) {
  const { index, place, camera, lost, view, main, selected, oneUp, handles, dispatch, act, onTrouble } = props;
  const t = useT();
  const [over, setOver] = useState(false);
  const [replaying, setReplaying] = useState(false);
  const id = camera?.id;
  const { playback } = useMe().rights;
  const navigate = useNavigate();
  const toPlayback = (chosen: string) => {
    const at = String(Math.floor(serverNow() - PLAYBACK_BACK_MS));
    navigate({ to: "/playback", search: { cameras: chosen, at } as never });
  };
  const hold = useCallback(
    (handle: LiveHandle | null) => {
      if (id === undefined) return;
      if (handle) handles.current.set(id, handle);
      else handles.current.delete(id);
    },
    [id, handles],
  );

  const drop = (event: DragEvent) => {
    setOver(false);
    const from = event.dataTransfer.getData(TILE_DRAG_TYPE);
    const dropped = droppedCamera(event.dataTransfer);
    if (from !== "") dispatch({ do: "swap", from: Number(from), to: index });
    else if (dropped) dispatch({ do: "place", camera: dropped, at: index });
    else return;
    event.preventDefault();
  };
  const allow = (event: DragEvent) => {
    const { types } = event.dataTransfer;
    if (!types.includes(TILE_DRAG_TYPE) && !types.includes(CAMERA_DRAG_TYPE)) return;
    event.preventDefault();
    setOver(true);
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the page's keys move the choice (arrows) and act on it
    <section
      className="wk-tile"
      aria-label={camera ? camera.name : t("wall-tile-empty", { number: index + 1 })}
      data-selected={selected || undefined}
      data-over={over || undefined}
      style={place ? { gridRow: place.row, gridColumn: place.column } : undefined}
      onClick={() => dispatch({ do: "select", at: index })}
      onDoubleClick={(event) => {
        if (!(event.target as Element).closest("button")) dispatch({ do: "one_up", at: index });
      }}
      onDragOver={allow}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {camera ? (
        <LivePicture
          ref={hold}
          camera={camera}
          view={view}
          profile={main || !camera.sub ? "main" : "sub"}
          onTrouble={onTrouble}
          onReplaying={setReplaying}
          sized={oneUp ? "one" : "many"}
          handle={{
            onDragStart: (event) => {
              event.dataTransfer.setData(TILE_DRAG_TYPE, String(index));
              event.dataTransfer.effectAllowed = "move";
            },
          }}
          tools={
            <>
              <Tool
                icon={replaying ? "live" : "replay"}
                text={t(replaying ? "wall-back-live" : "wall-replay")}
                onClick={() => act("replay", camera.id)}
                words={replaying}
              />
              <Tool icon="still" text={t("picture-still")} onClick={() => act("still", camera.id)} />
              <Tool
                icon={oneUp ? "shrink" : "enlarge"}
                text={t(oneUp ? "wall-one-up-back" : "wall-one-up")}
                onClick={() => dispatch({ do: "one_up", at: index })}
              />
              {playback ? (
                <button
                  type="button"
                  title={t("wall-playback")}
                  aria-label={t("wall-playback")}
                  onClick={() => toPlayback(camera.id)}
                >
                  <Icon name="playback" size={16} />
                </button>
              ) : null}
              {oneUp ? null : (
                <button
                  type="button"
                  title={t("wall-remove")}
                  aria-label={t("wall-remove")}
                  onClick={() => dispatch({ do: "remove", at: index })}
                >
                  <Icon name="close" size={15} />
                </button>
              )}
            </>
          }
        />
      ) : (
        <p className="wk-tile-empty">{lost ? t("wall-tile-lost") : t("wall-tile-hint")}</p>
      )}
    </section>
  );
});

function Tool({
  icon,
  text,
  onClick,
  words,
}: {
  icon: PictureIconName;
  text: string;
  onClick: () => void;
  words?: boolean;
}) {
  return (
    <button type="button" title={text} aria-label={text} onClick={onClick}>
      <PictureIcon name={icon} size={16} />
      {words ? <span>{text}</span> : null}
    </button>
  );
}
