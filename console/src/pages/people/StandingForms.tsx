// The forms of a person's standing: a training, a vetting, the account's term. Days are the unit's; what is valid up to a day is
// valid through it.
import { useMutation } from "@tanstack/react-query";
import { Button, Checkbox, DatePicker, Input, Segmented, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { type ReactNode, useState } from "react";
import type { Id, Standing, TrainingKind } from "../../api/types";
import { RecordChoice } from "../../register";
import { Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

type Send = (body: unknown) => Promise<void>;

const KINDS: TrainingKind[] = ["certificate", "law", "confidentiality", "skills"];
const CHARS_MAX = 96;

/** The first instant after a day. */
const endOf = (day: Dayjs) => day.startOf("day").add(1, "day").valueOf();

function Day({
  label,
  value,
  onChange,
}: {
  label: string;
  value: Dayjs | null;
  onChange: (day: Dayjs | null) => void;
}) {
  return (
    <Labelled label={label}>
      {(id) => <DatePicker id={id} value={value} onChange={onChange} style={{ width: "100%" }} />}
    </Labelled>
  );
}

function Paper({
  unit,
  value,
  onChange,
}: {
  unit: Id | undefined;
  value: Id | undefined;
  onChange: (id?: Id) => void;
}) {
  const t = useT();
  return (
    <Labelled label={t("standing-document")}>
      {(id) => (
        <RecordChoice
          id={id}
          kind="document"
          unit={unit}
          value={value ? [value] : []}
          onChange={([next]) => onChange(next)}
        />
      )}
    </Labelled>
  );
}

function Form({
  title,
  ready,
  send,
  children,
}: {
  title: string;
  ready: boolean;
  send: () => Promise<void>;
  children: ReactNode;
}) {
  const t = useT();
  const sending = useMutation({ mutationFn: send });
  return (
    <section className="wk-fields wk-because" aria-label={title}>
      <h3>{title}</h3>
      {children}
      {sending.error ? <Trouble error={sending.error} /> : null}
      <div className="wk-buttons">
        <Button type="primary" disabled={!ready} loading={sending.isPending} onClick={() => sending.mutate()}>
          {t("standing-send")}
        </Button>
      </div>
    </section>
  );
}

export function TrainingForm({ unit, send }: { unit: Id | undefined; send: Send }) {
  const t = useT();
  const [kind, setKind] = useState<TrainingKind>("certificate");
  const [issuer, setIssuer] = useState("");
  const [police, setPolice] = useState(false);
  const [number, setNumber] = useState("");
  const [from, setFrom] = useState<Dayjs | null>(() => dayjs());
  const [until, setUntil] = useState<Dayjs | null>(null);
  const [paper, setPaper] = useState<Id>();
  const body = () => ({
    kind,
    issuer: issuer.trim(),
    by_public_security: police,
    number: number.trim(),
    valid_from_ms: from?.startOf("day").valueOf(),
    valid_until_ms: until ? endOf(until) : undefined,
    document_id: paper,
  });
  return (
    <Form
      title={t("standing-training-enter")}
      ready={issuer.trim() !== "" && from !== null && until !== null}
      send={() => send(body())}
    >
      <Labelled label={t("training-kind")}>
        {(id) => (
          <Select
            id={id}
            value={kind}
            onChange={setKind}
            options={KINDS.map((one) => ({ value: one, label: t(`training-${one}`) }))}
          />
        )}
      </Labelled>
      <Labelled label={t("training-issuer")}>
        {(id) => (
          <Input id={id} maxLength={CHARS_MAX} value={issuer} onChange={(event) => setIssuer(event.target.value)} />
        )}
      </Labelled>
      <Checkbox checked={police} onChange={(event) => setPolice(event.target.checked)}>
        {t("training-by-public-security")}
      </Checkbox>
      <Labelled label={t("training-number")}>
        {(id) => (
          <Input id={id} maxLength={CHARS_MAX} value={number} onChange={(event) => setNumber(event.target.value)} />
        )}
      </Labelled>
      <Day label={t("training-from")} value={from} onChange={setFrom} />
      <Day label={t("training-until")} value={until} onChange={setUntil} />
      <Paper unit={unit} value={paper} onChange={setPaper} />
    </Form>
  );
}

export function VettingForm({ unit, send }: { unit: Id | undefined; send: Send }) {
  const t = useT();
  const [by, setBy] = useState("");
  const [passed, setPassed] = useState(true);
  const [on, setOn] = useState<Dayjs | null>(() => dayjs());
  const [until, setUntil] = useState<Dayjs | null>(null);
  const [paper, setPaper] = useState<Id>();
  const body = () => ({
    by_whom: by.trim(),
    passed,
    at_ms: on?.startOf("day").valueOf(),
    valid_until_ms: until && passed ? endOf(until) : undefined,
    document_id: paper,
  });
  return (
    <Form title={t("standing-vetting-enter")} ready={by.trim() !== "" && on !== null} send={() => send(body())}>
      <Labelled label={t("vetting-by")}>
        {(id) => <Input id={id} maxLength={CHARS_MAX} value={by} onChange={(event) => setBy(event.target.value)} />}
      </Labelled>
      <div className="wk-field">
        <span className="wk-label">{t("vetting-result")}</span>
        <Segmented<boolean>
          aria-label={t("vetting-result")}
          value={passed}
          onChange={setPassed}
          options={[
            { value: true, label: t("standing-vetting-passed") },
            { value: false, label: t("standing-vetting-failed") },
          ]}
        />
      </div>
      <Day label={t("vetting-on")} value={on} onChange={setOn} />
      {passed ? <Day label={t("vetting-until")} value={until} onChange={setUntil} /> : null}
      <Paper unit={unit} value={paper} onChange={setPaper} />
    </Form>
  );
}

export function TermForm({ unit, standing, send }: { unit: Id | undefined; standing: Standing; send: Send }) {
  const t = useT();
  const ends = standing.account_until_ms;
  const [until, setUntil] = useState<Dayjs | null>(() => (typeof ends !== "number" ? null : dayjs(ends - 1)));
  const [contractor, setContractor] = useState<Id | undefined>(standing.contractor?.id);
  const body = () => ({ valid_until_ms: until ? endOf(until) : undefined, contractor_id: contractor });
  return (
    <Form title={t("standing-term-enter")} ready={contractor === undefined || until !== null} send={() => send(body())}>
      <Day label={t("standing-account-until")} value={until} onChange={setUntil} />
      <Labelled label={t("standing-contractor-of")} hint={t("standing-contractor-hint")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="contractor"
            unit={unit}
            value={contractor ? [contractor] : []}
            onChange={([next]) => setContractor(next)}
          />
        )}
      </Labelled>
    </Form>
  );
}
