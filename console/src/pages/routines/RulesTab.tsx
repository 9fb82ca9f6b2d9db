// Written rules of a unit: which are asked for, which are in force, who has confirmed them; drills, and the unit's own terms.
import { Button, InputNumber } from "antd";
import { type ReactNode, useState } from "react";
import { api } from "../../api/client";
import {
  type Drill,
  type RoutineRules,
  type RoutineTerms,
  type RuleState,
  type RuleVersion,
  useRoutine,
  useRoutineAct,
} from "../../api/routines";
import type { Id } from "../../api/types";
import {
  BeginButton,
  type Column,
  Empty,
  EntryLink,
  Facts,
  List,
  Meaning,
  RowLink,
  Side,
  Time,
  type Translate,
  Trouble,
  useAddress,
  useT,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { Hand, idOf, LateList } from "./parts";
import { DrillForm, RuleForm } from "./RuleForms";

export function RulesTab({ unit }: { unit: Id }) {
  const t = useT();
  const [address, setAddress] = useAddress();
  const answer = useRoutine<RoutineRules>("rules", unit);
  const data = answer.data;
  const close = () => setAddress({ new: undefined, id: undefined });
  const shown = data?.kinds.find(({ kind }) => kind === address.id);
  const drill = data?.drills.find(({ id }) => id === address.id);
  return (
    <>
      {data ? <LateList late={data.late} /> : null}
      {data?.may_change ? (
        <div className="wk-toolbar">
          <BeginButton label={t("rule-new")} onBegin={() => setAddress({ new: "rule" })} />
          <Button onClick={() => setAddress({ new: "drill" })}>{t("drill-new")}</Button>
        </div>
      ) : null}
      <RuleList answer={answer} kinds={data?.kinds ?? []} show={(kind) => setAddress({ id: kind })} />
      <h2>{t("drill-title")}</h2>
      <DrillList answer={answer} drills={data?.drills ?? []} show={(id) => setAddress({ id })} />
      {data ? <Terms key={JSON.stringify(data.terms)} unit={unit} rules={data} /> : null}
      <RuleSide state={shown} versions={data?.versions ?? []} onClose={close} />
      <DrillSide drill={drill} onClose={close} />
      <Side open={address.new === "rule"} title={t("rule-new")} onClose={close} wide>
        {address.new === "rule" ? <RuleForm unit={unit} onDone={close} /> : null}
      </Side>
      <Side open={address.new === "drill"} title={t("drill-new")} onClose={close} wide>
        {address.new === "drill" && data ? <DrillForm unit={unit} staff={data.staff} onDone={close} /> : null}
      </Side>
    </>
  );
}

type Answer = ReturnType<typeof useRoutine<RoutineRules>>;

function RuleList({ answer, kinds, show }: { answer: Answer; kinds: RuleState[]; show: (kind: string) => void }) {
  const t = useT();
  const columns: Column<RuleState>[] = [
    {
      key: "kind",
      title: t("rule-kind"),
      render: ({ kind }) => <RowLink onOpen={() => show(kind)}>{t(`rule-kind-${kind}`)}</RowLink>,
    },
    {
      key: "article",
      title: t("rule-article"),
      wide: "md",
      width: "13rem",
      render: ({ article }) => (article ? <span className="wk-code">{article}</span> : t("rule-own")),
    },
    {
      key: "document",
      title: t("rule-document"),
      wide: "xl",
      ellipsis: true,
      render: (one) => one.in_force?.document.name,
    },
    {
      key: "review",
      title: t("rule-review"),
      wide: "md",
      width: "13rem",
      render: (one) => (one.in_force ? <Time ms={one.in_force.review_ms} /> : null),
    },
    { key: "state", title: t("rule-state"), width: "11rem", render: (one) => <RuleWord state={one} /> },
  ];
  return (
    <List
      label={t("routines-tab-rules")}
      rows={kinds}
      rowKey={({ kind }) => kind}
      columns={columns}
      answer={answer}
      onOpen={({ kind }) => show(kind)}
      empty={<Empty title={t("rule-none-title")}>{t("rule-none")}</Empty>}
    />
  );
}

function RuleWord({ state: { in_force } }: { state: RuleState }) {
  const t = useT();
  if (!in_force) return <Meaning tone="late">{t("rule-missing")}</Meaning>;
  if (in_force.missing.length > 0)
    return <Meaning tone="notice">{t("rule-unconfirmed", { n: in_force.missing.length })}</Meaning>;
  return (
    <Meaning tone="good" quiet>
      {t("rule-confirmed-all")}
    </Meaning>
  );
}

interface RuleSideProps {
  state: RuleState | undefined;
  /** All of the unit's, of whatever kind. */
  versions: RuleVersion[];
  onClose: () => void;
}

function RuleSide({ state, versions, onClose }: RuleSideProps) {
  const t = useT();
  const version = state?.in_force;
  const earlier = versions.filter((one) => one.kind === state?.kind && one.id !== version?.id);
  return (
    <Side
      open={state !== undefined}
      title={state ? t(`rule-kind-${state.kind}`) : ""}
      onClose={onClose}
      print={t("rule-print")}
    >
      {state && !version ? <p>{t("rule-missing-hint")}</p> : null}
      {version ? (
        <>
          <Facts
            of={[
              [t("rule-article"), state?.article ?? t("rule-own")],
              ...versionFacts(version, t),
              [
                t("rule-missing-people"),
                version.missing.map(({ name }) => name).join(" · ") || t("rule-confirmed-all"),
              ],
            ]}
          />
          <Confirmed version={version} />
        </>
      ) : null}
      {earlier.length > 0 ? <Earlier versions={earlier} /> : null}
    </Side>
  );
}

const versionFacts = (version: RuleVersion, t: Translate): [string, ReactNode][] => [
  [
    t("rule-document"),
    <a key="file" href={`/api/routines/rules/${version.id}/file`} target="_blank" rel="noreferrer">
      {version.document.name}
    </a>,
  ],
  [t("rule-from"), <Time key="from" ms={version.from_ms} />],
  [t("rule-review"), <Time key="review" ms={version.review_ms} />],
  [t("rule-entry"), <EntryLink key="entry" index={version.entry.index} />],
];

function Confirmed({ version }: { version: RuleVersion }) {
  const t = useT();
  return (
    <>
      <h3>{t("rule-confirmed")}</h3>
      {version.confirmed.length === 0 ? <p className="wk-hint">{t("rule-confirmed-none")}</p> : null}
      <ul className="wk-routine-late">
        {version.confirmed.map(({ person, at_ms, entry }) => (
          <li key={person.id}>
            <Hand of={{ person, at_ms, entry, words: "" }} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Versions that are not in force, the latest first: what was confirmed of each stays with it. */
function Earlier({ versions }: { versions: RuleVersion[] }) {
  const t = useT();
  const latest = [...versions].sort((one, other) => other.from_ms - one.from_ms);
  return (
    <section className="wk-section" aria-label={t("rule-earlier")}>
      <h2>{t("rule-earlier")}</h2>
      {latest.map((version) => (
        <section key={version.id} className="wk-panel" aria-label={version.document.name}>
          <Facts of={versionFacts(version, t)} />
          <Confirmed version={version} />
        </section>
      ))}
    </section>
  );
}

function DrillList({ answer, drills, show }: { answer: Answer; drills: Drill[]; show: (id: Id) => void }) {
  const t = useT();
  const columns: Column<Drill>[] = [
    {
      key: "held",
      title: t("drill-held"),
      width: "13rem",
      render: ({ id, held_ms }) => (
        <RowLink onOpen={() => show(id)}>
          <Time ms={held_ms} />
        </RowLink>
      ),
    },
    { key: "body", title: t("drill-body"), ellipsis: true, render: ({ body }) => body },
    { key: "people", title: t("drill-people"), width: "8rem", wide: "md", render: (one) => one.participants.length },
  ];
  return (
    <List
      label={t("drill-title")}
      rows={drills}
      rowKey={({ id }) => id}
      columns={columns}
      answer={answer}
      onOpen={({ id }) => show(id)}
      empty={<Empty title={t("drill-none-title")}>{t("drill-none")}</Empty>}
    />
  );
}

function DrillSide({ drill, onClose }: { drill: Drill | undefined; onClose: () => void }) {
  const t = useT();
  return (
    <Side open={drill !== undefined} title={t("drill-one")} onClose={onClose} print={t("drill-one")}>
      {drill ? (
        <Facts
          of={[
            [t("drill-held"), <Time key="held" ms={drill.held_ms} />],
            [t("drill-body"), drill.body],
            [t("drill-found"), drill.found],
            [t("drill-people"), drill.participants.map(({ name }) => name).join(" · ")],
            [t("routine-entered-by"), <Hand key="by" of={drill.by} />],
          ]}
        />
      ) : null}
    </Side>
  );
}

const TERMS = [
  "drill_days",
  "confirm_days",
  "front_end_days",
  "lines_days",
  "storage_days",
  "repair_days",
  "assessment_days",
] as const satisfies readonly (keyof RoutineTerms)[];

function Terms({ unit, rules }: { unit: Id; rules: RoutineRules }) {
  const t = useT();
  const [terms, setTerms] = useState(rules.terms);
  const send = useRoutineAct((body: RoutineTerms) => api.put("/api/routines/terms", { unit_id: unit, terms: body }));
  return (
    <section className="wk-panel" aria-label={t("terms-title")}>
      <h2>{t("terms-title")}</h2>
      <p className="wk-hint">{t(rules.own_terms ? "terms-own" : "terms-product")}</p>
      <div className="wk-routine-terms">
        {TERMS.map((name) => (
          <Labelled key={name} label={t(`terms-${idOf(name)}`)}>
            {(id) => (
              <InputNumber
                id={id}
                min={1}
                max={1096}
                precision={0}
                disabled={!rules.may_change}
                value={terms[name]}
                onChange={(days) => setTerms({ ...terms, [name]: days ?? rules.terms[name] })}
              />
            )}
          </Labelled>
        ))}
      </div>
      {send.error ? <Trouble error={send.error} /> : null}
      {rules.may_change ? (
        <div className="wk-buttons">
          <Button loading={send.isPending} onClick={() => send.mutate(terms)}>
            {t("terms-set")}
          </Button>
        </div>
      ) : null}
    </section>
  );
}
