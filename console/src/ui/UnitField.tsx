// Which unit a form is about. Whoever has one unit only is not asked.
import { Select } from "antd";
import type { Named } from "../api/types";
import { Labelled } from "./Labelled";

export interface UnitFieldProps {
  label: string;
  /** The Fluent id by which a list of what is missing refers to it. */
  need?: string;
  units: readonly Pick<Named, "id" | "name">[];
  value: string | undefined;
  onChange: (unit: string) => void;
}

export function UnitField({ label, need, units, value, onChange }: UnitFieldProps) {
  if (units.length < 2) return null;
  return (
    <Labelled label={label} need={need}>
      {(id) => (
        <Select
          id={id}
          showSearch={{ optionFilterProp: "label" }}
          value={value}
          onChange={onChange}
          options={units.map((unit) => ({ value: unit.id, label: unit.name }))}
        />
      )}
    </Labelled>
  );
}
