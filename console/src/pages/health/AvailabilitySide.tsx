// One camera's availability in the drawer: the month's figures, its months side by side, what was missing by cause, and its gaps.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../../api/client";
import { useAvailability, useCamera } from "../../api/queries";
import type { AvailabilityRow, GapPage } from "../../api/types";
import {
  Facts,
  formatCount,
  formatDuration,
  formatMonth,
  Loading,
  Meaning,
  Side,
  Time,
  Trouble,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { askedFor, byMonth, causesOf, MONTHS, monthsTo, percentWords, unjustifiedOf } from "./availability";
import { gapTone, keyOf } from "./gaps";
import { MonthChart } from "./MonthChart";

/** So many gaps are listed here; the page of gaps has them all. */
const GAPS_SHOWN = 20;

interface AvailabilitySideProps {
  row: AvailabilityRow | undefined;
  month: string;
  onClose: () => void;
}

export function AvailabilitySide({ row, month, onClose }: AvailabilitySideProps) {
  const t = useT();
  const { language } = useLanguage();
  const title = row
    ? t("availability-title", { name: row.about?.name ?? "", month: formatMonth(month, language) })
    : "";
  return (
    <Side open={row !== undefined} title={title} onClose={onClose} print={title || undefined}>
      {row?.about ? <Details key={row.about.id} row={row} camera={row.about.id} month={month} /> : null}
    </Side>
  );
}

function Details({ row, camera, month }: { row: AvailabilityRow; camera: string; month: string }) {
  const t = useT();
  const { language } = useLanguage();
  const length = (seconds: number) => formatDuration(seconds * 1000, language);
  return (
    <div>
      <section className="wk-section">
        <Facts
          of={[
            [t("availability-share"), percentWords(row.share, language)],
            [t("availability-owed"), length(row.owed_s)],
            [t("availability-recorded"), length(row.recorded_s)],
            [
              t("availability-unjustified"),
              <Meaning key="unjustified" tone={unjustifiedOf(row) > 0 ? "late" : "good"} quiet>
                {length(unjustifiedOf(row))}
              </Meaning>,
            ],
            [t("availability-justified"), length(row.justified_s)],
            [t("availability-unaccounted"), length(row.unaccounted_s)],
          ]}
        />
      </section>
      <Causes row={row} />
      <Months camera={camera} month={month} />
      <Gaps camera={camera} month={month} row={row} />
    </div>
  );
}

function Causes({ row }: { row: AvailabilityRow }) {
  const t = useT();
  const { language } = useLanguage();
  const causes = causesOf([row]);
  if (causes.length === 0) return null;
  return (
    <section className="wk-section">
      <h2>{t("availability-causes")}</h2>
      <Facts
        of={causes.map(({ cause, seconds, gaps }) => [
          t(`cause-${cause}`),
          t("availability-cause-words", {
            length: formatDuration(seconds * 1000, language),
            n: gaps,
          }),
        ])}
      />
    </section>
  );
}

/** The server answers for all cameras of a unit; this one's rows are taken out. */
function Months({ camera, month }: { camera: string; month: string }) {
  const t = useT();
  const [, setAddress] = useAddress();
  const months = monthsTo(month, MONTHS);
  const unit = useCamera(camera).camera?.unit_id;
  const made = useAvailability({ by: "camera", ...askedFor(months), unit });
  if (!made.data) return null;
  const own = made.data.rows.filter(({ about }) => about?.id === camera);
  const rows = new Map([...byMonth(own)].flatMap(([name, [row]]) => (row ? [[name, row] as const] : [])));
  return (
    <section className="wk-section">
      <h2>{t("availability-chart")}</h2>
      <MonthChart
        months={months}
        rows={rows}
        chosen={month}
        onChoose={(chosen) => rows.has(chosen) && setAddress({ month: chosen })}
      />
    </section>
  );
}

function Gaps({ camera, month, row }: { camera: string; month: string; row: AvailabilityRow }) {
  const t = useT();
  const { language } = useLanguage();
  const { from_ms, to_ms } = row;
  const gaps = useQuery({
    queryKey: ["gaps", "of-month", camera, from_ms, to_ms],
    queryFn: ({ signal }) => api.get<GapPage>("/api/gaps", { camera, from_ms, to_ms, limit: GAPS_SHOWN }, signal),
  });
  if (gaps.error && !gaps.data) return <Trouble error={gaps.error} onRetry={() => gaps.refetch()} />;
  if (!gaps.data) return <Loading />;
  const rows = gaps.data.gaps;
  return (
    <section className="wk-section">
      <h2>{t("health-tab-gaps")}</h2>
      {rows.length === 0 ? <p className="wk-soft">{t("availability-gaps-none")}</p> : null}
      <ul className="wk-gapline">
        {rows.map((gap) => (
          <li key={keyOf(gap)}>
            <Link to="/health" search={{ tab: "gaps", camera, month, gap: keyOf(gap) }}>
              <Time ms={gap.from_ms} />
            </Link>
            <span className="wk-right">{formatDuration(gap.to_ms - gap.from_ms, language)}</span>
            <span>{t(`cause-${gap.cause}`)}</span>
            <Meaning tone={gapTone(gap)} quiet>
              {t(`gap-state-${gap.state}`)}
            </Meaning>
          </li>
        ))}
      </ul>
      {gaps.data.total > rows.length ? (
        <p className="wk-soft">
          {t("availability-gaps-more", {
            n: formatCount(rows.length, language),
            total: formatCount(gaps.data.total, language),
          })}
        </p>
      ) : null}
      {rows.length > 0 ? (
        <div>
          <Link to="/health" search={{ tab: "gaps", camera, month }}>
            {t("finding-show")}
          </Link>
        </div>
      ) : null}
    </section>
  );
}
