// Passkeys in the console without a browser's: where they work, how bytes are written, what a person is told.
import { describe, expect, test } from "vitest";
import { ApiError } from "../src/api/client";
import { isLeftOff, isThere, placeOf, toBytes, toText } from "../src/api/passkey";
import { addTrouble } from "../src/pages/account/Passkeys";
import { passkeyTrouble } from "../src/pages/signin/PasskeySignIn";
import { inGroups } from "../src/pages/signin/RootCertificate";

const words = (id: string) => id;

describe("passkeys", () => {
  test("bytes are base64url without padding, both ways", () => {
    for (const bytes of [[], [0], [251, 255], [1, 2, 3, 4]]) {
      const text = toText(Uint8Array.from(bytes).buffer);
      expect(text).not.toMatch(/[+/=]/);
      expect([...toBytes(text)]).toEqual(bytes);
    }
  });

  test("they work under one name, and the page says which", () => {
    const at = (hostname: string, port = "8443") => ({ hostname, port, protocol: "https:" });
    expect(placeOf("vms.example", at("vms.example"))).toBe("here");
    expect(placeOf(null, at("vms.example"))).toBe("nowhere");
    expect(placeOf(undefined, at("vms.example"))).toBe("nowhere");
    expect(placeOf("vms.example", at("192.0.2.1"))).toEqual({ address: "https://vms.example:8443" });
    expect(placeOf("vms.example", at("other.example", ""))).toEqual({ address: "https://vms.example" });
  });

  test("each trouble has words of its own", () => {
    const left = new DOMException("", "NotAllowedError");
    const there = new DOMException("", "InvalidStateError");
    expect([isLeftOff(left), isLeftOff(there), isThere(there)]).toEqual([true, false, true]);
    expect(addTrouble(left, words)).toBe("passkeys-left-off");
    expect(addTrouble(there, words)).toBe("passkeys-there");
    expect(addTrouble(new ApiError(400, { kind: "invalid", field: "password" }), words)).toBe("password-old-wrong");
    expect(addTrouble(new ApiError(400, { kind: "invalid", field: "code" }), words)).toBe("passkeys-code-wrong");
    expect(addTrouble(new ApiError(409, { kind: "conflict" }), words)).toBe("passkeys-full");
    const told = (status: number, code: string) => passkeyTrouble(new ApiError(status, { code }), "en", words);
    expect(told(401, "bad_credentials")).toBe("passkeys-bad");
    expect(told(400, "challenge")).toBe("passkeys-too-long");
    expect(told(429, "locked")).toBe("signin-locked");
    expect(passkeyTrouble(there, "en", words)).toBe("passkeys-failed");
  });

  test("a fingerprint is read in groups", () => {
    expect(inGroups("AA:BB:CC:DD:EE:FF:00:11:22")).toBe("AA:BB:CC:DD EE:FF:00:11 22");
  });
});
