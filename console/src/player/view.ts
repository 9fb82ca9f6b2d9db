// A ledger session under which pictures are looked at: opened before the first picture, kept from running out, ended on
// leaving. One per page, for all cameras of its layout.
//
// It shows nothing and knows no socket. Invariants: no request without a purpose; a session that is no longer used is
// ended, also when the page is closed; cameras are never added to a session, a new one is opened for them.

import { useCallback, useEffect, useMemo, useState } from "react";
import { ApiError, api, socketUrl } from "../api/client";
import type { Id, View, ViewRequest } from "../api/types";
import { serverNow } from "../ui/useNow";
import { waitMs } from "./backoff";
import type { LiveAddress } from "./live";

/** Requests within this time are one: React mounts twice in development, and a layout changes in several steps. */
const SETTLE_MS = 60;
/** While a session is open, further cameras are gathered for this long: each new session is an entry in the ledger. */
const GATHER_MS = 600;
/** How long the old session goes on after a new one took its place: its sockets hand over meanwhile. */
const OVERLAP_MS = 4_000;
/** Renewed when this share of its time is left. */
const RENEW_SHARE = 0.4;
const RENEW_MS_MIN = 5_000;

export interface ViewState {
  readonly view: View | null;
  readonly error: ApiError | null;
  readonly opening: boolean;
}

export class ViewKeeper {
  private wanted: ViewRequest | null = null;
  private state: ViewState = { view: null, error: null, opening: false };
  private readonly changed: (state: ViewState) => void;
  private settle: ReturnType<typeof setTimeout> | undefined;
  private renewal: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;
  private failures = 0;
  private renewing = false;
  private openedFor: ViewRequest | null = null;

  constructor(changed: (state: ViewState) => void) {
    this.changed = changed;
    window.addEventListener("pagehide", this.leave);
    window.addEventListener("pageshow", this.comeBack);
  }

  /** What is to be looked at now; `null` for nothing. */
  want(request: ViewRequest | null): void {
    this.wanted = request;
    clearTimeout(this.settle);
    if (request && this.state.view && this.openedFor && covers(this.openedFor, request)) return;
    this.settle = setTimeout(() => this.open(), request && this.state.view ? GATHER_MS : SETTLE_MS);
  }

  /** Somebody's socket was refused or ended: is the session still good? */
  check(): void {
    if (this.state.view && !this.state.opening && !this.renewing) this.renew();
  }

  /** After a refusal or a failure. */
  retry(): void {
    this.turn += 1;
    this.open();
  }

  dispose(): void {
    window.removeEventListener("pagehide", this.leave);
    window.removeEventListener("pageshow", this.comeBack);
    clearTimeout(this.settle);
    this.leave();
  }

  private async open(): Promise<void> {
    const request = this.wanted;
    this.turn += 1;
    const turn = this.turn;
    const before = this.state.view;
    if (!request) {
      this.close(before);
      this.update({ view: null, error: null, opening: false });
      return;
    }
    this.update({ ...this.state, error: null, opening: true });
    try {
      const view = await api.post<View>("/api/views", request);
      if (turn !== this.turn) {
        this.close(view);
        return;
      }
      this.failures = 0;
      this.openedFor = request;
      this.update({ view, error: null, opening: false });
      this.schedule(view);
      if (before) setTimeout(() => this.close(before), OVERLAP_MS);
    } catch (cause) {
      if (turn !== this.turn) return;
      this.failed(cause, before);
    }
  }

  private failed(cause: unknown, before: View | null): void {
    const error = cause instanceof ApiError ? cause : new ApiError(0, { kind: "unavailable" });
    // A session for fewer cameras goes on; a refusal shows in place of what was asked for.
    this.update({ view: error.refusal ? null : before, error, opening: false });
    if (error.refusal) this.close(before);
    if (error.kind !== "unavailable" && error.kind !== "busy" && error.kind !== "internal") return;
    this.failures += 1;
    this.settle = setTimeout(() => this.open(), waitMs(this.failures + 2, Math.random()));
  }

