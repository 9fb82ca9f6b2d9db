// What the page of routines asks for, and how what is sent there is said to be done. What is due the server says.
import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./client";
import type { components } from "./schema.gen";
import type { Id } from "./types";

type Schemas = components["schemas"];

export type RoutineRules = Schemas["RoutineRules"];
export type RuleState = Schemas["RuleState"];
export type RuleVersion = Schemas["RuleVersion"];
export type RuleKind = Schemas["RuleKind"];
export type Drill = Schemas["Drill"];
export type RoutineTerms = Schemas["RoutineTerms"];
export type RoutineRounds = Schemas["RoutineRounds"];
export type RoundPart = Schemas["RoundPart"];
export type Round = Schemas["Round"];
export type RoundAnswer = Schemas["RoundAnswer"];
export type SystemPart = Schemas["SystemPart"];
export type WorkOrder = Schemas["WorkOrder"];
export type DeviceFault = Schemas["DeviceFault"];
export type Assessments = Schemas["Assessments"];
export type Assessment = Schemas["Assessment"];
export type Links = Schemas["Links"];
export type CarrierLink = Schemas["Link"];
export type RoutineHand = Schemas["RoutineHand"];

const MINUTE = 60_000;

export const RULE_KINDS: readonly RuleKind[] = [
  "watch",
  "operation",
  "footage",
  "confidentiality",
  "security",
  "maintenance",
  "training",
  "emergency",
];
export const ANSWERS: readonly RoundAnswer[] = ["good", "fault", "not_applicable"];
export const PARTS: readonly SystemPart[] = ["front_end", "lines", "storage"];

export const useRoutine = <T>(what: "rules" | "rounds" | "assessments" | "links", unit: Id) =>
  useQuery({
    queryKey: ["routines", what, unit],
    queryFn: ({ signal }) => api.get<T>(`/api/routines/${what}`, { unit }, signal),
    refetchInterval: ({ state }) => (state.error ? false : MINUTE),
  });

/** The rounds and work orders of several units, as far as they have come. */
export const useRoundsOf = (units: readonly Id[]): RoutineRounds[] =>
  useQueries({
    queries: units.map((unit) => ({
      queryKey: ["routines", "rounds", unit],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.get<RoutineRounds>("/api/routines/rounds", { unit }, signal),
      refetchInterval: MINUTE,
    })),
    combine: cameIn,
  });
const cameIn = (answers: readonly { data?: RoutineRounds | undefined }[]) => answers.flatMap(({ data }) => data ?? []);

/** Whoever has no post follows no unit's rules: asking would only be refused. */
export const useOwnRules = (enabled: boolean) =>
  useQuery({
    enabled,
    queryKey: ["routines", "mine"],
    queryFn: async ({ signal }) => (await api.get<Schemas["OwnRules"]>("/api/routines/mine", undefined, signal)).rules,
  });

/** Something is sent; every list of routines is looked at anew, and the findings, which it may have ended. */
export function useRoutineAct<Body>(act: (body: Body) => Promise<unknown>, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["routines"] });
      queries.invalidateQueries({ queryKey: ["gaps"] });
      onDone?.();
    },
  });
}
