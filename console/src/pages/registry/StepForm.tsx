// Taking a system's next step: its papers, who took part, the result. A refusal names the article and leaves everything as it was.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Popconfirm } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { SystemLife } from "../../api/types";
import { RecordChoice } from "../../register";
import { Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { demandGroup, JUDGED, PAPER_OF, PARTICIPANTS } from "./life";

const NOTE_CHARS_MAX = 1000;

interface StepFormProps {
  life: SystemLife;
  step: string;
  papers: string[];
  onPapers: (papers: string[]) => void;
}

export function StepForm({ life, step, papers, onPapers }: StepFormProps) {
  const t = useT();
  const queries = useQueryClient();
  const [took, setTook] = useState<string[]>([]);
  const [passed, setPassed] = useState(false);
  const [note, setNote] = useState("");
  const { system } = life;
  const take = useMutation({
    mutationFn: () =>
      api.post<SystemLife>(`/api/systems/${system.id}/steps`, {
        step,
        documents: papers,
        with: took,
        passed,
        note: note.trim(),
      }),
    onSuccess: () => {
      onPapers([]);
      queries.invalidateQueries({ queryKey: ["register"] });
      queries.invalidateQueries({ queryKey: ["cameras"] });
    },
  });
  const judged = JUDGED.includes(step);
  const open = life.demands.filter((demand) => demandGroup(demand) === "first").length;
  const words = t("life-take", { step: t(`step-${step}`) });
  const final = step === "decommission";
  const button = (
    <Button type="primary" danger={final} loading={take.isPending} onClick={final ? undefined : () => take.mutate()}>
      {words}
    </Button>
  );
  return (
    <section className="wk-fields wk-panel" aria-label={words}>
      <h3>{words}</h3>
      <Labelled label={t("life-papers-choose")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="document"
            several
            unit={system.unit_id ?? undefined}
            value={papers}
            onChange={onPapers}
            initial={PAPER_OF[step] ? { paper: PAPER_OF[step] } : {}}
          />
        )}
      </Labelled>
      {judged ? (
        <>
          <fieldset>
            <legend>{t("life-with-choose")}</legend>
            <Checkbox.Group
              className="wk-life-with"
              value={took}
              onChange={(next) => setTook(next as string[])}
              options={PARTICIPANTS.map((who) => ({ value: who, label: t(`with-${who}`) }))}
            />
          </fieldset>
          <Checkbox checked={passed} onChange={(event) => setPassed(event.target.checked)}>
            {t(`life-passed-${step}`)}
          </Checkbox>
        </>
      ) : null}
      <Labelled label={t("life-note")}>
        {(id) => (
          <Input.TextArea
            id={id}
            rows={2}
            maxLength={NOTE_CHARS_MAX}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Labelled>
      {take.error ? <Trouble error={take.error} /> : null}
      {open > 0 ? <p className="wk-hint">{t("life-open", { n: String(open) })}</p> : null}
      <div className="wk-buttons">
        {final ? (
          <Popconfirm
            title={t("life-decommission-sure", { name: system.name })}
            okText={words}
            cancelText={t("action-cancel")}
            onConfirm={() => take.mutate()}
          >
            {button}
          </Popconfirm>
        ) : (
          button
        )}
      </div>
    </section>
  );
}
