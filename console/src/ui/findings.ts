// Findings as people read them: which must be put right and which are only heard of, what belongs together, and where each is
// put right. Pure; what is a finding the server says.
import type { Finding } from "../api/types";

/** Forbidden and going on, owed and not there, or only heard of: a draft, a pack held in part, advice. Heaviest first. */
export type Weight = "breach" | "due" | "note";
export const WEIGHTS: readonly Weight[] = ["breach", "due", "note"];

/** The register says how much each of its findings weighs; of the others, what binds is due. */
export const weightOf = ({ binds, severity }: Pick<Finding, "binds" | "severity">): Weight =>
  WEIGHTS.find((weight) => weight === severity) ?? (binds ? "due" : "note");

/** What a finding is, as a word: the register's has its own, the others are named by their kind. */
export const wordOf = ({ kind, code }: Pick<Finding, "kind" | "code">): string => code ?? kind;

/** Words that have a heading of their own; any other is headed by its reason. */
export const WORDS_KNOWN: ReadonlySet<string> = new Set([
  "access_log_altered",
  "account_unconfirmed",
  "agreement_ended",
  "alarm_overdue",
  "area_target_missed",
  "assessment_overdue",
  "balance",
  "behind_main_works",
  "below_standard",
  "camera_clock",
  "camera_silent",
  "choice_unrecorded",
  "claim_waiting",
  "contract_ended",
  "device_fault",
  "distance_unrecorded",
  "drill_overdue",
  "duty_post_empty",
  "duty_unmanned",
  "floor_forecast",
  "floor_shortfall",
  "footage_log_altered",
  "found_unreported",
  "gaps_unjustified",
  "hold_review",
  "hold_stuck",
  "incident_unrepaired",
  "incident_unreported",
  "incomplete",
  "inspection_overdue",
  "link_below",
  "main_works_without_system",
  "maintenance_without_contract",
  "move_not_notified",
  "nobody_responsible",
  "order_overdue",
  "order_without_basis",
  "outage",
  "over_keeping",
  "place_without_system",
  "plan_overlap",
  "plan_unapproved",
  "posts_unconfirmed",
  "pressure",
  "pressure_open",
  "private_place",
  "product_uncertified",
  "public_area_without_maintainer",
  "questions",
  "repair_overdue",
  "report_unacknowledged",
  "qualification_expired",
  "reminders_failing",
  "retrieval",
  "supervision",
  "review_overdue",
  "round_overdue",
  "rule_missing",
  "rule_unconfirmed",
  "rounds_missing",
  "server_clock",
  "software_changed",
  "stale",
  "standard_unnamed",
  "target_missed",
  "unconsulted",
  "unfiled",
  "untrained_post",
  "view_unrecorded",
  "voluntary_but_owed",
  "without_point",
]);

/** Findings of one word under the same articles: they have one remedy. */
export interface FindingsAlike {
  key: string;
  word: string;
  articles: string[];
  weight: Weight;
  findings: Finding[];
}

/** The same thing said of the same is one, with every article that says it. */
function distinct(findings: readonly Finding[]): { finding: Finding; articles: string[] }[] {
  const one = new Map<string, { finding: Finding; articles: string[] }>();
  for (const finding of findings) {
    const { camera, record, reason, remedy, article } = finding;
    const about = camera?.id ?? record?.id ?? "";
    const key = [weightOf(finding), wordOf(finding), about, reason.en, remedy.en].join("\n");
    const known = one.get(key) ?? { finding, articles: [] };
    one.set(key, known);
    if (!known.articles.includes(article)) known.articles.push(article);
  }
  return [...one.values()];
}

export const countOf = (findings: readonly Finding[]): number => distinct(findings).length;

/** The heaviest first, and of these what concerns most; inside a group the longest standing first. */
export function alike(findings: readonly Finding[]): FindingsAlike[] {
  const groups = new Map<string, FindingsAlike>();
  for (const { finding, articles } of distinct(findings)) {
    const [word, weight] = [wordOf(finding), weightOf(finding)];
    const key = [weight, word, ...articles, finding.remedy.en].join("\n");
    const group = groups.get(key) ?? { key, word, articles, weight, findings: [] };
    group.findings.push(finding);
    groups.set(key, group);
  }
  for (const group of groups.values()) group.findings.sort((one, other) => one.since_ms - other.since_ms);
  const rank = ({ weight }: FindingsAlike) => WEIGHTS.indexOf(weight);
  return [...groups.values()].sort(
    (one, other) => rank(one) - rank(other) || other.findings.length - one.findings.length,
  );
}

export interface Place {
  to: string;
  search: Record<string, string>;
}

