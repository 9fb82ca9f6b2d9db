// The register of alarm and door systems: whose acceptance counts, which inputs and cameras, the token that is shown once; and how
// long a unit lets a high alarm wait.
import { Button, InputNumber, Popconfirm } from "antd";
import { useState } from "react";
import { type AlarmSource, type AlarmSources, useAlarmChange, useAlarmSources } from "../../api/alarms";
import { api } from "../../api/client";
import { useKeptUnits } from "../../api/queries";
import {
  type Column,
  CopyText,
  Empty,
  EntryLink,
  Facts,
  List,
  Meaning,
  RowLink,
  Side,
  Time,
  Trouble,
  useNames,
  useRecords,
  useT,
} from "../../ui";
import { PriorityWord, wordOf } from "../../ui/alarms";
import { Inputs } from "./Inputs";

function SourceWord({ source }: { source: AlarmSource }) {
  const t = useT();
  if (source.retired_ms) return <Meaning tone="plain">{t("alarm-source-retired")}</Meaning>;
  if (!source.in_use) return <Meaning tone="late">{t("alarm-source-testing")}</Meaning>;
  if (!source.token_ms) return <Meaning tone="late">{t("alarm-source-no-token")}</Meaning>;
  return (
    <Meaning tone="good" quiet>
      {t("alarm-source-in-use")}
    </Meaning>
  );
}

function useColumns(show: (source: AlarmSource) => void): Column<AlarmSource>[] {
  const t = useT();
  return [
    {
      key: "name",
      title: t("alarm-source-name"),
      ellipsis: true,
      render: (source) => <RowLink onOpen={() => show(source)}>{source.name}</RowLink>,
    },
    {
      key: "kind",
      title: t("alarm-source-kind"),
      width: "9rem",
      wide: "md",
      render: ({ kind }) => t(`alarm-source-kind-${wordOf(kind)}`),
    },
    {
      key: "system",
      title: t("alarm-source-system"),
      wide: "xl",
      ellipsis: true,
      render: ({ system }) => system.name,
    },
    { key: "inputs", title: t("alarm-inputs"), width: "6rem", wide: "md", render: ({ inputs }) => inputs.length },
    { key: "state", title: t("alarm-state"), width: "10rem", render: (source) => <SourceWord source={source} /> },
  ];
}

export function Sources({ keeps }: { keeps: boolean }) {
  const t = useT();
  const list = useAlarmSources();
  const record = useRecords();
  const rows = list.data?.sources ?? [];
  const show = (source: AlarmSource) => record.show(source.id);
  const columns = useColumns(show);
  const open = rows.find(({ id }) => id === record.id);
  return (
    <>
      <List
        label={t("alarm-sources")}
        rows={rows}
        rowKey={({ id }) => id}
        columns={columns}
        answer={list}
        open={record.id}
        onOpen={show}
        empty={<Empty title={t("alarm-sources-none-title")}>{t("alarm-sources-none")}</Empty>}
      />
      <Terms terms={list.data?.terms ?? []} />
      <Side open={open !== undefined} title={open?.name ?? ""} onClose={record.close} wide>
        {open ? <Details key={open.id} source={open} keeps={keeps} /> : null}
      </Side>
    </>
  );
}

function Details({ source, keeps }: { source: AlarmSource; keeps: boolean }) {
  const t = useT();
  const names = useNames();
  return (
    <div>
      <section className="wk-section">
        <SourceWord source={source} />
        {source.in_use ? null : <p className="wk-hint">{t("alarm-source-testing-hint")}</p>}
        <Facts
          of={[
            [t("alarm-source-kind"), t(`alarm-source-kind-${wordOf(source.kind)}`)],
            [t("alarm-source-system"), source.system.name],
            [t("alarm-unit"), source.unit.name],
            [t("alarm-source-maker"), source.maker || null],
            [t("alarm-source-contractor"), source.contractor?.name ?? null],
            [t("alarm-priority"), <PriorityWord key="priority" priority={source.priority} />],
            [t("alarm-source-registered"), <Time key="registered" ms={source.registered_ms} />],
            [t("alarm-source-token-since"), source.token_ms ? <Time key="token" ms={source.token_ms} /> : null],
            [t("alarm-entry"), <EntryLink key="entry" index={source.entry.index} />],
          ]}
        />
      </section>
      {keeps && !source.retired_ms ? (
        <>
          <Inputs source={source} />
          <Token source={source} />
        </>
      ) : (
        <section className="wk-section">
          <h2>{t("alarm-inputs")}</h2>
          <Facts of={source.inputs.map((input) => [`${input.code} · ${input.name}`, names(input.cameras) || "—"])} />
        </section>
      )}
    </div>
  );
}

