// One order in the drawer, and on paper: what is demanded under which article, what it threatens with its mark, each step with its
// person and entry; and what the reader may do now. The server says which steps are open.
import { useState } from "react";
import { type CorrectionOrder, useSupervising } from "../../api/supervision";
import { OfficeEntry } from "../../ui/EntryLink";
import { said, useLanguage, useT } from "../../ui/i18n";
import { Labelled } from "../../ui/Labelled";
import { Meaning } from "../../ui/Meaning";
import { Facts, Side, Time } from "../../ui/parts";
import type { Tone } from "../../ui/tokens";
import { RecordChoice } from "../index";
import { Decide } from "./Decide";
import { NamedDocuments } from "./NamedDocuments";
import { OrderPaper } from "./OrderPaper";
import { threatWords } from "./penalty";
import { Words } from "./Words";

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

/** `judges`: the reader is of the authorities, and opens evidence. */
export function OrderSide(props: { order: CorrectionOrder | undefined; judges: boolean; onClose: () => void }) {
  const { order, judges, onClose } = props;
  const t = useT();
  const title = order ? `${t("order-one")} ${order.number}` : t("order-one");
  return (
    <Side open={order !== undefined} title={title} onClose={onClose} wide print={order ? title : undefined}>
      {order ? (
        <div className="wk-screen">
          <OrderWord order={order} />
          <Contents order={order} judges={judges} />
          {order.may_correct ? <Correct order={order} /> : null}
          {order.may_decide ? <Decide order={order} /> : null}
          <OrderPaper order={order} />
        </div>
      ) : null}
    </Side>
  );
}

function Contents({ order, judges }: { order: CorrectionOrder; judges: boolean }) {
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
          [t("order-penalty"), threatWords(order, t)],
          [t("order-refer-to"), order.penalty?.refer_to ? said(order.penalty.refer_to, language) : null],
          [t("order-found"), order.found ? <Found key="found" found={order.found} /> : null],
          [t("order-by"), order.by.name],
          [t("order-entry"), <OfficeEntry key="entry" index={order.entry.index} />],
        ]}
      />
      <section className="wk-section" aria-label={t("order-steps")}>
        <h3>{t("order-steps")}</h3>
        {order.steps.map((step) => (
          <p key={`${step.what}-${step.at_ms}-${step.on}`} className="wk-lines">
            <strong>{t(`order-step-${step.what}`)}</strong> · <Time ms={step.at_ms} /> · {step.by.name}
            {step.on ? ` · ${t(`order-on-${step.on}`)}` : ""}
            {step.amount_cny ? ` · ¥${step.amount_cny}` : ""}
            {step.what !== "issued" && step.text ? ` · ${step.text}` : ""}
            <NamedDocuments documents={step.documents} at={judges ? `/api/orders/${order.id}` : undefined} />
          </p>
        ))}
      </section>
    </>
  );
}

/** Whether what the system itself found for the line still stands: beside what the unit says. */
function Found({ found }: { found: NonNullable<CorrectionOrder["found"]> }) {
  const t = useT();
  return (
    <Meaning tone={found.now > 0 ? "late" : "good"} quiet={found.now === 0}>
      {t("order-found-words", found)}
    </Meaning>
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
            disabled: documents.length === 0,
            act: (text) => send.mutate({ text, document_ids: documents }),
          },
        ]}
      >
        <Labelled label={t("order-evidence")} hint={t("order-evidence-hint")}>
          {(id) => (
            <RecordChoice
              id={id}
              kind="document"
              unit={order.unit.id}
              value={documents}
              onChange={setDocuments}
              several
            />
          )}
        </Labelled>
      </Words>
    </section>
  );
}
