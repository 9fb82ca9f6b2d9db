// The one way from the console to the server: fetch with the session cookie, the header that every change needs,
// and errors as values with names. Not a cache: see queries.ts. No page calls `fetch` itself.

import { attended } from "./attended";
import { lock } from "./lock";
import type { Bilingual, FieldProblem, ProblemBody } from "./types";

export type ErrorKind = ProblemBody["kind"];

/** A refusal: which article says no, why in plain words, and what would make it possible. */
export interface Refusal {
  /** `guangzhou-2007:16`, or `unit:roles` where the unit's own assignment of posts refuses. */
  article: string;
  reason: Bilingual;
  remedy: Bilingual;
  code?: string;
  /** The ledger entry that the refusal left. */
  entry?: number;
}

/** The body of an answer that is not a success; less than that when something in between answered. */
type ErrorBody = Partial<ProblemBody>;

export class ApiError extends Error {
  readonly kind: ErrorKind;
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  /** The field of the request that is wrong. */
  readonly field: string | undefined;
  /** A machine word, for example `totp_required`. */
  readonly code: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly refusal: Refusal | undefined;
  /** What the server says in both languages, also where it is no refusal: a provider that is down. */
  readonly words: Pick<Refusal, "reason" | "remedy"> | undefined;
  /** What is wrong with each field of a record. */
  readonly problems: FieldProblem[];

  constructor(status: number, body: ErrorBody) {
    super(body.message ?? `HTTP ${status}`);
    this.name = "ApiError";
    this.status = status;
    this.kind = body.kind ?? kindOf(status);
    this.field = body.field ?? undefined;
    this.code = body.code ?? undefined;
    this.retryAfterMs = body.retry_after_ms ?? undefined;
    this.problems = body.problems ?? [];
    this.words = body.reason && body.remedy ? { reason: body.reason, remedy: body.remedy } : undefined;
    this.refusal =
      this.kind === "refused"
        ? {
            article: body.article ?? "unit:roles",
            reason: body.reason ?? { zh: "", en: body.message ?? "" },
            remedy: body.remedy ?? { zh: "", en: "" },
            code: body.code ?? undefined,
            entry: body.entry ?? undefined,
          }
        : undefined;
  }
}

function kindOf(status: number): ErrorKind {
  if (status === 0) return "unavailable";
  if (status === 401) return "unauthenticated";
  if (status === 403) return "refused";
  if (status === 404) return "not_found";
  if (status === 409) return "conflict";
  if (status === 429) return "busy";
  if (status >= 400 && status < 500) return "invalid";
  return status === 502 || status === 503 || status === 504 ? "unavailable" : "internal";
}

export function isRefusal(error: unknown): error is ApiError & { refusal: Refusal } {
  return error instanceof ApiError && error.refusal !== undefined;
}

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

/** `?a=1&b=x,y`; empty values are left out, lists are joined by commas. */
export function queryText(query: Query | undefined): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null || value === "") continue;
    params.set(name, Array.isArray(value) ? value.join(",") : String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

type Listener = () => void;
const signedOut = new Set<Listener>();

/** Calls back when an answer says that nobody is signed in any more. Returns how to stop listening. */
export function onSignedOut(listener: Listener): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

interface RequestOptions {
  query?: Query;
  body?: unknown;
  /** Sent as it is, instead of a body of JSON. */
  file?: Blob;
  signal?: AbortSignal;
  /** The answer as it is, also where it is JSON: for whoever says what is wrong with it. */
  plain?: boolean;
}

async function answer(
  method: string,
  path: string,
  { query, body, file, signal }: RequestOptions = {},
): Promise<Response> {
  const asked = `${method} ${path}`;
  if (lock.waits(asked)) await lock.until(signal);
  const headers: Record<string, string> = { Accept: "application/json", ...attended(performance.now()) };
  if (method !== "GET") headers["X-Watchkeeper"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path + queryText(query), {
      method,
      headers,
      credentials: "same-origin",
      body: file ?? (body === undefined ? undefined : JSON.stringify(body)),
      signal,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, { kind: "unavailable", code: "no_answer" });
  }
  if (response.ok) return response;
  const error = await errorOf(response, path);
  if (!lock.heard(error.code, asked)) throw error;
  // Nobody is at the console: it is asked again when its holder is back.
  await lock.until(signal);
  return answer(method, path, { query, body, file, signal });
}

async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await answer(method, path, options);
  if (response.status === 204) return undefined as T;
  const type = response.headers.get("Content-Type") ?? "";
  return (type.includes("json") && !options.plain ? await response.json() : await response.text()) as T;
}

/** A file as it is, with its tag: the bytes count, not only what they say. */
export interface TaggedFile {
  text: string;
  /** Without its quotes. */
  etag: string;
}

async function tagged(path: string, query?: Query, signal?: AbortSignal): Promise<TaggedFile> {
  const response = await answer("GET", path, { query, signal });
  return { text: await response.text(), etag: (response.headers.get("ETag") ?? "").replaceAll('"', "") };
}

async function errorOf(response: Response, path: string): Promise<ApiError> {
  let body: ErrorBody = {};
  try {
    body = ((await response.json()) as { error?: ErrorBody }).error ?? {};
  } catch {
    // Not JSON: a proxy's page, say. The status alone must do.
  }
  const error = new ApiError(response.status, body);
  if (error.kind === "unauthenticated" && !error.code?.startsWith("left_alone") && !path.startsWith("/api/sign-in"))
    for (const listener of signedOut) listener();
  return error;
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => request<T>("GET", path, { query, signal }),
  text: (path: string, signal?: AbortSignal) => request<string>("GET", path, { signal, plain: true }),
  tagged,
  post: <T>(path: string, body?: unknown) => request<T>("POST", path, { body: body ?? {} }),
  upload: <T>(path: string, query: Query, file: Blob) => request<T>("POST", path, { query, file }),
  put: <T>(path: string, body?: unknown) => request<T>("PUT", path, { body: body ?? {} }),
  patch: <T>(path: string, body?: unknown) => request<T>("PATCH", path, { body: body ?? {} }),
  delete: <T>(path: string, body?: unknown) => request<T>("DELETE", path, { body }),
};

/** Sends a file as it is, saying how far it got. `fetch` does not tell that of what it sends. */
export function upload<T>(
  path: string,
  file: Blob,
  options: { query?: Query; onProgress?: (share: number) => void; signal?: AbortSignal },
): Promise<T> {
  const { query, onProgress, signal } = options;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path + queryText(query));
    request.setRequestHeader("X-Watchkeeper", "1");
    for (const [name, value] of Object.entries(attended(performance.now()))) request.setRequestHeader(name, value);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable && event.total > 0) onProgress?.(event.loaded / event.total);
    };
    const lost = () => reject(new ApiError(0, { kind: "unavailable", code: "no_answer" }));
    request.onerror = lost;
    request.onabort = lost;
    request.onload = () => {
      let body: { error?: ErrorBody } = {};
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // Not JSON: a proxy's page, say. The status alone must do.
      }
      if (request.status >= 200 && request.status < 300) return resolve(body as T);
      const error = new ApiError(request.status, body.error ?? {});
      const waits = lock.heard(error.code, `POST ${path}`);
      if (error.kind === "unauthenticated" && !waits) for (const listener of signedOut) listener();
      reject(error);
    };
    signal?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** The WebSocket address of a path on this server. */
export function socketUrl(path: string, query?: Query): string {
  const url = new URL(path + queryText(query), window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.toString();
}
