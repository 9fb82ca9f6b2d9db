// Whose a finding is: its article, unit, system, camera, as the server says it. Pure. What belongs to none of them (a person, a request,
// the server's clock) is counted as that.
import type { Finding, Named } from "../api/types";
import { countOf } from "./findings";

export const BYS = ["article", "unit", "system", "camera"] as const;
export type By = (typeof BYS)[number];

export function whose(finding: Pick<Finding, "article" | "unit" | "system" | "camera">, by: By): Named | undefined {
  return by === "article" ? { id: finding.article, name: finding.article } : (finding[by] ?? undefined);
}

/** Where what belongs nowhere is counted; no id of the server is this. */
export const NOWHERE = "-";

export interface Group {
  id: string;
  /** Absent of what belongs nowhere. */
  name?: string;
  count: number;
}

/** How many there are of each, most first; what belongs nowhere last. */
export function countBy(findings: readonly Finding[], by: By): Group[] {
  const groups = new Map<string, { name?: string; own: Finding[] }>();
  for (const finding of findings) {
    const of = whose(finding, by);
    const group = groups.get(of?.id ?? NOWHERE) ?? { ...(of ? { name: of.name } : {}), own: [] };
    group.own.push(finding);
    groups.set(of?.id ?? NOWHERE, group);
  }
  return ordered([...groups].map(([id, { own, ...rest }]) => ({ id, ...rest, count: countOf(own) })));
}

/** Most first, by name where there are as many; what belongs nowhere last. */
export function ordered(groups: readonly Group[]): Group[] {
  const last = ({ id }: Group) => Number(id === NOWHERE);
  return [...groups].sort(
    (one, other) =>
      last(one) - last(other) || other.count - one.count || (one.name ?? "").localeCompare(other.name ?? ""),
  );
}
