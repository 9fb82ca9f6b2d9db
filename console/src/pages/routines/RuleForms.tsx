// Putting a version of a rule in force, and entering an emergency drill.
import { DatePicker, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { api } from "../../api/client";
import { RULE_KINDS, type RuleKind, useRoutineAct } from "../../api/routines";
import type { Id, Named } from "../../api/types";
import { RecordChoice } from "../../register";
import { DraftEnd, serverNow, useT } from "../../ui";
import { DayField } from "../../ui/DayField";
import { Labelled } from "../../ui/Labelled";
import { WordSelect, WordsField } from "./parts";

export function RuleForm({ unit, onDone }: { unit: Id; onDone: () => void }) {
  const t = useT();
  const [kind, setKind] = useState<RuleKind>();
  const [document, setDocument] = useState<Id[]>([]);
  const [review, setReview] = useState<number>();
  const send = useRoutineAct((body: object) => api.post("/api/routines/rules", body), onDone);
  const missing = [
    ...(kind ? [] : ["rule-kind"]),
    ...(document.length > 0 ? [] : ["rule-document"]),
    ...(review === undefined ? ["rule-review"] : []),
  ];
  return (
    <div className="wk-fields">
      <WordSelect
        label={t("rule-kind")}
        need="rule-kind"
        words={RULE_KINDS}
        prefix="rule-kind"
        value={kind}
        onChange={setKind}
      />
      <Labelled label={t("rule-document")} need="rule-document" hint={t("rule-document-hint")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="document"
            unit={unit}
            value={document}
            onChange={(ids) => setDocument(ids.slice(-1))}
          />
        )}
      </Labelled>
      <Labelled label={t("rule-review")} need="rule-review" hint={t("rule-review-hint")}>
        {(id) => <DayField id={id} value={review} onChange={setReview} />}
      </Labelled>
      <DraftEnd
        sending={send}
        missing={missing}
        note={t("rule-note")}
        send={t("rule-adopt")}
        onSend={() => send.mutate({ unit_id: unit, kind, document_id: document[0], review_ms: review })}
      />
    </div>
  );
}

export function DrillForm({ unit, staff, onDone }: { unit: Id; staff: Named[]; onDone: () => void }) {
  const t = useT();
  const [held, setHeld] = useState<number>();
  const [people, setPeople] = useState<Id[]>([]);
  const [body, setBody] = useState("");
  const [found, setFound] = useState("");
  const send = useRoutineAct((said: object) => api.post("/api/routines/drills", said), onDone);
  const missing = [
    ...(held === undefined ? ["drill-held"] : []),
    ...(people.length > 0 ? [] : ["drill-people"]),
    ...(body.trim() ? [] : ["drill-body"]),
    ...(found.trim() ? [] : ["drill-found"]),
  ];
  const drill = { unit_id: unit, held_ms: held, body: body.trim(), found: found.trim(), participant_ids: people };
  return (
    <div className="wk-fields">
      <Labelled label={t("drill-held")} need="drill-held">
        {(id) => (
          <DatePicker
            id={id}
            showTime={{ format: "HH:mm" }}
            format="YYYY-MM-DD HH:mm"
            value={held === undefined ? null : dayjs(held)}
            onChange={(at) => setHeld(at?.valueOf())}
            disabledDate={(day) => day.isAfter(dayjs(serverNow()))}
            style={{ width: "100%" }}
          />
        )}
      </Labelled>
      <Labelled label={t("drill-people")} need="drill-people">
        {(id) => (
          <Select
            id={id}
            mode="multiple"
            value={people}
            onChange={setPeople}
            showSearch={{ optionFilterProp: "label" }}
            options={staff.map((one) => ({ value: one.id, label: one.name }))}
          />
        )}
      </Labelled>
      <WordsField label={t("drill-body")} need="drill-body" value={body} onChange={setBody} />
      <WordsField label={t("drill-found")} need="drill-found" value={found} onChange={setFound} />
      <DraftEnd
        sending={send}
        missing={missing}
        note={t("drill-note")}
        send={t("drill-enter")}
        onSend={() => send.mutate(drill)}
      />
    </div>
  );
}
