// What is amiss with a record: of a system, with its points and their cameras too; of a point, with its cameras.
import { Link } from "@tanstack/react-router";
import { useCameraPage, useFindings, useRegisterPage } from "../../api/queries";
import type { RegisterRecord } from "../../api/types";
import { formatCount, Meaning, Trouble, useLanguage, useT } from "../../ui";
import { AlikePanel, WEIGHT_TONES } from "../../ui/FindingsAlike";
import { alike, countOf, isAbout, WEIGHTS, type Weight, weightOf } from "../../ui/findings";

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
  const { language } = useLanguage();
  const findings = useFindings();
  const ids = useOwnIds(record);
  if (findings.error && !findings.data) return <Trouble error={findings.error} onRetry={() => findings.refetch()} />;
  if (!findings.data) return null;
  // What the record itself lacks stands above, field by field.
  const own = findings.data.filter(
    (finding) => isAbout(finding, ids) && !(finding.code === "incomplete" && finding.record?.id === record.id),
  );
  if (own.length === 0)
    return record.kind === "system" ? (
      <Meaning tone="good" quiet>
        {t("finding-of-record-none")}
      </Meaning>
    ) : null;
  const count = (weight: Weight) => countOf(own.filter((finding) => weightOf(finding) === weight));
  const counts = WEIGHTS.filter((weight) => count(weight) > 0);
  const heaviest = counts[0] ?? "note";
  return (
    <details className="wk-details">
      <summary>
        <Meaning tone={WEIGHT_TONES[heaviest]} quiet>
          {t("finding-of-record")}{" "}
          {counts
            .map((weight) => `${t(`finding-weight-${weight}`)} ${formatCount(count(weight), language)}`)
            .join(t("list-separator"))}
        </Meaning>
      </summary>
      <div className="wk-say">
        {alike(own).map((group) => (
          <AlikePanel key={group.key} group={group} askedMs={findings.dataUpdatedAt} />
        ))}
        <Link to="/findings">{t("finding-whole")}</Link>
      </div>
    </details>
  );
}
