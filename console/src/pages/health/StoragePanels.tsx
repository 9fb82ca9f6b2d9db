// The media disks, one by one and together: for how long they last, with the range of that guess, on which rung of the alarms they stand, and which cameras stop
// first when there is no room for all: lowest priority, and of one priority the newest.
import type { ReactNode } from "react";
import { useStorage } from "../../api/queries";
import type { CameraStorage, Room, StorageDisk } from "../../api/types";
import { type Column, Facts, formatBytes, formatRate, List, Meaning, type Tone, Trouble, useT } from "../../ui";

/** In the order in which they would stop. */
export function stopOrder(cameras: readonly CameraStorage[]): CameraStorage[] {
  return [...cameras].sort((one, other) => one.priority - other.priority || other.enrolled_ms - one.enrolled_ms);
}

/** Whether the earliest that may come is on a rung, and which: the lowest rung is the loudest. */
export function rungTone(rung: number | null | undefined, ladder: readonly number[]): "good" | "late" | "breach" {
  if (rung === null || rung === undefined) return "good";
  return rung <= Math.min(...ladder) ? "breach" : "late";
}

export function StoragePanels() {
  const t = useT();
  const storage = useStorage();
  if (storage.error && !storage.data) return <Trouble error={storage.error} onRetry={() => storage.refetch()} />;
  if (!storage.data) return null;
  const { all, disks, cameras, ladder_days, admission_control } = storage.data;
  const several = disks.length > 1;
  return (
    <div className="wk-say">
      <div className="wk-columns">
        {several ? <RoomPanel title={t("storage-all")} room={all} ladder={ladder_days} /> : null}
        {disks.map((disk) => (
          <DiskPanel key={disk.id} disk={disk} ladder={ladder_days} several={several} />
        ))}
      </div>
      <p className="wk-hint">{t(admission_control ? "storage-admission" : "storage-admission-off")}</p>
      <h2>{t("storage-order")}</h2>
      <p className="wk-hint">{t("storage-order-text")}</p>
      <Order cameras={stopOrder(cameras)} />
    </div>
  );
}

const DISK_TONES = {
  good: "good",
  failing: "late",
  full: "breach",
  away: "breach",
  retired: "plain",
} as const satisfies Record<StorageDisk["state"], Tone>;

function DiskPanel({ disk, ladder, several }: { disk: StorageDisk; ladder: number[]; several: boolean }) {
  const t = useT();
  const title = several ? t("storage-disk", { id: String(disk.id) }) : t("storage-horizon");
  return (
    <RoomPanel title={title} room={disk.room} ladder={ladder}>
      <Meaning tone={DISK_TONES[disk.state]} quiet={disk.state === "good"}>
        {t(`storage-state-${disk.state}`)}
      </Meaning>
      <Facts
        of={[
          [t("disk-path"), <code key="path">{disk.path}</code>],
          [t("storage-recorded-here"), String(disk.recorded)],
          [t("disk-free"), disk.total_bytes > 0 ? formatBytes(disk.free_bytes) : null],
          [t("sync-max"), disk.sync_ms_max > 0 ? `${disk.sync_ms_max.toFixed(0)} ms` : null],
        ]}
      />
    </RoomPanel>
  );
}

function RoomPanel(props: { title: string; room: Room; ladder: number[]; children?: ReactNode }) {
  const { title, room: disk, ladder, children } = props;
  const t = useT();
  const { earliest_days, mean_days, latest_days } = disk.horizon;
  const days = (value: number | null | undefined) =>
    value === null || value === undefined ? t("storage-never") : t("days", { n: value });
  const tone = rungTone(disk.rung_days, ladder);
  return (
    <section className="wk-panel">
      <h2>{title}</h2>
      {children}
      <p className="wk-big">
        <span className="wk-big-number">{days(mean_days)}</span>
      </p>
      <p>{t("storage-range", { earliest: days(earliest_days), latest: days(latest_days) })}</p>
      <Meaning tone={tone} quiet>
        {disk.rung_days === null || disk.rung_days === undefined
          ? t("storage-no-rung", { days: Math.max(...ladder) })
          : t("storage-rung", { days: disk.rung_days })}
      </Meaning>
      <ol className="wk-ladder" aria-label={t("storage-ladder")}>
        {[...ladder]
          .sort((one, other) => other - one)
          .map((rung) => (
            <li key={rung} aria-current={rung === disk.rung_days ? "step" : undefined}>
              {t("days", { n: rung })}
            </li>
          ))}
      </ol>
      <Facts
        of={[
          [t("storage-capacity"), formatBytes(disk.capacity_bytes)],
          [t("storage-stored"), formatBytes(disk.stored_bytes)],
          [t("storage-held"), disk.held_bytes > 0 ? formatBytes(disk.held_bytes) : null],
          [
            t("storage-needed"),
            <Meaning key="needed" tone={disk.needed_bytes > disk.capacity_bytes ? "breach" : "good"} quiet>
              {formatBytes(disk.needed_bytes)}
            </Meaning>,
          ],
          [
            t("disk-per-day"),
            t("storage-bytes-range", {
              mean: formatBytes(disk.bytes_per_day.mean),
              low: formatBytes(disk.bytes_per_day.low),
              high: formatBytes(disk.bytes_per_day.high),
            }),
          ],
        ]}
      />
      <p className="wk-hint">{t("storage-horizon-text")}</p>
    </section>
  );
}

function Order({ cameras }: { cameras: CameraStorage[] }) {
  const t = useT();
  const columns: Column<CameraStorage>[] = [
    { key: "camera", title: t("ledger-camera"), ellipsis: true, render: (row) => row.camera.name },
    {
      key: "priority",
      title: t("storage-priority"),
      width: "10rem",
      render: (row) => t(`storage-priority-${row.priority}`),
    },
    {
      key: "state",
      title: t("camera-state"),
      width: "9rem",
      wide: "md",
      render: (row) =>
        row.stopped ? (
          <Meaning tone="breach">{t("storage-stopped")}</Meaning>
        ) : (
          <Meaning tone="good" quiet>
            {t(row.enabled ? "storage-records" : "stream-disabled")}
          </Meaning>
        ),
    },
    {
      key: "disk",
      title: t("storage-disk-column"),
      width: "8rem",
      wide: "md",
      render: (row) =>
        row.tied ? t("storage-tied", { id: String(row.tied) }) : row.disk ? String(row.disk) : t("storage-no-disk"),
    },
    {
      key: "rate",
      title: t("storage-rate"),
      width: "16rem",
      wide: "md",
      render: (row) => (
        <Meaning tone={row.over_plan ? "late" : "plain"} quiet>
          {row.planned_kbps
            ? t("storage-rate-planned", { rate: formatRate(row.measured_kbps), planned: formatRate(row.planned_kbps) })
            : formatRate(row.measured_kbps)}
        </Meaning>
      ),
    },
    {
      key: "stored",
      title: t("storage-stored"),
      width: "8rem",
      align: "right",
      wide: "xl",
      render: (row) => formatBytes(row.stored_bytes),
    },
  ];
  return (
    <List
      label={t("storage-order")}
      rows={cameras}
      rowKey={(row) => row.camera.id}
      columns={columns}
      empty={<p className="wk-soft">{t("health-empty")}</p>}
    />
  );
}
