// What the page of reminders and the bell ask for: one's own, and the channels by which they leave. What is told the server says.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./client";
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type OwnReminders = Schemas["OwnReminders"];
export type Reminder = Schemas["Reminder"];
export type ReminderLine = Schemas["ReminderLine"];
export type ReminderWish = Schemas["ReminderWish"];
export type ReminderTest = Schemas["ReminderTest"];
export type ReminderChannels = Schemas["ReminderChannels"];
export type MailServer = Schemas["MailServer"];
export type Webhook = Schemas["Webhook"];

const MINUTE = 60_000;

export const useOwnReminders = () =>
  useQuery({
    queryKey: ["reminders", "own"],
    queryFn: ({ signal }) => api.get<OwnReminders>("/api/me/reminders", undefined, signal),
    refetchInterval: ({ state }) => (state.error ? false : MINUTE / 4),
  });

export const useReminderChannels = () =>
  useQuery({
    queryKey: ["reminders", "channels"],
    queryFn: ({ signal }) => api.get<ReminderChannels>("/api/reminder-channels", undefined, signal),
    refetchInterval: ({ state }) => (state.error ? false : MINUTE),
  });

/** Something is sent; lists of reminders and the bell are looked at anew. */
export function useReminderAct<Answer, Body = void>(
  act: (body: Body) => Promise<Answer>,
  onDone?: (answer: Answer) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (answer) => {
      queries.invalidateQueries({ queryKey: ["reminders"] });
      queries.invalidateQueries({ queryKey: ["state"] });
      onDone?.(answer);
    },
  });
}
