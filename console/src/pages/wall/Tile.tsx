// One place on the wall: a live picture, an empty place that takes a camera, or a camera that is no longer there.
import { useNavigate } from "@tanstack/react-router";
import { type DragEvent, memo, type ReactNode, type RefObject, useCallback, useState } from "react";
import { useDutyRooms } from "../../api/duty";
import { useMe } from "../../api/queries";
import type { Camera, View } from "../../api/types";
import { type LiveHandle, LivePicture } from "../../player/LivePicture";
import { PictureIcon, type PictureIconName } from "../../player/PictureIcon";
import { CAMERA_DRAG_TYPE, droppedCamera, Icon, serverNow, useT } from "../../ui";
import { myRoom, NoteDialog } from "../../ui/duty/NoteForm";
import type { Action } from "./grid";
import type { TileAct } from "./useTileActs";

/** Carries the place of a tile that is dragged onto another. */
const TILE_DRAG_TYPE = "application/x-watchkeeper-tile";

/** Playback from the wall begins this long ago: what made somebody look is still ahead. */
const PLAYBACK_BACK_MS = 60_000;

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
  seen: boolean;
  oneUp: boolean;
  handles: RefObject<Map<string, LiveHandle>>;
  dispatch: (action: Action) => void;
  act: (act: TileAct, camera: string) => void;
  onTrouble: () => void;
}

export const Tile = memo(function Tile(props: TileProps) {
  const { index, place, camera, lost, view, main, selected, seen, oneUp, handles, dispatch, act, onTrouble } = props;
  const t = useT();
  const [over, setOver] = useState(false);
  const [replaying, setReplaying] = useState(false);
  const [state, setState] = useState("");
  const id = camera?.id;
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
      aria-label={
        camera ? t("wall-tile-label", { name: camera.name, state }) : t("wall-tile-empty", { number: index + 1 })
      }
      aria-current={selected || undefined}
      // One tile is on the way of Tab; arrows go on from there.
      tabIndex={selected ? 0 : -1}
      hidden={!seen}
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
          onWords={setState}
          seen={seen}
          sized={oneUp ? "one" : "many"}
          handle={{
            onDragStart: (event) => {
              event.dataTransfer.setData(TILE_DRAG_TYPE, String(index));
              event.dataTransfer.effectAllowed = "move";
            },
          }}
          tools={<Tools {...{ index, camera, replaying, selected, oneUp, dispatch, act }} />}
        />
      ) : (
        <p className="wk-tile-empty">{lost ? t("wall-tile-lost") : t("wall-tile-hint")}</p>
      )}
    </section>
  );
});

/** What is seen goes into the watch log without leaving the wall: of whoever is on shift in a room of the camera's unit. */
function useNoting(camera: Camera): { begin?: () => void; dialog: ReactNode } {
  const room = myRoom(useDutyRooms().data, camera.unit_id);
  const [since, setSince] = useState<number>();
  if (!room) return { dialog: null };
  const dialog =
    since === undefined ? null : (
      <NoteDialog room={room.id} camera={camera.id} aboutMs={since} onClose={() => setSince(undefined)} />
    );
  return { begin: () => setSince(Math.floor(serverNow())), dialog };
}

interface ToolsProps extends Pick<TileProps, "index" | "selected" | "oneUp" | "dispatch" | "act"> {
  camera: Camera;
  replaying: boolean;
}

/** The tile's buttons. Those of the chosen tile are on the way of Tab; the others are for the pointer. */
function Tools({ index, camera, replaying, selected, oneUp, dispatch, act }: ToolsProps) {
  const t = useT();
  const { playback } = useMe().rights;
  const navigate = useNavigate();
  const toPlayback = () => {
    const at = String(Math.floor(serverNow() - PLAYBACK_BACK_MS));
    navigate({ to: "/playback", search: { cameras: camera.id, at } as never });
  };
  const tool = (text: string, icon: ReactNode, onClick: () => void, words = false) => (
    <button type="button" title={text} aria-label={text} tabIndex={selected ? 0 : -1} onClick={onClick}>
      {icon}
      {words ? <span>{text}</span> : null}
    </button>
  );
  const noting = useNoting(camera);
  const picture = (name: PictureIconName) => <PictureIcon name={name} size={16} />;
  return (
    <>
      {tool(
        t(replaying ? "wall-back-live" : "wall-replay"),
        picture(replaying ? "live" : "replay"),
        () => act("replay", camera.id),
        replaying,
      )}
      {tool(t("picture-still"), picture("still"), () => act("still", camera.id))}
      {tool(t(oneUp ? "wall-one-up-back" : "wall-one-up"), picture(oneUp ? "shrink" : "enlarge"), () =>
        dispatch({ do: "one_up", at: index }),
      )}
      {camera.turns && playback ? tool(t("ptz-turn"), picture("turn"), () => act("turn", camera.id)) : null}
      {noting.begin ? tool(t("duty-note-this"), <Icon name="note" size={16} />, noting.begin) : null}
      {noting.dialog}
      {playback ? tool(t("wall-playback"), <Icon name="playback" size={16} />, toPlayback) : null}
      {oneUp
        ? null
        : tool(t("wall-remove"), <Icon name="close" size={15} />, () => dispatch({ do: "remove", at: index }))}
    </>
  );
}
