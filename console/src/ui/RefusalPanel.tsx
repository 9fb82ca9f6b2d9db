// A refusal is not an error page: the article, the reason in plain words, and what helps. The refusal itself is a ledger entry.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Refusal } from "../api/client";
import { useLawPacks } from "../api/queries";
import type { WantedFootage } from "./AskGrant";
import { Icon } from "./Icon";
import { said, useLanguage, useT } from "./i18n";
import { RefusalWays } from "./RefusalWays";

/** The product's own rules, which stand in no pack; `unit:roles` is the unit's assignment of posts. */
const OWN_RULES: ReadonlySet<string> = new Set([
  "accounts",
  "alarms",
  "cases",
  "clips",
  "clock",
  "disks",
  "floor",
  "four_eyes",
  "grants",
  "holds",
  "integrity",
  "life-cycle",
  "limits",
  "masks",
  "packs",
  "ptz",
  "registry",
  "reminders",
  "retention",
  "retrievals",
  "roles",
  "shifts",
  "takeover",
  "term",
  "training",
  "two_persons",
  "vetting",
  "watching",
]);

/** An article as people call it: its id, or the name of a rule of our own. */
export function useArticleWords(): (article: string) => string {
  const t = useT();
  return (article) => {
    const [pack, rule] = article.split(":");
    if (pack && pack !== "unit") return article;
    return rule && OWN_RULES.has(rule) ? t(`own-rule-${rule.replaceAll("_", "-")}`) : t("own-rule");
  };
}

/** PACK or PACK:ARTICLE leads to the rules; what stands in no pack is named. */
export function ArticleName({ article }: { article: string }) {
  const t = useT();
  const { language } = useLanguage();
  const words = useArticleWords();
  const packs = useLawPacks();
  const [pack, number] = article.split(":");
  if (pack === "unit" || !pack) return <span>{words(article)}</span>;
  const known = said(packs.data?.packs.find(({ id }) => id === pack)?.title, language);
  const title = known && number ? t("refusal-article-of", { pack: known, number }) : known || undefined;
  if (!number)
    return (
      <Link className="wk-code" to="/rules" search={{ pack } as never} title={title}>
        {pack}
      </Link>
    );
  return (
    <Link className="wk-code" to="/rules" search={{ pack, article: number } as never} title={title}>
      {article}
    </Link>
  );
}

export function RefusalPanel({
  refusal,
  children,
  compact,
  unlogged,
  wanted,
  purposeHere,
  onLeave,
  onHelped,
}: {
  refusal: Refusal;
  /** The page's own buttons, beside those that lead to what would make it possible. */
  children?: ReactNode;
  compact?: boolean;
  /** The page itself says no, the server was not asked: nothing stands in the ledger. */
  unlogged?: boolean;
  /** What was wanted, for whoever has to ask for it. */
  wanted?: WantedFootage | undefined;
  /** Beside it stands a form with a purpose of its own. */
  purposeHere?: boolean | undefined;
  /** Shuts what the panel stands in, before another page opens. */
  onLeave?: () => void;
  /** Asks again, once what was lacking is there. */
  onHelped?: (() => void) | undefined;
}) {
  const t = useT();
  const { language } = useLanguage();
  const remedy = said(refusal.remedy, language);
  return (
    <section
      className={`wk-refusal ${compact ? "wk-refusal-compact" : ""}`}
      role="alert"
      aria-label={t("refusal-title")}
    >
      <header>
        <Icon name="refuse" />
        <strong>{t("refusal-title")}</strong>
      </header>
      <p className="wk-refusal-reason">{said(refusal.reason, language) || t("refusal-no-reason")}</p>
      {remedy ? (
        <p className="wk-refusal-remedy">
          <span className="wk-term">{t("refusal-remedy")}</span> {remedy}
        </p>
      ) : null}
      <p className="wk-refusal-article">
        <span className="wk-term">{t("refusal-article")}</span> <ArticleName article={refusal.article} />
      </p>
      {unlogged ? null : <p className="wk-refusal-logged">{t("refusal-logged")}</p>}
      <RefusalWays code={refusal.code} wanted={wanted} purposeHere={purposeHere} onLeave={onLeave} onHelped={onHelped}>
        {children}
      </RefusalWays>
    </section>
  );
}
