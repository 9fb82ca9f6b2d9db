// The console's lock: while it is on, requests wait, and go on when the same person has signed in anew. So a page knows nothing of it
// and loses nothing. What waits when somebody else comes, or nobody does, is refused. The server decides what is locked; this only waits.
import { useSyncExternalStore } from "react";

/** What the server says: nothing goes on, or the wall of whoever is on shift does. */
export type Locked = "left_alone" | "left_alone_on_shift";

/** Goes on behind a lock where a shift runs: what the server answers then. */
const OF_A_LEFT_WALL = [/^GET \/api\/(state|alarms)$/, /^POST \/api\/views\/[^/]+\/renew$/];
/** Asked by the lock itself, and before it. */
const NEVER_WAITS = /^\w+ \/api\/(me|sign-in|sign-in\/.*|sign-out|health)$/;

interface Waiter {
  resolve: () => void;
  reject: (cause: unknown) => void;
}

export class Lock {
  private state: Locked | null = null;
  /** Somebody has signed in on this page: before that there is nothing to lock. */
  private armed = false;
  private waiting: Waiter[] = [];
  private readonly listeners = new Set<() => void>();

  readonly now = (): Locked | null => this.state;
  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Returns what takes it back: nobody is signed in any more, and nothing that waits is sent. */
  arm(): () => void {
    this.armed = true;
    return () => {
      this.armed = false;
      this.open(false);
    };
  }

  /** The server said so of a request; true when the request waits for whoever comes back. */
  heard(code: string | undefined, request: string): boolean {
    if (!this.armed || (code !== "left_alone" && code !== "left_alone_on_shift")) return false;
    this.set(code);
    return !NEVER_WAITS.test(request);
  }

  waits(request: string): boolean {
    if (!this.state || NEVER_WAITS.test(request)) return false;
    return this.state === "left_alone" || !OF_A_LEFT_WALL.some((goesOn) => goesOn.test(request));
  }

  /** Until it is open again. */
  until(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  }

  /** The same person is back, or not: then what waited is not theirs to send. */
  open(same: boolean): void {
    const waiting = this.waiting;
    this.waiting = [];
    this.set(null);
    for (const { resolve, reject } of waiting) {
      if (same) resolve();
      else reject(new Error("the console was locked, and somebody else came"));
    }
  }

  private set(state: Locked | null): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

export const lock = new Lock();

export const useLocked = (): Locked | null => useSyncExternalStore(lock.listen, lock.now);
