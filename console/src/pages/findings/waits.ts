// What waits for the reader's word: counted from the lists that have it, of these only what the reader may decide. Pure; who may the server
// says, or its page does by the same rule.
import type { RoutineRounds } from "../../api/routines";
import type { ChangeRequest, GrantRow, Id, Signature } from "../../api/types";

interface Judged {
  by: Signature;
  verdict?: unknown;
}

export interface WaitsFrom {
  me: Id;
  /** Whether the reader answers for a unit: others only read these lists. */
  answers: boolean;
  changes?: readonly Pick<ChangeRequest, "state" | "own">[] | undefined;
  grants?: readonly Pick<GrantRow, "may_answer">[] | undefined;
  explanations?: readonly Judged[] | undefined;
  maintenance?: readonly Judged[] | undefined;
  rounds: readonly (Pick<RoutineRounds, "unit"> & { orders: readonly { may_accept: boolean }[] })[];
}

export interface Wait {
  /** The end of the Fluent id of its words. */
  name: "changes" | "grants" | "explanations" | "maintenance" | "repairs";
  count: number;
  to: string;
  search: Record<string, string>;
}

/** Nothing that nobody has to say anything to; in the order in which it is said. */
export function waitsOf(from: WaitsFrom): Wait[] {
  const judged = (rows: readonly Judged[] | undefined) =>
    from.answers ? (rows ?? []).filter(({ verdict, by }) => !verdict && by.person.id !== from.me).length : 0;
  const repairs = from.rounds.map(({ unit, orders }) => ({
    unit: unit.id,
    count: orders.filter(({ may_accept }) => may_accept).length,
  }));
  const first = repairs.find(({ count }) => count > 0);
  const all: Wait[] = [
    {
      name: "changes",
      count: from.answers ? (from.changes ?? []).filter(({ state, own }) => state === "asked" && !own).length : 0,
      to: "/registry",
      search: { view: "requests" },
    },
    {
      name: "grants",
      count: (from.grants ?? []).filter(({ may_answer }) => may_answer).length,
      to: "/grants",
      search: { show: "waiting" },
    },
    {
      name: "explanations",
      count: judged(from.explanations),
      to: "/health",
      search: { tab: "gaps", view: "explanations" },
    },
    {
      name: "maintenance",
      count: judged(from.maintenance),
      to: "/health",
      search: { tab: "gaps", view: "maintenance" },
    },
    {
      name: "repairs",
      count: repairs.reduce((sum, { count }) => sum + count, 0),
      to: "/routines",
      search: { tab: "orders", ...(first ? { unit: first.unit } : {}) },
    },
  ];
  return all.filter(({ count }) => count > 0);
}
