// What the duty room's pages ask for, and how often again: who is on shift changes by itself.
import { useQuery } from "@tanstack/react-query";
import { api } from "./client";
import type { components } from "./schema.gen";
import type { Id } from "./types";

type Schemas = components["schemas"];

export type DutyRoom = Schemas["DutyRoom"];
export type DutyShift = Schemas["DutyShift"];
export type DutyNeed = Schemas["DutyNeed"];
export type DutyNote = Schemas["DutyNote"];
export type DutyReport = Schemas["DutyReport"];
export type DutyReportClip = Schemas["DutyReportClip"];
export type DutyVisitor = Schemas["DutyVisitor"];
export type DutySheet = Schemas["DutySheet"];
export type DutyUnmanned = Schemas["DutyUnmanned"];
export type DutyUnfilled = Schemas["DutyUnfilled"];
export type DutyPost = Schemas["DutyPost"];
export type Observed = Schemas["Observed"];
export type Channel = Schemas["Channel"];

const SECOND = 1000;

export const OBSERVED: readonly Observed[] = ["routine", "suspicious", "incident", "equipment", "order", "other"];
/** Posts that a room may need filled; they entitle to nothing. */
export const DUTY_POSTS: readonly DutyPost[] = ["leader", "officer", "technician"];
export const CHANNELS: readonly Channel[] = ["telephone", "in_person", "letter", "platform", "other"];

/** Refused once is refused: each time would be an entry. */
const every = (seconds: number) => ({
  refetchInterval: ({ state }: { state: { error: unknown } }) =>
    state.error ? false : ((seconds * SECOND) as number | false),
});

export const useDutyRooms = (enabled = true) =>
  useQuery({
    queryKey: ["duty", "rooms"],
    queryFn: async ({ signal }) => (await api.get<Schemas["DutyRooms"]>("/api/duty/rooms", undefined, signal)).rooms,
    enabled,
    ...every(15),
  });

export interface DutyAsked {
  room: Id;
  from_ms: number;
  to_ms: number;
}

export const useRoster = (asked: DutyAsked) =>
  useQuery({
    queryKey: ["duty", "roster", asked],
    queryFn: ({ signal }) => api.get<Schemas["DutyRoster"]>("/api/duty/shifts", { ...asked }, signal),
    ...every(30),
  });

export const useDutyLog = (asked: DutyAsked) =>
  useQuery({
    queryKey: ["duty", "log", asked],
    queryFn: async ({ signal }) => (await api.get<Schemas["DutyNotes"]>("/api/duty/log", { ...asked }, signal)).notes,
    ...every(15),
  });

export const useDutyReports = (room: Id) =>
  useQuery({
    queryKey: ["duty", "reports", room],
    queryFn: async ({ signal }) =>
      (await api.get<Schemas["DutyReports"]>("/api/duty/reports", { room }, signal)).reports,
    ...every(30),
  });

export const useDutyVisitors = (asked: DutyAsked) =>
  useQuery({
    queryKey: ["duty", "visitors", asked],
    queryFn: async ({ signal }) =>
      (await api.get<Schemas["DutyVisitors"]>("/api/duty/visitors", { ...asked }, signal)).visitors,
    ...every(15),
  });

export const useDutySheet = (shift: Id | undefined) =>
  useQuery({
    queryKey: ["duty", "sheet", shift],
    queryFn: ({ signal }) => api.get<DutySheet>(`/api/duty/shifts/${shift}`, undefined, signal),
    enabled: shift !== undefined,
    ...every(15),
  });
