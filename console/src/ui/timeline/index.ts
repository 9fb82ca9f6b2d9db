// The timeline as pages take it.
export type { Span } from "./control";
export { FootageMap } from "./footage";
export type { Limits, Scale } from "./scale";
export { endOf } from "./scale";
export { Timeline, type TimelineHandle, type TimelineProps } from "./Timeline";
export { TimelineTable } from "./TimelineTable";
export { type FootageState, useFootage } from "./useFootage";
