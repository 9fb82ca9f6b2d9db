// Reads from the register what each finding belongs to, when findings are to be told by unit or system; of their articles nothing is asked.
import { useMemo } from "react";
import { useCamerasById, useRegisterKinds, useRegisterPages, useUnits } from "../../api/queries";
import type { Finding } from "../../api/types";
import { type By, belongs } from "../../ui/findingsBy";

/** So many records of each kind are asked for, the most that a page of the register has; what is beyond belongs nowhere here. */
const RECORDS_MAX = 500;
const OF_SYSTEMS = ["system", "point"];
const NONE: string[] = [];

export function useBelonging(findings: readonly Finding[], by: By) {
  const units = useUnits();
  const kinds = useRegisterKinds();
  const asked = by === "unit" ? (kinds.data ?? []).map(({ kind }) => kind) : by === "system" ? OF_SYSTEMS : NONE;
  const records = useRegisterPages(asked, { limit: RECORDS_MAX });
  const told = by === "unit" || by === "system";
  const { known } = useCamerasById(told ? findings.map(({ camera }) => camera?.id) : NONE);
  return useMemo(
    () => belongs({ units: units.data ?? [], records, cameras: [...(known?.values() ?? [])] }),
    [units.data, records, known],
  );
}
