// Of which cameras the answers that are at hand tell, and how ids are asked for: once each, in one order, so many at a time.
// Pure; what is fetched and when is queries.ts's.
import type { Camera, Id } from "./types";

export type CamerasKnown = ReadonlyMap<Id, Camera>;

/** Ids once each and in one order: the same cameras in another order are the same question. */
export function uniqueIds(ids: readonly (Id | undefined)[]): Id[] {
  return [...new Set(ids.filter((id): id is Id => Boolean(id)))].sort();
}

/** In parts of at most so many. */
export function chunksOf<T>(all: readonly T[], most: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < all.length; at += most) parts.push(all.slice(at, at + most));
  return parts;
}

const isCamera = (one: unknown): one is Camera =>
  typeof one === "object" && one !== null && "id" in one && "unit_id" in one && "state" in one;

function* within(data: unknown): Generator<Camera> {
  if (isCamera(data)) yield data;
  else if (Array.isArray(data)) for (const one of data) yield* within(one);
  else if (typeof data === "object" && data !== null)
    for (const part of ["cameras", "pages"]) yield* within((data as Record<string, unknown>)[part]);
}

/** The cameras in lists, pages and pages of pages. */
export function camerasKnown(answers: readonly unknown[]): CamerasKnown {
  const known = new Map<Id, Camera>();
  for (const answer of answers) for (const camera of within(answer)) known.set(camera.id, camera);
  return known;
}

/** All cameras, with the newer word on those that are switched on; who is not among these any more is off. */
export function withRunning(all: readonly Camera[], running: readonly Camera[] | undefined): Camera[] {
  if (!running) return [...all];
  const newer = new Map(running.map((camera) => [camera.id, camera]));
  const known = all.map((camera) => {
    const now = newer.get(camera.id);
    newer.delete(camera.id);
    return now ?? (camera.enabled ? { ...camera, enabled: false } : camera);
  });
  return [...known, ...newer.values()];
}
