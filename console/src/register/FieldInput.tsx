// One field of a record's form, by its type; what the server says is wrong with it stands below it.
import { Checkbox, DatePicker, Input, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import type { FieldProblem, Id, RegisterField } from "../api/types";
import { Meaning, said, useLanguage, useT } from "../ui";
import { Labelled } from "../ui/Labelled";
import { RecordChoice } from "./RecordChoice";
import { namedBy } from "./records";

/** Under this name the list of what is missing finds a field. */
export const needOf = (name: string) => `record-${name}`;

export interface FieldInputProps {
  field: RegisterField;
  value: unknown;
  onChange: (value: unknown) => void;
  unit: Id | undefined;
  problem: FieldProblem | undefined;
}

export function FieldInput({ field, value, onChange, unit, problem }: FieldInputProps) {
  const t = useT();
  const { language } = useLanguage();
  const wrong = problem ? <Meaning tone="breach">{said(problem.problem, language)}</Meaning> : undefined;
  const label = said(field.label, language);
  if (field.type === "flag")
    return (
      <div className="wk-field wk-register-flag">
        <Checkbox checked={value === true} onChange={(event) => onChange(event.target.checked)}>
          {label}
        </Checkbox>
        {wrong}
      </div>
    );
  const length =
    field.type === "digits" || field.type === "letters"
      ? t(`register-${field.type}`, { n: String(field.chars_max ?? 0) })
      : undefined;
  return (
    <div className={field.type === "lines" || field.type === "records" ? "wk-register-whole" : undefined}>
      <Labelled
        label={field.required ? t("register-required", { label }) : label}
        need={needOf(field.name)}
        hint={wrong ?? length}
      >
        {(id) => <Control id={id} field={field} value={value} onChange={onChange} unit={unit} problem={problem} />}
      </Labelled>
    </div>
  );
}

function Control({ id, field, value, onChange, unit, problem }: FieldInputProps & { id: string }) {
  const { language } = useLanguage();
  const status = problem ? "error" : undefined;
  const text = { id, status, value: typeof value === "string" ? value : "" } as const;
  const choices = (field.choices ?? []).map((choice) => ({ value: choice.id, label: said(choice.name, language) }));
  switch (field.type) {
    case "lines":
      return (
        <Input.TextArea
          {...text}
          rows={3}
          maxLength={field.chars_max ?? undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case "number":
    case "whole":
      return (
        <InputNumber<number>
          id={id}
          status={status}
          min={field.min ?? undefined}
          max={field.max ?? undefined}
          precision={field.type === "whole" ? 0 : undefined}
          suffix={field.unit || undefined}
          value={typeof value === "number" ? value : null}
          onChange={(next) => onChange(next ?? undefined)}
          style={{ width: "100%" }}
        />
      );
    case "date":
      return (
        <DatePicker
          id={id}
          status={status}
          value={typeof value === "string" && value ? dayjs(value) : null}
          onChange={(day) => onChange(day ? day.format("YYYY-MM-DD") : undefined)}
          style={{ width: "100%" }}
        />
      );
    case "one":
      return (
        <Select
          id={id}
          status={status}
          allowClear={!field.required}
          showSearch={{ optionFilterProp: "label" }}
          value={typeof value === "string" && value ? value : undefined}
          onChange={(next: string | undefined) => onChange(next)}
          options={choices}
        />
      );
    case "some":
      return (
        <Select
          id={id}
          status={status}
          mode="multiple"
          showSearch={{ optionFilterProp: "label" }}
          value={Array.isArray(value) ? (value as string[]) : []}
          onChange={(next: string[]) => onChange(next)}
          options={choices}
        />
      );
    case "record":
    case "records":
      return (
        <RecordChoice
          id={id}
          kind={field.record ?? ""}
          unit={unit}
          status={status}
          several={field.type === "records"}
          value={namedBy(field, value)}
          onChange={(ids) => onChange(field.type === "records" ? ids : ids[0])}
        />
      );
    default:
      return (
        <Input
          {...text}
          className={field.type === "text" ? undefined : "wk-mono"}
          spellCheck={field.type === "text" ? undefined : false}
          maxLength={field.chars_max ?? undefined}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}
