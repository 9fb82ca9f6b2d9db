// Full screen for pages with pictures: the whole page, so that dialogues and menus stay visible, with the shell out of the
// way (`wk-bare`, picture.css). What the page then shows besides pictures is its own matter.
import { useCallback, useEffect, useState } from "react";

/** How many parts of the page want the shell out of the way. */
let bare = 0;

/** Pictures only: line and rail step aside for as long as this is true. */
export function useBare(on: boolean): void {
  useEffect(() => {
    if (!on) return;
    const { classList } = document.documentElement;
    bare += 1;
    classList.add("wk-bare");
    return () => {
      bare -= 1;
      if (bare === 0) classList.remove("wk-bare");
    };
  }, [on]);
}

/** Whether the page fills the screen, and how to change that. */
export function useFullScreen(): [boolean, () => void] {
  const [full, setFull] = useState(() => Boolean(document.fullscreenElement));
  useEffect(() => {
    const changed = () => setFull(Boolean(document.fullscreenElement));
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, []);
  useBare(full);
  const toggle = useCallback(() => {
    const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    // A browser that does not allow it says so itself.
    done.catch(() => undefined);
  }, []);
  return [full, toggle];
}
