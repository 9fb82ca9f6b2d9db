// The media disks, one by one and together: for how long they last, with the range of that guess, on which rung of the alarms
// they stand, and what can be done about each. Adding and retiring are administrators'; the server decides.
import { Button } from "antd";
import type { ReactNode } from "react";
import { useMe } from "../../api/queries";
import type { Room, Storage, StorageDisk } from "../../api/types";
import { Facts, formatBytes, Icon, Meaning, type Tone, useAddress, useT } from "../../ui";
import { AddDisk, ChangeDisk } from "./DiskSide";
import { StopOrder, type StorageList } from "./StopOrder";
import { daysWords, rungTone } from "./storage";

export function StoragePanels({ storage, list }: { storage: Storage; list: StorageList }) {
  const t = useT();
  const { rights } = useMe();
  const [address, setAddress] = useAddress();
  const { all, disks, ladder_days } = storage;
  const several = disks.length > 1;
  const chosen = disks.find(({ id }) => String(id) === address.id);
  return (
    <>
      <div className="wk-columns">
        <RoomPanel title={t("disk-title")} room={all} ladder={ladder_days}>
          <p className="wk-hint">{t("storage-horizon-text")}</p>
          {rights.cameras ? (
            <div className="wk-buttons">
              <Button
                icon={<Icon name="plus" size={15} />}
                onClick={() => setAddress({ new: "1", id: undefined, camera: undefined }, true)}
              >
                {t("storage-add")}
              </Button>
            </div>
          ) : null}
        </RoomPanel>
        {disks.map((disk) => (
          <DiskPanel key={disk.id} disk={disk} ladder={ladder_days} several={several} may={rights.cameras} />
        ))}
      </div>
      <StopOrder storage={storage} list={list} />
      <AddDisk open={address.new !== undefined && rights.cameras} onClose={() => setAddress({ new: undefined })} />
      <ChangeDisk
        disk={rights.cameras ? chosen : undefined}
        storage={storage}
        onClose={() => setAddress({ id: undefined })}
      />
    </>
  );
}

const DISK_TONES = {
  good: "good",
  failing: "late",
  full: "breach",
  away: "breach",
  retired: "plain",
} as const satisfies Record<StorageDisk["state"], Tone>;

interface DiskPanelProps {
  disk: StorageDisk;
  ladder: number[];
  several: boolean;
  may: boolean;
}

function DiskPanel({ disk, ladder, several, may }: DiskPanelProps) {
  const t = useT();
  const [, setAddress] = useAddress();
  const retired = disk.state === "retired";
  const facts: [string, ReactNode][] = [
    [
      t("disk-path"),
      <span key="path" className="wk-code">
        {disk.path}
      </span>,
    ],
    [t("storage-recorded-here"), String(disk.recorded)],
    [t("disk-free"), disk.total_bytes > 0 ? formatBytes(disk.free_bytes) : null],
    [t("storage-sync-max"), disk.sync_ms_max > 0 ? `${disk.sync_ms_max.toFixed(0)} ms` : null],
  ];
  return (
    <section className="wk-panel" aria-label={t("storage-disk", { id: String(disk.id) })}>
      <h2>{t("storage-disk", { id: String(disk.id) })}</h2>
      <Meaning tone={DISK_TONES[disk.state]} quiet={disk.state === "good"}>
        {t(`storage-state-${disk.state}`)}
      </Meaning>
      <Facts of={facts} />
      {several && !retired ? <RoomFacts room={disk.room} ladder={ladder} /> : null}
      {retired && disk.room.stored_bytes > 0 ? (
        <Facts of={[[t("storage-stored"), formatBytes(disk.room.stored_bytes)]]} />
      ) : null}
      {may ? (
        <div className="wk-buttons">
          <Button
            size="small"
            onClick={() => setAddress({ id: String(disk.id), new: undefined, camera: undefined }, true)}
          >
            {t(retired ? "storage-revive" : "storage-retire")}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function RoomPanel(props: { title: string; room: Room; ladder: number[]; children?: ReactNode }) {
  const { title, room, ladder, children } = props;
  const t = useT();
  return (
    <section className="wk-panel">
      <h2>{title}</h2>
      <p className="wk-big">
        <span className="wk-big-number">{daysWords(room.horizon.mean_days, t)}</span>
      </p>
      <RoomFacts room={room} ladder={ladder} />
      {children}
    </section>
  );
}

/** How long it lasts and of what that is reckoned. */
function RoomFacts({ room, ladder }: { room: Room; ladder: number[] }) {
  const t = useT();
  const { earliest_days, latest_days } = room.horizon;
  const same = earliest_days === latest_days;
  return (
    <>
      {/* One day for all rates is said above it, or on the ladder. */}
      {same ? null : (
        <p>{t("storage-range", { earliest: daysWords(earliest_days, t), latest: daysWords(latest_days, t) })}</p>
      )}
      <Meaning tone={rungTone(room.rung_days, ladder)} quiet>
        {room.rung_days === null || room.rung_days === undefined
          ? t("storage-no-rung", { days: Math.max(...ladder) })
          : t("storage-rung", { days: room.rung_days })}
      </Meaning>
      <ol className="wk-ladder" aria-label={t("storage-ladder")}>
        {[...ladder]
          .sort((one, other) => other - one)
          .map((rung) => (
            <li key={rung} aria-current={rung === room.rung_days ? "step" : undefined}>
              {t("days", { n: rung })}
            </li>
          ))}
      </ol>
      <Facts
        of={[
          [t("storage-capacity"), formatBytes(room.capacity_bytes)],
          [t("storage-stored"), formatBytes(room.stored_bytes)],
          [t("storage-held"), room.held_bytes > 0 ? formatBytes(room.held_bytes) : null],
          [
            t("storage-needed"),
            <Meaning key="needed" tone={room.needed_bytes > room.capacity_bytes ? "breach" : "good"} quiet>
              {formatBytes(room.needed_bytes)}
            </Meaning>,
          ],
          [
            t("disk-per-day"),
            t("storage-bytes-range", {
              mean: formatBytes(room.bytes_per_day.mean),
              low: formatBytes(room.bytes_per_day.low),
              high: formatBytes(room.bytes_per_day.high),
            }),
          ],
        ]}
      />
    </>
  );
}
