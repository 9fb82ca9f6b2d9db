// What one camera weighs on the disks, and what an administrator sets of it: planned rate, place in the order of stopping, disk.
// And several cameras tied to one disk, one after the other; what the server refuses is said with its camera.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, InputNumber, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { CameraStorage, Storage } from "../../api/types";
import { Facts, formatBytes, formatRate, Meaning, Trouble, useNames, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

const KBPS_MAX = 100_000;
/** No disk: the recorder chooses. */
const ANY = 0;

function useAnew(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const key of ["storage", "disk", "state"]) queries.invalidateQueries({ queryKey: [key] });
  };
}

function DiskField({
  value,
  onChange,
  storage,
}: {
  value: number;
  onChange: (disk: number) => void;
  storage: Storage;
}) {
  const t = useT();
  const open = storage.disks.filter(({ state, id }) => state !== "retired" || id === value);
  return (
    <Labelled label={t("storage-disk-column")} hint={t("storage-tie-means")}>
      {(id) => (
        <Select
          id={id}
          value={value}
          onChange={onChange}
          options={[
            { value: ANY, label: t("storage-any-disk") },
            ...open.map((disk) => ({
              value: disk.id,
              label: `${t("storage-disk", { id: String(disk.id) })} · ${disk.path}`,
            })),
          ]}
        />
      )}
    </Labelled>
  );
}

interface CameraRoomProps {
  row: CameraStorage;
  storage: Storage;
  may: boolean;
}

export function CameraRoom({ row, storage, may }: CameraRoomProps) {
  const t = useT();
  return (
    <div>
      <section className="wk-section">
        <Facts
          of={[
            [t("storage-disk-column"), row.disk ? String(row.disk) : t("storage-no-disk")],
            [t("storage-rate"), formatRate(row.measured_kbps)],
            [t("storage-planned"), row.planned_kbps ? formatRate(row.planned_kbps) : t("storage-planned-none")],
            [t("disk-per-day"), formatBytes(row.bytes_per_day.mean)],
            [t("storage-stored"), formatBytes(row.stored_bytes)],
            [t("retention-floor"), t("days", { n: row.floor_days })],
            [t("storage-priority"), t(`storage-priority-${row.priority}`)],
          ]}
        />
        {row.over_plan ? <Meaning tone="late">{t("storage-over-plan")}</Meaning> : null}
        {row.stopped ? <Meaning tone="breach">{t("storage-stopped")}</Meaning> : null}
      </section>
      {may ? <CameraForm row={row} storage={storage} /> : null}
    </div>
  );
}

/** What a change sends: nothing for what stays. */
export function storageChange(
  row: Pick<CameraStorage, "planned_kbps" | "priority" | "tied">,
  next: { planned: number | null; priority: number; disk: number },
): { planned_kbps?: number | null; priority?: number; disk?: number | null } {
  return {
    ...(next.planned === (row.planned_kbps ?? null) ? {} : { planned_kbps: next.planned }),
    ...(next.priority === row.priority ? {} : { priority: next.priority }),
    ...(next.disk === (row.tied ?? ANY) ? {} : { disk: next.disk === ANY ? null : next.disk }),
  };
}

function CameraForm({ row, storage }: Omit<CameraRoomProps, "may">) {
  const t = useT();
  const anew = useAnew();
  const [planned, setPlanned] = useState<number | null>(row.planned_kbps ?? null);
  const [priority, setPriority] = useState(row.priority);
  const [disk, setDisk] = useState(row.tied ?? ANY);
  const change = storageChange(row, { planned, priority, disk });
  const save = useMutation({
    mutationFn: () => api.patch(`/api/storage/cameras/${row.camera.id}`, change),
    onSuccess: anew,
  });
  return (
    <section className="wk-section wk-fields" aria-label={t("storage-change")}>
      <h3>{t("storage-change")}</h3>
      {storage.disks.length > 1 ? <DiskField value={disk} onChange={setDisk} storage={storage} /> : null}
      <Labelled label={t("storage-priority")} hint={t("storage-priority-hint")}>
        {(id) => (
          <Select
            id={id}
            value={priority}
            onChange={setPriority}
            options={[1, 2, 3].map((one) => ({ value: one, label: t(`storage-priority-${one}`) }))}
          />
        )}
      </Labelled>
      <Labelled label={t("storage-planned-kbps")} hint={t("storage-planned-hint")}>
        {(id) => (
          <InputNumber
            id={id}
            min={1}
            max={KBPS_MAX}
            precision={0}
            value={planned}
            placeholder={t("storage-planned-none")}
            onChange={(kbps) => setPlanned(kbps)}
            style={{ width: "100%" }}
          />
        )}
      </Labelled>
      {save.error ? <Trouble error={save.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={Object.keys(change).length === 0}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {t("action-save")}
        </Button>
      </div>
    </section>
  );
}

interface TieCamerasProps {
  rows: CameraStorage[];
  storage: Storage;
  onDone: () => void;
}

export function TieCameras({ rows, storage, onDone }: TieCamerasProps) {
  const t = useT();
  const names = useNames();
  const anew = useAnew();
  const [disk, setDisk] = useState<number>(ANY);
  // Those that are done stay done when a later one is refused.
  const [done, setDone] = useState<string[]>([]);
  const left = rows.filter(({ camera }) => !done.includes(camera.id));
  const tie = useMutation({
    mutationFn: async () => {
      for (const { camera } of left) {
        await api.patch(`/api/storage/cameras/${camera.id}`, { disk: disk === ANY ? null : disk });
        setDone((before) => [...before, camera.id]);
      }
    },
    onSuccess: onDone,
    onSettled: anew,
  });
  return (
    <div className="wk-fields">
      <p>{t("storage-tie-what", { n: rows.length, names: names(rows.map(({ camera }) => camera)) })}</p>
      <DiskField value={disk} onChange={setDisk} storage={storage} />
      {tie.error ? (
        <>
          <p>{t("storage-tie-stopped", { name: left[0]?.camera.name ?? "", n: done.length })}</p>
          <Trouble error={tie.error} />
        </>
      ) : null}
      <div className="wk-buttons">
        <Button type="primary" loading={tie.isPending} onClick={() => tie.mutate()}>
          {t(disk === ANY ? "storage-untie-do" : "storage-tie-do")}
        </Button>
      </div>
    </div>
  );
}
