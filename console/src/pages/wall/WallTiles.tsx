// The tiles of the page that is shown, or the one that fills the wall. Elements stay in one order while cameras change
// places: moving a video in the document would stop it.
import type { CSSProperties, RefObject } from "react";
import type { Camera, View } from "../../api/types";
import type { LiveHandle } from "../../player/LivePicture";
import { type Action, columnsOf, shown, type Wall } from "./grid";
import { Tile, type TileAct } from "./Tile";

export interface WallTilesProps {
  wall: Wall;
  known: ReadonlyMap<string, Camera>;
  view: View | null;
  handles: RefObject<Map<string, LiveHandle>>;
  dispatch: (action: Action) => void;
  act: (act: TileAct, camera: string) => void;
  onTrouble: () => void;
}

export function WallTiles({ wall, known, view, ...rest }: WallTilesProps) {
  const columns = wall.oneUp ? 1 : columnsOf(wall.grid);
  const places = shown(wall)
    .map((id, index) => ({ id, index }))
    .filter(({ index }) => !wall.oneUp || index === wall.selected)
    .sort((a, b) => (a.id ?? `~${a.index}`).localeCompare(b.id ?? `~${b.index}`));
  return (
    <div
      className="wk-tiles"
      data-grid={wall.oneUp ? 1 : wall.grid}
      style={{ "--wk-columns": columns } as CSSProperties}
    >
      {places.map(({ id, index }) => (
        <Tile
          key={id ?? `empty-${index}`}
          index={index}
          place={wall.oneUp ? null : { row: Math.floor(index / columns) + 1, column: (index % columns) + 1 }}
          camera={(id !== null && known.get(id)) || null}
          lost={id !== null && !known.has(id)}
          // A camera that the session was not opened for yet waits: asking for it would be refused, and entered.
          view={id !== null && view?.cameras.includes(id) ? view : null}
          main={wall.oneUp || wall.grid === 1}
          selected={index === wall.selected && (wall.grid > 1 || wall.oneUp)}
          oneUp={wall.oneUp}
          {...rest}
        />
      ))}
    </div>
  );
}
