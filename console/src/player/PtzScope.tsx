// Where a camera looks, as a small chart: pan across, tilt up, presets as points, forbidden ranges hatched, home as a cross.
// A picture that is replayed does not turn; this chart does.
import { useId } from "react";
import type { Ptz, PtzAt } from "../api/ptz";
import { useT } from "../ui/i18n";

const WIDTH = 240;
const HEIGHT = 78;

export const degrees = (cdeg: number) => `${(cdeg / 100).toFixed(1)}°`;
export const times = (percent: number) => `${(percent / 100).toFixed(1)}×`;

/** As people say it. */
export const atWords = ({ pan_cdeg, tilt_cdeg, zoom_percent }: PtzAt) =>
  `${degrees(pan_cdeg)} / ${degrees(tilt_cdeg)} / ${times(zoom_percent)}`;

export function PtzScope({ ptz }: { ptz: Ptz }) {
  const t = useT();
  const hatch = useId();
  const { least, most, rules, at } = ptz;
  const x = (pan: number) => ((pan - least.pan_cdeg) / (most.pan_cdeg - least.pan_cdeg)) * WIDTH;
  const y = (tilt: number) => ((most.tilt_cdeg - tilt) / (most.tilt_cdeg - least.tilt_cdeg)) * HEIGHT;
  // Half of what it sees: 60 degrees without magnification.
  const half = at ? 3_000 / (at.zoom_percent / 100) : 0;
  return (
    <figure className="wk-ptz-scope">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t("ptz-scope")}>
        <defs>
          <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <path d="M0 0v6" stroke="var(--wk-breach)" strokeWidth="2" />
          </pattern>
        </defs>
        {(rules?.forbidden ?? []).map(({ what, from, to }) => (
          <rect
            key={`${what}${from.pan_cdeg}${from.tilt_cdeg}`}
            x={x(from.pan_cdeg)}
            y={y(to.tilt_cdeg)}
            width={Math.max(2, x(to.pan_cdeg) - x(from.pan_cdeg))}
            height={Math.max(2, y(from.tilt_cdeg) - y(to.tilt_cdeg))}
            fill={`url(#${hatch})`}
            opacity="0.55"
          >
            <title>{`${what}, ${times(from.zoom_percent)}–${times(to.zoom_percent)}`}</title>
          </rect>
        ))}
        <path d={`M${x(0)} 0V${HEIGHT}M0 ${y(0)}H${WIDTH}`} stroke="var(--wk-line)" />
        {rules ? (
          <path
            d={`M${x(rules.home.pan_cdeg) - 5} ${y(rules.home.tilt_cdeg)}h10m-5-5v10`}
            stroke="var(--wk-soft)"
            strokeWidth="1.500"
          />
        ) : null}
        {(rules?.presets ?? []).map(({ name, at: preset }) => (
          <circle key={name} cx={x(preset.pan_cdeg)} cy={y(preset.tilt_cdeg)} r="2.5" fill="var(--wk-soft)">
            <title>{name}</title>
          </circle>
        ))}
        {at ? (
          <g className="wk-ptz-look">
            <rect
              x={x(at.pan_cdeg - half)}
              y={y(at.tilt_cdeg + half * 0.56)}
              width={x(half) - x(-half)}
              height={y(-half * 0.56) - y(half * 0.56)}
              fill="var(--wk-accent)"
              fillOpacity="0.2"
              stroke="var(--wk-accent)"
            />
            <circle cx={x(at.pan_cdeg)} cy={y(at.tilt_cdeg)} r="2" fill="var(--wk-accent)" />
          </g>
        ) : null}
      </svg>
      <figcaption className="wk-code" data-moving={ptz.moving || undefined}>
        {at ? atWords(at) : t("ptz-silent")}
      </figcaption>
    </figure>
  );
}
