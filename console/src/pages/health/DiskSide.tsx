// A disk is added, retired or taken into use again. What the act means is said before it is done: it cannot be undone by pulling
// the disk out.
import { useQueryClient } from "@tanstack/react-query";
import { Input } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useStorageCameras } from "../../api/queries";
import type { Storage, StorageDisk } from "../../api/types";
import { Because, formatBytes, Loading, Meaning, Side, Trouble, useNames, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { Missing } from "../../ui/Missing";
import { retiring } from "./storage";

const PATH_CHARS_MAX = 500;
/** So many cameras are named; of the others the number is said. */
const NAMED_MAX = 20;

/** Everything that shows disks or room is asked for anew. */
function useStorageChanged(onClose: () => void): () => void {
  const queries = useQueryClient();
  return () => {
    for (const key of ["storage", "disk", "state"]) queries.invalidateQueries({ queryKey: [key] });
    onClose();
  };
}

export function AddDisk({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Side open={open} title={t("storage-add")} onClose={onClose}>
      {open ? <AddForm onClose={onClose} /> : null}
    </Side>
  );
}

function AddForm({ onClose }: { onClose: () => void }) {
  const t = useT();
  const done = useStorageChanged(onClose);
  const [path, setPath] = useState("");
  const given = path.trim();
  const needs = given === "" ? ["storage-path"] : given.startsWith("/") ? [] : ["storage-path-absolute"];
  return (
    <div className="wk-say">
      <p>{t("storage-add-before")}</p>
      <ul className="wk-marked">
        <li>{t("storage-add-exists")}</li>
        <li>{t("storage-add-own")}</li>
        <li>{t("storage-add-empty")}</li>
      </ul>
      <p>{t("storage-add-then")}</p>
      <Because
        label={t("because-reason")}
        hint={t("storage-entry")}
        conflict={t("storage-add-conflict")}
        blocked={needs.length > 0}
        acts={[
          {
            label: t("storage-add-do"),
            primary: true,
            act: ({ reason }) => api.post("/api/storage/disks", { path: given, note: reason }),
          },
        ]}
        onDone={done}
      >
        <Labelled label={t("storage-path")} need="storage-path" hint={t("storage-path-hint")}>
          {(id) => (
            <Input
              id={id}
              className="wk-code"
              value={path}
              maxLength={PATH_CHARS_MAX}
              onChange={(event) => setPath(event.target.value)}
            />
          )}
        </Labelled>
        <Missing needs={needs} places={{ "storage-path-absolute": "storage-path" }} />
      </Because>
    </div>
  );
}

interface ChangeDiskProps {
  disk: StorageDisk | undefined;
  storage: Storage;
  onClose: () => void;
}

export function ChangeDisk({ disk, storage, onClose }: ChangeDiskProps) {
  const t = useT();
  const title = disk ? t("storage-disk", { id: String(disk.id) }) : "";
  return (
    <Side open={disk !== undefined} title={title} onClose={onClose}>
      {disk ? (
        disk.state === "retired" ? (
          <Revive key={disk.id} disk={disk} onClose={onClose} />
        ) : (
          <Retire key={disk.id} disk={disk} storage={storage} onClose={onClose} />
        )
      ) : null}
    </Side>
  );
}

function Retire({ disk, storage, onClose }: { disk: StorageDisk; storage: Storage; onClose: () => void }) {
  const t = useT();
  const names = useNames();
  const done = useStorageChanged(onClose);
  const means = retiring(disk, storage.disks, storage.all);
  const moving = useStorageCameras({ disk: disk.id, limit: NAMED_MAX }, true);
  const untied = useStorageCameras({ tied: disk.id, limit: NAMED_MAX }, true);
  if (means.only)
    return (
      <div className="wk-say">
        <Meaning tone="late">{t("storage-retire-only")}</Meaning>
        <p>{t("storage-retire-only-help")}</p>
      </div>
    );
  const fits = means.room_bytes >= means.needed_bytes;
  if (moving.error || untied.error) return <Trouble error={moving.error ?? untied.error} />;
  if (!moving.data || !untied.data) return <Loading />;
  const cameras = ({ cameras, total }: Storage) => {
    const shown = names(cameras.map(({ camera }) => camera));
    return total > cameras.length
      ? t("ledger-cameras-more", { names: shown, more: String(total - cameras.length) })
      : shown;
  };
  return (
    <div className="wk-say">
      <h3>{t("storage-retire-means")}</h3>
      <ul className="wk-marked">
        <li>
          {moving.data.total > 0
            ? t("storage-retire-moving", { n: moving.data.total, names: cameras(moving.data) })
            : t("storage-retire-none-moving")}
        </li>
        {untied.data.total > 0 ? (
          <li>{t("storage-retire-untied", { n: untied.data.total, names: cameras(untied.data) })}</li>
        ) : null}
        <li>
          {t("storage-retire-stays", {
            stored: formatBytes(disk.room.stored_bytes),
            days: String(storage.term_days_max),
          })}
        </li>
        <li>
          <Meaning tone={fits ? "good" : "breach"} quiet>
            {t(fits ? "storage-retire-fits" : "storage-retire-lacks", {
              room: formatBytes(means.room_bytes),
              needed: formatBytes(means.needed_bytes),
            })}
          </Meaning>
        </li>
        <li>{t("storage-retire-back")}</li>
      </ul>
      <Because
        label={t("because-reason")}
        hint={t("storage-entry")}
        acts={[
          {
            label: t("storage-retire-do", { id: String(disk.id) }),
            danger: true,
            act: ({ reason }) => api.patch(`/api/storage/disks/${disk.id}`, { retired: true, note: reason }),
          },
        ]}
        onDone={done}
      />
    </div>
  );
}

function Revive({ disk, onClose }: { disk: StorageDisk; onClose: () => void }) {
  const t = useT();
  const done = useStorageChanged(onClose);
  return (
    <div className="wk-say">
      <p>{t("storage-revive-means")}</p>
      <Because
        label={t("because-reason")}
        hint={t("storage-entry")}
        acts={[
          {
            label: t("storage-revive-do", { id: String(disk.id) }),
            primary: true,
            act: ({ reason }) => api.patch(`/api/storage/disks/${disk.id}`, { retired: false, note: reason }),
          },
        ]}
        onDone={done}
      />
    </div>
  );
}
