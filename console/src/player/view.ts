// A ledger session under which pictures are looked at: opened before the first picture, kept from running out, ended on
// leaving. One per page, for all cameras of its layout.
//
// It shows nothing and knows no socket. Invariants: no request without a purpose; a session that is no longer used is
// ended, also when the page is closed; cameras are never added to a session, a new one is opened for them.

import { useCallback, useEffect, useMemo, useState } from "react";
import { ApiError, api, type ErrorKind, socketUrl } from "../api/client";
import type { Id, View, ViewRequest } from "../api/types";
import { serverNow } from "../ui/useNow";
import { Attempts, waitMs } from "./backoff";
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
/** A session whose sockets were not ended for this long serves well: the next complaint is looked into at once. */
const CALM_MS = 60_000;
/** What may be different in a moment; anything else stays until something else is asked for, or a person tries again. */
const PASSING_KINDS: readonly ErrorKind[] = ["unavailable", "busy", "internal", "conflict"];
/** A renewal that was answered so says nothing about the session. */
const UNSAID_KINDS: readonly ErrorKind[] = ["unavailable", "busy", "internal"];

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
  private checking: ReturnType<typeof setTimeout> | undefined;
  /** Which opening is the newest: an answer to an earlier one is no longer wanted. */
  private turn = 0;
  private failures = 0;
  private renewing = false;
  private openedFor: ViewRequest | null = null;
  private readonly complaints = new Attempts(CALM_MS);

  constructor(changed: (state: ViewState) => void) {
    this.changed = changed;
    window.addEventListener("pagehide", this.leave);
    window.addEventListener("pageshow", this.comeBack);
  }

  /** What is to be looked at now; `null` for nothing. */
  want(request: ViewRequest | null): void {
    this.wanted = request;
    this.failures = 0;
    clearTimeout(this.settle);
    if (request && this.state.view && this.openedFor && covers(this.openedFor, request)) {
      // What could not be had is no longer asked for.
      if (this.state.error) this.update({ ...this.state, error: null });
      return;
    }
    this.settle = setTimeout(() => this.open(), request && this.state.view ? GATHER_MS : SETTLE_MS);
  }

  /**
   * Somebody's socket was refused or ended: is the session still good? Asked later each time, or a server that ends
   * sockets and renews sessions would be asked without end.
   */
  check(): void {
    if (!this.state.view || this.state.opening || this.renewing || this.checking !== undefined) return;
    const before = this.complaints.failed(performance.now());
    const look = (): void => {
      this.checking = undefined;
      this.complaints.good(performance.now());
      if (!this.state.opening && !this.renewing) this.renew();
    };
    this.checking = setTimeout(look, before === 0 ? 0 : waitMs(before + 1, Math.random()));
  }

  /** After a refusal or a failure. */
  retry(): void {
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
    clearTimeout(this.settle);
    // The session that is here is about to be replaced: nothing more is asked about it.
    this.stopAsking();
    if (!request) {
      this.close(before);
      this.update({ view: null, error: null, opening: false });
      return;
    }
    // What went wrong stays said until it goes right: the page does not flicker with every attempt.
    this.update({ ...this.state, opening: true });
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
    const error = errorOf(cause);
    // A session for fewer cameras goes on; a refusal shows in place of what was asked for.
    this.update({ view: error.refusal ? null : before, error, opening: false });
    if (error.refusal) this.close(before);
    else if (before) this.schedule(before);
    if (!PASSING_KINDS.includes(error.kind)) return;
    this.failures += 1;
    const wait = Math.max(waitMs(this.failures + 2, Math.random()), error.retryAfterMs ?? 0);
    this.settle = setTimeout(() => this.open(), wait);
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
    clearTimeout(this.renewal);
    this.renewing = true;
    // Another session is open, or being opened: what is answered about this one no longer matters.
    const late = () => turn !== this.turn || this.state.view?.id !== view.id;
    try {
      const renewed = await api.post<View>(`/api/views/${view.id}/renew`);
      if (late()) return;
      // The same session: its sockets stay; those that were ended connect again because the object is new.
      const longer = { ...view, expires_ms: renewed.expires_ms };
      this.update({ ...this.state, view: longer });
      this.schedule(longer);
    } catch (cause) {
      if (late()) return;
      const error = errorOf(cause);
      // Its pictures stand until the next session takes their sockets over, or is refused.
      if (!UNSAID_KINDS.includes(error.kind)) this.open();
      else this.renewal = setTimeout(() => this.renew(), Math.max(RENEW_MS_MIN, error.retryAfterMs ?? 0));
    } finally {
      this.renewing = false;
    }
  }

  private stopAsking(): void {
    clearTimeout(this.renewal);
    clearTimeout(this.checking);
    this.checking = undefined;
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
    this.stopAsking();
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

const errorOf = (cause: unknown): ApiError =>
  cause instanceof ApiError ? cause : new ApiError(0, { kind: "unavailable" });

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

/** Where a camera's sound is heard under a view. */
export function soundOf(view: Id, camera: Id, mode: "live" | "playback"): string {
  return socketUrl(`/api/views/${view}/${mode}`, { camera, profile: "sound" });
}
