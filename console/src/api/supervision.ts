// Supervision as the console asks for it: shapes under the console's names, and the queries. No decisions: the server says what is open.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./client";
import { useParts } from "./parts";
import type { components } from "./schema.gen";

type Schemas = components["schemas"];
export type Supervision = Schemas["Supervision"];
export type SupervisedSystem = Schemas["SupervisedSystem"];
export type Inspection = Schemas["Inspection"];
export type InspectionWhole = Schemas["InspectionWhole"];
export type InspectionRound = Schemas["InspectionRound"];
export type InspectionRoundWhole = Schemas["InspectionRoundWhole"];
export type InspectionLine = Schemas["InspectionLine"];
export type CorrectionOrder = Schemas["Order"];
export type OrderPenalty = Schemas["OrderPenalty"];
export type NamedDocument = Schemas["NamedDocument"];
export type Accusation = Schemas["Accusation"];
export type AccusationReceipt = Schemas["AccusationReceipt"];
export type AccusationState = Schemas["AccusationState"];
export type Award = Schemas["Award"];
export type Authority = Schemas["Authority"];

export type RetentionDemand = Schemas["RetentionDemand"];
export type RetentionDemandWhole = Schemas["RetentionDemandWhole"];

export type AreaFigures = Schemas["AreaFigures"];
export type AreaRow = Schemas["AreaRow"];
export type AreaTarget = Schemas["AreaTarget"];

const KEY = "supervision";

const of = <T>(what: string, path: string, enabled = true) => ({
  queryKey: [KEY, what],
  queryFn: ({ signal }: { signal: AbortSignal }) => api.get<T>(path, undefined, signal),
  enabled,
});

export const useSupervision = (enabled: boolean) => useQuery(of<Supervision>("own", "/api/supervision", enabled));
export const useAreaFigures = () => useQuery(of<AreaFigures>("figures", "/api/supervision/figures"));
export const useInspections = () => useParts<Schemas["Inspections"]>([KEY, "inspections"], "/api/inspections");
export const useInspection = (id: string | undefined) =>
  useQuery(of<InspectionWhole>(`inspection ${id}`, `/api/inspections/${id}`, id !== undefined));
export const useRounds = () => useParts<Schemas["InspectionRounds"]>([KEY, "rounds"], "/api/inspection-rounds");
export const useRound = (id: string | undefined) =>
  useQuery(of<InspectionRoundWhole>(`round ${id}`, `/api/inspection-rounds/${id}`, id !== undefined));
export const useOrders = () => useParts<Schemas["Orders"]>([KEY, "orders"], "/api/orders");
export const useOrder = (id: string | undefined) =>
  useQuery(of<CorrectionOrder>(`order ${id}`, `/api/orders/${id}`, id !== undefined));
export const useAccusations = () => useParts<Schemas["Accusations"]>([KEY, "accusations"], "/api/accusations");
export const useAwards = () => useParts<Schemas["Awards"]>([KEY, "awards"], "/api/awards");
export const useAuthorities = () => useQuery(of<{ authorities: Authority[] }>("authorities", "/api/authorities"));

export const useRetentionDemands = () =>
  useParts<Schemas["RetentionDemands"]>([KEY, "demands"], "/api/retention-demands");
export const useRetentionDemand = (id: string | undefined) =>
  useQuery(of<RetentionDemandWhole>(`demand ${id}`, `/api/retention-demands/${id}`, id !== undefined));

/** Sends something, and looks at everything of supervision anew. */
export function useSupervising<Body, Answer = unknown>(path: (body: Body) => string, done?: (answer: Answer) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Body) => api.post<Answer>(path(body), body),
    onSuccess: async (answer) => {
      await queries.invalidateQueries({ queryKey: [KEY] });
      done?.(answer);
    },
  });
}
