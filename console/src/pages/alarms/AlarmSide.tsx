// One event or alarm in the drawer: what was said and when, what was to be seen, what was done, and what can be done next.
import { Link } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { useState } from "react";
import {
  type Alarm,
  type AlarmDetail,
  type AlarmOutcome,
  type AlarmStep,
  OUTCOMES,
  useAlarmChange,
} from "../../api/alarms";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import { Because, EntryLink, Facts, formatEntry, Side, Time, Trouble, useNames, useT, Written } from "../../ui";
import { AlarmStateWord, alarmPlace, alarmSpan, PriorityWord, wordOf } from "../../ui/alarms";
import { Labelled } from "../../ui/Labelled";
import { LinkIntoFolder } from "../../ui/LinkIntoFolder";

const ASKED = ["operator", "administrator", "manager"] as const;

export function AlarmSide({ detail, onClose }: { detail: AlarmDetail | undefined; onClose: () => void }) {
  const t = useT();
  const alarm = detail?.alarm;
  return (
    <Side
      open={detail !== undefined}
      title={alarm ? t(`alarm-kind-${wordOf(alarm.kind)}`) : ""}
      onClose={onClose}
      print={alarm ? `${t("alarm-one")} · ${formatEntry("access", alarm.entry.index)}` : undefined}
    >
      {detail ? <Details key={detail.alarm.id} detail={detail} /> : null}
    </Side>
  );
}

function Details({ detail }: { detail: AlarmDetail }) {
  const t = useT();
  const names = useNames();
  const { rights } = useMe();
  const { alarm, steps } = detail;
  const clock = alarm.happened_ms !== alarm.received_ms;
  return (
    <div>
      <section className="wk-section">
        <AlarmStateWord alarm={alarm} />
        <Facts
          of={[
            [t("alarm-priority"), <PriorityWord key="priority" priority={alarm.priority} />],
            [t("alarm-where"), alarmPlace(alarm, t)],
            [t("alarm-words"), alarm.words || null],
            [t("alarm-at"), <Time key="at" ms={alarm.at_ms} zone />],
            [t("alarm-happened"), clock ? <Time key="happened" ms={alarm.happened_ms} zone /> : null],
            [t("alarm-received"), clock ? <Time key="received" ms={alarm.received_ms} zone /> : null],
            [t("alarm-cameras"), names(alarm.cameras) || t("alarm-no-cameras")],
            [t("alarm-unit"), alarm.unit?.name ?? t("alarm-own")],
            [t("alarm-escalated-to"), alarm.escalated_to ? t(`role-${alarm.escalated_to}`) : null],
            [t("alarm-entry"), <EntryLink key="entry" index={alarm.entry.index} />],
          ]}
        />
        {alarm.state === "test" ? <p className="wk-hint">{t("alarm-test-hint")}</p> : null}
        {alarm.cameras.length > 0 && rights.playback ? (
          <Link to="/playback" search={alarmSpan(alarm) as never} className="wk-link">
            {t("alarm-playback")}
          </Link>
        ) : null}
      </section>
      {steps.length > 0 ? (
        <section className="wk-section">
          <h2>{t("alarm-steps")}</h2>
          {steps.map((step) => (
            <StepWords key={step.entry.index} step={step} />
          ))}
        </section>
      ) : null}
      <Acts alarm={alarm} />
      {alarm.unit && rights.playback ? <LinkIntoFolder kind="alarm" about={alarm.id} unit={alarm.unit.id} /> : null}
    </div>
  );
}

function StepWords({ step }: { step: AlarmStep }) {
  const t = useT();
  const who = step.by?.name ?? t("alarm-by-term");
  const to = step.to ? t(`role-${step.to}`) : "";
  return (
    <Written
      who={
        <>
          {t(`alarm-step-${step.step}`, { who, to })} · <Time ms={step.at_ms} /> ·{" "}
          <EntryLink index={step.entry.index} />
        </>
      }
    >
      {step.words}
    </Written>
  );
}

/** What its state allows; whether this person may, the server says. */
function Acts({ alarm }: { alarm: Alarm }) {
  const t = useT();
  const [to, setTo] = useState<(typeof ASKED)[number]>("administrator");
  const [outcome, setOutcome] = useState<AlarmOutcome>();
  const path = `/api/alarms/${alarm.id}`;
  const acknowledge = useAlarmChange(() => api.post<AlarmDetail>(`${path}/acknowledge`, {}));
  const escalate = useAlarmChange((reason: string) => api.post<AlarmDetail>(`${path}/escalate`, { to, reason }));
  const close = useAlarmChange((words: string) => api.post<AlarmDetail>(`${path}/close`, { outcome, words }));
  if (alarm.state !== "open" && alarm.state !== "acknowledged") return null;
  const asked = (
    <Labelled label={t("alarm-escalate-to")}>
      {(id) => (
        <Select
          id={id}
          value={to}
          onChange={setTo}
          options={ASKED.map((value) => ({ value, label: t(`role-${value}`) }))}
        />
      )}
    </Labelled>
  );
  return (
    <>
      {alarm.state === "open" ? (
        <section className="wk-section wk-say">
          {acknowledge.error ? <Trouble error={acknowledge.error} conflict={t("alarm-conflict")} /> : null}
          <div className="wk-buttons">
            <Button type="primary" loading={acknowledge.isPending} onClick={() => acknowledge.mutate(undefined)}>
              {t("alarm-acknowledge")}
            </Button>
          </div>
        </section>
      ) : (
        <section className="wk-section">
          <Because
            title={t("alarm-close")}
            label={t("alarm-close-words")}
            conflict={t("alarm-conflict")}
            blocked={!outcome}
            acts={[
              {
                label: t("alarm-close-do"),
                primary: true,
                wordless: true,
                act: ({ reason }) => close.mutateAsync(reason),
              },
            ]}
          >
            <Labelled label={t("alarm-outcome")}>
              {(id) => (
                <Select
                  id={id}
                  value={outcome}
                  onChange={setOutcome}
                  options={OUTCOMES.map((value) => ({ value, label: t(`alarm-outcome-${wordOf(value)}`) }))}
                />
              )}
            </Labelled>
          </Because>
        </section>
      )}
      <section className="wk-section">
        <Because
          title={t("alarm-escalate")}
          label={t("alarm-escalate-reason")}
          hint={t("alarm-escalate-hint")}
          conflict={t("alarm-conflict")}
          acts={[{ label: t("alarm-escalate-do"), act: ({ reason }) => escalate.mutateAsync(reason) }]}
        >
          {asked}
        </Because>
      </section>
    </>
  );
}
