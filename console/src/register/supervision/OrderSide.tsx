// One order in the drawer, and on paper: what is demanded under which article, what it threatens with its mark, each step with its
// person and entry; and what the reader may do now. The server says which steps are open.
import { Checkbox, InputNumber } from "antd";
import { useState } from "react";
import { type CorrectionOrder, useSupervising } from "../../api/supervision";
import { OfficeEntry } from "../../ui/EntryLink";
import { said, type Translate, useLanguage, useT } from "../../ui/i18n";
import { Labelled } from "../../ui/Labelled";
import { Meaning } from "../../ui/Meaning";
import { FormFoot, FormHead, PaperForm } from "../../ui/Print";
import { Facts, Side, Time } from "../../ui/parts";
import type { Tone } from "../../ui/tokens";
import { RecordChoice, RecordName } from "../index";
import { Words } from "./Words";

const DAY_MS = 86_400_000;
const TONES: Record<CorrectionOrder["state"], Tone> = {
  issued: "late",
  corrected: "notice",
  closed: "good",
  escalated: "notice",
  referred: "plain",
};

export function OrderWord({ order }: { order: CorrectionOrder }) {
  const t = useT();
  const tone = order.overdue ? "breach" : TONES[order.state];
  return <Meaning tone={tone}>{t(order.overdue ? "order-overdue" : `order-state-${order.state}`)}</Meaning>;
}

/** What the article threatens, in one line; a figure that is not sure says so. */
export function penaltyWords(order: Pick<CorrectionOrder, "penalty" | "penalties_held">, t: Translate): string {
  const { penalty } = order;
  if (!penalty) return t(order.penalties_held ? "order-no-penalty" : "order-penalties-unheld");
  const range = (min: number | null | undefined, max: number | null | undefined) =>
    max ? `${min ? `${min}–` : "≤ "}${max}` : undefined;
  const unit = range(penalty.unit_min_cny, penalty.unit_max_cny) ?? penalty.unit_figure_cny?.toString();
  const person = range(penalty.person_min_cny, penalty.person_max_cny);
  const parts = [
    `${t("order-penalty-article")} ${penalty.article}`,
    unit ? t("order-penalty-unit", { sum: unit }) : undefined,
    person ? t("order-penalty-person", { sum: person }) : undefined,
    penalty.fine_when ? t(`order-fine-${penalty.fine_when}`) : undefined,
    penalty.mark === "text" ? undefined : t("order-unverified"),
  ];
  return parts.filter(Boolean).join(t("form-semicolon"));
}

export function OrderSide({ order, onClose }: { order: CorrectionOrder | undefined; onClose: () => void }) {
  const t = useT();
  const title = order ? `${t("order-one")} ${order.number}` : t("order-one");
  return (
    <Side open={order !== undefined} title={title} onClose={onClose} wide print={order ? title : undefined}>
      {order ? (
        <div className="wk-screen">
          <OrderWord order={order} />
          <Contents order={order} />
          {order.may_correct ? <Correct order={order} /> : null}
          {order.may_decide ? <Decide order={order} /> : null}
          <PaperForm>
            <FormHead
              title={t("order-paper")}
              facts={[
                [t("order-number"), order.number],
                [t("order-to"), order.unit.name],
                [t("order-issuer"), order.issuer.name],
              ]}
            />
            <Contents order={order} />
            <FormFoot signs={[t("order-sign-authority"), t("order-sign-unit")]} />
          </PaperForm>
        </div>
      ) : null}
    </Side>
  );
}

