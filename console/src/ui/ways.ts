// What helps against each refusal of the server: a page to go to, a panel to open, or nothing to press.
//
// Not what is allowed: the server decides that, and says in words what would make it possible. Every code that it can refuse with
// stands here (tests/ways.test.ts reads them from the server's own source), so that a new one is not forgotten.
import type { Rights } from "../api/types";

/** A page on which one can do, or see, what is lacking. `rights` are those that open the page (app/routes.ts). */
export interface Place {
  to: string;
  /** Fluent id of the button. */
  words: string;
  rights: readonly (keyof Rights)[];
}

const SEES: readonly (keyof Rights)[] = ["playback", "live", "cameras", "ledger"];
const KEEPS_WATCH: readonly (keyof Rights)[] = ["playback", "live", "cameras", "health", "ledger"];
const KEEPS_REGISTRY: readonly (keyof Rights)[] = ["cameras", "health", "ledger", "playback"];

export const PLACES = {
  shift: { to: "/duty", words: "way-shift", rights: KEEPS_WATCH },
  duty: { to: "/duty", words: "way-duty", rights: KEEPS_WATCH },
  training: { to: "/account", words: "way-training", rights: [] },
  posts: { to: "/account", words: "way-posts", rights: [] },
  password: { to: "/account", words: "way-password", rights: [] },
  cases: { to: "/cases", words: "way-cases", rights: SEES },
  grants: { to: "/grants", words: "way-grants", rights: SEES },
  exports: { to: "/exports", words: "way-exports", rights: ["export"] },
  folders: { to: "/folders", words: "way-folders", rights: ["playback", "cameras", "ledger"] },
  retrievals: { to: "/retrievals", words: "way-retrievals", rights: ["export", "cameras", "ledger"] },
  registry: { to: "/registry", words: "way-registry", rights: KEEPS_REGISTRY },
  papers: { to: "/registry", words: "way-papers", rights: KEEPS_REGISTRY },
  disks: { to: "/health", words: "way-disks", rights: ["health", "gaps"] },
  takeovers: { to: "/takeovers", words: "way-takeovers", rights: [] },
  portal: { to: "/portal", words: "way-portal", rights: ["portal"] },
  supervision: { to: "/supervision", words: "way-supervision", rights: ["supervision", "ledger"] },
  record: { to: "/record", words: "way-record", rights: [] },
} as const satisfies Record<string, Place>;

/**
 * `approval`, `purpose` and `second` open a form and a panel; `here`: the refusing form itself holds what is to be changed; `another`: somebody
 * else does it, as the remedy says, and there is nothing that this person could press.
 */
export type Way = keyof typeof PLACES | "approval" | "purpose" | "second" | "here" | "another";

/** The ways of each code; `of` names them in the order in which they are offered. */
const of = (ways: readonly Way[], ...codes: string[]): [string, readonly Way[]][] => codes.map((code) => [code, ways]);

