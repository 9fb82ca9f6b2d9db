// The kinds of pressure that a report may be about, in the order in which they are offered.
import type { PressureReport } from "../api/types";

export type Pressure = PressureReport["what"];

export const PRESSURES: readonly Pressure[] = [
  "switch_off",
  "delete",
  "hand_out",
  "brand",
  "contractor",
  "forced_building",
  "other",
];
