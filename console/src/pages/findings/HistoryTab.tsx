// What was found, from when to when, and which entries of the system count it in and out. Nobody closes a finding by hand.
import { Button, Segmented, Select } from "antd";
import { useFindingHistory } from "../../api/queries";
import type { FindingGroup, PastFinding } from "../../api/types";
import {
  type Column,
  Empty,
  EntryLink,
  formatCount,
  List,
  Meaning,
  said,
  Time,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { WEIGHT_TONES } from "../../ui/FindingsAlike";
import { WEIGHTS } from "../../ui/findings";
import { type Group, NOWHERE, ordered } from "../../ui/findingsBy";
import { useArticleWords } from "../../ui/RefusalPanel";
import { GroupChoice, Groups, type SideProps } from "./Groups";
import { KINDS } from "./kinds";

const STATES = ["all", "open", "closed"] as const;
const HISTORY_BYS = ["article", "kind", "unit", "system"] as const;

export function HistoryTab() {
  const t = useT();
  const { language } = useLanguage();
  const [address, setAddress] = useAddress();
  const words = useArticleWords();
  const columns = useColumns((article) => setAddress({ article }));
  const state = STATES.find((known) => known === address.state) ?? "all";
  const kind = KINDS.find((known) => known === address.kind);
  const by = HISTORY_BYS.find((known) => known === address.by) ?? "article";
  const history = useFindingHistory({
    by,
    ...(state === "all" ? {} : { open: state === "open" }),
    ...(kind ? { kind } : {}),
    ...(address.article ? { article: address.article } : {}),
    ...(address.of && (by === "unit" || by === "system") ? { [by]: address.of } : {}),
  });
  const rows = history.data?.pages.flatMap((page) => page.findings) ?? [];
  const field = by === "unit" || by === "system" ? "of" : by;
  const groups = groupsOf(history.data?.pages[0]?.groups ?? []);
  const side: SideProps = {
    by,
    bys: HISTORY_BYS,
    groups,
    all: groups.reduce((sum, { count }) => sum + count, 0),
    chosen: address[field],
    choose: (id) => setAddress({ [field]: id }),
  };
  return (
    <div className="wk-withgroups">
      <Groups {...side} />
      <div className="wk-withgroups-list">
        <div className="wk-toolbar">
          <GroupChoice {...side} />
          <Segmented
            aria-label={t("finding-history-state")}
            value={state}
            onChange={(next) => setAddress({ state: next === "all" ? undefined : next })}
            options={STATES.map((value) => ({ value, label: t(`finding-history-${value}`) }))}
          />
          <Select
            className="wk-filter"
            aria-label={t("finding-kind")}
            placeholder={t("finding-kind")}
            allowClear
            value={kind}
            onChange={(next: string | undefined) => setAddress({ kind: next })}
            options={KINDS.map((one) => ({ value: one, label: t(`finding-kind-${one.replaceAll("_", "-")}`) }))}
          />
          {address.article ? (
            <Button type="text" onClick={() => setAddress({ article: undefined })}>
              {words(address.article)} ×
            </Button>
          ) : null}
        </div>
        <List
          label={t("finding-tab-history")}
          rows={rows}
          rowKey={(row) => `${row.kind} ${row.article} ${row.code} ${row.about.id} ${row.reason.en} ${row.opened_ms}`}
          columns={columns}
          answer={history}
          empty={<Empty title={t("finding-history-none")}>{t("finding-history-how")}</Empty>}
          total={t("finding-history-total", { n: formatCount(history.data?.pages[0]?.total ?? 0, language) })}
        />
      </div>
    </div>
  );
}

/** As the list beside has them. */
const groupsOf = (groups: readonly FindingGroup[]): Group[] =>
  ordered(groups.map(({ id, name, count }) => ({ id: id ?? NOWHERE, count, ...(name ? { name } : {}) })));

function useColumns(only: (article: string) => void): Column<PastFinding>[] {
  const t = useT();
  const { language } = useLanguage();
  const words = useArticleWords();
  const kind = (row: PastFinding) => t(`finding-kind-${row.kind.replaceAll("_", "-")}`);
  const tone = (row: PastFinding) => WEIGHT_TONES[WEIGHTS.find((weight) => weight === row.severity) ?? "note"];
  return [
    {
      key: "what",
      title: t("finding-history-what"),
      render: (row) => (
        <>
          <Meaning tone={tone(row)} quiet>
            {row.about.name || kind(row)}
          </Meaning>
          {row.kind !== "register" && row.about.name && <span className="wk-faint"> {kind(row)}</span>}
          <div className="wk-soft">{said(row.reason, language)}</div>
          {row.unit || row.system ? (
            <div className="wk-faint">{[row.unit?.name, row.system?.name].filter(Boolean).join(" · ")}</div>
          ) : null}
        </>
      ),
    },
    {
      key: "article",
      title: t("finding-articles"),
      width: "12rem",
      wide: "xl",
      render: (row) => (
        <button type="button" className="wk-link" onClick={() => only(row.article)}>
          {words(row.article)}
        </button>
      ),
    },
    {
      key: "evidence",
      title: t("finding-history-evidence"),
      width: "14rem",
      wide: "xl",
      render: (row) => row.evidence?.map(({ name }) => name).join(language === "zh-CN" ? "、" : ", "),
    },
    {
      key: "opened",
      title: t("finding-history-opened"),
      width: "11rem",
      wide: "md",
      render: (row) => <Moment ms={row.opened_ms} entry={row.opened_entry.index} />,
    },
    {
      key: "closed",
      title: t("finding-history-closed-at"),
      width: "11rem",
      render: (row) =>
        row.closed ? (
          <Ended end={row.closed} asked={row.kind === "register"} />
        ) : (
          <span className="wk-faint">{t("finding-history-stands")}</span>
        ),
    },
  ];
}

/** When it ended, how, and of the register's by which act, as far as one is known. */
function Ended({ end, asked }: { end: NonNullable<PastFinding["closed"]>; asked: boolean }) {
  const t = useT();
  return (
    <>
      <Moment ms={end.at_ms} entry={end.entry.index} />
      <div className="wk-soft">{t(`finding-end-${end.how.replaceAll("_", "-")}`)}</div>
      {end.by || asked ? (
        <div className="wk-soft">
          {end.by ? (
            <>
              {t("finding-end-by")} <EntryLink index={end.by.index} />
            </>
          ) : (
            t("finding-end-by-unknown")
          )}
        </div>
      ) : null}
    </>
  );
}

function Moment({ ms, entry }: { ms: number; entry: number }) {
  return (
    <>
      <Time ms={ms} />
      <div>
        <EntryLink index={entry} />
      </div>
    </>
  );
}
