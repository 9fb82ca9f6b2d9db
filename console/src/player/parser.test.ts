// Tests of the wire reader: what the contract says, and what it does not.
// @vitest-environment node
import { describe, expect, it } from "vitest";
import { HEADER_BYTES, parseBinary, parseText, type ServerMessage } from "./parser";

function frame(
  type: number,
  flags: number,
  sequence: number,
  wallUs: bigint,
  ticks: bigint,
  body: number[],
): ArrayBuffer {
  const bytes = new Uint8Array(HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, type);
  view.setUint8(1, flags);
  view.setUint32(4, sequence);
  view.setBigInt64(8, wallUs);
  view.setBigInt64(16, ticks);
  bytes.set(body, HEADER_BYTES);
  return bytes.buffer;
}

describe("binary messages", () => {
  it("reads the header, big endian", () => {
    const message = parseBinary(
      frame(2, 1, 0xfffffffe, 1_795_341_600_123_456n, 90_000n * 3600n * 24n * 400n, [1, 2, 3]),
    );
    expect(message).toMatchObject({
      kind: "media",
      key: true,
      sequence: 0xfffffffe,
      wallMs: 1_795_341_600_123.456,
      mediaSeconds: 34_560_000,
    });
    expect([...(message?.bytes ?? [])]).toEqual([1, 2, 3]);
  });
  it("reads negative times and absent flags", () => {
    expect(parseBinary(frame(1, 2, 0, -1000n, -45_000n, [0]))).toMatchObject({
      kind: "init",
      key: false,
      wallMs: -1,
      mediaSeconds: -0.5,
    });
  });
  it.each([
    ["empty", new ArrayBuffer(0)],
    ["a header without a body", frame(2, 0, 0, 0n, 0n, [])],
    ["a torn header", new ArrayBuffer(23)],
    ["an unknown type", frame(3, 0, 0, 0n, 0n, [1])],
  ])("refuses %s", (_name, buffer) => expect(parseBinary(buffer)).toBeNull());
});

describe("text messages", () => {
  const check = (input: unknown, expected: ServerMessage | null) =>
    expect(parseText(typeof input === "string" ? input : JSON.stringify(input))).toEqual(expected);
  it("reads each kind", () => {
    check(
      { type: "init", profile: "sub", codec: "avc1.4d401f", width: 640, height: 360 },
      { type: "init", profile: "sub", codec: "avc1.4d401f", width: 640, height: 360 },
    );
    check(
      { type: "state", state: { word: "no_signal", since_ms: 5, detail: "connection refused", codec: null } },
      { type: "state", state: { word: "no_signal", sinceMs: 5, detail: "connection refused" } },
    );
    check({ type: "skipped", units: 12 }, { type: "skipped", units: 12 });
    check({ type: "end", reason: "revoked" }, { type: "end", reason: "revoked" });
    check(
      { type: "position", epoch: 3, at_ms: 1000, base_ms: 10 },
      { type: "position", epoch: 3, atMs: 1000, baseMs: 10 },
    );
    check(
      { type: "gap", epoch: 3, from_ms: 1, to_ms: 2, cause: "network" },
      { type: "gap", epoch: 3, fromMs: 1, toMs: 2, cause: "network" },
    );
    check(
      { type: "brought", epoch: 3, from_ms: 1, to_ms: 2, source: "card", arrived_ms: 7 },
      { type: "brought", epoch: 3, fromMs: 1, toMs: 2, source: "card", arrivedMs: 7 },
    );
    check({ type: "end_of_footage", epoch: 3, at_ms: 9 }, { type: "end_of_footage", epoch: 3, atMs: 9 });
  });
  it("keeps its head with unknown words", () => {
    check(
      { type: "state", state: { word: "melted" } },
      { type: "state", state: { word: "error", sinceMs: null, detail: null } },
    );
    check({ type: "end", reason: "ledger" }, { type: "end", reason: "ledger" });
    check({ type: "end", reason: "tired" }, { type: "end", reason: "other" });
    for (const broken of [
      "",
      "{",
      "[]",
      "null",
      '{"type":"constructor"}',
      '{"type":"__proto__"}',
      '{"type":"gap","epoch":1,"from_ms":5,"to_ms":1}',
      '{"type":"init"}',
      '{"type":"position","epoch":"1"}',
    ])
      check(broken, null);
  });
});
