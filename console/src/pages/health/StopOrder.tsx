// Which cameras stop first when there is no room for all, what each weighs, and on which disk it is recorded. One opens in the
// drawer; several, or a group, are tied to a disk together.
import { Button } from "antd";
import { useState } from "react";
import { useMe, type useStorage, useStorageCameras } from "../../api/queries";
import type { CameraStorage, Storage } from "../../api/types";
import {
  type Column,
  formatBytes,
  formatCount,
  formatRate,
  List,
  Meaning,
  RowLink,
  Side,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { CameraFilter } from "./CameraFilter";
import { CameraRoom, TieCameras } from "./CameraRoom";

/** The pages that were read. */
export type StorageList = ReturnType<typeof useStorage>;

export function StopOrder({ storage, list }: { storage: Storage; list: StorageList }) {
  const t = useT();
  const { language } = useLanguage();
  const { rights } = useMe();
  const [address, setAddress] = useAddress();
  const [chosen, setChosen] = useState<string[]>([]);
  const [tying, setTying] = useState(false);
  const rows = list.data?.pages.flatMap(({ cameras }) => cameras) ?? [];
  const several = storage.disks.length > 1;
  const picked = rows.filter(({ camera }) => chosen.includes(camera.id));
  // The one that is open may be on no page that was read.
  const one = useStorageCameras({ ids: address.camera, limit: 1 }, address.camera !== undefined);
  const open = [...rows, ...(one.data?.cameras ?? [])].find(({ camera }) => camera.id === address.camera);
  const show = ({ camera }: CameraStorage) => setAddress({ camera: camera.id, id: undefined, new: undefined });
  return (
    <section className="wk-say">
      <h2>{t("storage-order")}</h2>
      <p className="wk-hint">
        {t("storage-order-text")} {t(storage.admission_control ? "storage-admission" : "storage-admission-off")}
      </p>
      {storage.stopped > 0 ? (
        <Meaning tone="breach">{t("storage-stopped-count", { n: formatCount(storage.stopped, language) })}</Meaning>
      ) : null}
      <CameraFilter />
      {picked.length > 0 ? (
        <div className="wk-toolbar wk-chosen" role="status">
          <span>{t("storage-chosen", { n: formatCount(picked.length, language) })}</span>
          <Button
            type="primary"
            onClick={() => {
              setAddress({ camera: undefined, id: undefined, new: undefined });
              setTying(true);
            }}
          >
            {t("storage-tie")}
          </Button>
          <Button type="text" onClick={() => setChosen([])}>
            {t("gap-choose-none")}
          </Button>
        </div>
      ) : null}
      <List
        label={t("storage-order")}
        rows={rows}
        rowKey={(row) => row.camera.id}
        columns={useColumns(show)}
        answer={list}
        open={address.camera}
        onOpen={show}
        choice={
          several && rights.cameras
            ? {
                chosen,
                onChange: setChosen,
                can: () => true,
                label: ({ camera }) => t("storage-choose", { name: camera.name }),
              }
            : undefined
        }
        total={<span>{t("camera-total", { n: String(storage.total) })}</span>}
        empty={<p className="wk-soft">{t(address.q || address.group ? "camera-no-match" : "health-empty")}</p>}
      />
      <Side
        open={open !== undefined && !tying}
        title={open?.camera.name ?? ""}
        onClose={() => setAddress({ camera: undefined })}
      >
        {open ? <CameraRoom key={open.camera.id} row={open} storage={storage} may={rights.cameras} /> : null}
      </Side>
      <Side open={tying && picked.length > 0} title={t("storage-tie")} onClose={() => setTying(false)}>
        {tying && picked.length > 0 ? (
          <TieCameras
            rows={picked}
            storage={storage}
            onDone={() => {
              setTying(false);
              setChosen([]);
            }}
          />
        ) : null}
      </Side>
    </section>
  );
}

function useColumns(show: (row: CameraStorage) => void): Column<CameraStorage>[] {
  const t = useT();
  return [
    {
      key: "camera",
      title: t("ledger-camera"),
      ellipsis: true,
      render: (row) => <RowLink onOpen={() => show(row)}>{row.camera.name}</RowLink>,
    },
    {
      key: "priority",
      title: t("storage-priority"),
      width: "10rem",
      render: (row) => t(`storage-priority-${row.priority}`),
    },
    {
      key: "state",
      title: t("camera-state"),
      width: "12rem",
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
}
