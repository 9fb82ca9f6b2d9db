// What an article threatens, in words: its steps, on whom a fine falls and within which range, and what of it is not verified. It
// decides nothing and hides no number: each stands with the party that the text gives it for.
import type { CorrectionOrder, OrderPenalty } from "../../api/supervision";
import type { Translate } from "../../ui/i18n";

export type Fined = NonNullable<CorrectionOrder["steps"][number]["on"]>;

/** "Less than" is not "at most". */
function range(min: number | null | undefined, max: number | null | undefined, excluded: boolean): string | undefined {
  if (!max) return min ? `≥ ${min}` : undefined;
  if (min) return excluded ? `${min} – < ${max}` : `${min}–${max}`;
  return `${excluded ? "<" : "≤"} ${max}`;
}

/** The range, or the figure that stands in the copy, for one party. */
export function fineWords(penalty: OrderPenalty, on: Fined): string | undefined {
  const excluded = penalty.max_excluded;
  if (on === "unit")
    return range(penalty.unit_min_cny, penalty.unit_max_cny, excluded) ?? penalty.unit_figure_cny?.toString();
  if (on === "individual") return range(penalty.individual_min_cny, penalty.individual_max_cny, excluded);
  return range(penalty.person_min_cny, penalty.person_max_cny, excluded) ?? penalty.person_figure_cny?.toString();
}

/** Its steps in the order of the article. */
export function chainWords(penalty: OrderPenalty, t: Translate): string {
  return penalty.chain.map((step) => t(`order-step-${step}`)).join(" → ");
}

/** What one penalty has, in one line; a figure that is not sure says so. */
export function penaltyWords(penalty: OrderPenalty, t: Translate): string {
  const sum = (id: string, words: string | undefined) => (words ? t(id, { sum: words }) : undefined);
  const parts = [
    `${t("order-penalty-article")} ${penalty.article}`,
    chainWords(penalty, t),
    sum("order-penalty-unit", fineWords(penalty, "unit")),
    sum("order-penalty-operating-unit", penalty.operating_unit_figure_cny?.toString()),
    sum("order-penalty-person", fineWords(penalty, "person")),
    penalty.person_warn ? t("order-penalty-person-warn") : undefined,
    sum("order-penalty-individual", fineWords(penalty, "individual")),
    penalty.fine_when ? t(`order-fine-${penalty.fine_when}`) : undefined,
    penalty.mark !== "text"
      ? t("order-unverified")
      : penalty.fine_mark !== "text"
        ? t("order-fine-unverified")
        : undefined,
  ];
  return parts.filter(Boolean).join(t("form-semicolon"));
}

/** What an order threatens. */
export function threatWords(order: Pick<CorrectionOrder, "penalty" | "penalties_held">, t: Translate): string {
  if (order.penalty) return penaltyWords(order.penalty, t);
  return t(order.penalties_held ? "order-no-penalty" : "order-penalties-unheld");
}
