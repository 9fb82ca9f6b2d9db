// What a gap is to whoever reads the list: its tone and word, where playback shows it, whether it can be explained. Pure.
import type { Finding, GapCause, GapRow, GapState, Named, Rights } from "../../api/types";
import type { Tone } from "../../ui";

export const CAUSES: GapCause[] = [
  "unknown",
  "camera",
  "network",
  "credentials",
  "disk",
  "us",
  "power",
  "privacy",
  "planned",
];

export const STATES: GapState[] = ["open", "explained", "declined", "justified"];

/** How far back the list goes; the server's own answer is a week. */
export const PERIODS_DAYS = [7, 30, 92] as const;

/** A gap without a known cause is a finding; one that nobody has explained yet is owed an explanation. */
export function gapTone(gap: Pick<GapRow, "state" | "cause">): Tone {
  if (gap.state === "justified") return "plain";
  if (gap.state === "explained") return "notice";
  return gap.cause === "unknown" ? "breach" : "late";
}

/** Where playback shows what came before a gap and the gap itself: its camera at its beginning. */
export function playbackOf(gap: GapRow): { cameras: string; at: string } {
  return { cameras: gap.camera.id, at: String(gap.from_ms) };
}

/** Who knows what happened explains it: operators and administrators; the server asks for the same. */
export const mayExplain = ({ playback, cameras }: Pick<Rights, "playback" | "cameras">): boolean => playback || cameras;

/** A gap that still lasts has no record yet; its stream and beginning name it. */
export function keyOf(gap: GapRow): string {
  return `${gap.camera.id}.${gap.profile}.${gap.from_ms}`;
}

/** Whether somebody can say something about it now: it has ended, and nothing that was said is pending or accepted. */
export function explainable(gap: GapRow): boolean {
  return gap.id !== null && gap.id !== undefined && (gap.state === "open" || gap.state === "declined");
}

/** The cause that all of them have, to begin a form with; none when they differ or the system did not know. */
export function causeOfAll(gaps: readonly GapRow[]): GapCause | undefined {
  const causes = new Set(gaps.map(({ cause }) => cause));
  const [first] = causes;
  return causes.size === 1 && first !== "unknown" ? first : undefined;
}

export interface FindingGroup {
  finding: Finding;
  cameras: Named[];
}

/** Findings that say the same of several cameras as one, each camera once. */
export function groupFindings(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, FindingGroup>();
  for (const finding of findings) {
    const { kind, article, reason, camera } = finding;
    const key = [kind, article, reason.zh, reason.en].join("\n");
    const group = groups.get(key) ?? { finding, cameras: [] };
    groups.set(key, group);
    if (camera && group.cameras.every(({ id }) => id !== camera.id)) group.cameras.push(camera);
  }
  return [...groups.values()];
}
