// The map of points: where they stand, what they see, how they are, and the places that must have one and have none. What is
// open and the filters are in the address; where one looks is not, since positions are confidential and addresses are sent on.
import { Button } from "antd";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useFindings, useMarkedCameras, useRegistryMap } from "../../api/queries";
import type { RegistryMap } from "../../api/types";
import { AlarmsOnMap } from "../../player/AlarmsOnMap";
import { filtered, type Item, itemsOf, overlapPairs } from "../../register/placed";
import { type Address, Icon, Loading, Page, PrintWords, Trouble, useAddress, useDraft, useT } from "../../ui";
import { type Cluster, clusterBounds } from "../../ui/map/cluster";
import { MapControl } from "../../ui/map/control";
import { type Layers, useBaseLayers } from "../../ui/map/layers";
import { MapCanvas } from "../../ui/map/MapCanvas";
import type { MapMark } from "../../ui/map/marks";
import { boundsOf, fitted, isEmpty, joined, type MapView, NO_BOUNDS, worldPx } from "../../ui/map/projection";
import { Bar } from "./Bar";
import { GroundButton } from "./Ground";
import { ItemSide } from "./ItemSide";
import { Legend } from "./Legend";
import { ListSide } from "./ListSide";
import "./map.css";

/** How closely one looks at what one flew to. */
const CLOSE_ZOOM = 18;
/** Marks nearer than this, in pixels of the closest zoom, are not told apart by zooming. */
const SAME_PX = 6;

export default function MapPage() {
  const t = useT();
  const map = useRegistryMap();
  if (map.error && !map.data)
    return (
      <Page title={t("page-map")} lead={t("map-lead")}>
        <Trouble error={map.error} onRetry={() => map.refetch()} />
      </Page>
    );
  if (!map.data)
    return (
      <Page title={t("page-map")} lead={t("map-lead")}>
        <Loading />
      </Page>
    );
  return <Desk map={map.data} />;
}

const filterOf = ({ unit, system, stage, finding }: Address) => ({ unit, system, stage, finding: finding === "1" });

function useItems(map: RegistryMap) {
  const cameras = useMarkedCameras();
  const findings = useFindings();
  const [address] = useAddress();
  const { unit, system, stage, finding } = address;
  const items = useMemo(() => itemsOf(map, cameras ?? [], findings.data ?? []), [map, cameras, findings.data]);
  const shown = useMemo(
    () => filtered(items, filterOf({ unit, system, stage, finding })),
    [items, unit, system, stage, finding],
  );
  const marks = useMemo(() => shown.flatMap(({ mark }) => (mark ? [mark] : [])), [shown]);
  const overlaps = useMemo(() => overlapPairs(map.overlaps, shown), [map.overlaps, shown]);
  return { items, shown, marks, overlaps };
}

