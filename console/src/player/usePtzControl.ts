// Control of one camera while its panel is open: taken on request, kept while movements come, given back on leaving.
//
// Invariants: a continuous movement is said again before it ends by itself, and is stopped when the hand leaves; nothing moves
// without a control; what the server refuses is shown and not tried again by itself.
import { useQueryClient } from "@tanstack/react-query";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { api } from "../api/client";
import { moveCamera, type PtzControl, type PtzMove, releaseCamera, usePtz } from "../api/ptz";
import type { Id } from "../api/types";
import type { Purpose } from "../ui/purpose";

/** A movement is said again so often, and each lasts so long: a lost word stops the camera within a second. */
const AGAIN_MS = 350;
const LASTS_MS = 800;
/** Without a movement control is kept by a word so often; it lasts a minute. */
const STAY_MS = 25_000;

/** Percent of the greatest speed. */
export interface Speed {
  pan: number;
  tilt: number;
  zoom: number;
}

const STILL: Speed = { pan: 0, tilt: 0, zoom: 0 };

interface Hand {
  say: (move: PtzMove) => Promise<void>;
  speed: RefObject<Speed>;
  timer: RefObject<ReturnType<typeof setInterval> | undefined>;
}

/** What the hand does, said to the camera; and a word now and then while it rests. */
function useSteer(own: Id | null, { say, speed, timer }: Hand): (next: Speed) => void {
  const push = useCallback(() => {
    const { pan, tilt, zoom } = speed.current;
    say({ act: "move", speed: { pan_percent: pan, tilt_percent: tilt, zoom_percent: zoom }, lasts_ms: LASTS_MS });
  }, [say, speed]);

  /** Where the hand pushes from now on; still: it has left. */
  const steer = useCallback(
    (next: Speed) => {
      const moved = speed.current !== STILL;
      const rests = next.pan === 0 && next.tilt === 0 && next.zoom === 0;
      speed.current = rests ? STILL : next;
      if (rests) {
        clearInterval(timer.current);
        timer.current = undefined;
        if (moved) say({ act: "stop" });
      } else if (!moved) {
        push();
        clearInterval(timer.current);
        timer.current = setInterval(push, AGAIN_MS);
      }
    },
    [say, push, speed, timer],
  );

  useEffect(() => {
    if (!own) return;
    const stay = setInterval(() => speed.current === STILL && say({ act: "stay" }), STAY_MS);
    return () => {
      clearInterval(stay);
      clearInterval(timer.current);
    };
  }, [own, say, speed, timer]);
  return steer;
}

export function usePtzControl(camera: Id, purpose: Purpose) {
  const queries = useQueryClient();
  const state = usePtz(camera);
  const [error, setError] = useState<unknown>(null);
  const [taking, setTaking] = useState(false);
  const own = state.data?.holder?.own ?? null;
  const control = useRef<Id | null>(null);
  control.current = own;
  const speed = useRef(STILL);
  const timer = useRef<ReturnType<typeof setInterval>>(undefined);
  const refresh = useCallback(() => queries.invalidateQueries({ queryKey: ["ptz", camera] }), [queries, camera]);

  const say = useCallback(
    async (move: PtzMove) => {
      if (!control.current) return;
      try {
        await moveCamera(control.current, move);
        setError(null);
      } catch (refused) {
        clearInterval(timer.current);
        speed.current = STILL;
        setError(refused);
      }
      await refresh();
    },
    [refresh],
  );
  const steer = useSteer(own, { say, speed, timer });
  // Whoever leaves keeps no camera.
  useEffect(
    () => () => {
      if (control.current) releaseCamera(control.current).catch(() => undefined);
    },
    [],
  );

  const take = async () => {
    setTaking(true);
    try {
      await api.post<PtzControl>(`/api/cameras/${camera}/ptz/control`, purpose);
      setError(null);
    } catch (refused) {
      setError(refused);
    }
    setTaking(false);
    await refresh();
  };
  const release = async () => {
    if (control.current) await releaseCamera(control.current).catch(setError);
    await refresh();
  };
  return { state, own, error, setError, taking, take, release, say, steer, refresh };
}
