// What is not as the rules want it, and what helps: grouped by weight and by article, unit, system or camera, each thing a link to where it is put right; beside
// it what will be found, which duties are met, and what came and went.
// Nobody closes a finding by hand: it goes when the fact is put right. Filters and search are in the address.
import { Button, Segmented, Select, Tabs } from "antd";
import { useState } from "react";
import { useFindings } from "../../api/queries";
import type { Finding } from "../../api/types";
import {
  Empty,
  formatCount,
  formatTime,
  Loading,
  Page,
  PrintButton,
  PrintWords,
  Search,
  Time,
  Trouble,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { AlikePanel } from "../../ui/FindingsAlike";
import { alike, countOf, found, WEIGHTS, type Weight, weightOf } from "../../ui/findings";
import { BoardLine } from "./BoardLine";
import { ComingTab } from "./ComingTab";
import { DutiesTab } from "./DutiesTab";
import { GroupChoice, Groups, type SideProps, useSide } from "./Groups";
import { HistoryTab } from "./HistoryTab";
import { KINDS } from "./kinds";
import { WaitsLine } from "./WaitsLine";
import "./findings.css";

const TABS = ["now", "coming", "duties", "history"] as const;
const NO_FILTER = { q: undefined, article: undefined, of: undefined, kind: undefined, weight: undefined };
/** What the address says about one tab's own content. */
const OF_ONE_TAB = ["q", "by", "of", "article", "kind", "weight", "state", "unit", "system"];

export default function Findings() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const tab = TABS.find((name) => name === address.tab) ?? "now";
  const content = { now: <Now />, coming: <ComingTab />, duties: <DutiesTab />, history: <HistoryTab /> };
  return (
    <Page title={t("page-findings")} lead={t("finding-lead")} actions={<PrintButton />}>
      <BoardLine />
      <WaitsLine />
      <Tabs
        activeKey={tab}
        onChange={(key) =>
          setAddress({
            tab: key === "now" ? undefined : key,
            ...Object.fromEntries(OF_ONE_TAB.map((name) => [name, undefined])),
          })
        }
        items={TABS.map((key) => ({ key, label: t(`finding-tab-${key}`), children: content[key] }))}
        destroyOnHidden
      />
    </Page>
  );
}

function Now() {
  const t = useT();
  const { language } = useLanguage();
  const findings = useFindings();
  const { data, dataUpdatedAt } = findings;
  return (
    <>
      {data ? (
        <>
          <PrintWords
            words={t("print-page", {
              title: t("page-findings"),
              time: formatTime(dataUpdatedAt, language, { zone: true }),
            })}
          />
          <Found findings={data} askedMs={dataUpdatedAt} />
        </>
      ) : findings.error ? (
        <Trouble error={findings.error} onRetry={() => findings.refetch()} />
      ) : (
        <Loading />
      )}
    </>
  );
}

function Found({ findings, askedMs }: { findings: Finding[]; askedMs: number }) {
  const t = useT();
  const { language } = useLanguage();
  const [address] = useAddress();
  const weight = WEIGHTS.find((one) => one === address.weight);
  const narrowed = found(findings, { text: address.q, kind: address.kind, weight });
  const { side, isChosen } = useSide(narrowed);
  if (findings.length === 0)
    return (
      <Empty title={t("finding-none-title")}>
        {t("finding-none")} <AsOf ms={askedMs} />
      </Empty>
    );
  const shown = narrowed.filter(isChosen);
  return (
    <div className="wk-withgroups">
      <Groups {...side} />
      <div className="wk-withgroups-list">
        <Filters findings={findings} side={side} weight={weight} />
        {shown.length === 0 ? (
          <Empty title={t("hold-none-title")}>{t("finding-no-match")}</Empty>
        ) : (
          WEIGHTS.map((one) => {
            const own = shown.filter((finding) => weightOf(finding) === one);
            return own.length === 0 ? null : (
              <section key={one} className="wk-say wk-alike-weight">
                <h2>
                  {t(`finding-weight-${one}`)} <span className="wk-faint">{formatCount(countOf(own), language)}</span>
                </h2>
                <p className="wk-soft">{t(`finding-weight-${one}-text`)}</p>
                {alike(own).map((group) => (
                  <AlikePanel key={group.key} group={group} askedMs={askedMs} />
                ))}
              </section>
            );
          })
        )}
        <p className="wk-hint">
          <AsOf ms={askedMs} />
        </p>
      </div>
    </div>
  );
}

function AsOf({ ms }: { ms: number }) {
  const t = useT();
  return (
    <>
      {t("finding-as-of")} <Time ms={ms} />
    </>
  );
}

interface FiltersProps {
  findings: Finding[];
  /** What the list beside counts; on a phone it is a choice here. */
  side: SideProps;
  weight: Weight | undefined;
}

function Filters({ findings, side, weight }: FiltersProps) {
  const t = useT();
  const { language } = useLanguage();
  const [address, setAddress] = useAddress();
  const [setQuery] = useState(() => (q: string | undefined) => setAddress({ q }));
  const count = (one: Weight) => countOf(findings.filter((finding) => weightOf(finding) === one));
  const kinds = KINDS.filter((kind) => findings.some((finding) => finding.kind === kind));
  const filtered = Boolean(address.q || side.chosen || address.kind || weight);
  return (
    <div className="wk-toolbar">
      <Segmented
        aria-label={t("finding-weight")}
        value={weight ?? "all"}
        onChange={(next) =>
          setAddress({ weight: next === "all" ? undefined : next, article: undefined, of: undefined })
        }
        options={[
          { value: "all", label: t("finding-all") },
          ...WEIGHTS.filter((one) => count(one) > 0 || one === weight).map((one) => ({
            value: one,
            label: `${t(`finding-weight-${one}`)} ${formatCount(count(one), language)}`,
          })),
        ]}
      />
      <Search label={t("finding-search")} value={address.q} onChange={setQuery} />
      <GroupChoice {...side} />
      {kinds.length > 1 ? (
        <Select
          className="wk-filter"
          aria-label={t("finding-kind")}
          placeholder={t("finding-kind")}
          allowClear
          value={KINDS.find((kind) => kind === address.kind)}
          onChange={(kind: string | undefined) => setAddress({ kind, article: undefined, of: undefined })}
          options={kinds.map((kind) => ({ value: kind, label: t(`finding-kind-${kind.replaceAll("_", "-")}`) }))}
        />
      ) : null}
      {filtered ? (
        <Button type="text" onClick={() => setAddress(NO_FILTER)}>
          {t("action-clear")}
        </Button>
      ) : null}
    </div>
  );
}
