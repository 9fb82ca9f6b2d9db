// The way through a sign-in provider, as this tab remembers it: what was begun, where to go on, and what the provider sent back with.
// What is true is checked by the server. Invariants: the address loses what came with it before anything else reads it; the tab goes
// on to its own pages only.
import type { ProviderReturn } from "./types";

const KEY = "wk-journey";
const WITH = "/sign-in/with/";
const INVITED = "/sign-in/invited/";

/** What was begun in this tab. */
interface Begun {
  errand: "sign-in" | "link";
  /** A page of the console. */
  back: string;
}

/** What came back in an address, if it is one that a provider sends people back to. */
export function returnedIn({ pathname, search }: Pick<Location, "pathname" | "search">): ProviderReturn | undefined {
  if (!pathname.startsWith(WITH)) return undefined;
  const query = new URLSearchParams(search);
  const [code, iss, error] = ["code", "iss", "error"].map((name) => query.get(name) ?? undefined);
  return {
    provider: pathname.slice(WITH.length),
    state: query.get("state") ?? "",
    ...(code ? { code } : {}),
    ...(iss ? { iss } : {}),
    ...(error ? { error } : {}),
  };
}

/** The provider and the secret of an invitation's address. */
export function invitationIn({ pathname, hash }: Pick<Location, "pathname" | "hash">) {
  if (!pathname.startsWith(INVITED)) return undefined;
  return { provider: pathname.slice(INVITED.length), invitation: hash.slice(1) };
}

const returned = returnedIn(window.location);
const invited = invitationIn(window.location);
// Out of the address, and so out of the history: a code counts once, but it is nobody else's to see.
if (returned ?? invited) window.history.replaceState(null, "", window.location.pathname);

export const whatCameBack = () => returned;
export const theInvitation = () => invited;

/** A page of this console, or its beginning. */
export const ownPage = (path: string) => (/^\/(?!\/|\\)/.test(path) ? path : "/");

/** Goes to the provider; the tab remembers what for. */
export function leaveFor(address: string, errand: Begun["errand"]) {
  const { pathname, search } = window.location;
  const back = errand === "link" ? "/account" : pathname.startsWith("/sign-in/") ? "/" : pathname + search;
  sessionStorage.setItem(KEY, JSON.stringify({ errand, back } satisfies Begun));
  window.location.assign(address);
}

/** What this tab had begun, which is forgotten by this. */
export function takeBegun(): Begun {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  try {
    const { errand, back } = JSON.parse(kept ?? "{}") as Partial<Begun>;
    return { errand: errand === "link" ? "link" : "sign-in", back: ownPage(back ?? "/") };
  } catch {
    return { errand: "sign-in", back: "/" };
  }
}
