// Cameras of open alarms become things of a map, each with its mark; an alarm stands at the first of its cameras that has one.
import { expect, test } from "vitest";
import type { Alarm } from "../../api/alarms";
import { alarmPlaces } from "../../player/AlarmsOnMap";
import { thingsOf } from "./AlarmMap";

const alarm = (id: string, cameras: string[]) =>
  ({ id, at_ms: 1, priority: "high", cameras: cameras.map((camera) => ({ id: camera, name: camera })) }) as Alarm;

test("an alarm stands where its camera does, and one without a known place nowhere", () => {
  const things = thingsOf({ places: [{ camera: { id: "b", name: "东门" }, longitude: 0, latitude: 0 }] });
  expect(things[0]?.mark).toMatchObject({ x: 0.5, y: 0.5, name: "东门" });
  const placed = alarmPlaces([alarm("1", ["a", "b"]), alarm("2", ["b"]), alarm("3", ["a"])], things);
  expect(placed.map(({ item, beside }) => [item?.id, beside])).toEqual([
    ["b", 0],
    ["b", 1],
    [undefined, 0],
  ]);
});
