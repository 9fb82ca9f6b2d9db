// What is amiss with a record: of a system, with its points and their cameras too; of a point, with its cameras.
import { useCameraPage, useFindings, useRegisterPage } from "../../api/queries";
import type { RegisterRecord } from "../../api/types";
import { Trouble, useT } from "../../ui";
import { FindingsOf } from "../../ui/FindingsOf";
import { isAbout } from "../../ui/findings";

/** So many points of a system, and so many cameras, are looked at; the page of findings has all. */
const POINTS_MAX = 500;

/** The record and what belongs to it. */
function useOwnIds(record: RegisterRecord): ReadonlySet<string> {
  const points = useRegisterPage("point", { parent: record.id, limit: POINTS_MAX }, record.kind === "system");
  const here = { record: record.id, limit: POINTS_MAX };
  const cameras = useCameraPage(here, { everyMs: 60_000, enabled: ["system", "point"].includes(record.kind) });
  const own = [...(points.data?.records ?? []), ...(cameras.data?.cameras ?? [])];
  return new Set([record.id, ...own.map(({ id }) => id)]);
}

export function RecordFindings({ record }: { record: RegisterRecord }) {
  const t = useT();
  const findings = useFindings();
  const ids = useOwnIds(record);
  if (findings.error && !findings.data) return <Trouble error={findings.error} onRetry={() => findings.refetch()} />;
  if (!findings.data) return null;
  // What the record itself lacks stands above, field by field.
  const own = findings.data.filter(
    (finding) => isAbout(finding, ids) && !(finding.code === "incomplete" && finding.record?.id === record.id),
  );
  const none = record.kind === "system" ? { none: t("finding-of-record-none") } : {};
  return <FindingsOf own={own} askedMs={findings.dataUpdatedAt} {...none} />;
}
