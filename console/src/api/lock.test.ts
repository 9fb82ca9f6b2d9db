// The lock of a console that is left alone, and the mark of what a hand asked for.
import { describe, expect, it } from "vitest";
import { ATTENDED_MS, attended, touched } from "./attended";
import { Lock } from "./lock";

describe("a console that is left alone", () => {
  it("marks only what follows a real touch", () => {
    touched(false, 1_000);
    expect(attended(1_001)).toEqual({});
    touched(true, 2_000);
    expect(attended(2_000 + ATTENDED_MS - 1)).toEqual({ "X-Watchkeeper-Attended": "1" });
    expect(attended(2_000 + ATTENDED_MS)).toEqual({});
  });

  it("locks when somebody is signed in and the server says so, and lets requests wait", async () => {
    const lock = new Lock();
    expect(lock.heard("left_alone", "GET /api/cameras")).toBe(false);
    expect(lock.now()).toBeNull();
    const disarm = lock.arm();
    expect(lock.heard("bad_credentials", "POST /api/sign-in")).toBe(false);
    expect(lock.heard("left_alone", "GET /api/me")).toBe(false);
    expect(lock.now()).toBe("left_alone");
    expect(lock.waits("GET /api/cameras")).toBe(true);
    expect(lock.waits("POST /api/views/1/renew")).toBe(true);
    for (const own of ["GET /api/me", "POST /api/sign-in", "POST /api/sign-in/passkey", "POST /api/sign-out"])
      expect(lock.waits(own)).toBe(false);
    const back = lock.until();
    lock.open(true);
    await back;
    expect(lock.waits("GET /api/cameras")).toBe(false);
    lock.heard("left_alone", "GET /api/state");
    const lost = lock.until();
    disarm();
    await expect(lost).rejects.toThrow();
    expect(lock.now()).toBeNull();
  });

  it("lets the wall go on while a shift runs, and a page that goes away does not wait", async () => {
    const lock = new Lock();
    lock.arm();
    lock.heard("left_alone_on_shift", "GET /api/cameras");
    for (const on of ["GET /api/state", "GET /api/alarms", "POST /api/views/1/renew"])
      expect(lock.waits(on)).toBe(false);
    for (const off of ["GET /api/cameras", "POST /api/views", "POST /api/alarms/1/acknowledge"])
      expect(lock.waits(off)).toBe(true);
    const leaving = new AbortController();
    const waits = lock.until(leaving.signal);
    leaving.abort();
    await expect(waits).rejects.toBeDefined();
  });
});
