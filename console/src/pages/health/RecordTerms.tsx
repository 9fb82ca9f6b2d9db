// How long the record of who looked stays readable. A shorter term waits for a month; what is forgotten keeps its proof.
import { useQueryClient } from "@tanstack/react-query";
import { InputNumber } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe, useRecordTerm } from "../../api/queries";
import type { RecordTerm } from "../../api/types";
import { Because, Facts, formatCount, Loading, Meaning, Time, Trouble, useLanguage, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

export function RecordTerms() {
  const t = useT();
  const term = useRecordTerm();
  return (
    <section className="wk-panel">
      <h2>{t("record-term")}</h2>
      {term.error ? <Trouble error={term.error} onRetry={() => term.refetch()} /> : null}
      {term.data ? <Term key={term.data.days} data={term.data} /> : term.error ? null : <Loading />}
    </section>
  );
}

function Term({ data }: { data: RecordTerm }) {
  const t = useT();
  const { rights } = useMe();
  const { language } = useLanguage();
  const queries = useQueryClient();
  const [days, setDays] = useState<number | null>(data.pending?.days ?? data.days);
  return (
    <>
      <Facts
        of={[
          [t("record-term-days"), t("days", { n: data.days })],
          [t("record-term-forgotten"), formatCount(data.forgotten, language)],
        ]}
      />
      {data.pending ? (
        <Meaning tone="late">
          {t("record-term-pending", { n: data.pending.days })} <Time ms={data.pending.from_ms} />
        </Meaning>
      ) : null}
      <p className="wk-hint">{t("record-term-text", { n: data.shorter_waits_days })}</p>
      {rights.cameras ? (
        <details className="wk-details">
          <summary>{t("retention-change")}</summary>
          <Because
            label={t("because-reason")}
            hint={t("record-term-note")}
            blocked={days === null || days === (data.pending?.days ?? data.days)}
            acts={[
              {
                label: t("retention-change-do"),
                primary: true,
                act: ({ reason }) => api.put("/api/ledger/term", { days, reason }),
              },
            ]}
            onDone={() => queries.invalidateQueries({ queryKey: ["record-term"] })}
          >
            <Labelled label={t("record-term-days")}>
              {(id) => (
                <InputNumber
                  id={id}
                  min={data.days_min}
                  max={data.days_max}
                  precision={0}
                  value={days}
                  onChange={(next) => setDays(next)}
                  style={{ width: "100%" }}
                />
              )}
            </Labelled>
          </Because>
        </details>
      ) : null}
    </>
  );
}
