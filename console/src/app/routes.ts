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
    path: "/exports",
    name: "page-exports",
    icon: "exports",
    rights: ["export"],
    load: () => import("../pages/exports/index"),
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
    rights: ["people"],
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
    // The server shows findings to whoever answers for the machines or audits.
    path: "/findings",
    name: "page-findings",
    icon: "findings",
    rights: ["health"],
    load: () => import("../pages/findings/index"),
  },
  {
    // Operators explain gaps there and see nothing else of it.
    path: "/health",
    name: "page-health",
    icon: "health",
    rights: ["health", "gaps"],
    load: () => import("../pages/health/index"),
  },
  { path: "/rules", name: "page-rules", icon: "rules", rights: [], load: () => import("../pages/rules/index") },
  { path: "/account", name: "page-account", icon: "account", rights: [], load: () => import("../pages/account/index") },
];

export function mayOpen(page: PageRoute, rights: Rights): boolean {
  return page.rights.length === 0 || page.rights.some((right) => rights[right]);
}

/** Where a person lands: the first page of their post. */
export function firstPage(rights: Rights): string {
  const home = PAGES.find(({ rights: [first], unlisted }) => !unlisted && first !== undefined && rights[first]);
  return (home ?? PAGES.find((page) => page.rights.length > 0 && mayOpen(page, rights)))?.path ?? "/account";
}
