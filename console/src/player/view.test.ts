// Tests of when a viewing session serves and when another is needed.
// @vitest-environment node
import { expect, it } from "vitest";
import type { ViewRequest } from "../api/types";
import { covers } from "./view";

const live: ViewRequest = { mode: "live", cameras: ["a", "b"], purpose: "duty_watch", legal_basis: "unit_duty" };
const recorded: ViewRequest = { ...live, mode: "playback", from_ms: 100, to_ms: 200 };

it("serves fewer cameras and a shorter span, and nothing else", () => {
  const check = (opened: ViewRequest, wanted: ViewRequest, expected: boolean) =>
    expect(covers(opened, wanted)).toBe(expected);
  check(live, { ...live, cameras: ["b"] }, true);
  check(live, { ...live, layout: "saved" }, true);
  check(live, { ...live, cameras: ["a", "b", "c"] }, false);
  check(live, { ...live, purpose: "incident" }, false);
  check(live, { ...live, case: "1" }, false);
  check(live, recorded, false);
  check(recorded, { ...recorded, from_ms: 120, to_ms: 180 }, true);
  check(recorded, { ...recorded, to_ms: 201 }, false);
  check(recorded, { ...recorded, from_ms: 99 }, false);
});
