// Reporting or accusing somebody, open to anybody, also on a phone: no account, no cookie, no draft kept in the browser. The number and
// the code are shown once; with both one can ask how it stands.
import { useMutation } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { type FormEvent, useState } from "react";
import { api } from "../../api/client";
import type { AccusationReceipt, AccusationState } from "../../api/supervision";
import { CopyText, Facts, Meaning, Time, Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

const KINDS = ["public_security", "authority", "unit", "person"] as const;

export default function Report() {
  const t = useT();
  const [following, setFollowing] = useState(false);
  const [receipt, setReceipt] = useState<AccusationReceipt>();
  return (
    <div className="wk-alone-form wk-say">
      <h1>{t(following ? "report-follow-title" : "report-title")}</h1>
      {receipt && !following ? <Receipt receipt={receipt} /> : null}
      {!receipt && !following ? <Form onDone={setReceipt} /> : null}
      {following ? <Follow number={receipt?.number} /> : null}
      <Button type="text" block onClick={() => setFollowing(!following)}>
        {t(following ? "report-back" : "report-follow-do")}
      </Button>
    </div>
  );
}

function Form({ onDone }: { onDone: (receipt: AccusationReceipt) => void }) {
  const t = useT();
  const [kind, setKind] = useState<(typeof KINDS)[number]>("public_security");
  const [who, setWho] = useState("");
  const [what, setWhat] = useState("");
  const [division, setDivision] = useState("");
  const [contact, setContact] = useState("");
  const send = useMutation({
    mutationFn: () =>
      api.post<AccusationReceipt>("/api/accusations", {
        kind,
        who: who.trim(),
        what: what.trim(),
        ...(division ? { division } : {}),
        ...(contact.trim() ? { contact: contact.trim() } : {}),
      }),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  const missing = who.trim() === "" || what.trim() === "" || (division !== "" && !/^\d{6}$/.test(division));
  return (
    <form className="wk-fields" onSubmit={submit}>
      <p className="wk-lead">{t("report-lead")}</p>
      <Labelled label={t("report-kind")}>
        {(id) => (
          <Select
            id={id}
            value={kind}
            onChange={setKind}
            options={KINDS.map((one) => ({ value: one, label: t(`report-kind-${one.replace("_", "-")}`) }))}
          />
        )}
      </Labelled>
      <Labelled label={t("report-who")} hint={t("report-who-hint")}>
        {(id) => <Input id={id} maxLength={100} value={who} onChange={(event) => setWho(event.target.value)} />}
      </Labelled>
      <Labelled label={t("report-what")}>
        {(id) => (
          <Input.TextArea
            id={id}
            rows={6}
            maxLength={4000}
            value={what}
            onChange={(event) => setWhat(event.target.value)}
          />
        )}
      </Labelled>
      <Labelled label={t("report-division")} hint={t("report-division-hint")}>
        {(id) => (
          <Input
            id={id}
            inputMode="numeric"
            maxLength={6}
            value={division}
            onChange={(event) => setDivision(event.target.value.replace(/\D/g, ""))}
          />
        )}
      </Labelled>
      <Labelled label={t("report-contact")} hint={t("report-contact-hint")}>
        {(id) => <Input id={id} maxLength={200} value={contact} onChange={(event) => setContact(event.target.value)} />}
      </Labelled>
      {send.error ? <Trouble error={send.error} /> : null}
      <Button type="primary" size="large" htmlType="submit" block disabled={missing} loading={send.isPending}>
        {t("report-send")}
      </Button>
    </form>
  );
}

function Receipt({ receipt }: { receipt: AccusationReceipt }) {
  const t = useT();
  return (
    <>
      <Meaning tone="good">{t("report-received")}</Meaning>
      <Facts
        of={[
          [t("report-number"), <CopyText key="number" text={receipt.number} label={t("report-number")} />],
          [t("report-code"), <CopyText key="code" text={receipt.code} label={t("report-code")} />],
          [t("report-due"), receipt.due_ms ? <Time key="due" ms={receipt.due_ms} /> : null],
        ]}
      />
      <p>{t(receipt.routed ? "report-routed" : "report-held")}</p>
      <p className="wk-hint">{t("report-once")}</p>
    </>
  );
}

function Follow({ number: given }: { number?: string }) {
  const t = useT();
  const [number, setNumber] = useState(given ?? "");
  const [code, setCode] = useState("");
  const ask = useMutation({
    mutationFn: () =>
      api.post<AccusationState>("/api/accusations/follow", { number: number.trim(), code: code.trim() }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <>
      <form className="wk-fields" onSubmit={submit}>
        <Labelled label={t("report-number")}>
          {(id) => <Input id={id} value={number} onChange={(event) => setNumber(event.target.value)} />}
        </Labelled>
        <Labelled label={t("report-code")}>
          {(id) => <Input id={id} value={code} autoComplete="off" onChange={(event) => setCode(event.target.value)} />}
        </Labelled>
        {ask.error ? <Trouble error={ask.error} /> : null}
        <Button
          type="primary"
          htmlType="submit"
          block
          loading={ask.isPending}
          disabled={!number.trim() || !code.trim()}
        >
          {t("report-follow-ask")}
        </Button>
      </form>
      {ask.data ? (
        <Facts
          of={[
            [t("order-state"), t(`accusation-stage-${ask.data.stage.replace("_", "-")}`)],
            [t("accusation-at"), <Time key="at" ms={ask.data.received_ms} />],
            [t("accusation-due"), ask.data.due_ms ? <Time key="due" ms={ask.data.due_ms} /> : null],
            [t("report-answer"), ask.data.answer],
            [t("report-outcome"), ask.data.outcome],
          ]}
        />
      ) : null}
    </>
  );
}
