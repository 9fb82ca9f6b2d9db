// Assessments of effect and of security: drawn up from what was measured, frozen with their hash, signed off by a manager, printed.
import { Button } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { type Assessment, type Assessments, useRoutine, useRoutineAct } from "../../api/routines";
import type { Id } from "../../api/types";
import {
  AnswerForm,
  type Column,
  CopyText,
  Empty,
  Facts,
  formatCount,
  formatDuration,
  List,
  Meaning,
  RowLink,
  Side,
  SpanFields,
  SpanText,
  type SpanValue,
  serverNow,
  Time,
  Trouble,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { Hand, idOf } from "./parts";

export function AssessmentsTab({ unit }: { unit: Id }) {
  const t = useT();
  const [address, setAddress] = useAddress();
  const answer = useRoutine<Assessments>("assessments", unit);
  const data = answer.data;
  const show = ({ id }: Assessment) => setAddress({ id });
  const shown = data?.assessments.find(({ id }) => id === address.id);
  return (
    <>
      {data ? <Draw unit={unit} data={data} /> : null}
      <List
        label={t("routines-tab-assessments")}
        rows={data?.assessments ?? []}
        rowKey={({ id }) => id}
        columns={useColumns(show)}
        answer={answer}
        onOpen={show}
        empty={<Empty title={t("assess-none-title")}>{t("assess-none")}</Empty>}
      />
      <Side
        open={shown !== undefined}
        title={t("assess-one")}
        onClose={() => setAddress({ id: undefined })}
        print={t("assess-one")}
        wide
      >
        {shown ? <AssessmentFacts key={shown.id} one={shown} maySign={data?.may_sign ?? false} /> : null}
      </Side>
    </>
  );
}

function useColumns(show: (one: Assessment) => void): Column<Assessment>[] {
  const t = useT();
  return [
    {
      key: "span",
      title: t("assess-span"),
      render: (one) => (
        <RowLink onOpen={() => show(one)}>
          <SpanText fromMs={one.from_ms} toMs={one.to_ms} />
        </RowLink>
      ),
    },
    {
      key: "drawn",
      title: t("assess-drawn"),
      width: "13rem",
      wide: "md",
      render: (one) => <Time ms={one.drawn.at_ms} />,
    },
    {
      key: "state",
      title: t("rule-state"),
      width: "10rem",
      render: ({ signed }) => (
        <Meaning tone={signed ? "good" : "notice"} quiet={Boolean(signed)}>
          {t(signed ? "assess-signed" : "assess-unsigned")}
        </Meaning>
      ),
    },
  ];
}

function Draw({ unit, data }: { unit: Id; data: Assessments }) {
  const t = useT();
  const now = serverNow();
  const [span, setSpan] = useState<SpanValue>({ from_ms: now - data.every_days * 86_400_000, to_ms: now - 60_000 });
  const draw = useRoutineAct((body: object) => api.post("/api/routines/assessments", body));
  const late = data.due_ms <= now;
  return (
    <section className="wk-panel" aria-label={t("assess-draw")}>
      <h2>{t("assess-draw")}</h2>
      <Facts
        of={[
          [t("round-every"), t("round-days", { n: data.every_days })],
          [
            t("round-due"),
            <Meaning key="due" tone={late ? "late" : "plain"} quiet={!late}>
              <Time ms={data.due_ms} />
            </Meaning>,
          ],
        ]}
      />
      {data.may_draw ? (
        <>
          <SpanFields value={span} onChange={setSpan} shortcuts={false} />
          <p className="wk-hint">{t("assess-note")}</p>
          {draw.error ? <Trouble error={draw.error} /> : null}
          <div className="wk-buttons">
            <Button
              disabled={span.from_ms === undefined || span.to_ms === undefined}
              loading={draw.isPending}
              onClick={() => draw.mutate({ unit_id: unit, ...span })}
            >
              {t("assess-draw-do")}
            </Button>
          </div>
        </>
      ) : null}
    </section>
  );
}

const EFFECT = ["cameras", "gaps", "below_floor", "faults", "orders_open", "orders_late", "rounds", "drills"] as const;
const SECURITY = [
  "refused_attempts",
  "witness_alarms",
  "damaged_places",
  "findings_breach",
  "findings_due",
  "findings_note",
  "staff",
  "rules_in_force",
  "rules_unconfirmed",
  "unfit",
] as const;

function AssessmentFacts({ one, maySign }: { one: Assessment; maySign: boolean }) {
  const t = useT();
  const { language } = useLanguage();
  const { measured } = one;
  const act = useRoutineAct((words: string) => api.post(`/api/routines/assessments/${one.id}/sign`, { words }));
  const long = (seconds: number) => formatDuration(seconds * 1000, language);
  const counts = (names: readonly (typeof EFFECT | typeof SECURITY)[number][]): [string, string][] =>
    names.map((name) => [t(`assess-${idOf(name)}`), formatCount(measured[name], language)]);
  const share = measured.owed_s > 0 ? `${((100 * measured.recorded_s) / measured.owed_s).toFixed(2)} %` : "–";
  return (
    <div className="wk-fields">
      <Facts
        of={[
          [t("assess-span"), <SpanText key="span" fromMs={one.from_ms} toMs={one.to_ms} />],
          [t("assess-drawn"), <Hand key="drawn" of={one.drawn} />],
          [t("assess-signed"), one.signed ? <Hand key="signed" of={one.signed} /> : null],
        ]}
      />
      <h3>{t("assess-effect")}</h3>
      <Facts
        of={[
          [t("assess-availability"), share],
          [t("assess-missing"), long(measured.missing_s)],
          [t("assess-justified"), long(measured.justified_s)],
          ...measured.gaps_by_cause.map(({ cause, gaps, seconds }): [string, string] => [
            t(`cause-${cause}`),
            t("assess-cause", { n: gaps, long: long(seconds) }),
          ]),
          [
            t("assess-horizon"),
            measured.horizon_days == null ? null : t("round-days", { n: Math.round(measured.horizon_days) }),
          ],
          ...counts(EFFECT),
        ]}
      />
      <h3>{t("assess-security")}</h3>
      <Facts of={counts(SECURITY)} />
      <p className="wk-soft">{t("assess-sha256")}</p>
      <CopyText text={one.sha256} label={t("assess-sha256")} />
      {maySign && !one.signed ? (
        <AnswerForm
          title={t("assess-sign")}
          label={t("assess-words")}
          hint={t("assess-sign-hint")}
          decline={{
            label: t("assess-sign"),
            primary: true,
            act: ({ reason }) => act.mutateAsync(reason),
          }}
          onDone={() => undefined}
        />
      ) : null}
    </div>
  );
}
