// A refusal is not an error page: the article, the reason in plain words, and what helps. The refusal itself is a ledger entry.
import type { ReactNode } from "react";
import type { Refusal } from "../api/client";
import { Icon } from "./Icon";
import { said, useLanguage, useT } from "./i18n";

/** `unit:roles` is the unit's own assignment of posts; everything else is PACK:ARTICLE. */
function useArticle(article: string): string {
  const t = useT();
  return article.startsWith("unit:") ? t("refusal-article-unit") : article;
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
  const article = useArticle(refusal.article);
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
        <span className="wk-term">{t("refusal-article")}</span> <span className="wk-code">{article}</span>
      </p>
      {unlogged ? null : <p className="wk-refusal-logged">{t("refusal-logged")}</p>}
      {children ? <div className="wk-refusal-actions">{children}</div> : null}
    </section>
  );
}
