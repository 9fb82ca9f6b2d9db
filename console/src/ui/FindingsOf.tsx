// What is amiss with one thing, folded under its weights: the drawers of records and cameras show it. Which findings are its own says the
// caller.
import { Link } from "@tanstack/react-router";
import type { Finding } from "../api/types";
import { AlikePanel, WEIGHT_TONES } from "./FindingsAlike";
import { alike, countOf, WEIGHTS, type Weight, weightOf } from "./findings";
import { formatCount } from "./format";
import { useLanguage, useT } from "./i18n";
import { Meaning } from "./Meaning";

export function FindingsOf({ own, askedMs, none }: { own: readonly Finding[]; askedMs: number; none?: string }) {
  const t = useT();
  const { language } = useLanguage();
  if (own.length === 0)
    return none ? (
      <Meaning tone="good" quiet>
        {none}
      </Meaning>
    ) : null;
  const count = (weight: Weight) => countOf(own.filter((finding) => weightOf(finding) === weight));
  const counts = WEIGHTS.filter((weight) => count(weight) > 0);
  const heaviest = counts[0] ?? "note";
  return (
    <details className="wk-details">
      <summary>
        <Meaning tone={WEIGHT_TONES[heaviest]} quiet>
          {t("finding-of-record")}{" "}
          {counts
            .map((weight) => `${t(`finding-weight-${weight}`)} ${formatCount(count(weight), language)}`)
            .join(t("list-separator"))}
        </Meaning>
      </summary>
      <div className="wk-say">
        {alike(own).map((group) => (
          <AlikePanel key={group.key} group={group} askedMs={askedMs} />
        ))}
        <Link to="/findings">{t("finding-whole")}</Link>
      </div>
    </details>
  );
}
