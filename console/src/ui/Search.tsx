// A search field that follows the address, while the address follows it after a pause.
import { Input } from "antd";
import { useEffect, useState } from "react";
import { Icon } from "./Icon";

/** Typing asks the server after this pause. */
const TYPING_PAUSE_MS = 250;

export interface SearchProps {
  label: string;
  value: string | undefined;
  /** Stays the same from one drawing to the next, or the pause begins anew with each. */
  onChange: (value: string | undefined) => void;
}

export function Search({ label, value, onChange }: SearchProps) {
  const [typed, setTyped] = useState(value ?? "");
  useEffect(() => setTyped(value ?? ""), [value]);
  useEffect(() => {
    if (typed === (value ?? "")) return;
    const timer = setTimeout(() => onChange(typed || undefined), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <Input
      className="wk-search"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      prefix={<Icon name="search" size={15} />}
      placeholder={label}
      aria-label={label}
      allowClear
    />
  );
}
