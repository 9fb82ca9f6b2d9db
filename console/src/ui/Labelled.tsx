// A field with its label above and, where it helps, one sentence below.
import { type ReactNode, useId } from "react";
import { fieldId } from "./Missing";

export function Labelled({
  label,
  hint,
  need,
  children,
}: {
  label: string;
  hint?: ReactNode;
  /** The Fluent id by which a list of what is missing refers to this field. */
  need?: string;
  children: (id: string) => ReactNode;
}) {
  const own = useId();
  const id = need ? fieldId(need) : own;
  return (
    <div className="wk-field">
      <label className="wk-label" htmlFor={id}>
        {label}
      </label>
      {children(id)}
      {hint ? <span className="wk-hint">{hint}</span> : null}
    </div>
  );
}
