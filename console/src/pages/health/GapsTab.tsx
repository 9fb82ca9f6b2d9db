// What is missing, and what people say about it: the gaps, the explanations that a second person judges, maintenance
// announced beforehand, and on top the findings that nobody has done anything about.
import { Segmented } from "antd";
import { useExplanations, useFindings, useMaintenance, useMe } from "../../api/queries";
import type { Finding, Named, Signature } from "../../api/types";
import { Meaning, said, useAddress, useLanguage, useNames, useT } from "../../ui";
import { ArticleName } from "../../ui/RefusalPanel";
import { ExplanationList } from "./ExplanationList";
import { GapList } from "./GapList";
import { type FindingGroup, groupFindings } from "./gaps";
import { MaintenanceList } from "./MaintenanceList";

const VIEWS = ["gaps", "explanations", "maintenance"] as const;

export function GapsTab() {
  const t = useT();
  const me = useMe();
  const [address, setAddress] = useAddress();
  const view = VIEWS.find((name) => name === address.view) ?? "gaps";
  const explanations = useExplanations();
  const maintenance = useMaintenance();
  /** What a second person is owed, and this reader may be that person. */
  const waits = (rows: { by: Signature; verdict?: unknown }[] | undefined) =>
    me.rights.cameras ? (rows ?? []).filter((row) => !row.verdict && row.by.person.id !== me.person.id).length : 0;
  const counts = { gaps: 0, explanations: waits(explanations.data), maintenance: waits(maintenance.data) };
  const label = (name: (typeof VIEWS)[number]) =>
    counts[name] > 0
      ? t("gap-view-waits", { view: t(`gap-view-${name}`), n: String(counts[name]) })
      : t(`gap-view-${name}`);
  return (
    <div className="wk-say">
      <Findings />
      <div>
        <Segmented
          aria-label={t("gap-view")}
          value={view}
          onChange={(value) =>
            setAddress({ view: value === "gaps" ? undefined : value, gap: undefined, id: undefined, new: undefined })
          }
          options={VIEWS.map((name) => ({ value: name, label: label(name) }))}
        />
      </div>
      {view === "gaps" ? <GapList /> : view === "explanations" ? <ExplanationList /> : <MaintenanceList />}
    </div>
  );
}

/** What is not as it must be: with the rule, the reason, what helps, and the list that it is about. */
function Findings() {
  const t = useT();
  const { rights } = useMe();
  const findings = useFindings({ enabled: rights.health });
  // What the register shows has its own page; a report of pressure is the auditor's tab of the ledger.
  const found = findings.data?.filter(({ kind }) => kind !== "register" && kind !== "pressure") ?? [];
  if (found.length === 0) return null;
  return (
    <section className="wk-findings" aria-label={t("finding-title")}>
      {groupFindings(found).map((group) => (
        <FindingWords key={`${group.finding.kind} ${group.finding.reason.en}`} group={group} />
      ))}
    </section>
  );
}

function FindingWords({ group: { finding, cameras } }: { group: FindingGroup }) {
  const t = useT();
  const { language } = useLanguage();
  const names = useNames()(cameras);
  return (
    <div className="wk-finding">
      <Meaning tone="breach">
        {cameras.length === 1 ? `${names}: ` : ""}
        {said(finding.reason, language)}
      </Meaning>
      {cameras.length > 1 ? <p>{names}</p> : null}
      <p>
        <span className="wk-term">{t("finding-remedy")}</span> {said(finding.remedy, language)}{" "}
        <span className="wk-term">{t("refusal-article")}</span> <ArticleName article={finding.article} />
      </p>
      <FindingWay kind={finding.kind} cameras={cameras} />
    </div>
  );
}

/** The list that it is about. */
function FindingWay({ kind, cameras }: { kind: Finding["kind"]; cameras: Named[] }) {
  const t = useT();
  const [, setAddress] = useAddress();
  const way =
    kind === "outage"
      ? { words: "finding-outages", to: { tab: "outages", camera: undefined } }
      : kind === "gaps_unjustified"
        ? { words: "finding-show", to: { camera: cameras.length === 1 ? cameras[0]?.id : undefined, days: "92" } }
        : undefined;
  if (!way) return null;
  const shown = { view: undefined, state: undefined, cause: undefined, month: undefined, ...way.to };
  return (
    <div>
      <button type="button" className="wk-link" onClick={() => setAddress(shown)}>
        {t(way.words)}
      </button>
    </div>
  );
}
