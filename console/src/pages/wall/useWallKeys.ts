// The wall's keys: what each does. How they are told to people is help.ts.
import { useKeys } from "../../player/keys";
import { type Action, chosenCamera, type Wall } from "./grid";
import type { TileAct } from "./useTileActs";

/** The pace of a tour that is started by its key. */
const TOUR_SECONDS = 15;

export interface WallKeys {
  wall: Wall;
  dispatch: (action: Action) => void;
  act: (act: TileAct, camera: string) => void;
  onTree: () => void;
  onFull: () => void;
  onHelp: () => void;
}

export function useWallKeys({ wall, dispatch, act, onTree, onFull, onHelp }: WallKeys): void {
  const chosen = chosenCamera(wall);
  const onChosen = (what: TileAct) => () => chosen && act(what, chosen);
  const does = (action: Action) => () => dispatch(action);
  useKeys({
    ArrowLeft: does({ do: "move", dx: -1, dy: 0 }),
    ArrowRight: does({ do: "move", dx: 1, dy: 0 }),
    ArrowUp: does({ do: "move", dx: 0, dy: -1 }),
    ArrowDown: does({ do: "move", dx: 0, dy: 1 }),
    "1": does({ do: "grid", grid: 1 }),
    "2": does({ do: "grid", grid: 4 }),
    "3": does({ do: "grid", grid: 9 }),
    "4": does({ do: "grid", grid: 16 }),
    Enter: does({ do: "one_up" }),
    Escape: does({ do: "one_up", on: false }),
    PageUp: does({ do: "turn", by: -1 }),
    PageDown: does({ do: "turn", by: 1 }),
    Delete: does({ do: "remove" }),
    t: does({ do: "tour", seconds: wall.tourSeconds === null ? TOUR_SECONDS : null }),
    r: onChosen("replay"),
    s: onChosen("still"),
    p: onChosen("turn"),
    "+": onChosen("zoom_in"),
    "=": onChosen("zoom_in"),
    "-": onChosen("zoom_out"),
    "0": onChosen("zoom_reset"),
    "Shift+ArrowLeft": onChosen("look_left"),
    "Shift+ArrowRight": onChosen("look_right"),
    "Shift+ArrowUp": onChosen("look_up"),
    "Shift+ArrowDown": onChosen("look_down"),
    c: onTree,
    f: onFull,
    "?": onHelp,
  });
}
