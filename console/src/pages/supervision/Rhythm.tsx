// How often the authority inspects each system of its area, its own figure since no text has one; and which systems are due. Setting it,
// and taking it back with a reason. Which is due the server says.
import { Button, InputNumber } from "antd";
import { useState } from "react";
import { type SupervisedSystem, type Supervision, useSupervising } from "../../api/supervision";
import { Because, Facts, Meaning, OfficeEntry, RowLink, Side, serverNow, Time, useAddress, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

const DAYS_MAX = 1830;
const DAYS_USUAL = 365;
/** Named above the table; the rest stands in it, the longest due first. */
const NAMED_MAX = 5;

export const isDue = ({ inspection_due_ms: due }: Pick<SupervisedSystem, "inspection_due_ms">, now: number): boolean =>
  due != null && due < now;

/** Systems whose inspection is over time, the longest first; of the others those that come first. */
export const byInspection = <Row extends Pick<SupervisedSystem, "inspection_due_ms" | "name">>(rows: Row[]): Row[] =>
  [...rows].sort(
    (one, other) =>
      (one.inspection_due_ms ?? Number.MAX_SAFE_INTEGER) - (other.inspection_due_ms ?? Number.MAX_SAFE_INTEGER) ||
      one.name.localeCompare(other.name),
  );

/** When a system is to be inspected next. */
export function InspectionCell({ row }: { row: SupervisedSystem }) {
  const t = useT();
  if (row.inspection_id) return <Meaning tone="plain">{t("inspection-under-way")}</Meaning>;
  if (isDue(row, serverNow()))
    return (
      <Meaning tone="late">
        {t("rhythm-due-since")} <Time ms={row.inspection_due_ms ?? 0} dateOnly />
      </Meaning>
    );
  if (row.inspection_due_ms != null) return <Time ms={row.inspection_due_ms} dateOnly />;
  return "–";
}

export function Rhythm({ own }: { own: Supervision }) {
  const t = useT();
  const [setting, setSetting] = useState(false);
  const [, setAddress] = useAddress();
  const now = serverNow();
  const due = byInspection(own.systems.filter((system) => isDue(system, now)));
  const { rhythm } = own;
  return (
    <section className="wk-section" aria-label={t("rhythm-title")}>
      <h3>{t("rhythm-title")}</h3>
      <p>
        <span>{rhythm ? t("rhythm-every", { days: rhythm.days }) : t("rhythm-none")}</span>{" "}
        <Button type="link" size="small" onClick={() => setSetting(true)}>
          {rhythm ? t("rhythm-change") : t("rhythm-set")}
        </Button>
      </p>
      {rhythm ? (
        <p>
          {due.length > 0 ? (
            <Meaning tone="late">{t("rhythm-due", { n: due.length })}</Meaning>
          ) : (
            <Meaning tone="good">{t("rhythm-none-due")}</Meaning>
          )}{" "}
          {due.slice(0, NAMED_MAX).map((system, at) => (
            <span key={system.id}>
              {at > 0 ? t("form-semicolon") : null}
              <RowLink onOpen={() => setAddress({ system: system.id })}>{system.name}</RowLink>
            </span>
          ))}
          {due.length > NAMED_MAX ? t("rhythm-more", { n: due.length - NAMED_MAX }) : null}
        </p>
      ) : null}
      <Side open={setting} title={t("rhythm-title")} onClose={() => setSetting(false)}>
        <SetRhythm own={own} onDone={() => setSetting(false)} />
      </Side>
    </section>
  );
}

function SetRhythm({ own: { rhythm }, onDone }: { own: Supervision; onDone: () => void }) {
  const t = useT();
  const [days, setDays] = useState<number | null>(rhythm?.days ?? DAYS_USUAL);
  const send = useSupervising<{ days?: number; reason: string }>(() => "/api/supervision/rhythm", onDone);
  const set = {
    label: t("rhythm-set-do"),
    primary: true,
    act: ({ reason }: { reason: string }) => send.mutateAsync({ days: days ?? undefined, reason }),
  };
  const back = { label: t("rhythm-end-do"), act: ({ reason }: { reason: string }) => send.mutateAsync({ reason }) };
  return (
    <div className="wk-say">
      {rhythm ? (
        <Facts
          of={[
            [t("rhythm-days"), String(rhythm.days)],
            [t("because-reason"), rhythm.reason],
            [t("target-by"), rhythm.by.name],
            [t("target-at"), <Time key="at" ms={rhythm.at_ms} zone />],
            [t("order-entry"), <OfficeEntry key="entry" index={rhythm.entry.index} />],
          ]}
        />
      ) : null}
      <Because
        label={t("because-reason")}
        hint={t("rhythm-hint")}
        blocked={!days}
        conflict={t("rhythm-stands")}
        acts={rhythm ? [set, back] : [set]}
      >
        <Labelled label={t("rhythm-days")}>
          {(id) => <InputNumber id={id} min={1} max={DAYS_MAX} precision={0} value={days} onChange={setDays} />}
        </Labelled>
      </Because>
    </div>
  );
}
