// The register's duties that bind: which are met and by what, which are late or coming, and which nothing shows. A duty is called met only
// where a record shows it.
import { Segmented, Select } from "antd";
import { useState } from "react";
import { useBoardDuties, useRecord, useRegisterPage, useUnits } from "../../api/queries";
import type { BoardDuty, Id } from "../../api/types";
import {
  type Column,
  Empty,
  formatCount,
  List,
  Meaning,
  said,
  Time,
  type Tone,
  useAddress,
  useLanguage,
  useRested,
  useT,
} from "../../ui";
import { ArticleName } from "../../ui/RefusalPanel";

const STATES = ["breached", "late", "due", "met", "nothing_found"] as const;
type State = (typeof STATES)[number];
const TONES: Record<State, Tone> = {
  breached: "breach",
  late: "late",
  due: "notice",
  met: "good",
  nothing_found: "plain",
};

const stateOf = (duty: BoardDuty): State => STATES.find((known) => known === duty.state) ?? "nothing_found";

export function DutiesTab() {
  const t = useT();
  const { language } = useLanguage();
  const [address, setAddress] = useAddress();
  const columns = useColumns();
  const { unit, system } = address;
  const duties = useBoardDuties({ unit, system });
  const { data, dataUpdatedAt } = duties;
  const chosen = STATES.find((known) => known === address.state);
  const rows = data?.duties.filter((duty) => !chosen || stateOf(duty) === chosen) ?? [];
  const count = (state: State) => formatCount(data?.[state] ?? 0, language);
  return (
    <>
      <p className="wk-soft">{t("finding-duties-lead")}</p>
      <DutiesOf unit={unit} system={system} />
      {unit || system ? <p className="wk-hint">{t("finding-duties-of")}</p> : null}
      <div className="wk-toolbar wk-duties-states">
        <Segmented
          aria-label={t("finding-duties-state")}
          value={chosen ?? "all"}
          onChange={(next) => setAddress({ state: next === "all" ? undefined : next })}
          options={[
            { value: "all", label: t("finding-all") },
            ...STATES.map((state) => ({
              value: state,
              label: `${t(`finding-duty-${state.replaceAll("_", "-")}`)} ${count(state)}`,
            })),
          ]}
        />
      </div>
      <List
        label={t("finding-tab-duties")}
        rows={rows}
        rowKey={(row) => `${row.article} ${row.control}`}
        columns={columns}
        answer={duties}
        empty={<Empty title={t("finding-duties-none")}>{t("finding-duties-how")}</Empty>}
      />
      <p className="wk-hint">
        {t("finding-duties-how")} {t("finding-as-of")} <Time ms={dataUpdatedAt} />
      </p>
    </>
  );
}

/** So many systems are offered; more are found by typing. */
const SYSTEMS = 50;

/** Whose duties: of all that the reader sees, of one unit's systems, or of one system. */
function DutiesOf({ unit, system }: { unit: Id | undefined; system: Id | undefined }) {
  const t = useT();
  const [, setAddress] = useAddress();
  const [typed, setTyped] = useState("");
  const units = useUnits().data ?? [];
  const systems = useRegisterPage("system", { query: useRested(typed), unit, limit: SYSTEMS }, true);
  const one = useRecord(system).data;
  const found = systems.data?.records ?? [];
  const options = [...(one && !found.some(({ id }) => id === one.id) ? [one] : []), ...found];
  return (
    <div className="wk-toolbar">
      <Select
        className="wk-filter"
        aria-label={t("finding-by-unit")}
        placeholder={t("finding-by-unit-one")}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        value={unit}
        onChange={(next: Id | undefined) => setAddress({ unit: next, system: undefined })}
        options={units.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Select
        className="wk-filter"
        aria-label={t("finding-by-system")}
        placeholder={t("finding-by-system-one")}
        allowClear
        showSearch={{ filterOption: false, onSearch: setTyped, searchValue: typed }}
        value={system}
        onChange={(next: Id | undefined) => setAddress({ system: next })}
        options={options.map(({ id, name }) => ({ value: id, label: name }))}
      />
    </div>
  );
}

function useColumns(): Column<BoardDuty>[] {
  const t = useT();
  const { language } = useLanguage();
  const n = (count: number) => formatCount(count, language);
  return [
    {
      key: "duty",
      title: t("finding-duties-duty"),
      render: (row) => (
        <>
          {said(row.control_name, language)}
          <div className="wk-soft">
            <ArticleName article={row.article} /> {said(row.title, language)}
          </div>
        </>
      ),
    },
    {
      key: "state",
      title: t("finding-duties-state"),
      width: "9rem",
      render: (row) => {
        const state = stateOf(row);
        return <Meaning tone={TONES[state]}>{t(`finding-duty-${state.replaceAll("_", "-")}`)}</Meaning>;
      },
    },
    {
      key: "found",
      title: t("finding-duties-found"),
      width: "12rem",
      wide: "md",
      render: (row) => {
        const open = row.breaches + row.late;
        return (
          <>
            {open > 0 ? <div>{t("finding-duties-open", { n: n(open) })}</div> : null}
            {row.notes > 0 ? <div className="wk-soft">{t("finding-duties-notes", { n: n(row.notes) })}</div> : null}
            {row.coming > 0 ? <div className="wk-soft">{t("finding-duties-coming", { n: n(row.coming) })}</div> : null}
            <div className="wk-faint">{t("finding-duties-systems", { n: n(row.systems) })}</div>
          </>
        );
      },
    },
    {
      key: "shown",
      title: t("finding-duties-shown"),
      width: "24rem",
      wide: "md",
      render: (row) =>
        row.shown_count === 0 ? (
          <span className="wk-faint">{t("finding-duties-unshown")}</span>
        ) : (
          <>
            {t("finding-duties-records", { n: n(row.shown_count) })}
            <div className="wk-soft wk-duties-shown">
              {row.shown.map((one) => one.name).join(language === "zh-CN" ? "、" : ", ")}
            </div>
          </>
        ),
    },
  ];
}