export const WAYS: ReadonlyMap<string, readonly Way[]> = new Map([
  // Who one is: posts, standing, account.
  ...of(["posts"], "role", "other_unit", "other_group"),
  ...of(["approval", "posts"], "grant_other_group"),
  ...of(["here"], "other_group_recorded"),
  ...of(["training"], "training", "vetting"),
  ...of(["password"], "must_change_password"),
  ...of(["portal"], "requester_only", "portal_open"),
  ...of(["supervision"], "supervisor_picture", "supervisor_basic_data"),
  ...of(["another"], "suspended", "dormant", "account_ended", "contractor", "not_cleared", "system_actor", "own_unit"),
  ...of(
    ["another"],
    "own_posts",
    "inspector_dismissed",
    "own_clearance",
    "own_standing",
    "own_words",
    "own_request",
    "own_release",
    "own_grant",
    "own_account_made",
    "account_unconfirmed",
  ),
  ...of(
    ["another"],
    "own_repair",
    "own_case",
    "own_question",
    "auditor_answers",
    "circular_approval",
    "same_post",
    "requester_posts",
  ),
  ...of(["record"], "not_own_question"),
  ...of(["here"], "passkey_copied", "provider_answer", "linked_already", "another_subject"),
  ...of(["another"], "own_invitation", "shared_subject", "subject_linked", "subject_was_anothers"),
  // Why one looks: purpose, case, approval, shift.
  ...of(["purpose"], "purpose", "legal_basis", "level_note", "clip_level_note"),
  ...of(["purpose", "cases"], "level_case", "clip_level_case", "case_unknown", "case_other_unit", "case_other_camera"),
  ...of(["cases"], "grant_system_case"),
  ...of(["cases", "purpose"], "case_closed", "case_self_made", "case_unconfirmed"),
  ...of(["approval"], "grant_needed", "grant_declined", "grant_expired", "grant_revoked", "grant_used_up"),
  ...of(["approval"], "grant_other_act", "grant_other_camera", "grant_other_span", "grant_other_purpose"),
  ...of(["here"], "grant_beyond_posts"),
  ...of(["grants"], "grant_waiting", "clip_waiting"),
  ...of(["another"], "clip_declined", "clip_expired", "clip_revoked", "clip_used_up", "clip_unapproved", "clip_sender"),
  ...of(["here"], "clip_reason", "clip_to_oneself", "clip_colleague", "clip_beyond"),
  ...of(["another"], "clip_other_person"),
  ...of(["second"], "second_person", "second_person_unfit"),
  ...of(["another"], "own_second_person"),
  ...of(["shift"], "off_shift", "nobody_hands_over"),
  ...of(["approval", "shift", "cases"], "grant_off_shift"),
  ...of(["duty"], "shift_over", "too_early", "not_your_shift", "not_your_alarm"),
  ...of(["takeovers"], "taken_over", "taken_over_already"),
  ...of(["exports"], "not_own_export"),
  // A view that ended, or is another's: the button to open it anew stands beside.
  ...of(["here"], "foreign_view", "foreign_control", "other_camera", "revoked", "expired"),
  ...of(["here"], "ptz_held", "ptz_ended", "ptz_forbidden"),
  // What a form still lacks.
  ...of(["here"], "reason", "case_reason", "clip_level_reason", "folder_reason", "grant_reason", "hold_reason"),
  ...of(["here"], "hold_approver", "hold_approver_own"),
  ...of(["here"], "no_camera", "no_span", "future", "span_too_long", "too_many_cameras"),
  ...of(["here"], "clip_level_document", "sound_basis", "sound_ground", "claim_act", "claim_items", "award_case"),
  ...of(["papers"], "sound_document", "claim_papers", "document_ended"),
  ...of(["folders"], "folder_closed"),
  ...of(["here"], "folder_item_withdrawn"),
  // An authority's request, its control, its portal.
  ...of(["retrievals"], "requester", "way", "basic_data", "inquiry_closed", "organ_level", "must_cooperate"),
  ...of(["retrievals"], "retrieval_needed"),
  ...of(["retrievals"], "officers", "certificate", "any_paper", "credential_check"),
  ...of(
    ["here"],
    "secrecy_undertaking",
    "viewing_unknown",
    "viewing_early",
    "viewing_basis",
    "viewing_cameras",
    "viewing_span",
  ),
  ...of(["here"], "viewing_nothing"),
  ...of(["registry"], "table_not_exported"),
  ...of(["here"], "takeover_organ", "takeover_order", "takeover_officers", "takeover_oneself", "takeover_term"),
  ...of(["here"], "takeover_clearance", "retrieval_terms", "service_hours"),
  ...of(["takeovers"], "takeover_system_over"),
  ...of(["here"], "portal_rate", "request_withdrawn", "receipt_first", "collect_term", "collected_out"),
  // The register and the life of a system.
  ...of(
    ["registry"],
    "not_accepted",
    "not_recorded",
    "change_unauthorised",
    "after_acceptance",
    "in_use",
    "moved_system",
  ),
  ...of(["cases"], "private_recording"),
  ...of(["here"], "others_copy"),
  ...of(["registry"], "net_reduction", "pack_left", "sign_of_accepted", "private_place", "out_of_order"),
  ...of(["here"], "grant_above_level", "grant_beyond_decision", "grant_of_nothing", "override_weaker", "below_floor"),
  ...of(
    ["here"],
    "no_points",
    "point_without_camera",
    "design",
    "design_review",
    "designer",
    "construction",
    "constructor",
  ),
  ...of(
    ["here"],
    "maintainer",
    "planning_permit",
    "sign",
    "consent",
    "mask_needed",
    "customers_passwords",
    "not_passed",
  ),
  ...of(["here"], "paper", "acceptance", "built_as_designed", "test", "system_test", "public_area_builder"),
  ...of(["disks"], "no_room"),
  ...of(["another"], "secret_dossier"),
  // Supervision.
  ...of(["here"], "order_without_force", "order_deadline", "step_not_in_chain", "step_of_own_rule", "step_too_early"),
  ...of(
    ["here"],
    "step_before_judgement",
    "fine_not_on_them",
    "penalty_not_of_article",
    "penalty_unchosen",
    "correction_without_evidence",
  ),
  ...of(["here"], "step_before_deadline", "step_not_serious", "fine_out_of_range", "line_not_lacking", "nobody_above"),
  ...of(["here"], "line_ordered"),
  ...of(["here"], "accusation_stage", "no_such_accusation", "successor_area", "demand_deadline", "target_area"),
]);

const isPlace = (way: Way): way is keyof typeof PLACES => Object.hasOwn(PLACES, way);

/** The pages that help against `code`, which `rights` open and which are not `path`, where one is already. */
export function placesFor(code: string | undefined, rights: Rights, path: string): readonly Place[] {
  const places: readonly Place[] = (WAYS.get(code ?? "") ?? []).filter(isPlace).map((way) => PLACES[way]);
  return places.filter(({ to, rights: needed }) => {
    const opens = rights.portal
      ? ["/portal", "/account", "/record"].includes(to)
      : needed.length === 0 || needed.some((right) => rights[right]);
    return opens && path !== to && !path.startsWith(`${to}/`);
  });
}

/** Whether another purpose, a reason or a named case would lift the refusal. */
export const wantsPurpose = (code: string | undefined): boolean => WAYS.get(code ?? "")?.includes("purpose") ?? false;

/** Whether an approval would lift it. */
export const wantsApproval = (code: string | undefined): boolean => WAYS.get(code ?? "")?.includes("approval") ?? false;

/** Whether somebody who signs in beside would lift it. */
export const wantsSecond = (code: string | undefined): boolean => WAYS.get(code ?? "")?.includes("second") ?? false;