function Contents({ order }: { order: CorrectionOrder }) {
  const t = useT();
  const { language } = useLanguage();
  return (
    <>
      <Facts
        of={[
          [t("order-to"), order.unit.name],
          [t("order-issuer"), order.issuer.name],
          [t("order-authority"), order.authority.id === order.issuer.id ? null : order.authority.name],
          [t("order-article"), order.adopted ? `${order.article} · ${t("order-adopted")}` : order.article],
          [t("order-demand"), order.demand],
          [t("order-deadline"), <Time key="deadline" ms={order.deadline_ms} zone />],
          [t("order-penalty"), penaltyWords(order, t)],
          [t("order-refer-to"), order.penalty?.refer_to ? said(order.penalty.refer_to, language) : null],
          [t("order-by"), order.by.name],
          [t("order-entry"), <OfficeEntry key="entry" index={order.entry.index} />],
        ]}
      />
      <section className="wk-section" aria-label={t("order-steps")}>
        <h3>{t("order-steps")}</h3>
        {order.steps.map((step) => (
          <p key={`${step.what}-${step.at_ms}`} className="wk-lines">
            <strong>{t(`order-step-${step.what}`)}</strong> · <Time ms={step.at_ms} /> · {step.by.name}
            {step.amount_cny ? ` · ¥${step.amount_cny}` : ""}
            {step.what !== "issued" && step.text ? ` · ${step.text}` : ""}
            {step.document_ids.map((id) => (
              <span key={id}>
                {" · "}
                <RecordName id={id} />
              </span>
            ))}
          </p>
        ))}
      </section>
    </>
  );
}

function Correct({ order }: { order: CorrectionOrder }) {
  const t = useT();
  const [documents, setDocuments] = useState<string[]>([]);
  const send = useSupervising<{ text: string; document_ids: string[] }>(() => `/api/orders/${order.id}/correction`);
  return (
    <section className="wk-section" aria-label={t("order-correct")}>
      <h3>{t("order-correct")}</h3>
      <Words
        label={t("order-correct-words")}
        sending={send}
        acts={[
          {
            label: t("order-correct-do"),
            primary: true,
            act: (text) => send.mutate({ text, document_ids: documents }),
          },
        ]}
      >
        <Labelled label={t("order-evidence")} hint={t("order-evidence-hint")}>
          {(id) => (
            <RecordChoice id={id} kind="document" unit={order.unit.id} value={documents} onChange={setDocuments} />
          )}
        </Labelled>
      </Words>
    </section>
  );
}

interface Decision {
  what: string;
  text: string;
  deadline_ms?: number;
  serious?: boolean;
  amount_cny?: number;
}

function Decide({ order }: { order: CorrectionOrder }) {
  const t = useT();
  const { language } = useLanguage();
  const [amount, setAmount] = useState<number | null>(null);
  const [serious, setSerious] = useState(false);
  const send = useSupervising<Decision>(() => `/api/orders/${order.id}/decision`);
  const judged = order.state === "corrected";
  const rest = judged ? [] : order.chain.filter((step) => !step.done);
  const act = (what: string, more: Partial<Decision> = {}) => ({
    act: (text: string) => send.mutate({ what, text, ...more }),
  });
  return (
    <section className="wk-section" aria-label={t("order-decide")}>
      <h3>{t("order-decide")}</h3>
      <Words
        label={t("order-decide-words")}
        hint={t("order-decide-hint")}
        sending={send}
        acts={[
          ...(judged
            ? [
                { label: t("order-accept"), primary: true, ...act("accepted") },
                { label: t("order-return"), ...act("returned", { deadline_ms: Date.now() + 14 * DAY_MS }) },
              ]
            : rest.map((step) => ({
                label: t(`order-step-${step.step}`),
                disabled: Boolean(step.closed),
                ...act(step.step, { serious, ...(amount ? { amount_cny: amount } : {}) }),
              }))),
          { label: t("order-escalate"), ...act("escalated") },
          { label: t("order-refer"), ...act("referred") },
        ]}
      >
        {rest.some(({ step }) => step === "fine") ? (
          <>
            <Labelled label={t("order-amount")}>
              {(id) => <InputNumber id={id} min={1} value={amount} onChange={setAmount} style={{ width: "100%" }} />}
            </Labelled>
            {order.penalty?.fine_when === "serious" ? (
              <Checkbox checked={serious} onChange={(event) => setSerious(event.target.checked)}>
                {t("order-serious")}
              </Checkbox>
            ) : null}
          </>
        ) : null}
        {rest.map((step) =>
          step.closed ? (
            <p key={step.step} className="wk-hint">
              {t(`order-step-${step.step}`)}: {said(step.closed, language)}
            </p>
          ) : null,
        )}
      </Words>
    </section>
  );
}
