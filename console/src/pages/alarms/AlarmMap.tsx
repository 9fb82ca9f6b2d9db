// Open alarms on a map, for whoever watches: only the cameras of open alarms, of those whose place the reader may know. The map of all
// points is for whoever keeps the registry.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { type AlarmPlaces, useOpenAlarms } from "../../api/alarms";
import { api } from "../../api/client";
import { AlarmsOnMap, type PlacedThing } from "../../player/AlarmsOnMap";
import { Empty, Loading, Trouble, useT } from "../../ui";
import { MapControl } from "../../ui/map/control";
import { useBaseLayers } from "../../ui/map/layers";
import { MapCanvas } from "../../ui/map/MapCanvas";
import type { MapMark } from "../../ui/map/marks";
import { boundsOf, fitted, worldOf } from "../../ui/map/projection";

/** One thing for each camera, as it is marked. */
export function thingsOf({ places }: AlarmPlaces): PlacedThing[] {
  return places.map(({ camera, longitude, latitude }) => {
    const { x, y } = worldOf({ longitude, latitude });
    const mark: MapMark = {
      id: camera.id,
      name: camera.name,
      kind: "point",
      x,
      y,
      longitude,
      latitude,
      standing: "in-use",
    };
    return { id: camera.id, mark, cameras: [{ id: camera.id }] };
  });
}

const NONE: AlarmPlaces = { places: [] };

export function AlarmMap() {
  const t = useT();
  const open = useOpenAlarms();
  // Asked for anew when another alarm is open, not by the clock: each time is a reading.
  const which = open.map(({ id }) => id).join();
  const found = useQuery({
    queryKey: ["alarms", "places", which],
    queryFn: ({ signal }) => api.get<AlarmPlaces>("/api/map/alarms", undefined, signal),
    enabled: which !== "",
    placeholderData: (before) => before,
  });
  const ground = useBaseLayers();
  const [control] = useState(() => new MapControl());
  const things = useMemo(() => thingsOf((which && found.data) || NONE), [which, found.data]);
  const marks = useMemo(() => things.flatMap(({ mark }) => (mark ? [mark] : [])), [things]);
  useEffect(() => {
    if (marks.length === 0) return;
    return control.sized(() => control.show(fitted(boundsOf(marks), control.size)));
  }, [marks, control]);
  if (which === "") return <Empty title={t("alarm-none-title")}>{t("alarm-none")}</Empty>;
  if (found.error && !found.data) return <Trouble error={found.error} onRetry={() => found.refetch()} />;
  if (!found.data) return <Loading />;
  return (
    <>
      <p className="wk-hint">{t("alarm-map-lead")}</p>
      <div className="wk-alarm-map">
        <MapCanvas
          control={control}
          label={t("map-label", { n: String(marks.length) })}
          layers={ground.layers}
          marks={marks}
        >
          <AlarmsOnMap control={control} items={things} />
        </MapCanvas>
      </div>
    </>
  );
}
