// Somebody who is pressed to switch off, delete or hand out says so here: whatever their post, to the auditors of the unit alone.
// What they reported before stands below, with what came of it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe, usePressure } from "../../api/queries";
import type { Me, PressureReport } from "../../api/types";
import { EntryLink, Meaning, Time, Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { PRESSURES, type Pressure } from "../../ui/pressure";

const BY_WHOM_CHARS_MAX = 100;
const ACCOUNT_CHARS_MAX = 2000;

/** Each unit in which the person has a post, once. */
export function unitsOf({ posts }: Pick<Me, "posts">): { value: string; label: string }[] {
  const units = new Map(posts.map(({ unit }) => [unit.id, unit.name]));
  return [...units].map(([value, label]) => ({ value, label }));
}

export function PressureReports() {
  const t = useT();
  const me = useMe();
  const units = unitsOf(me);
  if (units.length === 0) return null;
  return (
    <section className="wk-panel" aria-label={t("pressure-title")}>
      <h2>{t("pressure-title")}</h2>
      <p>{t("pressure-lead")}</p>
      <PressureForm units={units} />
      <Own person={me.person.id} />
    </section>
  );
}

function PressureForm({ units }: { units: { value: string; label: string }[] }) {
  const t = useT();
  const queries = useQueryClient();
  const [unit, setUnit] = useState(units[0]?.value);
  const [what, setWhat] = useState<Pressure>();
  const [whom, setWhom] = useState("");
  const [account, setAccount] = useState("");
  const send = useMutation({
    mutationFn: () =>
      api.post<PressureReport>("/api/pressure", { unit_id: unit, what, by_whom: whom.trim(), account: account.trim() }),
    onSuccess: () => {
      setWhat(undefined);
      setWhom("");
      setAccount("");
      queries.invalidateQueries({ queryKey: ["pressure"] });
    },
  });
  const lacks = !unit || !what || whom.trim() === "" || account.trim() === "";
  return (
    <div className="wk-fields">
      {units.length > 1 ? (
        <Labelled label={t("pressure-unit")}>
          {(id) => <Select id={id} value={unit} onChange={setUnit} options={units} />}
        </Labelled>
      ) : null}
      <Labelled label={t("pressure-what")}>
        {(id) => (
          <Select
            id={id}
            value={what}
            onChange={setWhat}
            options={PRESSURES.map((value) => ({ value, label: t(`pressure-${value.replaceAll("_", "-")}`) }))}
          />
        )}
      </Labelled>
      <Labelled label={t("pressure-by-whom")}>
        {(id) => (
          <Input id={id} value={whom} maxLength={BY_WHOM_CHARS_MAX} onChange={(event) => setWhom(event.target.value)} />
        )}
      </Labelled>
      <Labelled label={t("pressure-account")} hint={t("pressure-who-sees")}>
        {(id) => (
          <Input.TextArea
            id={id}
            rows={4}
            value={account}
            maxLength={ACCOUNT_CHARS_MAX}
            onChange={(event) => setAccount(event.target.value)}
          />
        )}
      </Labelled>
      {send.error ? <Trouble error={send.error} /> : null}
      {send.data ? (
        <Meaning tone="good">
          {t("pressure-sent")} <EntryLink index={send.data.entry.index} />
        </Meaning>
      ) : null}
      <div className="wk-buttons">
        <Button type="primary" disabled={lacks} loading={send.isPending} onClick={() => send.mutate()}>
          {t("pressure-send")}
        </Button>
      </div>
    </div>
  );
}

function Own({ person }: { person: string }) {
  const t = useT();
  const reports = usePressure({});
  const own =
    reports.data?.pages.flatMap((page) => page.reports).filter(({ reporter }) => reporter.id === person) ?? [];
  if (own.length === 0) return null;
  return (
    <>
      <h3>{t("pressure-own")}</h3>
      <ul className="wk-say">
        {own.map((report) => (
          <li key={report.id}>
            <Time ms={report.at_ms} /> {t(`pressure-${report.what.replaceAll("_", "-")}`)} · {report.by_whom}{" "}
            {report.outcome ? (
              <Meaning tone="good" quiet>
                {report.outcome.text}
              </Meaning>
            ) : (
              <Meaning tone="late">{t("pressure-open")}</Meaning>
            )}
          </li>
        ))}
      </ul>
      {reports.hasNextPage ? (
        <Button loading={reports.isFetchingNextPage} onClick={() => reports.fetchNextPage()}>
          {t("action-more")}
        </Button>
      ) : null}
    </>
  );
}
