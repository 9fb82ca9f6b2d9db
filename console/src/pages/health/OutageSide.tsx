// One outage in the drawer: what the ticks say, what it means, the gaps that it made, and the cameras whose records contradict it.
import { Link } from "@tanstack/react-router";
import { useMe } from "../../api/queries";
import type { GapRow, Named, Outage } from "../../api/types";
import {
  Facts,
  formatCount,
  formatDuration,
  formatIndex,
  formatOffset,
  formatTime,
  Meaning,
  Side,
  Time,
  useLanguage,
  useNames,
  useT,
} from "../../ui";
import { gapTone, keyOf, STATES } from "./gaps";
import { lengthOf, outageTone } from "./outages";

interface OutageSideProps {
  outage: Outage | undefined;
  made: GapRow[] | undefined;
  onClose: () => void;
}

export function OutageSide({ outage, made, onClose }: OutageSideProps) {
  const t = useT();
  const { language } = useLanguage();
  const print = outage
    ? [t("outage-one"), outage.from_ms == null ? "" : formatTime(outage.from_ms, language, { zone: true })]
        .filter(Boolean)
        .join(" · ")
    : undefined;
  return (
    <Side open={outage !== undefined} title={t("outage-one")} onClose={onClose} print={print}>
      {outage ? <Details outage={outage} made={made} /> : null}
    </Side>
  );
}

function Details({ outage, made }: { outage: Outage; made: GapRow[] | undefined }) {
  const t = useT();
  return (
    <div>
      <section className="wk-section">
        <OutageWord outage={outage} />
        <Facts
          of={[
            [t("outage-from"), outage.from_ms == null ? null : <Time key="from" ms={outage.from_ms} zone />],
            [t("outage-to"), outage.to_ms == null ? null : <Time key="to" ms={outage.to_ms} zone />],
            [t(outage.kind === "clock_set" ? "outage-step" : "gap-length"), <Length key="length" row={outage} />],
            [t("outage-ticks"), <Ticks key="ticks" row={outage} />],
            [t("outage-announced"), outage.kind === "down" ? (outage.announced ?? t("outage-not-announced")) : null],
          ]}
        />
        <p className="wk-hint">{t(`outage-help-${outage.kind}`)}</p>
      </section>
      <Contradictions finding="outage-uncovered" cameras={outage.uncovered} />
      <Contradictions finding="outage-impossible" cameras={outage.impossible} />
      {made ? <Made gaps={made} /> : null}
    </div>
  );
}

function Contradictions({ finding, cameras }: { finding: "outage-uncovered" | "outage-impossible"; cameras: Named[] }) {
  const t = useT();
  const names = useNames();
  if (cameras.length === 0) return null;
  return (
    <section className="wk-section">
      <Meaning tone="breach">{t(finding, { n: cameras.length })}</Meaning>
      <p>{names(cameras)}</p>
      <p className="wk-hint">{t(`${finding}-help`)}</p>
    </section>
  );
}

/** The gaps by where they stand, and each with a way to it. */
function Made({ gaps }: { gaps: GapRow[] }) {
  const t = useT();
  const { language } = useLanguage();
  const states = STATES.map((state) => [state, gaps.filter((gap) => gap.state === state).length] as const);
  return (
    <section className="wk-section">
      <h2>{t("outage-made")}</h2>
      {gaps.length === 0 ? <p className="wk-soft">{t("outage-made-none")}</p> : null}
      <p className="wk-soft">
        {states
          .filter(([, count]) => count > 0)
          .map(([state, count]) => `${t(`gap-state-${state}`)} ${formatCount(count, language)}`)
          .join(" · ")}
      </p>
      <ul className="wk-gapline wk-gapline-short">
        {gaps.map((gap) => (
          <li key={keyOf(gap)}>
            <Link to="/health" search={{ tab: "gaps", camera: gap.camera.id, gap: keyOf(gap), days: "92" }}>
              {gap.camera.name}
            </Link>
            <span>{t(`cause-${gap.cause}`)}</span>
            <Meaning tone={gapTone(gap)} quiet>
              {t(`gap-state-${gap.state}`)}
            </Meaning>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Length({ row }: { row: Outage }) {
  const { language } = useLanguage();
  const ms = lengthOf(row);
  if (ms !== undefined) return formatDuration(ms, language);
  return row.step_ms == null ? "–" : formatOffset(row.step_ms);
}

export function OutageWord({ outage }: { outage: Outage }) {
  const t = useT();
  const isAnnounced = typeof outage.announced === "string";
  return (
    <Meaning tone={outageTone(outage, isAnnounced)} quiet>
      {t(isAnnounced && outage.kind === "down" ? "outage-planned" : `outage-${outage.kind}`)}
    </Meaning>
  );
}

/** The two entries of the footage log that bound it; whoever may read the ledger goes there. */
export function Ticks({ row }: { row: Outage }) {
  const me = useMe();
  const tick = (index: number) =>
    me.rights.ledger ? (
      <Link to="/entries" search={{ tab: "footage", entry: String(index) }}>
        {formatIndex(index)}
      </Link>
    ) : (
      formatIndex(index)
    );
  return (
    <span>
      {tick(row.before)} – {tick(row.after)}
    </span>
  );
}
