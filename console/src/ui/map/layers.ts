// Base layers of this installation: what the server has in its data folder, and what somebody opened in this browser.
// Each file is read once; a file with a problem is named and left out.
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo, useSyncExternalStore } from "react";
import { api } from "../../api/client";
import type { MapLayers } from "../../api/types";
import { type BaseLayer, LAYER_BYTES_MAX, type LayerProblem, readLayer } from "./geojson";

/** A file that was left out, and why. */
export interface LayerTrouble {
  readonly file: string;
  readonly problems: readonly LayerProblem[];
}

export interface Layers {
  readonly layers: readonly BaseLayer[];
  readonly troubles: readonly LayerTrouble[];
  readonly loading: boolean;
  readonly error: unknown;
}

/** Opened here, until the page is loaded anew: nothing of it leaves the browser. */
const opened = { layers: [] as readonly BaseLayer[], troubles: [] as readonly LayerTrouble[] };
let shown = opened;
const listeners = new Set<() => void>();

export async function openHere(file: File): Promise<void> {
  const name = file.name.replace(/\.(geo)?json$/i, "");
  const result =
    file.size > LAYER_BYTES_MAX ? { problems: [{ id: "map-file-large" }] } : readLayer(name, await file.text());
  const others = shown.layers.filter((layer) => layer.name !== name);
  const troubles = shown.troubles.filter((trouble) => trouble.file !== file.name);
  shown =
    "layer" in result
      ? { layers: [...others, result.layer], troubles }
      : { layers: others, troubles: [...troubles, { file: file.name, problems: result.problems }] };
  for (const listener of listeners) listener();
}

export function closeHere(name: string): void {
  shown = { ...shown, layers: shown.layers.filter((layer) => layer.name !== name) };
  for (const listener of listeners) listener();
}

export function useOpenedHere() {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}

/** The server's layers in their order, then those that were opened here. */
export function useBaseLayers(): Layers {
  const list = useQuery({
    queryKey: ["map", "layers"],
    queryFn: ({ signal }) => api.get<MapLayers>("/api/map/layers", undefined, signal),
    staleTime: 60_000,
  });
  const files = useQueries({
    queries: (list.data?.layers ?? []).map(({ name, changed_ms }) => ({
      queryKey: ["map", "layer", name, changed_ms],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        readLayer(name, await api.text(`/api/map/layers/${name}`, signal)),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  const here = useOpenedHere();
  const results = files.map(({ data }) => data);
  const key = results.map((result) => (result ? 1 : 0)).join("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: results are a new list at each drawing; the key says when they changed.
  return useMemo(() => {
    const named = (list.data?.layers ?? []).map(({ name }, at) => ({ name, result: results[at] }));
    const layers = named.flatMap(({ result }) => (result && "layer" in result ? [result.layer] : []));
    const troubles = named.flatMap(({ name, result }) =>
      result && "problems" in result ? [{ file: `${name}.geojson`, problems: result.problems }] : [],
    );
    const leftOut = (list.data?.left_out ?? []).map(({ file, problem }) => ({
      file,
      problems: [{ id: "map-file-left-out", args: { problem } }],
    }));
    return {
      layers: [...layers, ...here.layers],
      troubles: [...leftOut, ...troubles, ...here.troubles],
      loading: list.isPending || files.some(({ isPending }) => isPending),
      error: list.error ?? files.find(({ error }) => error)?.error ?? null,
    };
  }, [list.data, list.error, list.isPending, key, here]);
}