/** How the system sends: the token, shown once, and the line that tries it. */
function Token({ source }: { source: AlarmSource }) {
  const t = useT();
  const path = `/api/alarm-sources/${source.id}`;
  const [token, setToken] = useState<string>();
  const issue = useAlarmChange(
    () => api.post<{ token: string }>(`${path}/token`),
    (got) => setToken(got.token),
  );
  const revoke = useAlarmChange(
    () => api.delete(`${path}/token`),
    () => setToken(undefined),
  );
  const retire = useAlarmChange(() => api.post(`${path}/retire`));
  const error = issue.error ?? revoke.error ?? retire.error;
  const input = source.inputs[0]?.code ?? "";
  const event = JSON.stringify({ id: String(source.registered_ms), kind: "help", ...(input ? { input } : {}) });
  const line = `curl -k -X POST ${window.location.origin}/api/events -H 'X-Watchkeeper: 1' -H 'Content-Type: application/json' -H 'Authorization: Bearer ${token}' -d '${event}'`;
  return (
    <section className="wk-section wk-say">
      <h2>{t("alarm-token")}</h2>
      <p className="wk-hint">{t("alarm-token-hint")}</p>
      {token ? (
        <>
          <Facts of={[[t("alarm-token"), <CopyText key="token" text={token} label={t("alarm-token")} />]]} />
          <p className="wk-hint">{t("alarm-token-try")}</p>
          <CopyText text={line} label={t("alarm-token-try")} />
        </>
      ) : null}
      {error ? <Trouble error={error} /> : null}
      <div className="wk-buttons">
        <Button type="primary" loading={issue.isPending} onClick={() => issue.mutate(undefined)}>
          {t(source.token_ms ? "alarm-token-rotate" : "alarm-token-issue")}
        </Button>
        {source.token_ms ? (
          <Button loading={revoke.isPending} onClick={() => revoke.mutate(undefined)}>
            {t("alarm-token-revoke")}
          </Button>
        ) : null}
        <Popconfirm title={t("alarm-source-retire-hint")} onConfirm={() => retire.mutate(undefined)}>
          <Button danger loading={retire.isPending}>
            {t("alarm-source-retire")}
          </Button>
        </Popconfirm>
      </div>
    </section>
  );
}

function Terms({ terms }: { terms: AlarmSources["terms"] }) {
  const t = useT();
  const kept = new Set(useKeptUnits().data?.map(({ id }) => id));
  if (terms.length === 0) return null;
  return (
    <section className="wk-section wk-panel" aria-label={t("alarm-term")}>
      <h2>{t("alarm-term")}</h2>
      <p className="wk-hint">{t("alarm-term-hint")}</p>
      <Facts
        of={terms.map(({ unit, term_s }) => [
          unit.name,
          kept.has(unit.id) ? (
            <Term key={unit.id} unit={unit.id} term={term_s} />
          ) : (
            t("alarm-term-seconds", { n: String(term_s) })
          ),
        ])}
      />
    </section>
  );
}

function Term({ unit, term }: { unit: string; term: number }) {
  const t = useT();
  const [value, setValue] = useState<number | null>(term);
  const set = useAlarmChange(() => api.put("/api/alarm-terms", { unit_id: unit, term_s: value }));
  return (
    <>
      {set.error ? <Trouble error={set.error} /> : null}
      <InputNumber
        aria-label={t("alarm-term")}
        min={30}
        max={3600}
        value={value}
        onChange={setValue}
        suffix={t("alarm-term-unit")}
      />{" "}
      <Button disabled={value === term || value === null} loading={set.isPending} onClick={() => set.mutate(undefined)}>
        {t("alarm-term-set")}
      </Button>
    </>
  );
}
