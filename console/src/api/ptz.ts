// What pages ask about cameras that turn, and how control of one is taken, kept and given back.
//
// Nothing is decided here. Invariant: whoever refuses once is not asked again by itself, since each refusal is an entry.
import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { components } from "./schema.gen";
import type { Id } from "./types";

type Schemas = components["schemas"];

export type Ptz = Schemas["Ptz"];
export type PtzAt = Schemas["PtzAt"];
export type PtzRules = Schemas["PtzRules"];
export type PtzMove = Schemas["PtzMove"];
export type PtzMoved = Schemas["PtzMoved"];
export type PtzControl = Schemas["PtzControl"];

/** While somebody looks on, and while they do not. */
const LOOK_MS = 1_000;

export const usePtz = (camera: Id, everyMs: number = LOOK_MS) =>
  useQuery({
    queryKey: ["ptz", camera],
    queryFn: ({ signal }) => api.get<Ptz>(`/api/cameras/${camera}/ptz`, undefined, signal),
    refetchInterval: ({ state }) => (state.error ? false : everyMs),
  });

export const moveCamera = (control: Id, move: PtzMove) => api.post<PtzMoved>(`/api/ptz/${control}/move`, move);
export const releaseCamera = (control: Id) => api.post(`/api/ptz/${control}/release`, {});
export const lockCamera = (control: Id, untilMs: number, reason: string) =>
  api.post(`/api/ptz/${control}/lock`, { until_ms: Math.floor(untilMs), reason });
