// The state of one wall: from the address, from what this browser kept, or empty; kept again after each change. Also the
// tour's timer and the awake time of the bar.
import { useEffect, useReducer, useRef, useState } from "react";
import type { Layout } from "../../api/types";
import { useAddress } from "../../ui";
import { type Action, EMPTY, parseWall, reduce, type Wall } from "./grid";
import { wallOfAddress } from "./wallAddress";

const keyOf = (person: string, screen: number) => `wk-wall:${person}:${screen}`;

export interface WallOptions {
  person: string;
  /** Which of this browser's walls: each is kept by itself. */
  screen: number;
  layouts: readonly Layout[] | undefined;
  /** The page must not turn just now: something on it is being replayed. */
  isHeld: () => boolean;
}

export function useWall({ person, screen, layouts, isHeld }: WallOptions): [Wall, (action: Action) => void] {
  const [address, setAddress] = useAddress();
  const [wall, dispatch] = useReducer(reduce, null, () => {
    return (
      wallOfAddress(address.grid, address.tiles) ?? parseWall(localStorage.getItem(keyOf(person, screen))) ?? EMPTY
    );
  });
  useEffect(() => {
    localStorage.setItem(keyOf(person, screen), JSON.stringify(wall));
  }, [wall, person, screen]);

  // A layout named in the address is loaded once it is known; then the address is only a name again.
  const wanted = address.layout;
  const loaded = useRef<string | null>(null);
  useEffect(() => {
    const layout = wanted ? layouts?.find(({ id }) => id === wanted) : undefined;
    if (!layout || loaded.current === layout.id) return;
    loaded.current = layout.id;
    dispatch({ do: "load", layout });
  }, [wanted, layouts]);
  // A camera that somebody wants to watch comes into sight; then the address is only a name again.
  const { camera } = address;
  useEffect(() => {
    if (camera === undefined) return;
    dispatch({ do: "watch", camera });
    setAddress({ camera: undefined });
  }, [camera, setAddress]);
  useEffect(() => {
    if (address.tiles !== undefined) setAddress({ tiles: undefined, grid: undefined });
  }, [address.tiles, setAddress]);

  const { tourSeconds, oneUp } = wall;
  const held = useRef(isHeld);
  held.current = isHeld;
  useEffect(() => {
    // A picture that somebody looks at closely, or once more, is not turned away.
    if (tourSeconds === null || oneUp) return;
    const timer = setInterval(() => held.current() || dispatch({ do: "turn", by: 1 }), tourSeconds * 1000);
    return () => clearInterval(timer);
  }, [tourSeconds, oneUp]);
  return [wall, dispatch];
}

/** How long the bar stays after the pointer rested. */
const AWAKE_MS = 3_000;
/** How long it stays when the page opens, so that it is known to be there. */
const GREETING_MS = 6_000;

/** True for a while after the pointer moved over the element, or a key was used on its controls. */
export function useAwake(): [boolean, () => void] {
  const [awake, setAwake] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stir = useRef((ms: number = AWAKE_MS) => {
    setAwake(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAwake(false), ms);
  });
  useEffect(() => {
    stir.current(GREETING_MS);
    return () => clearTimeout(timer.current);
  }, []);
  return [awake, () => stir.current()];
}
