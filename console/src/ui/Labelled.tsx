// A field with its label above and, where it helps, one sentence below.
import { type ReactNode, useId } from "react";

export function Labelled({
  label,
  hint,
  children,
}: {
  label: string;
  hint?: ReactNode;
  children: (id: string) => ReactNode;
}) {
  const id = useId();
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
