// Where a copy of footage went after it was received: passed on, returned or destroyed, and who has it or says so. To whom that is sent
// whoever uses it says.
import { Button, Select } from "antd";
import { useState } from "react";
import { useT } from "./i18n";
import { Labelled } from "./Labelled";
import { Trouble } from "./Page";
import { TextField } from "./TextField";

const MOVES = ["transferred", "returned", "destroyed"] as const;
export const HOLDER_CHARS_MAX = 200;
export const COPY_NOTE_CHARS_MAX = 400;

export interface Moved {
  what: (typeof MOVES)[number];
  holder: string;
  note: string;
}

export interface MovedFieldsProps {
  step: { error: unknown; isPending: boolean };
  onSend: (moved: Moved, onDone: () => void) => void;
}

export function MovedFields({ step, onSend }: MovedFieldsProps) {
  const t = useT();
  const [what, setWhat] = useState<Moved["what"]>("transferred");
  const [holder, setHolder] = useState("");
  const [note, setNote] = useState("");
  const send = () =>
    onSend({ what, holder: holder.trim(), note: note.trim() }, () => {
      setHolder("");
      setNote("");
    });
  return (
    <>
      <div className="wk-fields-two">
        <Labelled label={t("retrieval-where-what")}>
          {(id) => (
            <Select
              id={id}
              value={what}
              onChange={setWhat}
              options={MOVES.map((value) => ({ value, label: t(`retrieval-event-${value}`) }))}
            />
          )}
        </Labelled>
        <TextField
          label={t("retrieval-where-holder")}
          charsMax={HOLDER_CHARS_MAX}
          value={holder}
          onChange={setHolder}
        />
        <TextField label={t("retrieval-note-label")} charsMax={COPY_NOTE_CHARS_MAX} value={note} onChange={setNote} />
      </div>
      {step.error ? <Trouble error={step.error} /> : null}
      <div className="wk-buttons">
        <Button loading={step.isPending} disabled={!holder.trim()} onClick={send}>
          {t("retrieval-where-enter")}
        </Button>
      </div>
    </>
  );
}
