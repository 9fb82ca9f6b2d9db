// What the map marks, and the shapes that tell one meaning from another without colour. Pure data; paint.ts draws it.
import type { Tone } from "../tokens";
import type { FieldOfView } from "./sector";

/** How something stands: each has a shape and a colour of its own. */
export type Standing =
  | "in-use"
  | "test"
  | "planned"
  | "stopped"
  | "finding"
  /** A point where no camera may be. */
  | "forbidden"
  /** A place that must have a system and has none. */
  | "owed"
  /** A place where no camera may be. */
  | "private"
  | "place";

/** Of the point's camera, as the list of cameras says it. */
export type Live = "recording" | "gap" | "off";

export interface MapMark {
  readonly id: string;
  readonly name: string;
  readonly kind: "point" | "planned" | "place";
  readonly x: number;
  readonly y: number;
  readonly longitude: number;
  readonly latitude: number;
  readonly standing: Standing;
  readonly view?: FieldOfView;
  readonly live?: Live;
}

export const STANDING_TONES: Record<Standing, Tone> = {
  "in-use": "good",
  test: "notice",
  planned: "plain",
  stopped: "plain",
  finding: "late",
  forbidden: "breach",
  owed: "breach",
  private: "plain",
  place: "plain",
};

/** The worst first: what stands for a cluster, and what is drawn last. */
export const STANDINGS: readonly Standing[] = [
  "forbidden",
  "owed",
  "finding",
  "test",
  "in-use",
  "planned",
  "stopped",
  "private",
  "place",
];

/** Outlines in a box of 12 by 12, filled unless hollow. */
export const SHAPES: Record<Standing, { readonly d: string; readonly hollow?: boolean }> = {
  "in-use": { d: "M6 1.2a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6Z" },
  test: { d: "M6 .4 11.6 6 6 11.6 .4 6Z" },
  planned: { d: "M6 1.6a4.4 4.4 0 1 1 0 8.8a4.4 4.4 0 1 1 0-8.8Z", hollow: true },
  stopped: { d: "M1.5 4.2h9v3.6h-9Z" },
  finding: { d: "M6 .6 11.8 11H.2Z" },
  private: { d: "M6 .8a5.2 5.2 0 1 1 0 10.4a5.2 5.2 0 1 1 0-10.4ZM2.4 9.6 9.6 2.4", hollow: true },
  forbidden: {
    d: "M.8 .8h10.4v10.4H.8ZM3.2 4.5 4.7 6 3.2 7.5 4.5 8.8 6 7.3 7.5 8.8 8.8 7.5 7.3 6 8.8 4.5 7.5 3.2 6 4.7 4.5 3.2Z",
  },
  owed: { d: "M6 .5 11.5 5v6.5H.5V5ZM5.2 4.5v3.2h1.6V4.5ZM5.2 8.6v1.6h1.6V8.6Z" },
  place: { d: "M2.5 2.5h7v7h-7Z", hollow: true },
};

/** The standing that stands for several: the worst, and how many of it there are. */
export function worstOf(marks: readonly Pick<MapMark, "standing">[]): Standing {
  let worst = STANDINGS.length - 1;
  for (const { standing } of marks) worst = Math.min(worst, STANDINGS.indexOf(standing));
  return STANDINGS[worst] ?? "place";
}
