// The chip that says under what one is looking, the panel in which it is chosen, and the gate before pictures.
// Every page with pictures shows the chip and stands behind the gate.
import { Link } from "@tanstack/react-router";
import { Button, Input, Modal, Radio, Select } from "antd";
import { type ReactNode, useId, useState } from "react";
import type { PurposeWord } from "../api/types";
import { CaseSelect } from "./CaseSelect";
import { Icon } from "./Icon";
import { useT } from "./i18n";
import { Labelled } from "./Labelled";
import { fieldId } from "./Missing";
import {
  BASES_OF,
  copyBasesOf,
  missingOf,
  NOTE_CHARS_MAX,
  PICTURE_PURPOSES,
  type Purpose,
  type PurposeDraft,
  usePurpose,
  usePurposeState,
} from "./purpose";

/** The longest document number that is taken. */
const NUMBER_CHARS_MAX = 80;

/** Words for a purpose: `Case · 2026-118`, `Duty watch`. */
export function usePurposeWords(): (purpose: Purpose, number?: string) => string {
  const t = useT();
  return (purpose, number) =>
    [t(`purpose-${purpose.purpose.replace("_", "-")}`), number, purpose.note].filter(Boolean).join(" · ");
}

export function PurposeChip() {
  const t = useT();
  const { purpose, draft, ask } = usePurposeState();
  const words = usePurposeWords();
  return (
    <button
      type="button"
      className={`wk-chip ${purpose ? "" : "wk-chip-missing"}`}
      onClick={ask}
      title={purpose ? t("purpose-change") : t("purpose-choose")}
    >
      <Icon name="purpose" size={15} />
      <span className="wk-chip-words">{purpose ? words(purpose, draft.case_number) : t("purpose-none")}</span>
    </button>
  );
}

export interface PurposeFieldsProps {
  draft: PurposeDraft;
  onChange: (draft: PurposeDraft) => void;
  /** The Fluent id by which a form's list of what is missing refers to the case number. */
  caseNeed?: string;
  /** The same for the remark, in forms that must have one; it then has another label. */
  noteNeed?: string;
  noteLabel?: string;
  /** The purposes that the act can have; those of pictures when absent. */
  purposes?: PurposeWord[];
  /** The registered case is given by what the form is about: it is not chosen here. */
  caseGiven?: boolean;
  /** A copy is asked for: not on an authority's request, and it says where that is entered. */
  copies?: boolean;
}

/** Fields for a purpose; used by the panel and by the export form. */
export function PurposeFields({
  draft,
  onChange,
  caseNeed,
  noteNeed,
  noteLabel,
  purposes = PICTURE_PURPOSES,
  caseGiven,
  copies,
}: PurposeFieldsProps) {
  const t = useT();
  const id = useId();
  const caseId = caseNeed ? fieldId(caseNeed) : `${id}-case`;
  const noteId = noteNeed ? fieldId(noteNeed) : `${id}-note`;
  const basesOf = (purpose: PurposeWord) => (copies ? copyBasesOf(purpose) : BASES_OF[purpose]);
  const bases = draft.purpose ? basesOf(draft.purpose) : [];
  const setPurpose = (purpose: PurposeWord) =>
    onChange({
      ...draft,
      purpose,
      legal_basis: basesOf(purpose)[0],
    });
  return (
    <div className="wk-fields">
      <fieldset>
        <legend>{t("purpose-label")}</legend>
        <Radio.Group
          className="wk-purpose-options"
          value={draft.purpose}
          onChange={(event) => setPurpose(event.target.value as PurposeWord)}
        >
          {purposes.map((word) => (
            <Radio key={word} value={word}>
              <span className="wk-purpose-name">{t(`purpose-${word.replace("_", "-")}`)}</span>
              <span className="wk-purpose-hint">{t(`purpose-${word.replace("_", "-")}-hint`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </fieldset>
      {draft.purpose === "case" ? (
        <label htmlFor={caseId}>
          <span>{t("purpose-case-number")}</span>
          <Input
            id={caseId}
            value={draft.number ?? ""}
            required={!draft.case_id}
            maxLength={NUMBER_CHARS_MAX}
            onChange={(event) => onChange({ ...draft, number: event.target.value })}
          />
        </label>
      ) : null}
      {caseGiven ? null : (
        <Labelled label={t("case-label")} hint={t("case-hint")}>
          {(field) => (
            <CaseSelect
              id={field}
              value={draft.case_id}
              onChange={(row) => onChange({ ...draft, case_id: row?.id, case_number: row?.number })}
            />
          )}
        </Labelled>
      )}
      {bases.length > 1 || (bases.length === 1 && !draft.legal_basis) ? (
        <label htmlFor={`${id}-basis`}>
          <span>{t("basis-label")}</span>
          <Select
            id={`${id}-basis`}
            value={draft.legal_basis}
            onChange={(legal_basis) => onChange({ ...draft, legal_basis })}
            options={bases.map((word) => ({ value: word, label: t(`basis-${word.replace("_", "-")}`) }))}
          />
        </label>
      ) : null}
      {copies ? (
        <p className="wk-hint">
          {t("copy-for-authority")} <Link to="/retrievals">{t("way-retrievals")}</Link>
        </p>
      ) : null}
      <label htmlFor={noteId}>
        <span>{noteLabel ?? t("purpose-note")}</span>
        <Input.TextArea
          id={noteId}
          rows={2}
          maxLength={NOTE_CHARS_MAX - NUMBER_CHARS_MAX - 4}
          value={draft.remark ?? ""}
          onChange={(event) => onChange({ ...draft, remark: event.target.value || undefined })}
        />
      </label>
    </div>
  );
}

/** The panel itself; the shell mounts it once. */
export function PurposePanel() {
  const t = useT();
  const { draft: chosen, choose, asking, stopAsking } = usePurposeState();
  const [draft, setDraft] = useState<PurposeDraft>(chosen);
  const [asked, setAsked] = useState(false);
  // While rendering, not after it: the first thing that is clicked must not be overwritten by what was chosen before.
  if (asking !== asked) {
    setAsked(asking);
    if (asking) setDraft(chosen.purpose ? chosen : { purpose: "duty_watch", legal_basis: "unit_duty" });
  }
  const missing = missingOf(draft);
  return (
    <Modal
      open={asking}
      onCancel={stopAsking}
      title={t("purpose-panel-title")}
      width={520}
      okText={t("purpose-use")}
      okButtonProps={{ disabled: missing !== undefined }}
      onOk={() => missing === undefined && choose(draft)}
      destroyOnHidden
    >
      <p className="wk-soft">{t("purpose-panel-lead")}</p>
      <PurposeFields draft={draft} onChange={setDraft} />
    </Modal>
  );
}

/** Shows its children only once a purpose is chosen; before that, a calm request to choose one. */
export function PurposeGate({ children }: { children: ReactNode }) {
  const t = useT();
  const purpose = usePurpose();
  const { ask } = usePurposeState();
  if (purpose) return children;
  return (
    <div className="wk-gate">
      <Icon name="purpose" size={28} />
      <p className="wk-empty-title">{t("purpose-gate-title")}</p>
      <p>{t("purpose-gate-text")}</p>
      <Button type="primary" onClick={ask}>
        {t("purpose-choose")}
      </Button>
    </div>
  );
}
