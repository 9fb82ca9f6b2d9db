// The bar of the wall: grids, pages, tour, saved layouts, screens. It appears with the pointer and goes away by itself.
import { GridIcon, PictureIcon, type PictureIconName } from "../../player/PictureIcon";
import { useT } from "../../ui";
import { type Action, GRID_SIZES, pagesOf, type Wall } from "./grid";
import { LayoutMenu } from "./LayoutMenu";

/** The pace of a tour that no saved layout sets. */
const TOUR_SECONDS = 15;

export interface WallBarProps {
  wall: Wall;
  dispatch: (action: Action) => void;
  shown: boolean;
  tree: boolean;
  full: boolean;
  onTree: () => void;
  onFull: () => void;
  onScreen: () => void;
  onHelp: () => void;
  onBusy: (busy: boolean) => void;
  container: () => HTMLElement;
}

export function WallBar(props: WallBarProps) {
  const { wall, dispatch, shown, tree, full, onTree, onFull, onScreen, onHelp, onBusy, container } = props;
  const t = useT();
  const pages = pagesOf(wall);
  return (
    <div className="wk-deck" data-shown={shown || undefined} role="toolbar" aria-label={t("wall-bar")}>
      <BarButton icon="tree" text={t("wall-tree")} pressed={tree} onClick={onTree} />
      <span className="wk-deck-group">
        {GRID_SIZES.map((grid, index) => (
          <button
            key={grid}
            type="button"
            className="wk-deck-button"
            aria-pressed={wall.grid === grid}
            aria-label={t("wall-grid", { grid })}
            title={`${t("wall-grid", { grid })} (${index + 1})`}
            onClick={() => dispatch({ do: "grid", grid })}
          >
            <GridIcon grid={grid} />
          </button>
        ))}
      </span>
      {pages > 1 ? (
        <span className="wk-deck-group">
          <button
            type="button"
            className="wk-deck-button"
            onClick={() => dispatch({ do: "turn", by: -1 })}
            aria-label={t("wall-page-before")}
          >
            ‹
          </button>
          <span className="wk-deck-words">{t("wall-page", { page: wall.page + 1, pages })}</span>
          <button
            type="button"
            className="wk-deck-button"
            onClick={() => dispatch({ do: "turn", by: 1 })}
            aria-label={t("wall-page-after")}
          >
            ›
          </button>
          <button
            type="button"
            className="wk-deck-button"
            aria-pressed={wall.tourSeconds !== null}
            title={t("wall-tour-hint")}
            onClick={() => dispatch({ do: "tour", seconds: wall.tourSeconds === null ? TOUR_SECONDS : null })}
          >
            <PictureIcon name="tour" />
            <span>{wall.tourSeconds === null ? t("wall-tour") : t("wall-tour-on", { seconds: wall.tourSeconds })}</span>
          </button>
        </span>
      ) : null}
      <LayoutMenu wall={wall} dispatch={dispatch} container={container} onOpenChange={onBusy} />
      <span className="wk-deck-group">
        <BarButton icon="full" text={t(full ? "wall-full-leave" : "wall-full")} pressed={full} onClick={onFull} />
        <BarButton icon="screen" text={t("wall-screen")} onClick={onScreen} />
        <BarButton icon="help" text={t("wall-help")} onClick={onHelp} />
      </span>
    </div>
  );
}

function BarButton({
  icon,
  text,
  pressed,
  onClick,
}: {
  icon: PictureIconName;
  text: string;
  pressed?: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      className="wk-deck-button"
      aria-label={text}
      aria-pressed={pressed}
      title={text}
      onClick={onClick}
    >
      <PictureIcon name={icon} />
    </button>
  );
}
