// Saved layouts: read, save, share, delete. The server keeps them and enters each change in the ledger.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { Id, Layout, LayoutRequest } from "../../api/types";
import type { Wall } from "./grid";

const KEY = ["layouts"];

export const useLayouts = () =>
  useQuery({ queryKey: KEY, queryFn: () => api.get<Layout[]>("/api/layouts"), staleTime: 30_000 });

export interface LayoutDraft {
  /** Present when an existing layout is written over. */
  id?: Id;
  name: string;
  shared: boolean;
  tour_seconds: number | null;
}

/** The wall as the server keeps it. */
export function bodyOf(wall: Wall, draft: LayoutDraft): LayoutRequest {
  return {
    name: draft.name.trim(),
    grid: wall.grid,
    tiles: [...wall.tiles],
    tour_seconds: draft.tour_seconds,
    shared: draft.shared,
  };
}

export function useSaveLayout() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ wall, draft }: { wall: Wall; draft: LayoutDraft }) =>
      draft.id
        ? api.put<Layout>(`/api/layouts/${draft.id}`, bodyOf(wall, draft))
        : api.post<Layout>("/api/layouts", bodyOf(wall, draft)),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export function useDeleteLayout() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: Id) => api.delete(`/api/layouts/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}
