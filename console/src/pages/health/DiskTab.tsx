// Where footage is kept: for how long there is room, disk by disk with what can be done about each, how long a sync takes, what
// the background reading found, and which cameras stop first.
import { useDisk, useStorage, useSystemState } from "../../api/queries";
import type { Disk } from "../../api/types";
import { Facts, formatBytes, keptWords, Loading, Meaning, Spark, Trouble, useAddress, useT } from "../../ui";
import { cameraQuery } from "./CameraFilter";
import { useHistory } from "./history";
import { StoragePanels } from "./StoragePanels";

/** A sync is due once a second; beyond half of that the disk is too slow for what it is asked. */
const SYNC_LATE_MS = 500;
const STORAGE_ROWS = 200;

export function DiskTab() {
  const t = useT();
  const disk = useDisk();
  const [address] = useAddress();
  const storage = useStorage({ ...cameraQuery(address), limit: STORAGE_ROWS });
  const first = storage.data?.pages[0];
  const state = useSystemState();
  const trouble = [disk, storage].find(({ error, data }) => error && !data);
  if (trouble) return <Trouble error={trouble.error} onRetry={() => trouble.refetch()} />;
  if (!disk.data || !first) return <Loading />;
  const kept = state.data?.kept;
  return (
    <div className="wk-say">
      <StoragePanels storage={first} list={storage} />
      <h2>{t("storage-health")}</h2>
      <div className="wk-columns">
        {kept ? (
          <section className="wk-panel">
            <h3>{t("kept-title")}</h3>
            <p className="wk-big">
              <span className="wk-big-number">{keptWords(kept.days, t)}</span>
            </p>
            <p>{t("kept-floor", { floor: String(kept.floor_days) })}</p>
            <p className="wk-hint">{t("kept-text")}</p>
          </section>
        ) : null}
        <SyncPanel disk={disk.data} at={disk.dataUpdatedAt} />
        <ScrubPanel scrub={disk.data.scrub} />
        <KeyPanel disk={disk.data} />
      </div>
    </div>
  );
}

function SyncPanel({ disk: { sync_ms_last, sync_ms_max }, at }: { disk: Disk; at: number }) {
  const t = useT();
  const syncs = useHistory(new Map([["sync", sync_ms_last]]), at);
  return (
    <section className="wk-panel">
      <h3>{t("sync-title")}</h3>
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
  );
}

/** The background reading of all footage: how far it is, and what it found. */
function ScrubPanel({ scrub }: { scrub: Disk["scrub"] }) {
  const t = useT();
  const count = scrub.findings.length;
  return (
    <section className="wk-panel">
      <h3>{t("scrub-title")}</h3>
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

function KeyPanel({ disk: { store_key, absent_store_keys } }: { disk: Disk }) {
  const t = useT();
  return (
    <section className="wk-panel">
      <h3>{t("disk-key-title")}</h3>
      {store_key ? (
        <Facts
          of={[
            [
              t("disk-encryption"),
              <span key="key" className="wk-code">
                {store_key}
              </span>,
            ],
          ]}
        />
      ) : (
        <Meaning tone="notice">{t("disk-in-the-clear")}</Meaning>
      )}
      {absent_store_keys.map(({ key, segments }) => (
        <Meaning key={key} tone="breach">
          {t("disk-key-absent", { key, segments: String(segments) })}
        </Meaning>
      ))}
    </section>
  );
}
