// One box of words with its button: how supervisors and units answer each other. It sends nothing itself.
import { Button, Input } from "antd";
import { type ReactNode, useState } from "react";
import { Labelled } from "../../ui/Labelled";
import { Trouble } from "../../ui/Page";

export interface WordsProps {
  label: string;
  hint?: string;
  sending: { error: unknown; isPending: boolean };
  acts: { label: string; primary?: boolean; disabled?: boolean; act: (text: string) => void }[];
  children?: ReactNode;
}

export function Words({ label, hint, sending, acts, children }: WordsProps) {
  const [text, setText] = useState("");
  return (
    <div className="wk-fields">
      <Labelled label={label} hint={hint}>
        {(id) => (
          <Input.TextArea
            id={id}
            rows={2}
            maxLength={1000}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Labelled>
      {children}
      {sending.error ? <Trouble error={sending.error} /> : null}
      <div className="wk-buttons">
        {acts.map((one) => (
          <Button
            key={one.label}
            type={one.primary ? "primary" : "default"}
            loading={sending.isPending}
            disabled={text.trim() === "" || one.disabled}
            onClick={() => one.act(text.trim())}
          >
            {one.label}
          </Button>
        ))}
      </div>
    </div>
  );
}
