// What goes out and where it goes then: the package or the viewing, the organ's receipt, and each time that the copy moves.
import { Button, Checkbox } from "antd";
import { useState } from "react";
import type { Id, Retrieval, RetrievalDetail } from "../../api/types";
import { RecordChoice } from "../../register";
import { type SealDraft, SealFields, sealProblem, sealTo, Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { COPY_NOTE_CHARS_MAX, HOLDER_CHARS_MAX, MovedFields } from "../../ui/MovedFields";
import { ArticleName } from "../../ui/RefusalPanel";
import { TextField } from "../../ui/TextField";
import { useStep } from "./RetrievalSide";
import { HandTable, Viewing } from "./Shown";

/** By what it ends: a package, a viewing over what was shown, or a table of basic data. */
export function HandOver({ one, detail }: { one: Retrieval; detail: RetrievalDetail }) {
  if (one.way === "view") return <Viewing one={one} detail={detail} />;
  return one.wanted === "basic_data" ? <HandTable one={one} detail={detail} /> : <HandCopy one={one} />;
}

function HandCopy({ one }: { one: Retrieval }) {
  const t = useT();
  const step = useStep(one);
  const [sound, setSound] = useState(false);
  const [seal, setSeal] = useState<SealDraft>();
  const [unsealed, setUnsealed] = useState("");
  const plain = !sealTo(seal) && !sealProblem(seal);
  const body = {
    with_sound: sound,
    seal_to: sealTo(seal),
    ...(plain ? { unsealed_reason: unsealed.trim() } : {}),
  };
  return (
    <section className="wk-section wk-fields">
      <h2>{t("retrieval-hand-over-copy")}</h2>
      <p className="wk-hint">{t("retrieval-hand-over-copy-note")}</p>
      <Checkbox checked={sound} onChange={(event) => setSound(event.target.checked)}>
        {t("export-sound")}
      </Checkbox>
      <SealFields
        need="seal-need-key"
        value={seal}
        onChange={setSeal}
        why={{ words: unsealed, onChange: setUnsealed }}
      />
      {step.error ? <Trouble error={step.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          loading={step.isPending}
          disabled={sealProblem(seal) || (plain && !unsealed.trim())}
          onClick={() => step.mutate({ path: "hand-over", body })}
        >
          {t("retrieval-hand-over-copy-button")}
        </Button>
      </div>
    </section>
  );
}

export function Receipt({ one, detail }: { one: Retrieval; detail: RetrievalDetail }) {
  const t = useT();
  const step = useStep(one);
  // Who really signed is read from the paper: a name that stands there already is not looked at.
  const [by, setBy] = useState("");
  const [note, setNote] = useState("");
  const [document, setDocument] = useState<Id>();
  const [undertakes, setUndertakes] = useState(false);
  const asked = detail.form.undertaking_article;
  const body = { received_by: by.trim(), note: note.trim(), document_id: document, undertakes };
  return (
    <section className="wk-section wk-fields">
      <h2>{t("retrieval-receipt-title")}</h2>
      <p className="wk-hint">{t("retrieval-receipt-note")}</p>
      <div className="wk-fields-two">
        <TextField label={t("retrieval-received-by")} charsMax={HOLDER_CHARS_MAX} value={by} onChange={setBy} />
        <TextField label={t("retrieval-note-label")} charsMax={COPY_NOTE_CHARS_MAX} value={note} onChange={setNote} />
      </div>
      <Labelled label={t("retrieval-receipt-document")} hint={t("retrieval-receipt-document-hint")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="document"
            unit={one.unit.id}
            value={document ? [document] : []}
            onChange={([chosen]) => setDocument(chosen)}
            initial={{ paper: "other", issuer: one.organ_name }}
          />
        )}
      </Labelled>
      {asked ? (
        <Checkbox checked={undertakes} onChange={(event) => setUndertakes(event.target.checked)}>
          {t("retrieval-undertakes")} <ArticleName article={asked} />
        </Checkbox>
      ) : null}
      {step.error ? <Trouble error={step.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          loading={step.isPending}
          disabled={!by.trim() || (asked != null && !undertakes)}
          onClick={() => step.mutate({ path: "receipt", body })}
        >
          {t("retrieval-receipt")}
        </Button>
      </div>
    </section>
  );
}

export function WhereTo({ one }: { one: Retrieval }) {
  const t = useT();
  const step = useStep(one);
  return (
    <section className="wk-section wk-fields">
      <h2>{t("retrieval-where-title")}</h2>
      <MovedFields
        step={step}
        onSend={(body, onSuccess) => step.mutate({ path: "whereabouts", body }, { onSuccess })}
      />
    </section>
  );
}
