// What the pages of alarms ask for, and how often again. New alarms are heard of by the state line, which every page asks for; only
// then is the list asked for again.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./client";
import { useMe, useSystemState } from "./queries";
import type { components } from "./schema.gen";
import type { Id } from "./types";

type Schemas = components["schemas"];

export type Alarm = Schemas["Alarm"];
export type AlarmPlaces = Schemas["AlarmPlaces"];
export type AlarmDetail = Schemas["AlarmDetail"];
export type AlarmStep = Schemas["AlarmStep"];
export type AlarmSource = Schemas["AlarmSource"];
export type AlarmInput = Schemas["AlarmInput"];
export type AlarmSources = Schemas["AlarmSources"];
export type AlarmPriority = Schemas["AlarmPriority"];
export type AlarmState = Schemas["AlarmState"];
export type AlarmOutcome = Schemas["AlarmOutcome"];
export type AlarmSourceKind = Schemas["AlarmSourceKind"];
export type AlarmSourceRequest = Schemas["AlarmSourceRequest"];
export type EventKind = Schemas["EventKind"];

export const PRIORITIES: readonly AlarmPriority[] = ["high", "medium", "low"];
export const OUTCOMES: readonly AlarmOutcome[] = ["handled", "passed_on", "false", "unclear"];
export const SOURCE_KINDS: readonly AlarmSourceKind[] = ["intrusion", "entrance", "fire", "help_button", "other"];
export const EVENT_KINDS: readonly EventKind[] = [
  "intrusion",
  "door_forced",
  "door_held_open",
  "door_opened",
  "access_denied",
  "fire",
  "help",
  "tamper",
  "fault",
  "restored",
  "other",
  "camera_lost",
  "camera_back",
  "recording_stopped",
  "recording_resumed",
  "clock_off",
  "disk_lost",
  "disk_back",
];

const SECOND = 1000;
const PAGE = 100;
/** The newest of what is open, for the wall: more stand on the page. */
const OPEN_MAX = 20;
/** Marks on the timeline: the newest of a camera's, as many as can be told apart. */
const MARKS_MAX = 500;

export interface AlarmsAsked {
  state?: string;
  priority?: string;
  kind?: string;
  camera?: string;
  source?: string;
  from_ms?: number;
  to_ms?: number;
}

/** Refused once is refused: each time would be an entry. */
const every = (seconds: number) => ({
  refetchInterval: ({ state }: { state: { error: unknown } }) =>
    state.error ? false : ((seconds * SECOND) as number | false),
});

export const useAlarms = (asked: AlarmsAsked) =>
  useInfiniteQuery({
    queryKey: ["alarms", "list", asked],
    queryFn: ({ pageParam, signal }) =>
      api.get<Schemas["Alarms"]>("/api/alarms", { ...asked, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    ...every(10),
  });

export const useAlarm = (id: Id | undefined) =>
  useQuery({
    queryKey: ["alarms", "one", id],
    queryFn: ({ signal }) => api.get<AlarmDetail>(`/api/alarms/${id}`, undefined, signal),
    enabled: id !== undefined,
    ...every(10),
  });

/** The newest open alarms: asked for again whenever their number in the state line is another. */
export function useOpenAlarms(): Alarm[] {
  const { posts } = useMe();
  const open = useSystemState().data?.alarms.open ?? 0;
  const list = useQuery({
    queryKey: ["alarms", "open", open],
    queryFn: async ({ signal }) =>
      (await api.get<Schemas["Alarms"]>("/api/alarms", { state: "open", limit: OPEN_MAX }, signal)).alarms,
    enabled: open > 0 && posts.length > 0,
    placeholderData: (before) => before,
    ...every(10),
  });
  return open > 0 ? (list.data ?? []) : [];
}

/** Events of one camera, for its marks on the timeline. */
export const alarmMarksOf = (camera: Id) => ({
  queryKey: ["alarms", "marks", camera],
  queryFn: async ({ signal }: { signal: AbortSignal }) =>
    (await api.get<Schemas["Alarms"]>("/api/alarms", { camera, limit: MARKS_MAX }, signal)).alarms,
  ...every(30),
});

export const useAlarmSources = () =>
  useQuery({
    queryKey: ["alarms", "sources"],
    queryFn: ({ signal }) => api.get<AlarmSources>("/api/alarm-sources", undefined, signal),
    ...every(30),
  });

/** A change of alarms or their sources: whatever it was, all of it is asked for again. */
export function useAlarmChange<Sent, Got>(act: (sent: Sent) => Promise<Got>, done?: (got: Got) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (got) => {
      for (const key of ["alarms", "state"]) queries.invalidateQueries({ queryKey: [key] });
      done?.(got);
    },
  });
}
