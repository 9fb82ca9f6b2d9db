// What the pages of alarms decide: which alarm calls first, what playback is opened with, what a form lacks, what the line says.
import { expect, test } from "vitest";
import type { Alarm } from "../src/api/alarms";
import { freshHigh } from "../src/app/AlarmSignal";
import { missingInSource, sourceRequestOf } from "../src/pages/alarms/NewSource";
import { nextAlarm } from "../src/player/AlarmCall";
import { alarmPlaces } from "../src/player/AlarmsOnMap";
import type { Item } from "../src/register/placed";
import { alarmSpan } from "../src/ui/alarms";

const alarm = (id: string, priority: Alarm["priority"], at_ms: number, source = true) =>
  ({ id, priority, at_ms, source: source ? { id: "s", name: "s" } : null, cameras: [{ id: "c", name: "c" }] }) as Alarm;

test("the most urgent calls first, then whoever has waited longest; the server's own do not call", () => {
  const open = [
    alarm("low", "low", 1),
    alarm("late", "high", 9),
    alarm("early", "high", 5),
    alarm("own", "high", 0, false),
  ];
  const called: string[] = [];
  for (let next = nextAlarm(open, new Set()); next; next = nextAlarm(open, new Set(called))) called.push(next.id);
  expect(called).toEqual(["early", "late", "low"]);
});

test("playback opens around the moment, with the cameras that look at it", () => {
  expect(alarmSpan(alarm("a", "high", 100_000))).toEqual({
    cameras: "c",
    at: "85000",
    from_ms: "85000",
    to_ms: "145000",
  });
});

test("a system is registered with unit, system, kind and name", () => {
  const draft = { system: [], name: " ", maker: "", contractor: [] };
  expect(missingInSource(draft)).toEqual([
    "alarm-unit",
    "alarm-source-system",
    "alarm-source-kind",
    "alarm-source-name",
  ]);
  expect(sourceRequestOf(draft)).toBeUndefined();
  const whole = {
    ...draft,
    unit: "u",
    system: ["y"],
    kind: "fire" as const,
    name: " Fire ",
    priority: "high" as const,
  };
  expect(sourceRequestOf(whole)).toEqual({
    unit_id: "u",
    system_id: "y",
    kind: "fire",
    name: "Fire",
    maker: "",
    priority: "high",
  });
});

test("what is new and high rings; what was there when one came does not", () => {
  const of = (id: string, priority: "high" | "low") => ({ id, priority }) as Alarm;
  const alarms = [of("a", "high"), of("b", "low"), of("c", "high")];
  expect(freshHigh(alarms, undefined)).toEqual([]);
  expect(freshHigh(alarms, new Set(["a"])).map(({ id }) => id)).toEqual(["c"]);
  expect(freshHigh(alarms, new Set(["a", "c"]))).toEqual([]);
});

test("alarms stand at their cameras' points, most urgent first; those without a place are listed too", () => {
  const point = (id: string, camera: string, placed = true) =>
    ({ id, mark: placed ? { id } : null, cameras: [{ id: camera }] }) as unknown as Item;
  const of = (id: string, priority: "high" | "low", cameras: string[], at_ms: number) =>
    ({ id, priority, cameras: cameras.map((camera) => ({ id: camera, name: camera })), at_ms }) as unknown as Alarm;
  const items = [point("p1", "c1"), point("p2", "c2", false)];
  const alarms = [of("low", "low", ["c1"], 1), of("late", "high", ["c1"], 3), of("nowhere", "high", ["c2"], 2)];
  const placed = alarmPlaces(alarms, items).map(({ alarm, item, beside }) => [alarm.id, item?.id, beside]);
  expect(placed).toEqual([
    ["nowhere", undefined, 0],
    ["late", "p1", 0],
    ["low", "p1", 1],
  ]);
});
