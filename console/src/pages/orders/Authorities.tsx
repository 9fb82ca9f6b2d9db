// Authorities as an administrator keeps them: entered, changed with a reason, ended with a successor; who supervises for each. What follows
// from an end is the server's.
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe, usePeople } from "../../api/queries";
import { type Authority, useAuthorities, useSupervising } from "../../api/supervision";
import {
  type Column,
  Empty,
  EntryLink,
  Facts,
  List,
  Meaning,
  RowLink,
  Side,
  Time,
  Trouble,
  useRecords,
  useT,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";

const KINDS = ["public_security", "industry", "information"] as const;

function useColumns(show: (id: string) => void): Column<Authority>[] {
  const t = useT();
  return [
    {
      key: "name",
      title: t("authority-name"),
      ellipsis: true,
      render: (one) => <RowLink onOpen={() => show(one.id)}>{one.name}</RowLink>,
    },
    {
      key: "kind",
      title: t("authority-kind"),
      width: "13rem",
      wide: "xl",
      render: (one) => t(`authority-kind-${one.kind.replace("_", "-")}`),
    },
    {
      key: "area",
      title: t("authority-area"),
      width: "11rem",
      wide: "md",
      render: (one) => `${one.division} · ${t(`authority-level-${one.level}`)}`,
    },
    {
      key: "supervisors",
      title: t("authority-supervisors"),
      ellipsis: true,
      wide: "md",
      render: (one) => one.supervisors.map(({ name }) => name).join(t("form-semicolon")),
    },
    { key: "state", title: t("order-state"), width: "9rem", render: (one) => <Standing authority={one} /> },
  ];
}

function Standing({ authority: { ended } }: { authority: Authority }) {
  const t = useT();
  if (!ended)
    return (
      <Meaning tone="good" quiet>
        {t("authority-stands")}
      </Meaning>
    );
  return <Meaning tone={ended.open_count > 0 ? "late" : "plain"}>{t("authority-ended")}</Meaning>;
}

/** Authorities in a list; what can be done with one is in its drawer, each form when it is asked for. */
export function Authorities({ keeps }: { keeps: boolean }) {
  const t = useT();
  const all = useAuthorities();
  const record = useRecords();
  const rows = all.data?.authorities ?? [];
  const columns = useColumns(record.show);
  const one = rows.find(({ id }) => id === record.id);
  return (
    <>
      <List
        label={t("orders-tab-authorities")}
        rows={rows}
        rowKey={({ id }) => id}
        columns={columns}
        answer={all}
        open={record.id}
        onOpen={({ id }) => record.show(id)}
        empty={<Empty title={t("authority-none-title")}>{t("authority-none")}</Empty>}
      />
      <Side open={one !== undefined} title={one?.name} onClose={record.close} wide>
        {one ? (
          <One
            key={one.id}
            authority={one}
            keeps={keeps}
            others={rows.filter((other) => other.id !== one.id && !other.ended)}
            onDone={() => all.refetch()}
          />
        ) : null}
      </Side>
      <Side open={record.isNew && keeps} title={t("authority-new")} onClose={record.close}>
        {record.isNew ? <NewAuthority onDone={record.close} /> : null}
      </Side>
    </>
  );
}

function NewAuthority({ onDone }: { onDone: () => void }) {
  const t = useT();
  const [name, setName] = useState("");
  const [kind, setKind] = useState<(typeof KINDS)[number]>("public_security");
  const [division, setDivision] = useState("");
  const [industry, setIndustry] = useState("");
  const send = useSupervising<Record<string, string>>(() => "/api/authorities", onDone);
  const missing = name.trim() === "" || !/^\d{6}$/.test(division) || (kind === "industry" && industry.trim() === "");
  return (
    <div className="wk-fields">
      <Labelled label={t("authority-name")}>
        {(id) => <Input id={id} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}
      </Labelled>
      <Labelled label={t("authority-kind")}>
        {(id) => (
          <Select
            id={id}
            value={kind}
            onChange={setKind}
            options={KINDS.map((one) => ({ value: one, label: t(`authority-kind-${one.replace("_", "-")}`) }))}
          />
        )}
      </Labelled>
      <Labelled label={t("authority-division")} hint={t("authority-division-hint")}>
        {(id) => <Input id={id} maxLength={6} value={division} onChange={(event) => setDivision(event.target.value)} />}
      </Labelled>
      {kind === "industry" ? (
        <Labelled label={t("authority-industry")}>
          {(id) => <Input id={id} value={industry} onChange={(event) => setIndustry(event.target.value)} />}
        </Labelled>
      ) : null}
      {send.error ? <Trouble error={send.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={missing}
          loading={send.isPending}
          onClick={() =>
            send.mutate({
              name: name.trim(),
              kind,
              division,
              ...(kind === "industry" ? { industry: industry.trim() } : {}),
            })
          }
        >
          {t("authority-add")}
        </Button>
        <Button onClick={onDone}>{t("action-cancel")}</Button>
      </div>
    </div>
  );
}

function Bind({ authority, onDone }: { authority: string; onDone: () => void }) {
  const t = useT();
  const me = useMe();
  const people = usePeople();
  const [error, setError] = useState<unknown>();
  const others = (people.data ?? []).filter((person) => person.id !== me.person.id && !person.suspended);
  const bind = async (person: string) => {
    setError(undefined);
    await api.put(`/api/authorities/${authority}/supervisors/${person}`, {}).then(onDone, setError);
  };
  return (
    <div className="wk-fields">
      <Labelled label={t("authority-bind")} hint={t("authority-bind-hint")}>
        {(id) => (
          <Select
            id={id}
            value={null}
            onChange={(person: string | null) => person && bind(person)}
            showSearch={{ optionFilterProp: "label" }}
            options={others.map((person) => ({ value: person.id, label: `${person.name} (${person.account})` }))}
          />
        )}
      </Labelled>
      {error ? <Trouble error={error} /> : null}
      <div className="wk-buttons">
        <Button onClick={onDone}>{t("action-cancel")}</Button>
      </div>
    </div>
  );
}

interface OneProps {
  authority: Authority;
  keeps: boolean;
  others: Authority[];
  onDone: () => void;
}

function One({ authority: one, keeps, others, onDone }: OneProps) {
  const t = useT();
  const [form, setForm] = useState<"bind" | "change" | "end">();
  const done = () => {
    setForm(undefined);
    onDone();
  };
  const open = one.ended ? one.ended.successor === null : true;
  return (
    <div className="wk-say">
      <Facts
        of={[
          [t("order-state"), <Standing key="state" authority={one} />],
          [t("authority-kind"), t(`authority-kind-${one.kind.replace("_", "-")}`)],
          [t("authority-division"), `${one.division} · ${t(`authority-level-${one.level}`)}`],
          [t("authority-industry"), one.industry],
          [t("authority-supervisors"), one.supervisors.map(({ name }) => name).join(t("form-semicolon"))],
          [t("authority-successor"), one.ended?.successor?.name],
          [t("authority-left-open"), one.ended && one.ended.open_count > 0 ? String(one.ended.open_count) : null],
          [t("authority-end-reason"), one.ended?.reason],
          [t("authority-end-at"), one.ended ? <Time key="end" ms={one.ended.at_ms} /> : null],
        ]}
      />
      {one.versions.length > 1 ? <History versions={one.versions} /> : null}
      {keeps && form === "bind" ? <Bind authority={one.id} onDone={done} /> : null}
      {keeps && form === "change" ? <Change authority={one} onDone={done} /> : null}
      {keeps && form === "end" ? <End authority={one} others={others} onDone={done} /> : null}
      {keeps && open && form === undefined ? (
        <div className="wk-buttons">
          {one.ended ? null : <Button onClick={() => setForm("bind")}>{t("authority-bind")}</Button>}
          {one.ended ? null : <Button onClick={() => setForm("change")}>{t("authority-change")}</Button>}
          <Button onClick={() => setForm("end")}>{t(one.ended ? "authority-succeed" : "authority-end")}</Button>
        </div>
      ) : null}
    </div>
  );
}

function History({ versions }: { versions: Authority["versions"] }) {
  const t = useT();
  return (
    <details>
      <summary>{t("authority-versions", { n: String(versions.length) })}</summary>
      {versions.map((one) => (
        <p key={one.version} className="wk-lines">
          {one.version}. {one.name} · {one.division}
          {one.industry ? ` · ${one.industry}` : ""} · <Time ms={one.at_ms} />
          {one.reason ? ` · ${one.reason}` : ""} · <EntryLink index={one.entry.index} />
        </p>
      ))}
    </details>
  );
}

function Change({ authority, onDone }: { authority: Authority; onDone: () => void }) {
  const t = useT();
  const [name, setName] = useState(authority.name);
  const [division, setDivision] = useState(authority.division);
  const [industry, setIndustry] = useState(authority.industry ?? "");
  const [reason, setReason] = useState("");
  const [error, setError] = useState<unknown>();
  const send = async () => {
    setError(undefined);
    const changed = {
      ...(name.trim() === authority.name ? {} : { name: name.trim() }),
      ...(division === authority.division ? {} : { division }),
      ...(industry.trim() === (authority.industry ?? "") ? {} : { industry: industry.trim() }),
      reason: reason.trim(),
    };
    await api.patch(`/api/authorities/${authority.id}`, changed).then(onDone, setError);
  };
  const text = (label: string, value: string, set: (value: string) => void, max: number) => (
    <Labelled label={t(label)}>
      {(id) => <Input id={id} maxLength={max} value={value} onChange={(event) => set(event.target.value)} />}
    </Labelled>
  );
  return (
    <div className="wk-fields">
      {text("authority-name", name, setName, 100)}
      {text("authority-division", division, setDivision, 6)}
      {authority.kind === "industry" ? text("authority-industry", industry, setIndustry, 100) : null}
      {text("authority-reason", reason, setReason, 500)}
      {error ? <Trouble error={error} /> : null}
      <div className="wk-buttons">
        <Button type="primary" disabled={reason.trim() === ""} onClick={send}>
          {t("authority-change-do")}
        </Button>
        <Button onClick={onDone}>{t("action-cancel")}</Button>
      </div>
    </div>
  );
}

function End({ authority, others, onDone }: { authority: Authority; others: Authority[]; onDone: () => void }) {
  const t = useT();
  const [successor, setSuccessor] = useState<string>();
  const [reason, setReason] = useState("");
  const send = useSupervising<{ reason: string; successor_id?: string }>(
    () => `/api/authorities/${authority.id}/end`,
    onDone,
  );
  const missing = reason.trim() === "" || (authority.ended !== null && !successor);
  return (
    <div className="wk-fields">
      <p className="wk-hint">{t("authority-end-hint")}</p>
      <Labelled label={t("authority-successor")}>
        {(id) => (
          <Select
            id={id}
            allowClear
            value={successor}
            onChange={setSuccessor}
            options={others.map((other) => ({ value: other.id, label: `${other.name} (${other.division})` }))}
          />
        )}
      </Labelled>
      <Labelled label={t("authority-reason")}>
        {(id) => <Input id={id} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Labelled>
      {send.error ? <Trouble error={send.error} /> : null}
      <div className="wk-buttons">
        <Button
          danger={!authority.ended}
          type="primary"
          disabled={missing}
          loading={send.isPending}
          onClick={() => send.mutate({ reason: reason.trim(), ...(successor ? { successor_id: successor } : {}) })}
        >
          {t(authority.ended ? "authority-succeed" : "authority-end-do")}
        </Button>
        <Button onClick={onDone}>{t("action-cancel")}</Button>
      </div>
    </div>
  );
}
