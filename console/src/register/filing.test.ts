// The pure part of the filing page: words of a position and a view, which states want something done.
import { expect, test } from "vitest";
import { type DossierPoint, isOpen, positionOf, TONES, viewOf } from "./filing";

const point = (part: Partial<DossierPoint>): DossierPoint => ({
  name: "",
  gb28181_id: null,
  place: null,
  address: null,
  longitude: null,
  latitude: null,
  height_m: null,
  direction_deg: null,
  angle_deg: null,
  range_m: null,
  purpose: null,
  security_level: null,
  outdoor: false,
  product: null,
  ...part,
});

test.each([
  [{}, ""],
  [{ longitude: 113.3 }, ""],
  [{ longitude: 113.3, latitude: 23.1 }, "113.30000, 23.10000"],
  [{ longitude: 0, latitude: 0 }, "0.00000, 0.00000"],
])("position of %o", (part, expected) => expect(positionOf(point(part))).toBe(expected));

test.each([
  [{}, ""],
  [{ direction_deg: 0 }, "0° / – / –"],
  [{ direction_deg: 90, angle_deg: 60, range_m: 35 }, "90° / 60° / 35 m"],
])("view of %o", (part, expected) => expect(viewOf(point(part))).toBe(expected));

test("every state has a tone, and what is filed or not yet due wants nothing", () => {
  const states = ["not_yet", "undated", "owed", "soon", "late", "filed", "filed_late", "outdated"];
  expect(Object.keys(TONES)).toEqual(states);
  expect(states.filter((state) => !isOpen({ state }))).toEqual(["not_yet", "filed", "filed_late"]);
});
