// The console's pages: path, the word in the rail, its icon, and which right opens it. The rail and the router both read this.
import type { ComponentType } from "react";
import type { Rights } from "../api/types";
import type { IconName } from "../ui";

export interface PageRoute {
  path: string;
  /** Fluent id of its name. */
  name: string;
  icon: IconName;
  /** Any of these opens the page; the first is the one whose holders land here. Empty: everybody who is signed in. */
  rights: (keyof Rights)[];
  load: () => Promise<{ default: ComponentType }>;
  /** What somebody without these rights is told, when it is more than that their posts do not include the page. */
  closed?: { article: string; reason: string; remedy: string };
  /** Reached from another page; the rail does not list it. */
  unlisted?: true;
}

export const PAGES: PageRoute[] = [
  { path: "/wall", name: "page-wall", icon: "wall", rights: ["live"], load: () => import("../pages/wall/index") },
  {
    path: "/playback",
    name: "page-playback",
    icon: "playback",
    rights: ["playback"],
    load: () => import("../pages/playback/index"),
  },
  {
    // Whoever watches keeps it, whoever answers for the unit rosters, whoever supervises reads.
    path: "/duty",
    name: "page-duty",
    icon: "duty",
    rights: ["playback", "live", "cameras", "health", "ledger"],
    load: () => import("../pages/duty/index"),
  },
  {
    // Whoever watches takes them, whoever answers for the unit registers the systems, whoever supervises reads.
    path: "/alarms",
    name: "page-alarms",
    icon: "alarms",
    rights: ["playback", "live", "cameras", "health", "ledger", "standings"],
    load: () => import("../pages/alarms/index"),
  },
  {
    path: "/exports",
    name: "page-exports",
    icon: "exports",
    rights: ["export"],
    load: () => import("../pages/exports/index"),
  },
  {
    // Whoever is at the desk enters requests, administrators approve, auditors read.
    path: "/retrievals",
    name: "page-retrievals",
    icon: "retrievals",
    rights: ["export", "cameras", "ledger"],
    load: () => import("../pages/retrievals/index"),
  },
  {
    // Whoever may look back gathers an incident there; administrators close and lift, auditors read.
    path: "/folders",
    name: "page-folders",
    icon: "folders",
    rights: ["playback", "cameras", "ledger"],
    load: () => import("../pages/folders/index"),
  },
  {
    // Operators place holds, administrators lift them too, auditors read them.
    path: "/holds",
    name: "page-holds",
    icon: "holds",
    rights: ["playback", "cameras", "ledger"],
    load: () => import("../pages/holds/index"),
  },
  {
    // Operators and administrators keep it; whoever sees pictures chooses from it, auditors read it.
    path: "/cases",
    name: "page-cases",
    icon: "cases",
    rights: ["playback", "live", "cameras", "ledger"],
    load: () => import("../pages/cases/index"),
  },
  {
    // Whoever sees pictures asks; who answers for the unit approves, auditors read it.
    path: "/grants",
    name: "page-grants",
    icon: "grants",
    rights: ["playback", "live", "cameras", "ledger"],
    load: () => import("../pages/grants/index"),
  },
  {
    path: "/cameras",
    name: "page-cameras",
    icon: "cameras",
    rights: ["cameras", "health"],
    load: () => import("../pages/cameras/index"),
  },
  {
    // Whoever answers for the unit keeps it; whoever answers for the machines or audits reads it; who sees pictures takes
    // commissioning stills there.
    path: "/registry",
    name: "page-registry",
    icon: "registry",
    rights: ["cameras", "health", "ledger", "playback"],
    load: () => import("../pages/registry/index"),
  },
  {
    path: "/filing",
    name: "filing-title",
    icon: "registry",
    rights: ["cameras"],
    unlisted: true,
    load: () => import("../pages/filing/index"),
  },
  {
    path: "/map",
    name: "page-map",
    icon: "map",
    rights: ["cameras"],
    // Where cameras stand is basic data, for whoever keeps the registry.
    closed: { article: "national-2016:6", reason: "map-closed-reason", remedy: "map-closed-remedy" },
    load: () => import("../pages/map/index"),
  },
  {
    path: "/people",
    name: "page-people",
    icon: "people",
    rights: ["people", "standings"],
    load: () => import("../pages/people/index"),
  },
  {
    // Not `/ledger`: below that the server serves the logs themselves.
    path: "/entries",
    name: "page-ledger",
    icon: "ledger",
    rights: ["ledger"],
    load: () => import("../pages/ledger/index"),
  },
  {
    // Whoever reads the ledger follows a copy back to its entry.
    path: "/trace",
    name: "trace-title",
    icon: "exports",
    rights: ["ledger"],
    unlisted: true,
    load: () => import("../pages/trace/index"),
  },
  {
    // Auditors answer questions from the access log; administrators those about auditors.
    path: "/questions",
    name: "page-questions",
    icon: "ledger",
    rights: ["ledger", "people"],
    unlisted: true,
    load: () => import("../pages/questions/index"),
  },
  {
    path: "/record",
    name: "page-record",
    icon: "account",
    rights: [],
    unlisted: true,
    load: () => import("../pages/record/index"),
  },
  {
    // The server shows findings to whoever answers for the machines or audits.
    path: "/findings",
    name: "page-findings",
    icon: "findings",
    rights: ["health"],
    load: () => import("../pages/findings/index"),
  },
  {
    // Everybody's own; the bell leads here. The channels are for whoever has a board.
    path: "/reminders",
    name: "page-reminders",
    icon: "bell",
    rights: [],
    unlisted: true,
    load: () => import("../pages/reminders/index"),
  },
  {
    // Whoever runs or answers for the unit keeps its routines; whoever supervises reads.
    path: "/routines",
    name: "page-routines",
    icon: "note",
    rights: ["health"],
    load: () => import("../pages/routines/index"),
  },
  {
    // Operators explain gaps there and see nothing else of it.
    path: "/health",
    name: "page-health",
    icon: "health",
    rights: ["health", "gaps"],
    load: () => import("../pages/health/index"),
  },
  {
    // Who has control is visible to everyone on the system (guangzhou-2007:18); the line at the top and the people page lead here.
    path: "/takeovers",
    name: "takeover-title",
    icon: "people",
    rights: [],
    unlisted: true,
    load: () => import("../pages/takeovers/index"),
  },
  {
    // What an authority's act cost the unit: beside the takeovers, for those who answer for the unit and for auditors.
    path: "/claims",
    name: "page-claims",
    icon: "people",
    rights: ["cameras", "standings", "ledger"],
    unlisted: true,
    load: () => import("../pages/claims/index"),
  },
  {
    // All that there is for an account of a requesting authority.
    path: "/portal",
    name: "page-portal",
    icon: "retrievals",
    rights: ["portal"],
    load: () => import("../pages/portal/index"),
  },
  {
    // Supervisors see compliance of their area and act; auditors deal with accusations that no authority can.
    path: "/supervision",
    name: "supervision-title",
    icon: "rules",
    rights: ["supervision", "ledger"],
    load: () => import("../pages/supervision/index"),
  },
  {
    // The supervised side: inspections and orders of one's units, awards, and who supervises.
    path: "/orders",
    name: "orders-title",
    icon: "cases",
    rights: ["orders"],
    load: () => import("../pages/orders/index"),
  },
  { path: "/rules", name: "page-rules", icon: "rules", rights: [], load: () => import("../pages/rules/index") },
  { path: "/account", name: "page-account", icon: "account", rights: [], load: () => import("../pages/account/index") },
];

/** Beside the portal a requester's account has itself and the rules. */
const OF_REQUESTERS = ["/portal", "/account", "/record"];

export function mayOpen(page: PageRoute, rights: Rights): boolean {
  if (rights.portal) return OF_REQUESTERS.includes(page.path);
  return page.rights.length === 0 || page.rights.some((right) => rights[right]);
}

/** Where a person lands: the first page of their post. */
export function firstPage(rights: Rights): string {
  const home = PAGES.find(({ rights: [first], unlisted }) => !unlisted && first !== undefined && rights[first]);
  return (home ?? PAGES.find((page) => page.rights.length > 0 && mayOpen(page, rights)))?.path ?? "/account";
}
