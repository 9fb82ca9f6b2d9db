// The pure part of the filing page: words of a position and a view, which states want something done.
import { expect, test } from "vitest";
import type { FilingMade } from "../api/types";
import {
  amendedBy,
  changesOf,
  type Dossier,
  type DossierPoint,
  isOpen,
  lastFiled,
  positionOf,
  TONES,
  viewOf,
} from "./filing";

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

const dossier = (part: Partial<Dossier>): Dossier => ({
  format: "watchkeeper-filing-dossier/1",
  pack: "datong-2008",
  article: "datong-2008:15",
  filed_by: "user-unit",
  recipient: null,
  unit: "Old town",
  system: { name: "Shops", owner: "Trade Ltd" },
  contractors: [],
  equipment: [],
  technical_parameters: { codec: "h264" },
  points: [],
  retention: { days: 30, article: "national-2016:22" },
  papers: [],
  ...part,
});

test("what differs from the filed dossier is told part by part; the same has nothing", () => {
  const [east, west] = [point({ name: "East", angle_deg: 80 }), point({ name: "West" })];
  const before = dossier({ points: [east, west, west] });
  expect(changesOf(before, before)).toEqual([]);
  const after = dossier({
    system: { name: "Shops", owner: "Trade Group" },
    retention: { days: 90, article: "unit:floor" },
    points: [{ ...east, angle_deg: 60 }, west, point({ name: "North" })],
    technical_parameters: {},
  });
  const told = changesOf(before, after).map(({ part, name, what, fields }) => [part, name, what, ...fields]);
  expect(told).toEqual([
    ["dossier", "", "changed", ["retention", "30 (national-2016:22)", "90 (unit:floor)"]],
    ["system", "", "changed", ["owner", "Trade Ltd", "Trade Group"]],
    ["technical", "", "changed", ["codec", "h264", ""]],
    ["points", "East", "changed", ["angle_deg", "80", "60"]],
    // Two of one name are two.
    ["points", "West (2)", "removed"],
    ["points", "North", "added"],
  ]);
});

test("the last filing under a pack counts", () => {
  const made = [
    { id: "1", pack: "a" },
    { id: "2", pack: "b" },
    { id: "3", pack: "a" },
  ] as FilingMade[];
  expect(lastFiled(made, "a")?.id).toBe("3");
  expect(lastFiled(made, "c")).toBeUndefined();
});

test("a dossier amends the last filing, and one that was filed itself the one before", () => {
  const made = [
    { id: "1", pack: "a", dossier_sha256: "one" },
    { id: "2", pack: "b", dossier_sha256: "two" },
    { id: "3", pack: "a", dossier_sha256: "three" },
  ] as FilingMade[];
  expect(amendedBy(made, "a", "new")?.id).toBe("3");
  expect(amendedBy(made, "a", "three")?.id).toBe("1");
  // The first filing amends nothing, before it was entered and after.
  expect(amendedBy(made, "b", "two")).toBeUndefined();
  expect(amendedBy(made, "c", "new")).toBeUndefined();
});
