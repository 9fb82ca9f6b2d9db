// One claim in the drawer, as it is printed: the act, the items with their papers, the answer, the payments; and the two small forms by
// which answer and payments are entered.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Claim, Id } from "../../api/types";
import { RecordChoice, RecordName } from "../../register";
import { EntryLink, Facts, formatEntry, Side, Time, Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { ArticleName } from "../../ui/RefusalPanel";
import { fenOf, yuanOf } from "./claims";
import { ClaimState } from "./index";

interface Props {
  claim: Claim | undefined;
  /** The reader may enter answer and payments. */
  settles: boolean;
  onClose: () => void;
}

export function ClaimSide({ claim, settles, onClose }: Props) {
  const t = useT();
  return (
    <Side
      open={claim !== undefined}
      title={t("claim-one")}
      onClose={onClose}
      wide
      print={claim ? `${t("claim-one")} · ${formatEntry("access", claim.entry.index)}` : undefined}
    >
      {claim ? (
        <div key={claim.id}>
          <What claim={claim} />
          <Items claim={claim} />
          <Outcome claim={claim} />
          {settles && claim.state === "lodged" ? <Answering claim={claim} /> : null}
          {settles && (claim.state === "accepted" || claim.state === "partly") ? <Paying claim={claim} /> : null}
        </div>
      ) : null}
    </Side>
  );
}

function What({ claim }: { claim: Claim }) {
  const t = useT();
  const { rights } = useMe();
  const reads = rights.cameras || rights.ledger;
  const act =
    claim.cause === "takeover" ? (
      <Link to="/takeovers" search={{ id: claim.act_id }}>
        {t("claim-cause-takeover")}
      </Link>
    ) : claim.cause === "order" && reads ? (
      <RecordName id={claim.act_id} link />
    ) : (
      t(`claim-cause-${claim.cause}`)
    );
  return (
    <section className="wk-section">
      <ClaimState claim={claim} />
      <Facts
        of={[
          [t("claim-unit"), claim.unit.name],
          [t("claim-authority"), claim.authority],
          [t("claim-act"), act],
          [t("claim-system"), claim.system_id && reads ? <RecordName key="system" id={claim.system_id} link /> : null],
          [t("claim-what"), claim.what],
          [t("claim-claimed"), yuanOf(claim.claimed_fen)],
          [
            t("claim-article"),
            claim.article === "unit:compensation" ? (
              t("claim-no-article")
            ) : (
              <ArticleName key="article" article={claim.article} />
            ),
          ],
          [t("claim-due"), claim.due_ms == null ? null : <Time key="due" ms={claim.due_ms} zone />],
          [t("claim-by"), claim.by.name],
          [t("claim-at"), <Time key="at" ms={claim.at_ms} zone />],
          [t("takeover-entry"), <EntryLink key="entry" index={claim.entry.index} />],
        ]}
      />
    </section>
  );
}

function Items({ claim }: { claim: Claim }) {
  const t = useT();
  const { rights } = useMe();
  const reads = rights.cameras || rights.ledger;
  return (
    <section className="wk-section">
      <h2>{t("claim-items")}</h2>
      <table className="wk-form-table">
        <tbody>
          {claim.items.map((item) => (
            <tr key={`${item.what} ${item.document_id}`}>
              <td>{item.what}</td>
              <td className="wk-code">{yuanOf(item.amount_fen)}</td>
              <td>{item.document_id && reads ? <RecordName id={item.document_id} link /> : null}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Outcome({ claim }: { claim: Claim }) {
  const t = useT();
  const { answer } = claim;
  if (!answer) return null;
  return (
    <section className="wk-section">
      <h2>{t("claim-answer")}</h2>
      <Facts
        of={[
          [t("claim-awarded"), yuanOf(answer.awarded_fen)],
          [t("claim-answer-text"), answer.text],
          [t("claim-at"), <Time key="at" ms={answer.at_ms} zone />],
          [t("claim-by"), answer.by.name],
          [t("takeover-entry"), <EntryLink key="entry" index={answer.entry.index} />],
          [t("claim-paid"), yuanOf(claim.paid_fen)],
        ]}
      />
      {claim.payments.map((payment) => (
        <p key={payment.entry.index}>
          {yuanOf(payment.amount_fen)} · <Time ms={payment.at_ms} /> · {payment.by.name} ·{" "}
          <EntryLink index={payment.entry.index} />
        </p>
      ))}
    </section>
  );
}

function useStep(claim: Claim, path: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: object) => api.post<Claim>(`/api/claims/${claim.id}/${path}`, body),
    onSuccess: () => {
      for (const key of ["claims", "gaps"]) queries.invalidateQueries({ queryKey: [key] });
    },
  });
}

/** A sum in yuan, and the paper that says so. */
function SumAndPaper({
  label,
  yuan,
  onYuan,
  claim,
  document,
  onDocument,
}: {
  label: string;
  yuan: string;
  onYuan: (yuan: string) => void;
  claim: Claim;
  document: Id | undefined;
  onDocument: (document: Id | undefined) => void;
}) {
  const t = useT();
  return (
    <div className="wk-fields-two">
      <Labelled label={label}>
        {(id) => <Input id={id} inputMode="decimal" value={yuan} onChange={({ target }) => onYuan(target.value)} />}
      </Labelled>
      <Labelled label={t("claim-paper")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="document"
            unit={claim.unit.id}
            value={document ? [document] : []}
            onChange={(chosen) => onDocument(chosen.at(-1))}
          />
        )}
      </Labelled>
    </div>
  );
}

function Answering({ claim }: { claim: Claim }) {
  const t = useT();
  const step = useStep(claim, "answer");
  const [yuan, setYuan] = useState("");
  const [text, setText] = useState("");
  const [document, setDocument] = useState<Id>();
  const fen = yuan.trim() === "0" ? 0 : fenOf(yuan);
  return (
    <section className="wk-section wk-fields wk-because" aria-label={t("claim-answer-enter")}>
      <h2>{t("claim-answer-enter")}</h2>
      <SumAndPaper
        label={t("claim-awarded-yuan")}
        yuan={yuan}
        onYuan={setYuan}
        claim={claim}
        document={document}
        onDocument={setDocument}
      />
      <Labelled label={t("claim-answer-text")} hint={t("claim-answer-hint")}>
        {(id) => (
          <Input.TextArea
            id={id}
            rows={2}
            maxLength={500}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Labelled>
      {step.error ? <Trouble error={step.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={fen === undefined || !text.trim()}
          loading={step.isPending}
          onClick={() => step.mutate({ awarded_fen: fen, text: text.trim(), document_id: document })}
        >
          {t("claim-answer-send")}
        </Button>
      </div>
    </section>
  );
}

function Paying({ claim }: { claim: Claim }) {
  const t = useT();
  const step = useStep(claim, "payments");
  const [yuan, setYuan] = useState("");
  const [document, setDocument] = useState<Id>();
  const fen = fenOf(yuan);
  return (
    <section className="wk-section wk-fields wk-because" aria-label={t("claim-payment-enter")}>
      <h2>{t("claim-payment-enter")}</h2>
      <SumAndPaper
        label={t("claim-payment-yuan")}
        yuan={yuan}
        onYuan={setYuan}
        claim={claim}
        document={document}
        onDocument={setDocument}
      />
      {step.error ? <Trouble error={step.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={fen === undefined}
          loading={step.isPending}
          onClick={() => step.mutate({ amount_fen: fen, document_id: document }, { onSuccess: () => setYuan("") })}
        >
          {t("claim-payment-send")}
        </Button>
      </div>
    </section>
  );
}
