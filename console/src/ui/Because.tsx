// A short form for an act that needs a reason: the reason in words, the paper if there is one, and a button for each answer
// that can be given. What the server says to it stands below, a refusal with its article and remedy.
import { useMutation } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { type ReactNode, useId, useState } from "react";
import { useT } from "./i18n";
import { Trouble } from "./Page";

/** The longest reason and the longest title of a paper that every act takes. */
export const REASON_CHARS_MAX = 500;
export const DOCUMENT_CHARS_MAX = 96;

export interface Reason {
  reason: string;
  document: string;
}

export interface ReasonedAct {
  label: string;
  act: (reason: Reason) => Promise<unknown>;
  primary?: boolean;
  danger?: boolean;
  /** This answer may be given without a word. */
  wordless?: boolean;
}

export interface BecauseProps {
  title?: string;
  /** What is to be written. */
  label: string;
  hint?: ReactNode;
  /** Asks for the paper too. */
  paper?: boolean;
  acts: ReasonedAct[];
  onDone?: () => void;
  /** What a conflict means here. */
  conflict?: string;
  /** Something else that the form asks for is missing. */
  blocked?: boolean;
  children?: ReactNode;
}

export function Because({ title, label, hint, paper, acts, onDone, conflict, blocked, children }: BecauseProps) {
  const t = useT();
  const id = useId();
  const [reason, setReason] = useState("");
  const [document, setDocument] = useState("");
  const send = useMutation({
    mutationFn: (act: ReasonedAct) => act.act({ reason: reason.trim(), document: document.trim() }),
    onSuccess: () => {
      setReason("");
      setDocument("");
      onDone?.();
    },
  });
  const empty = reason.trim() === "";
  return (
    <section className="wk-fields wk-because" aria-label={title}>
      {title ? <h3>{title}</h3> : null}
      {children}
      <label htmlFor={`${id}-reason`}>
        <span>{label}</span>
        <Input.TextArea
          id={`${id}-reason`}
          rows={2}
          maxLength={REASON_CHARS_MAX}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      {paper ? (
        <label htmlFor={`${id}-document`}>
          <span>{t("because-document")}</span>
          <Input
            id={`${id}-document`}
            maxLength={DOCUMENT_CHARS_MAX}
            value={document}
            onChange={(event) => setDocument(event.target.value)}
          />
        </label>
      ) : null}
      {hint ? <p className="wk-hint">{hint}</p> : null}
      {send.error ? <Trouble error={send.error} conflict={conflict} /> : null}
      <div className="wk-buttons">
        {acts.map((act) => (
          <Button
            key={act.label}
            type={act.primary ? "primary" : undefined}
            danger={act.danger}
            disabled={blocked || (empty && !act.wordless)}
            loading={send.isPending && send.variables === act}
            onClick={() => send.mutate(act)}
          >
            {act.label}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** What was written under a record: who, when, in which entry, and the words. */
export function Written({ who, children }: { who: ReactNode; children: ReactNode }) {
  return (
    <div className="wk-written">
      <p className="wk-soft">{who}</p>
      <div>{children}</div>
    </div>
  );
}