/** Where one last looked, in this tab; else everything there is. */
function useControl(marks: readonly MapMark[], ground: Layers): MapControl {
  const [kept, keep] = useDraft<Partial<MapView>>("map-view", NOWHERE_YET);
  const [control] = useState(() => new MapControl());
  const [begun, setBegun] = useState(false);
  useEffect(() => {
    if (begun || (marks.length === 0 && ground.loading)) return;
    return control.sized(() => {
      const { x, y, zoom } = kept;
      if (x !== undefined && y !== undefined && zoom !== undefined) control.show({ x, y, zoom });
      else control.show(fitted(boundsOfAll(marks, ground), control.size));
      setBegun(true);
    });
  }, [begun, kept, marks, ground, control]);
  useEffect(() => {
    if (!begun) return;
    let timer = 0;
    const stop = control.subscribe(() => {
      clearTimeout(timer);
      timer = window.setTimeout(() => keep(control.view), 400);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [begun, control, keep]);
  return control;
}

const NOWHERE_YET: Partial<MapView> = {};

function boundsOfAll(marks: readonly MapMark[], ground: Layers) {
  const all = boundsOf(marks);
  return isEmpty(all) ? ground.layers.reduce((sum, layer) => joined(sum, layer.bounds), NO_BOUNDS) : all;
}

function Desk({ map }: { map: RegistryMap }) {
  const t = useT();
  const [address, setAddress] = useAddress();
  const { items, shown, marks, overlaps } = useItems(map);
  const ground = useBaseLayers();
  const control = useControl(marks, ground);
  const [boxing, setBoxing] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const open = items.find(({ id }) => id === address.id);
  useFlight(control, open, marks, address.system);
  const show = useCallback((id: string | undefined) => setAddress({ id, list: undefined }), [setAddress]);
  const onMark = (cluster: Cluster<MapMark>) => {
    const [only, ...others] = cluster.marks;
    if (only && others.length === 0) return show(only.id);
    const bounds = clusterBounds(cluster);
    const apart = Math.max(bounds.east - bounds.west, bounds.south - bounds.north) * worldPx(CLOSE_ZOOM);
    if (apart > SAME_PX) return control.fly(fitted(bounds, control.size, 80, CLOSE_ZOOM));
    setChosen(cluster.marks.map(({ id }) => id));
    setAddress({ id: undefined, list: "chosen" });
  };
  const onBox = (within: MapMark[]) => {
    setBoxing(false);
    setChosen(within.map(({ id }) => id));
    setAddress({ id: undefined, list: "chosen" });
  };
  const highlighted = useMemo(
    () => new Set(address.list === "chosen" ? chosen : address.id ? [address.id] : []),
    [address.list, address.id, chosen],
  );
  const close = () => setAddress({ id: undefined, list: undefined });
  return (
    <Page title={t("page-map")} flush>
      <PrintWords words={t("map-print-words")} />
      <div className="wk-mapdesk">
        <Bar items={items} systems={map.systems} onFly={(id) => show(id)}>
          <GroundButton ground={ground} />
          <Button
            icon={<Icon name="rectangle" size={15} />}
            aria-pressed={boxing}
            type={boxing ? "primary" : "default"}
            onClick={() => setBoxing(!boxing)}
          >
            {t("map-choose-box")}
          </Button>
          <Button
            icon={<Icon name="list" size={15} />}
            aria-pressed={address.list === "seen"}
            onClick={() => setAddress({ id: undefined, list: address.list === "seen" ? undefined : "seen" })}
          >
            {t("map-list")}
          </Button>
          <Button icon={<Icon name="print" size={15} />} onClick={() => window.print()}>
            {t("action-print")}
          </Button>
        </Bar>
        <MapCanvas
          {...{ control, marks, overlaps, boxing, onMark, onBox }}
          label={t("map-label", { n: String(marks.length) })}
          layers={ground.layers}
          chosen={highlighted}
        >
          <AlarmsOnMap control={control} items={items} />
          <Legend items={shown} withheld={map.withheld} overlaps={overlaps.length} />
        </MapCanvas>
      </div>
      <ItemSide item={open} items={items} overlaps={map.overlaps} onShow={show} onClose={close} />
      <ListSide
        which={open ? undefined : address.list}
        shown={shown}
        chosen={chosen}
        control={control}
        onShow={show}
        onClose={close}
      />
    </Page>
  );
}

/** The map goes to what is opened, unless it is in sight already, and to a system that is chosen. */
function useFlight(control: MapControl, open: Item | undefined, marks: readonly MapMark[], system: string | undefined) {
  // Not the mark itself: it is a new one with every new state of its camera.
  const { id, x: worldX, y: worldY } = open?.mark ?? {};
  useEffect(() => {
    if (id === undefined || worldX === undefined || worldY === undefined) return;
    return control.sized(() => {
      const { width, height } = control.size;
      const px = worldPx(control.view.zoom);
      const [x, y] = [(worldX - control.view.x) * px + width / 2, (worldY - control.view.y) * px + height / 2];
      // The drawer covers the right.
      const free = width > 900 ? width * 0.62 : width;
      if (control.view.zoom >= 15.5 && x > 30 && y > 30 && x < free - 30 && y < height - 30) return;
      const zoom = Math.max(control.view.zoom, CLOSE_ZOOM);
      const aside = (width - free) / 2 / worldPx(zoom);
      control.fly({ x: worldX + aside, y: worldY, zoom });
    });
  }, [control, id, worldX, worldY]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another system moves the map, not every new state of a camera.
  useEffect(() => {
    if (system && marks.length > 0 && control.size.width > 0)
      control.fly(fitted(boundsOf(marks), control.size, 90, CLOSE_ZOOM));
  }, [control, system]);
}
