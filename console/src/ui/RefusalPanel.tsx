// A refusal is not an error page: the article, the reason in plain words, and what helps. The refusal itself is a ledger entry.
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Refusal } from "../api/client";
import { Icon } from "./Icon";
import { said, useLanguage, useT } from "./i18n";

/** `unit:roles` is the unit's own assignment of posts; everything else is PACK or PACK:ARTICLE, and leads to the rules. */
export function ArticleName({ article }: { article: string }) {
  const t = useT();
  const [pack, number] = article.split(":");
  if (pack === "unit" || !pack) return <span className="wk-code">{t("refusal-article-unit")}</span>;
  if (!number)
    return (
      <Link className="wk-code" to="/rules" search={{ pack } as never}>
        {pack}
      </Link>
    );
  return (
    <Link className="wk-code" to="/rules" search={{ pack, article: number } as never}>
      {article}
    </Link>
  );
}

export function RefusalPanel({
  refusal,
  children,
  compact,
  unlogged,
}: {
  refusal: Refusal;
  /** The button that helps. */
  children?: ReactNode;
  compact?: boolean;
  /** The page itself says no, the server was not asked: nothing stands in the ledger. */
  unlogged?: boolean;
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
      {children ? <div className="wk-refusal-actions">{children}</div> : null}
    </section>
  );
}
