// A system's life as the page tells it: stages in their order, which demands come with the step itself, who can take part. Pure.
import type { CommissioningPoint, CommissioningTable, LifeDemand, LifeStep } from "../../api/types";

export const STAGES = ["planned", "designed", "built", "tested", "accepted", "in_use", "decommissioned"] as const;
export type Stage = (typeof STAGES)[number];

/** The stage that a step leads to. */
const REACHED: Record<string, Stage> = {
  review: "designed",
  build: "built",
  test: "tested",
  accept: "accepted",
  commission: "in_use",
  decommission: "decommissioned",
};

export const PARTICIPANTS = [
  "public-security",
  "experts",
  "industry-authority",
  "builder",
  "designer",
  "constructor",
  "user-unit",
  "owner",
];

/** The paper that a step usually brings. */
export const PAPER_OF: Record<string, string> = {
  review: "design",
  build: "construction",
  test: "test",
  accept: "acceptance",
};

/** Steps that somebody judges: they have a result. */
export const JUDGED = ["review", "test", "accept"];

export interface StagePlace {
  stage: Stage;
  state: "done" | "here" | "later";
  /** The step that led there. */
  step: LifeStep | undefined;
}

export function stagesOf(stage: string, steps: LifeStep[]): StagePlace[] {
  const here = STAGES.indexOf(stage as Stage);
  return STAGES.map((one, at) => ({
    stage: one,
    state: at < here ? "done" : at === here ? "here" : "later",
    step: steps.findLast(({ step }) => REACHED[step] === one),
  }));
}

/** What the form of the step itself brings: papers, who took part, the result. */
const WITH_STEP = new Set(["paper", "not_passed", "design_review", "system_test", "acceptance"]);

export type DemandGroup = "first" | "with" | "warns" | "met";

export function demandGroup(demand: Pick<LifeDemand, "met" | "refuses" | "code">): DemandGroup {
  if (demand.met) return "met";
  if (!demand.refuses) return "warns";
  return WITH_STEP.has(demand.code) ? "with" : "first";
}

/** Where what is missing can be put right. */
export type Help = "contractor" | "sign" | "paper" | "point" | "points" | "camera" | "system";

const HELP: ReadonlyMap<string, Help> = new Map<string, Help>([
  ["designer", "contractor"],
  ["constructor", "contractor"],
  ["maintainer", "contractor"],
  ["sign", "sign"],
  ["paper", "paper"],
  ["no_points", "point"],
  ["point_without_camera", "camera"],
  ["planning_permit", "points"],
  ["private_place", "points"],
  ["mask_needed", "points"],
  ["public_area_builder", "system"],
]);

export function helpOf(code: string): Help | undefined {
  return HELP.get(code);
}

/** One measured value beside what was designed. */
export interface Measure {
  what: "size" | "frames" | "codec" | "rate" | "clock";
  wanted: string | undefined;
  sent: string;
  /** Less than, or other than, what was designed. */
  short: boolean;
}

/** As the server's codes name them. */
const CODEC_WORDS: Record<string, string> = { h264: "H.264", h265: "H.265", mjpeg: "MJPEG" };

type Wanted = Pick<CommissioningTable, "width_px_min" | "height_px_min" | "frame_rate_min" | "codec">;

export function measuresOf(wanted: Wanted, sent: NonNullable<CommissioningPoint["measured"]>): Measure[] {
  const { width_px_min: width, height_px_min: height, frame_rate_min: frames } = wanted;
  const codec = wanted.codec ? (CODEC_WORDS[wanted.codec] ?? wanted.codec) : undefined;
  return [
    {
      what: "size",
      wanted: width || height ? `≥ ${width ?? "–"}×${height ?? "–"}` : undefined,
      sent: sent.width && sent.height ? `${sent.width}×${sent.height}` : "–",
      short: (sent.width ?? 0) < (width ?? 0) || (sent.height ?? 0) < (height ?? 0),
    },
    {
      what: "frames",
      wanted: frames ? `≥ ${frames} fps` : undefined,
      sent: sent.fps ? `${sent.fps.toFixed(1)} fps` : "–",
      // A frame more or less in a second is measuring, here as at the server.
      short: frames !== undefined && frames !== null && sent.fps !== undefined && (sent.fps ?? 0) + 1 < frames,
    },
    { what: "codec", wanted: codec, sent: sent.codec ?? "–", short: codec !== undefined && sent.codec !== codec },
  ];
}
