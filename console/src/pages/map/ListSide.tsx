// The map in words: everything in sight, or what a rectangle chose; from here to one of it, or all its cameras to the wall.
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useMe } from "../../api/queries";
import { type Item, wallOf } from "../../register/placed";
import { Empty, Meaning, RowLink, Side, useT } from "../../ui";
import type { MapControl } from "../../ui/map/control";
import { seen } from "../../ui/map/projection";
import { StandingShape } from "./Legend";

/** What a wall shows at once, four pages of sixteen: one viewing session takes no more. */
const WALL_CAMERAS_MAX = 64;
const RESTS_MS = 200;
const GRIDS = [1, 4, 9, 16];
/** More are found by name or by zooming in. */
const ROWS_MAX = 200;

export interface ListSideProps {
  which: string | undefined;
  shown: readonly Item[];
  chosen: readonly string[];
  control: MapControl;
  onShow: (id: string) => void;
  onClose: () => void;
}

export function ListSide({ which, ...props }: ListSideProps) {
  const t = useT();
  const open = which === "seen" || which === "chosen";
  return (
    <Side open={open} title={t(which === "chosen" ? "map-chosen" : "map-seen")} onClose={props.onClose}>
      {which === "chosen" ? <Rows {...props} rows={chosenOf(props)} /> : which === "seen" ? <Seen {...props} /> : null}
    </Side>
  );
}

function chosenOf({ shown, chosen }: Pick<ListSideProps, "shown" | "chosen">): Item[] {
  const ids = new Set(chosen);
  return shown.filter(({ id }) => ids.has(id));
}

/** The view once it rests: a list that changes under the hand cannot be read. */
function useRestingView(control: MapControl) {
  const now = () => ({ view: control.view, size: control.size });
  const [resting, setResting] = useState(now);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `now` only reads the control.
  useEffect(() => {
    let timer = 0;
    const stop = control.subscribe(() => {
      clearTimeout(timer);
      timer = window.setTimeout(() => setResting(now()), RESTS_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [control]);
  return resting;
}

function Seen(props: Omit<ListSideProps, "which">) {
  const { view, size } = useRestingView(props.control);
  const { west, north, east, south } = seen(view, size);
  const rows = props.shown.filter(
    ({ mark }) => mark && mark.x >= west && mark.x <= east && mark.y >= north && mark.y <= south,
  );
  return <Rows {...props} rows={rows} />;
}

function Rows({ rows, onShow }: Pick<ListSideProps, "onShow"> & { rows: Item[] }) {
  const t = useT();
  if (rows.length === 0) return <Empty title={t("map-none-title")}>{t("map-none")}</Empty>;
  return (
    <div className="wk-maplist">
      <WallLink rows={rows} />
      <ul>
        {rows.slice(0, ROWS_MAX).map((item) => (
          <li key={item.id}>
            <StandingShape standing={item.standing} />
            <RowLink onOpen={() => onShow(item.id)}>{item.name}</RowLink>
            <span className="wk-soft">{t(`map-standing-${item.standing}`)}</span>
            {item.mark?.live === "gap" || item.mark?.live === "off" ? (
              <Meaning tone={item.mark.live === "gap" ? "breach" : "plain"}>{t(`map-live-${item.mark.live}`)}</Meaning>
            ) : null}
          </li>
        ))}
      </ul>
      {rows.length > ROWS_MAX ? (
        <p className="wk-hint">{t("map-more", { n: String(rows.length - ROWS_MAX) })}</p>
      ) : null}
    </div>
  );
}

function WallLink({ rows }: { rows: Item[] }) {
  const t = useT();
  const { rights } = useMe();
  const { cameras, left } = wallOf(rows, WALL_CAMERAS_MAX);
  if (cameras.length === 0) return <p className="wk-hint">{t("map-no-cameras")}</p>;
  if (!rights.live) return <p className="wk-hint">{t("map-no-pictures", { n: String(cameras.length) })}</p>;
  const grid = GRIDS.find((size) => size >= cameras.length) ?? 16;
  return (
    <p>
      <Link className="wk-button-link" to="/wall" search={{ grid, tiles: cameras.join(",") } as never}>
        {t("map-to-wall", { n: String(cameras.length) })}
      </Link>
      {left > 0 ? <span className="wk-hint"> {t("map-to-wall-left", { n: String(left) })}</span> : null}
    </p>
  );
}
