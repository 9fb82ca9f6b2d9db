// How findings are grouped, searched and led to where they are put right.
import { expect, test } from "vitest";
import type { Finding } from "../api/types";
import { alike, countOf, found, harmOf, isAbout, placeOf } from "./findings";
import { countBy } from "./findingsBy";

const words = (en: string) => ({ zh: `“${en}”`, en });

function finding(part: Partial<Finding>): Finding {
  const same = { kind: "register" as const, code: "unfiled", article: "unit:life-cycle", binds: true, count: 1 };
  return { ...same, since_ms: 1_000, reason: words("unfiled"), remedy: words("register it"), ...part };
}

const camera = (name: string) => ({ id: `camera-${name}`, name });
const record = (name: string) => ({ id: `record-${name}`, name });
const ALL = [
  finding({ code: "incomplete", article: "guangzhou-2007:16", binds: false, record: record("Quay") }),
  finding({ camera: camera("East"), since_ms: 3_000 }),
  finding({ camera: camera("West"), since_ms: 2_000 }),
  finding({ kind: "camera_clock", code: undefined, article: "unit:clock", camera: camera("West") }),
];

test("the heaviest comes first, the most of it above, the longest standing inside", () => {
  const shown = alike(ALL).map(({ word, weight, findings }) => [word, weight, ...findings.map((one) => one.since_ms)]);
  expect(shown).toEqual([
    ["unfiled", "due", 2_000, 3_000],
    ["camera_clock", "due", 1_000],
    ["incomplete", "note", 1_000],
  ]);
});

test("what two articles say of the same is one; another remedy or another article alone is another group", () => {
  const quay = { record: record("Quay") };
  const both = [finding(quay), finding({ ...quay, article: "datong-2008:9" })];
  const check = (findings: Finding[], ...articles: string[][]) =>
    expect(alike(findings).map((group) => group.articles)).toEqual(articles);
  check([...both, ...both], ["unit:life-cycle", "datong-2008:9"]);
  expect(countOf([...both, ...both])).toBe(1);
  check(
    [...both, finding({ ...quay, remedy: words("remove it") })],
    ["unit:life-cycle", "datong-2008:9"],
    ["unit:life-cycle"],
  );
  check(
    [finding({ record: record("Pier"), article: "datong-2008:9" }), finding(quay)],
    ["datong-2008:9"],
    ["unit:life-cycle"],
  );
});

test("each leads to where it is put right", () => {
  const check = (part: Partial<Finding>, to: string | undefined, search?: Record<string, string>) =>
    expect(placeOf(finding(part))).toEqual(to === undefined ? undefined : { to, search });
  check({ camera: camera("East") }, "/cameras", { id: "camera-East" });
  check({ kind: "pressure", record: record("Unit") }, "/entries", { tab: "pressure", shown: "open" });
  check({ record: record("Quay"), code: "stale" }, "/registry", { record: "record-Quay" });
  check({ record: record("Quay"), code: "incomplete" }, "/registry", { record: "record-Quay", edit: "1" });
  check({ kind: "gaps_unjustified", camera: camera("East") }, "/health", {
    tab: "gaps",
    days: "92",
    camera: "camera-East",
  });
  check({ kind: "server_clock" }, "/health", { tab: "clocks" });
  check({ kind: "integrity", code: "software_changed" }, "/health", { tab: "integrity" });
  check({ kind: "outage" }, "/health", { tab: "outages" });
  check({}, undefined);
});

test("is found by name, reason in either language, article, weight and kind", () => {
  const check = (sought: Parameters<typeof found>[1], count: number) => expect(found(ALL, sought).length).toBe(count);
  check({}, 4);
  check({ text: " west " }, 2);
  check({ text: "“UNFILED" }, 4);
  check({ text: "16" }, 1);
  check({ weight: "note" }, 1);
  check({ article: "unit:life-cycle", text: "east" }, 1);
  check({ kind: "camera_clock" }, 1);
  check({ text: "nowhere" }, 0);
  expect(countBy(ALL, "article")[0]?.count).toBe(2);
});

test("a finding is about its camera or its record", () => {
  const ids = new Set(["camera-West", "record-Quay"]);
  expect(ALL.map((one) => isAbout(one, ids))).toEqual([true, false, true, true]);
});

test("a silent camera is reported from its finding, once", () => {
  const silent = finding({ code: "camera_silent", camera: camera("East"), since_ms: 7 });
  const form = { kind: "incident", add: "1", camera: "camera-East", since: "7" };
  expect(harmOf(silent)).toEqual({ to: "/registry", search: form });
  expect(harmOf({ ...silent, code: "device_fault" })?.search).toEqual(form);
  expect(harmOf({ ...silent, incident: { id: "i", name: "Cut" } })).toBeUndefined();
  expect(harmOf({ ...silent, code: "unfiled" })).toBeUndefined();
});
