// From how much on each rule asks, in each unit that one supervises. An auditor of the unit sets it, with a reason.
import { useQueryClient } from "@tanstack/react-query";
import { Button, InputNumber, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe, useWatchingLimits } from "../../api/queries";
import type { WatchingLimit } from "../../api/types";
import { Because, EntryLink, Loading, said, Time, Trouble, useLanguage, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

/** The units that somebody audits or administers as a whole. */
function useSupervised(): { value: string; label: string }[] {
  const { posts } = useMe();
  const whole = posts.filter(({ role, group }) => !group && (role === "auditor" || role === "administrator"));
  const units = new Map(whole.map(({ unit }) => [unit.id, unit.name]));
  return [...units].map(([value, label]) => ({ value, label }));
}

export function Limits() {
  const t = useT();
  const units = useSupervised();
  const [unit, setUnit] = useState(units[0]?.value);
  const limits = useWatchingLimits(unit);
  return (
    <div className="wk-say">
      <p className="wk-soft">{t("questions-limits-lead")}</p>
      {units.length > 1 ? (
        <Labelled label={t("questions-unit")}>
          {(id) => <Select id={id} value={unit} onChange={setUnit} options={units} />}
        </Labelled>
      ) : null}
      {limits.error ? <Trouble error={limits.error} onRetry={() => limits.refetch()} /> : null}
      {limits.data ? (
        limits.data.rules.map((row) => (
          <Row key={row.rule} row={row} unit={limits.data.unit.id} mayChange={limits.data.may_change} />
        ))
      ) : limits.error ? null : (
        <Loading />
      )}
    </div>
  );
}

function Row({ row, unit, mayChange }: { row: WatchingLimit; unit: string; mayChange: boolean }) {
  const t = useT();
  const { language } = useLanguage();
  const queries = useQueryClient();
  const [changing, setChanging] = useState(false);
  const [value, setValue] = useState<number | null>(row.value);
  const name = said(row.name, language);
  return (
    <section className="wk-section" aria-label={name}>
      <h3>{name}</h3>
      <p>
        {t("questions-limit")} {row.value} {said(row.measure, language)}{" "}
        <span className="wk-soft">
          {row.set ? (
            <>
              · {t("questions-limit-set", { name: row.set.by.name })} · <Time ms={row.set.at_ms} /> ·{" "}
              <EntryLink index={row.set.entry.index} /> · {row.set.reason}
            </>
          ) : (
            <>· {t("questions-limit-usual")}</>
          )}
        </span>
      </p>
      <p className="wk-hint">{said(row.reason, language)}</p>
      {changing ? (
        <Because
          label={t("questions-limit-reason")}
          blocked={value === null}
          acts={[
            {
              label: t("questions-limit-do"),
              primary: true,
              act: ({ reason }) => api.put("/api/questions/limits", { unit_id: unit, rule: row.rule, value, reason }),
            },
          ]}
          onDone={() => {
            setChanging(false);
            queries.invalidateQueries({ queryKey: ["questions"] });
          }}
        >
          <Labelled
            label={t("questions-limit")}
            hint={t("questions-limit-bounds", { least: String(row.least), most: String(row.most) })}
          >
            {(id) => (
              <InputNumber id={id} min={row.least} max={row.most} precision={0} value={value} onChange={setValue} />
            )}
          </Labelled>
        </Because>
      ) : mayChange ? (
        <Button size="small" onClick={() => setChanging(true)}>
          {t("questions-limit-change")}
        </Button>
      ) : null}
    </section>
  );
}
