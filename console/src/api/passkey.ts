// Passkeys in this browser: what the server asks for, in the words of the Web Authentication interface, and its answer back. No page
// calls `navigator.credentials` itself. What is true is checked by the server; here bytes are only carried.
import type { NewPasskey, PasskeyChallenge, PasskeyCreation, PasskeySignIn } from "./types";

/** Base64url without padding (RFC 4648 §5). */
export function toText(bytes: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

/** Whether this browser has passkeys, and this page is one that it trusts. */
export const hasPasskeys = () => typeof window.PublicKeyCredential === "function" && window.isSecureContext;

/** Nobody chose a passkey: the person closed the window, or their time was over. No fault. */
export const isLeftOff = (error: unknown) =>
  error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError");

/** This device holds a passkey of the person already. */
export const isThere = (error: unknown) => error instanceof DOMException && error.name === "InvalidStateError";

const NOTHING = () => new DOMException("no credential", "NotAllowedError");

export async function makePasskey(creation: PasskeyCreation): Promise<Omit<NewPasskey, "name">> {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: toBytes(creation.challenge),
      rp: { id: creation.host, name: "Watchkeeper" },
      user: { id: toBytes(creation.user), name: creation.account, displayName: creation.name },
      pubKeyCredParams: creation.algorithms.map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: creation.exclude.map((id) => ({ type: "public-key", id: toBytes(id) })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
      timeout: creation.timeout_ms,
    },
  });
  if (!(made instanceof PublicKeyCredential)) throw NOTHING();
  const answer = made.response as AuthenticatorAttestationResponse;
  return {
    client_data: toText(answer.clientDataJSON),
    authenticator_data: toText(answer.getAuthenticatorData()),
  };
}

export async function askPasskey({ challenge, host, timeout_ms }: PasskeyChallenge): Promise<PasskeySignIn> {
  const given = await navigator.credentials.get({
    publicKey: { challenge: toBytes(challenge), rpId: host, userVerification: "required", timeout: timeout_ms },
  });
  if (!(given instanceof PublicKeyCredential)) throw NOTHING();
  const answer = given.response as AuthenticatorAssertionResponse;
  return {
    credential: toText(given.rawId),
    client_data: toText(answer.clientDataJSON),
    authenticator_data: toText(answer.authenticatorData),
    signature: toText(answer.signature),
    user: answer.userHandle ? toText(answer.userHandle) : "",
  };
}

/** Where passkeys work, seen from this page: `here`, at another address of this server, or nowhere. */
export function placeOf(
  host: string | null | undefined,
  at: Pick<Location, "hostname" | "port" | "protocol">,
): "here" | "nowhere" | { address: string } {
  if (!host) return "nowhere";
  if (host === at.hostname) return "here";
  return { address: `${at.protocol}//${host}${at.port ? `:${at.port}` : ""}` };
}
