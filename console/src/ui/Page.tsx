// The frame of a page: its heading, what can be done there, and the content. `flush` pages (pictures) have no margins.
// Also the empty state and the error panel that every list uses. Not the shell: see app/Shell.tsx.
import { Button, Skeleton } from "antd";
import { type ReactNode, useEffect } from "react";
import { ApiError, isRefusal } from "../api/client";
import type { WantedFootage } from "./AskGrant";
import { useLanguage, useT } from "./i18n";
import { Meaning } from "./Meaning";
import { RefusalPanel } from "./RefusalPanel";
import { saidWords, troubleDetail, troubleWords } from "./trouble";

export interface PageProps {
  title: string;
  /** One sentence under the heading, where the page needs it. */
  lead?: ReactNode;
  actions?: ReactNode;
  /** Filters, between heading and content. */
  toolbar?: ReactNode;
  /** Content to the edges, heading only for screen readers. */
  flush?: boolean;
  children: ReactNode;
}

export function Page({ title, lead, actions, toolbar, flush, children }: PageProps) {
  const t = useT();
  useEffect(() => {
    document.title = `${title} · ${t("system-name")}`;
  }, [title, t]);
  if (flush)
    return (
      <main className="wk-page wk-page-flush" id="main" tabIndex={-1}>
        <h1 className="wk-hidden">{title}</h1>
        {children}
      </main>
    );
  return (
    <main className="wk-page" id="main" tabIndex={-1}>
      <header className="wk-page-head">
        <div>
          <h1>{title}</h1>
          {lead ? <p className="wk-lead">{lead}</p> : null}
        </div>
        {actions ? <div className="wk-page-actions">{actions}</div> : null}
      </header>
      {toolbar ? <div className="wk-toolbar">{toolbar}</div> : null}
      {children}
    </main>
  );
}

/** What will be here and how to begin. */
export function Empty({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="wk-empty">
      <p className="wk-empty-title">{title}</p>
      <p>{children}</p>
      {action ? <div className="wk-empty-action">{action}</div> : null}
    </div>
  );
}

/**
 * Something the server did not give, with a way to ask again; or did not do, where there is none. A refusal is its panel.
 * `conflict`: what a conflict means here, where the common words would lead astray.
 */
export interface TroubleProps {
  error: unknown;
  onRetry?: () => void;
  /** What a conflict means here. */
  conflict?: string;
  /** What was wanted, for whoever has to ask for it. */
  wanted?: WantedFootage | undefined;
  /** Beside it stands a form with a purpose of its own. */
  purposeHere?: boolean | undefined;
}

export function Trouble({ error, onRetry, conflict, wanted, purposeHere }: TroubleProps) {
  const t = useT();
  const { language } = useLanguage();
  if (isRefusal(error))
    return <RefusalPanel refusal={error.refusal} wanted={wanted} purposeHere={purposeHere} onHelped={onRetry} />;
  const words = error instanceof ApiError ? error.words : undefined;
  const detail = words ? undefined : troubleDetail(error);
  return (
    <div className="wk-trouble" role="alert">
      <Meaning tone="breach">{t(onRetry ? "trouble-title" : "trouble-act-title")}</Meaning>
      <p>
        {words
          ? saidWords(words, language)
          : conflict && error instanceof ApiError && error.kind === "conflict"
            ? conflict
            : troubleWords(error, t)}
      </p>
      {detail ? <p className="wk-code wk-soft">{detail}</p> : null}
      {onRetry ? <Button onClick={onRetry}>{t("action-retry")}</Button> : null}
    </div>
  );
}

export function Loading() {
  const t = useT();
  return (
    <div className="wk-loading" role="status" aria-label={t("loading")}>
      <Skeleton active={false} title={false} paragraph={{ rows: 6 }} />
    </div>
  );
}
