// What of the chosen cameras' footage one has a grant for, where their unit wants a second person's word. The server decides; this
// keeps the viewing session within what was granted, so that a whole day is not asked for.
import { useMemo } from "react";
import { useMe, useOwnGrants, useUnits } from "../../api/queries";
import type { Camera, GrantRow } from "../../api/types";
import type { Span } from "../../ui/timeline";

/** Before and behind everything. */
const [BEGINNING_MS, END_MS] = [0, Number.MAX_SAFE_INTEGER];
const NONE: Span[] = [];

/** Everything beside the span of a grant. */
export function outsideOf({ from_ms, to_ms }: Pick<GrantRow, "from_ms" | "to_ms">): Span[] {
  if (from_ms == null || to_ms == null) return [];
  return [
    { fromMs: BEGINNING_MS, toMs: from_ms },
    { fromMs: to_ms, toMs: END_MS },
  ];
}

export interface Granted {
  readonly outside: readonly Span[];
  /** False until it is known whether one needs a grant, and which one has. */
  readonly known: boolean;
  /** Changes when a grant does. */
  readonly said: unknown;
}

export function useGranted(cameras: readonly Camera[]): Granted {
  const { person } = useMe();
  const units = useUnits();
  const needed =
    units.data?.some((unit) => unit.four_eyes && cameras.some((camera) => camera.unit_id === unit.id)) ?? false;
  const list = useOwnGrants(needed);
  const own = useMemo(
    () => list.data?.grants.filter((grant) => grant.asked.by.id === person.id) ?? [],
    [list.data, person.id],
  );
  const found = useMemo(() => {
    const names = (grant: GrantRow) => cameras.every(({ id }) => grant.cameras.some((camera) => camera.id === id));
    const fit = own.filter((grant) => grant.acts.includes("playback") && names(grant));
    // What is open under one that is used up goes on within it.
    return fit.find(({ state }) => state === "granted") ?? fit.find(({ state }) => state === "used_up");
  }, [own, cameras]);
  const outside = useMemo(() => (needed && found ? outsideOf(found) : NONE), [needed, found]);
  // Where that cannot be read, the server says what it wants.
  const known = !units.isPending && (!needed || !list.isPending);
  const said = needed ? own.map(({ id, state }) => [id, state]) : null;
  return { outside, known, said };
}
