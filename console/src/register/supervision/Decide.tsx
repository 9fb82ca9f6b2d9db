// What the authority does about an order: a step of its article's chain, a judgement on the correction, or passing it on. The server
// says which steps are open and on whom they may still fall; a person decides, signs, and says on whom and how much.
import { Checkbox, InputNumber, Radio } from "antd";
import { useState } from "react";
import { type CorrectionOrder, useSupervising } from "../../api/supervision";
import { said, useLanguage, useT } from "../../ui/i18n";
import { Labelled } from "../../ui/Labelled";
import { type Fined, fineWords } from "./penalty";
import { Words } from "./Words";

const DAY_MS = 86_400_000;
const RETURN_DAYS = 14;

interface Decision {
  what: string;
  text: string;
  deadline_ms?: number;
  serious?: boolean;
  amount_cny?: number;
  on?: Fined;
}

export function Decide({ order }: { order: CorrectionOrder }) {
  const t = useT();
  const { language } = useLanguage();
  const [amount, setAmount] = useState<number | null>(null);
  const [on, setOn] = useState<Fined>();
  const [serious, setSerious] = useState(false);
  const [days, setDays] = useState<number | null>(RETURN_DAYS);
  const send = useSupervising<Decision>(() => `/api/orders/${order.id}/decision`);
  const judged = order.state === "corrected";
  // Beside a correction only what the article has whether or not it is enough.
  const rest = order.chain.filter((step) => !step.done && !(judged && (step.closed || step.step === "refer")));
  const fine = rest.find(({ step }) => step === "fine");
  // What was fined already is offered no more.
  const onWhom = fine?.on.length === 1 ? fine.on[0] : fine?.on.find((one) => one === on);
  const named = (step: (typeof rest)[number]) =>
    step.step === "warn" && step.on.length > 0 ? t("order-warn-person") : t(`order-step-${step.step}`);
  const act = (what: string, more: Partial<Decision> = {}) => ({
    act: (text: string) => send.mutate({ what, text, ...more }),
  });
  const returned = () => Date.now() + (days ?? RETURN_DAYS) * DAY_MS;
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
                {
                  label: t("order-return"),
                  disabled: !days,
                  act: (text: string) => send.mutate({ what: "returned", text, deadline_ms: returned() }),
                },
              ]
            : []),
          ...rest.map((step) => ({
            label: named(step),
            disabled: Boolean(step.closed) || (step === fine && !(amount && onWhom)),
            ...act(step.step, {
              serious,
              ...(step === fine && amount && onWhom ? { amount_cny: amount, on: onWhom } : {}),
            }),
          })),
          { label: t("order-escalate"), ...act("escalated") },
          { label: t("order-refer"), ...act("referred") },
        ]}
      >
        {judged ? (
          <Labelled label={t("order-return-days")} hint={fine ? t("order-fine-first") : undefined}>
            {(id) => <InputNumber id={id} min={1} max={180} value={days} onChange={setDays} />}
          </Labelled>
        ) : null}
        {fine ? (
          <OnWhom
            of={order}
            on={fine.on}
            value={onWhom}
            onChange={setOn}
            amount={amount}
            onAmount={setAmount}
            serious={serious}
            onSerious={setSerious}
          />
        ) : null}
        {rest.map((step) =>
          step.closed ? (
            <p key={step.step} className="wk-hint">
              {named(step)}: {said(step.closed, language)}
            </p>
          ) : null,
        )}
      </Words>
    </section>
  );
}

/** On whom a fine falls, how much, and in which range. */
function OnWhom(props: {
  of: CorrectionOrder;
  on: Fined[];
  value: Fined | undefined;
  onChange: (on: Fined) => void;
  amount: number | null;
  onAmount: (amount: number | null) => void;
  serious: boolean;
  onSerious: (serious: boolean) => void;
}) {
  const t = useT();
  const { penalty } = props.of;
  const words = penalty && props.value ? fineWords(penalty, props.value) : undefined;
  const sure = penalty?.fine_mark === "text" ? "" : `${t("form-semicolon")}${t("order-fine-unverified")}`;
  return (
    <>
      <Radio.Group
        aria-label={t("order-on")}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        options={props.on.map((one) => ({ value: one, label: t(`order-on-${one}`) }))}
      />
      <Labelled label={t("order-amount")} hint={words ? `${t("order-range", { sum: words })}${sure}` : undefined}>
        {(id) => (
          <InputNumber id={id} min={1} value={props.amount} onChange={props.onAmount} style={{ width: "100%" }} />
        )}
      </Labelled>
      {penalty?.fine_when === "serious" ? (
        <Checkbox checked={props.serious} onChange={(event) => props.onSerious(event.target.checked)}>
          {t("order-serious")}
        </Checkbox>
      ) : null}
    </>
  );
}
