// The layout of the room comes with the shift: once for each shift that somebody takes over in this browser. What they arrange
// afterwards stays.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useDutyRooms } from "../../api/duty";
import type { Layout } from "../../api/types";
import type { Action } from "./grid";

const keyOf = (person: string) => `wk-post-layout:${person}`;

export interface PostLayoutOptions {
  person: string;
  /** Only the first window takes it: the others are arranged by hand. */
  screen: number;
  /** An address that names cameras or a layout goes before. */
  asked: boolean;
  layouts: readonly Layout[] | undefined;
  dispatch: (action: Action) => void;
}

export function usePostLayout({ person, screen, asked, layouts, dispatch }: PostLayoutOptions): void {
  const queries = useQueryClient();
  const room = useDutyRooms().data?.find(({ mine }) => Boolean(mine));
  const [shift, roomId] = [room?.mine ?? undefined, room?.id];
  // Which layouts are one's own changes with the shift.
  useEffect(() => {
    if (shift) queries.invalidateQueries({ queryKey: ["layouts"] });
  }, [shift, queries]);
  useEffect(() => {
    if (!shift || screen !== 1 || asked || localStorage.getItem(keyOf(person)) === shift) return;
    const layout = layouts?.find(({ post, on_duty }) => on_duty && post?.room_id === roomId);
    if (!layout) return;
    localStorage.setItem(keyOf(person), shift);
    dispatch({ do: "load", layout });
  }, [shift, roomId, screen, asked, layouts, person, dispatch]);
}
