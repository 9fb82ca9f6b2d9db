// Every kind of finding that the server knows, in the order of the choice.
import type { Finding } from "../../api/types";

/** All that the server knows, in the order of the choice; one that is missing does not compile. */
const KIND_SET: Record<Finding["kind"], true> = {
  register: true,
  gaps_unjustified: true,
  outage: true,
  floor_shortfall: true,
  over_keeping: true,
  floor_forecast: true,
  hold_review: true,
  camera_clock: true,
  server_clock: true,
  integrity: true,
  pressure: true,
  questions: true,
  balance: true,
  duty: true,
  alarm: true,
  retrieval: true,
  supervision: true,
  order: true,
  claim: true,
  routine: true,
  reminder: true,
};
export const KINDS = Object.keys(KIND_SET) as Finding["kind"][];