/** Findings about people: their "record" is a person. */
const OF_PEOPLE: ReadonlySet<string> = new Set(["account_unconfirmed", "posts_unconfirmed", "untrained_post"]);

/** Where a routine is kept, by what was found; others are rules. */
const ROUTINE_TABS: Readonly<Record<string, string>> = {
  round_overdue: "rounds",
  repair_overdue: "orders",
  device_fault: "orders",
  assessment_overdue: "assessments",
  link_below: "links",
  contract_ended: "links",
};

/** Where what a finding is about is seen and put right. */
export function placeOf({ kind, code, camera, record }: Finding): Place | undefined {
  if (kind === "gaps_unjustified")
    return { to: "/health", search: { tab: "gaps", days: "92", ...(camera ? { camera: camera.id } : {}) } };
  if (kind === "outage") return { to: "/health", search: { tab: "outages" } };
  if (kind === "camera_clock" || kind === "server_clock") return { to: "/health", search: { tab: "clocks" } };
  if (kind === "integrity") return { to: "/health", search: { tab: "integrity" } };
  if (kind === "reminder") return { to: "/reminders", search: {} };
  if (kind === "floor_shortfall" || kind === "over_keeping") return { to: "/health", search: { tab: "retention" } };
  if (kind === "hold_review") return { to: "/holds", search: {} };
  if (kind === "floor_forecast") return { to: "/health", search: { tab: "disk" } };
  if (kind === "order") return { to: "/orders", search: {} };
  // Whose figures and inspections they are, read them under supervision; auditors do not.
  if (code === "area_target_missed" || code === "inspection_overdue") return undefined;
  if (kind === "supervision") return { to: "/orders", search: {} };
  if (kind === "retrieval")
    return { to: "/retrievals", search: { show: "late", ...(record ? { id: record.id } : {}) } };
  if (kind === "claim") return { to: "/claims", search: record ? { id: record.id } : {} };
  if (kind === "pressure") return { to: "/entries", search: { tab: "pressure", shown: "open" } };
  if (kind === "questions") return { to: "/questions", search: { shown: "open" } };
  if (kind === "alarm") return { to: "/alarms", search: { priority: "high" } };
  if (kind === "duty")
    return {
      to: "/duty",
      search: {
        ...(record ? { room: record.id } : {}),
        ...(code === "report_unacknowledged" ? { tab: "reports" } : {}),
      },
    };
  if (kind === "routine") {
    const tab = ROUTINE_TABS[code ?? ""];
    const unit = tab === "links" ? undefined : record?.id;
    return { to: "/routines", search: { ...(tab ? { tab } : {}), ...(unit ? { unit } : {}) } };
  }
  if (camera) return { to: "/cameras", search: { id: camera.id } };
  if (!record) return undefined;
  if (code && OF_PEOPLE.has(code)) return { to: "/people", search: { id: record.id } };
  // A record that lacks values is put right in its form.
  const form: Record<string, string> = code === "incomplete" ? { edit: "1" } : {};
  return { to: "/registry", search: { record: record.id, ...form } };
}

/** What may be a theft or damage, until it is reported as one. */
const OF_HARM: ReadonlySet<string> = new Set(["camera_silent", "device_fault"]);

/** The form in which it is reported, with its camera and the day filled in; nothing where it is reported, or is no such thing. */
export function harmOf({ code, camera, incident, since_ms }: Finding): Place | undefined {
  if (!camera || incident || !OF_HARM.has(code ?? "")) return undefined;
  return { to: "/registry", search: { kind: "incident", add: "1", camera: camera.id, since: String(since_ms) } };
}

/** Whether a finding is about one of these records or cameras. */
export const isAbout = ({ camera, record }: Finding, ids: ReadonlySet<string>): boolean =>
  (camera ? ids.has(camera.id) : false) || (record ? ids.has(record.id) : false);

export interface Sought {
  text?: string;
  weight?: Weight;
  article?: string;
  /** `register`, or a kind of what recording shows. */
  kind?: string;
}

export function found(findings: readonly Finding[], { text, weight, article, kind }: Sought): Finding[] {
  const wanted = text?.trim().toLowerCase();
  const holds = ({ camera, record, reason, article: own }: Finding) =>
    [camera?.name, record?.name, reason.zh, reason.en, own].some((part) => part?.toLowerCase().includes(wanted ?? ""));
  return findings.filter(
    (finding) =>
      (!weight || weightOf(finding) === weight) &&
      (!article || finding.article === article) &&
      (!kind || finding.kind === kind) &&
      (!wanted || holds(finding)),
  );
}
