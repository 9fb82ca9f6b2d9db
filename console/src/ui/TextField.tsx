// One line of words under its label.
import { Input } from "antd";
import { Labelled } from "./Labelled";

export interface TextFieldProps {
  label: string;
  charsMax: number;
  value: string;
  onChange: (value: string) => void;
}

export function TextField({ label, charsMax, value, onChange }: TextFieldProps) {
  return (
    <Labelled label={label}>
      {(id) => <Input id={id} maxLength={charsMax} value={value} onChange={(event) => onChange(event.target.value)} />}
    </Labelled>
  );
}
