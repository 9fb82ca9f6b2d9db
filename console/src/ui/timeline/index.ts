// The timeline as pages take it.
export type { AlarmMark } from "./alarms";
export { LEAP_MS, type Span, STEP_MS } from "./control";
export { FootageMap } from "./footage";
export type { HeldSpan } from "./held";
export type { LevelSpan } from "./levels";
export type { Limits, Scale } from "./scale";
export { endOf } from "./scale";
export { Timeline, type TimelineHandle, type TimelineProps } from "./Timeline";
export { TimelineTable } from "./TimelineTable";
export { type FootageState, useFootage } from "./useFootage";
