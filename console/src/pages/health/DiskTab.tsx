// The disk that holds the footage: how full, how fast it fills, for how many days there is room, how long a sync takes.
import { useDisk, useSystemState } from "../../api/queries";
import type { Disk } from "../../api/types";
import { Facts, formatBytes, keptWords, Loading, Meaning, Spark, type Tone, Trouble, useT } from "../../ui";
import { useHistory } from "./history";
import { StoragePanels } from "./StoragePanels";

/** Below this many days somebody must act soon; below one, now. */
const HORIZON_LATE_DAYS = 7;
/** A sync is due once a second; beyond half of that the disk is too slow for what it is asked. */
const SYNC_LATE_MS = 500;

export function horizonTone(days: number | null | undefined): Tone {
  if (days === null || days === undefined) return "plain";
  if (days < 1) return "breach";
  return days < HORIZON_LATE_DAYS ? "late" : "good";
}

export function DiskTab() {
  const t = useT();
  const disk = useDisk();
  const state = useSystemState();
  const syncs = useHistory(new Map([["sync", disk.data?.sync_ms_last ?? 0]]), disk.dataUpdatedAt);
  if (disk.error && !disk.data) return <Trouble error={disk.error} onRetry={() => disk.refetch()} />;
  if (!disk.data) return <Loading />;
  const { path, used, free, bytes_per_day, horizon_days, sync_ms_last, sync_ms_max } = disk.data;
  const { store_key, absent_store_keys, scrub } = disk.data;
  const share = used + free > 0 ? used / (used + free) : 0;
  const kept = state.data?.kept;
  const days = horizon_days?.toFixed(1) ?? "–";
  return (
    <div className="wk-say">
      <div className="wk-columns">
        <section className="wk-panel">
          <h2>{t("disk-title")}</h2>
          <p className="wk-big">
            <span className="wk-big-number">{days}</span> {t("disk-days")}
          </p>
          <Meaning tone={horizonTone(horizon_days)}>{t(`disk-${horizonTone(horizon_days)}`)}</Meaning>
          <div
            className="wk-bar"
            role="img"
            aria-label={t("disk-bar", { used: formatBytes(used), free: formatBytes(free) })}
          >
            <span style={{ inlineSize: `${(share * 100).toFixed(1)}%` }} />
          </div>
          <Facts
            of={[
              [t("disk-used"), formatBytes(used)],
              [t("disk-free"), formatBytes(free)],
              [t("disk-per-day"), bytes_per_day > 0 ? formatBytes(bytes_per_day) : null],
              [
                t("disk-path"),
                <span key="path" className="wk-code">
                  {path}
                </span>,
              ],
              [t("disk-encryption"), store_key ?? t("disk-in-the-clear")],
            ]}
          />
          {absent_store_keys.map(({ key, segments }) => (
            <Meaning key={key} tone="breach">
              {t("disk-key-absent", { key, segments: String(segments) })}
            </Meaning>
          ))}
        </section>
        <section className="wk-panel">
          <h2>{t("sync-title")}</h2>
          <p className="wk-big">
            <span className="wk-big-number">{sync_ms_last.toFixed(0)}</span> ms
          </p>
          <Meaning tone={sync_ms_last > SYNC_LATE_MS ? "late" : "good"} quiet>
            {t(sync_ms_last > SYNC_LATE_MS ? "sync-late" : "sync-good")}
          </Meaning>
          <Spark
            values={syncs.get("sync") ?? []}
            width={320}
            height={48}
            label={t("sync-spark", { ms: sync_ms_last.toFixed(0) })}
          />
          <Facts of={[[t("sync-max"), `${sync_ms_max.toFixed(0)} ms`]]} />
          <p className="wk-hint">{t("sync-text")}</p>
        </section>
        <ScrubPanel scrub={scrub} />
        {kept ? (
          <section className="wk-panel">
            <h2>{t("kept-title")}</h2>
            <p className="wk-big">
              <span className="wk-big-number">{keptWords(kept.days, t)}</span>
            </p>
            <p>{t("kept-floor", { floor: String(kept.floor_days) })}</p>
            <p className="wk-hint">{t("kept-text")}</p>
          </section>
        ) : null}
      </div>
      <StoragePanels />
    </div>
  );
}

/** The background reading of all footage: how far it is, and what it found. */
function ScrubPanel({ scrub }: { scrub: Disk["scrub"] }) {
  const t = useT();
  const count = scrub.findings.length;
  return (
    <section className="wk-panel">
      <h2>{t("scrub-title")}</h2>
      <Meaning tone={count > 0 ? "breach" : "good"} quiet>
        {t(count > 0 ? "scrub-bad" : "scrub-good", { count: String(count) })}
      </Meaning>
      <Facts
        of={[
          [t("scrub-read"), `${formatBytes(scrub.read_bytes)} / ${formatBytes(scrub.stored_bytes)}`],
          [t("scrub-rate"), `${formatBytes(scrub.bytes_per_second)}/s`],
        ]}
      />
      {scrub.findings.map(({ place, problem }) => (
        <p key={place} className="wk-code">
          {place}: {problem}
        </p>
      ))}
      <p className="wk-hint">{t("scrub-text")}</p>
    </section>
  );
}