  private schedule(view: View): void {
    clearTimeout(this.renewal);
    const left = view.expires_ms - serverNow();
    this.renewal = setTimeout(() => this.renew(), Math.max(RENEW_MS_MIN, left * (1 - RENEW_SHARE)));
  }

  private async renew(): Promise<void> {
    const view = this.state.view;
    if (!view) return;
    const turn = this.turn;
    this.renewing = true;
    try {
      const renewed = await api.post<View>(`/api/views/${view.id}/renew`);
      if (turn !== this.turn) return;
      // The same session: its sockets stay; those that were ended connect again because the object is new.
      this.update({ view: { ...view, expires_ms: renewed.expires_ms }, error: null, opening: false });
      this.schedule({ ...view, expires_ms: renewed.expires_ms });
    } catch (cause) {
      if (turn !== this.turn) return;
      const gone = cause instanceof ApiError && cause.kind !== "unavailable" && cause.kind !== "internal";
      // Its pictures stand until the next session takes their sockets over, or is refused.
      if (gone) this.open();
      else this.renewal = setTimeout(() => this.renew(), RENEW_MS_MIN);
    } finally {
      this.renewing = false;
    }
  }

  private close(view: View | null): void {
    if (!view) return;
    // `keepalive` lets the request outlive the page; the client of api/ has no need of it elsewhere.
    fetch(`/api/views/${view.id}/end`, {
      method: "POST",
      headers: { "X-Watchkeeper": "1", "Content-Type": "application/json" },
      body: "{}",
      keepalive: true,
      credentials: "same-origin",
    }).catch(() => undefined);
  }

  private readonly leave = (): void => {
    this.turn += 1;
    clearTimeout(this.renewal);
    this.close(this.state.view);
    this.state = { view: null, error: null, opening: false };
  };

  private readonly comeBack = (event: PageTransitionEvent): void => {
    if (event.persisted && this.wanted) this.open();
  };

  private update(state: ViewState): void {
    this.state = state;
    this.changed(state);
  }
}

/**
 * True when a session opened for `opened` serves `wanted` too: same words, no more cameras, span within. The layout's name
 * is no reason for another entry: saving a layout does not change what is looked at.
 */
export function covers(opened: ViewRequest, wanted: ViewRequest): boolean {
  const words = (request: ViewRequest) =>
    JSON.stringify([request.mode, request.purpose, request.legal_basis, request.case, request.note]);
  return (
    words(opened) === words(wanted) &&
    wanted.cameras.every((camera) => opened.cameras.includes(camera)) &&
    (wanted.from_ms ?? 0) >= (opened.from_ms ?? 0) &&
    (wanted.to_ms ?? 0) <= (opened.to_ms ?? 0)
  );
}

/** Keeps a session for `request` while the component is there. `null` means: nothing is looked at. */
export function useView(request: ViewRequest | null): ViewState & { check: () => void; retry: () => void } {
  const [state, setState] = useState<ViewState>({ view: null, error: null, opening: false });
  const [keeper, setKeeper] = useState<ViewKeeper | null>(null);
  useEffect(() => {
    const made = new ViewKeeper(setState);
    setKeeper(made);
    return () => {
      made.dispose();
      setState({ view: null, error: null, opening: false });
    };
  }, []);
  // The request is compared by what it says: a new object with the same words opens nothing.
  const text = request ? JSON.stringify(request) : null;
  useEffect(() => {
    keeper?.want(text === null ? null : (JSON.parse(text) as ViewRequest));
  }, [keeper, text]);
  const check = useCallback(() => keeper?.check(), [keeper]);
  const retry = useCallback(() => keeper?.retry(), [keeper]);
  return useMemo(() => ({ ...state, check, retry }), [state, check, retry]);
}

/** Where a camera's pictures come from under a view; a sub stream that the camera has not is left out. */
export function addressOf(view: Id, camera: Id, hasSub: boolean, mode: "live" | "playback"): LiveAddress {
  const url = (profile: "main" | "sub") => socketUrl(`/api/views/${view}/${mode}`, { camera, profile });
  return { main: url("main"), sub: hasSub ? url("sub") : null };
}
