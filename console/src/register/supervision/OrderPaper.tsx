// An order on paper: to whom, under which article, what is demanded until when and what is threatened; each step with its person, and places
// to sign.
import type { CorrectionOrder } from "../../api/supervision";
import { formatEntry, formatTime } from "../../ui/format";
import { said, useLanguage, useT } from "../../ui/i18n";
import { FormFoot, FormHead, PaperForm } from "../../ui/Print";
import { threatWords } from "./penalty";

export function OrderPaper({ order }: { order: CorrectionOrder }) {
  const t = useT();
  const { language } = useLanguage();
  const time = (ms: number) => formatTime(ms, language, { zone: true });
  const head = ["step", "at", "by", "words"].map((name) => t(`order-column-${name}`));
  return (
    <PaperForm>
      <FormHead
        title={t("order-paper")}
        facts={[
          [t("order-number"), order.number],
          [t("order-to"), order.unit.name],
          [t("order-issuer"), order.issuer.name],
          [t("order-authority"), order.authority.id === order.issuer.id ? undefined : order.authority.name],
          [t("order-article"), order.adopted ? `${order.article} · ${t("order-adopted")}` : order.article],
          [t("order-deadline"), time(order.deadline_ms)],
          [t("order-by"), order.by.name],
          [t("order-entry"), formatEntry(order.entry.log, order.entry.index)],
          [t("order-refer-to"), order.penalty?.refer_to ? said(order.penalty.refer_to, language) : undefined],
          [t("order-found"), order.found ? t("order-found-words", order.found) : undefined],
        ]}
      />
      <h2>{t("order-demand")}</h2>
      <p className="wk-lines">{order.demand}</p>
      <h2>{t("order-penalty")}</h2>
      <p>{threatWords(order, t)}</p>
      <h2>{t("order-steps")}</h2>
      <table className="wk-form-table">
        <thead>
          <tr>
            {head.map((words) => (
              <th key={words} scope="col">
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {order.steps.map((step) => (
            <tr key={`${step.what}-${step.at_ms}-${step.on}`}>
              <td className="wk-form-code">{t(`order-step-${step.what}`)}</td>
              <td className="wk-form-code">{time(step.at_ms)}</td>
              <td>{step.by.name}</td>
              <td>
                {[
                  step.on ? t(`order-on-${step.on}`) : "",
                  step.amount_cny ? `¥${step.amount_cny}` : "",
                  step.what === "issued" ? "" : step.text,
                  ...step.documents.map(({ name, sha256 }) =>
                    [name, sha256 ? `SHA-256 ${sha256.slice(0, 16)}…` : ""].filter(Boolean).join(" "),
                  ),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <FormFoot signs={[t("order-sign-authority"), t("order-sign-unit")]} />
    </PaperForm>
  );
}
