// The tiles of the page that is shown, or the one that fills the wall. Elements stay in one order while cameras change
// places: moving a video in the document would stop it.
import { type CSSProperties, type RefObject, useEffect, useRef } from "react";
import type { Camera, View } from "../../api/types";
import type { LiveHandle } from "../../player/LivePicture";
import { useT } from "../../ui";
import { type Action, columnsOf, shown, type Wall } from "./grid";
import { Tile } from "./Tile";
import type { TileAct } from "./useTileActs";

export interface WallTilesProps {
  wall: Wall;
  known: ReadonlyMap<string, Camera>;
  /** What is not known may still be. */
  asking: boolean;
  view: View | null;
  handles: RefObject<Map<string, LiveHandle>>;
  dispatch: (action: Action) => void;
  act: (act: TileAct, camera: string) => void;
  onTrouble: () => void;
}

/** With the choice goes the focus, if it was on a tile or nowhere: so the choice is told to who cannot see it. */
function useFocusChosen(tiles: RefObject<HTMLDivElement | null>, wall: Wall): void {
  const { page, selected, tourSeconds } = wall;
  const before = useRef({ page, selected });
  useEffect(() => {
    const was = before.current;
    before.current = { page, selected };
    if (was.page === page && was.selected === selected) return;
    // A tour that turns the page takes nobody along.
    if (tourSeconds !== null && was.page !== page) return;
    const active = document.activeElement;
    const chosen = tiles.current?.querySelector<HTMLElement>("[aria-current=true]");
    const mayMove = active === null || active === document.body || tiles.current?.contains(active);
    if (chosen && mayMove && !chosen.contains(active)) chosen.focus({ preventScroll: true });
  }, [tiles, page, selected, tourSeconds]);
}

export function WallTiles({ wall, known, asking, view, ...rest }: WallTilesProps) {
  const t = useT();
  const tiles = useRef<HTMLDivElement>(null);
  useFocusChosen(tiles, wall);
  const columns = wall.oneUp ? 1 : columnsOf(wall.grid);
  const places = shown(wall)
    .map((id, index) => ({ id, index }))
    .filter(({ id, index }) => !wall.oneUp || id !== null || index === wall.selected)
    .sort((a, b) => (a.id ?? `~${a.index}`).localeCompare(b.id ?? `~${b.index}`));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div
      className="wk-tiles"
      role="group"
      aria-label={t("wall-tiles")}
      ref={tiles}
      data-grid={wall.oneUp ? 1 : wall.grid}
      style={{ "--wk-columns": columns } as CSSProperties}
    >
      {places.map(({ id, index }) => (
        <Tile
          key={id ?? `empty-${index}`}
          index={index}
          place={wall.oneUp ? null : { row: Math.floor(index / columns) + 1, column: (index % columns) + 1 }}
          camera={(id !== null && known.get(id)) || null}
          lost={id !== null && !known.has(id) && !asking}
          // A camera that the session was not opened for yet waits: asking for it would be refused, and entered.
          view={id !== null && view?.cameras.includes(id) ? view : null}
          main={(wall.oneUp && index === wall.selected) || wall.grid === 1}
          selected={index === wall.selected}
          // Beside an enlarged picture the others stay with what they have buffered, but fetch nothing.
          seen={!wall.oneUp || index === wall.selected}
          oneUp={wall.oneUp}
          {...rest}
        />
      ))}
    </div>
  );
}
