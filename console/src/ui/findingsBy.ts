// Whose a finding is: its unit, its system, its camera. The server names only the thing itself; the register says where that belongs.
// Pure. What the register does not place (a person, a request, the server's clock) is under no system and no camera.
import type { Camera, Finding, Id, Named, RegisterRecord } from "../api/types";
import { countOf } from "./findings";

export const BYS = ["article", "unit", "system", "camera"] as const;
export type By = (typeof BYS)[number];

export interface Belonging {
  units: readonly Named[];
  records: readonly Pick<RegisterRecord, "id" | "kind" | "name" | "unit_id" | "parent_id">[];
  cameras: readonly Pick<Camera, "id" | "unit_id" | "point_id">[];
}

/** Reads what belongs where once, and answers for each finding. */
export function belongs({ units, records, cameras }: Belonging): (finding: Finding, by: By) => Named | undefined {
  const [unit, record, camera] = [byId(units), byId(records), byId(cameras)];
  const unitOf = (id: Id | null | undefined) => {
    const own = id ? (record.get(id)?.unit_id ?? camera.get(id)?.unit_id ?? id) : undefined;
    return own ? unit.get(own) : undefined;
  };
  const systemOf = (id: Id | null | undefined): Named | undefined => {
    const found = id ? record.get(id) : undefined;
    if (found?.kind === "system") return { id: found.id, name: found.name };
    return found?.kind === "point" ? systemOf(found.parent_id) : undefined;
  };
  return (finding, by) => {
    const about = finding.camera ?? finding.record;
    if (by === "article") return { id: finding.article, name: finding.article };
    if (by === "camera") return finding.camera ?? undefined;
    if (by === "unit") return unitOf(about?.id);
    return systemOf(finding.camera ? camera.get(finding.camera.id)?.point_id : finding.record?.id);
  };
}

const byId = <Row extends { id: Id }>(rows: readonly Row[]) => new Map(rows.map((row) => [row.id, row]));

/** Where what belongs nowhere is counted; no id of the server is empty. */
export const NOWHERE = "-";

export interface Group {
  id: string;
  /** Absent of what belongs nowhere. */
  name?: string;
  count: number;
}

/** How many there are of each, most first; what belongs nowhere last. */
export function countBy(findings: readonly Finding[], of: (finding: Finding) => Named | undefined): Group[] {
  const groups = new Map<string, { name?: string; own: Finding[] }>();
  for (const finding of findings) {
    const whose = of(finding);
    const group = groups.get(whose?.id ?? NOWHERE) ?? { ...(whose ? { name: whose.name } : {}), own: [] };
    group.own.push(finding);
    groups.set(whose?.id ?? NOWHERE, group);
  }
  const counted = [...groups].map(([id, { own, ...rest }]) => ({ id, ...rest, count: countOf(own) }));
  const last = ({ id }: Group) => Number(id === NOWHERE);
  return counted.sort(
    (one, other) =>
      last(one) - last(other) || other.count - one.count || (one.name ?? "").localeCompare(other.name ?? ""),
  );
}
