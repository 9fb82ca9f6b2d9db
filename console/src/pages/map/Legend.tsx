// What the shapes mean, how many of each are shown, and what is not on the map at all.
import { useMemo, useState } from "react";
import type { Item } from "../../register/placed";
import { useT } from "../../ui";
import { SHAPES, STANDING_TONES, STANDINGS, type Standing } from "../../ui/map/marks";

export function StandingShape({ standing }: { standing: Standing }) {
  const { d, hollow } = SHAPES[standing];
  return (
    <svg
      className={`wk-mapshape wk-tone-${STANDING_TONES[standing]}`}
      viewBox="-1 -1 14 14"
      width="13"
      height="13"
      aria-hidden="true"
      focusable="false"
    >
      <path
        d={d}
        fill={hollow ? "none" : "currentColor"}
        fillRule="evenodd"
        stroke={hollow ? "currentColor" : "none"}
        strokeWidth="1.9"
        strokeDasharray={standing === "planned" ? "2.4 1.6" : undefined}
      />
    </svg>
  );
}

export function Legend({ items, withheld, overlaps }: { items: readonly Item[]; withheld: number; overlaps: number }) {
  const t = useT();
  const [open, setOpen] = useState(() => window.matchMedia("(min-width: 701px)").matches);
  const counts = useMemo(() => {
    const of = new Map<Standing, number>();
    for (const { standing, mark } of items) if (mark) of.set(standing, (of.get(standing) ?? 0) + 1);
    return of;
  }, [items]);
  const unplaced = items.filter(({ mark }) => mark === null).length;
  return (
    <section className="wk-maplegend" aria-label={t("map-legend")}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t("map-legend")}
      </button>
      {open ? (
        <ul>
          {STANDINGS.filter((standing) => counts.has(standing)).map((standing) => (
            <li key={standing}>
              <StandingShape standing={standing} />
              <span>{t(`map-standing-${standing}`)}</span>
              <span className="wk-maplegend-count">{counts.get(standing)}</span>
            </li>
          ))}
          {overlaps > 0 ? (
            <li>
              <span className="wk-maphatch" aria-hidden="true" />
              <span>{t("map-overlap")}</span>
              <span className="wk-maplegend-count">{overlaps}</span>
            </li>
          ) : null}
        </ul>
      ) : null}
      {unplaced > 0 ? <p>{t("map-unplaced", { n: String(unplaced) })}</p> : null}
      {withheld > 0 ? <p>{t("map-withheld", { n: String(withheld) })}</p> : null}
    </section>
  );
}
