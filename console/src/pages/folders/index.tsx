// Incident folders: bookmarks, spans, notes and links that belong together, found by words, camera and state. One hold and one set of
// packages go over all spans of a folder.
import { Segmented } from "antd";
import { useCallback } from "react";
import { useFolder, useFolders, useMe } from "../../api/queries";
import type { FolderHead } from "../../api/types";
import {
  BeginButton,
  CameraSelect,
  type Column,
  Empty,
  List,
  Meaning,
  Page,
  RowLink,
  Search,
  Time,
  useAddress,
  useRecords,
  useT,
} from "../../ui";
import { FolderSide } from "./FolderSide";
import { NewFolder } from "./NewFolder";
import "./folders.css";

const SHOWN = ["open", "closed", "all"] as const;

export function FolderWord({ row }: { row: FolderHead }) {
  const t = useT();
  return (
    <Meaning tone={row.closed ? "plain" : row.held ? "good" : "notice"} quiet>
      {t(row.closed ? "folder-closed" : row.held ? "folder-held" : "folder-open")}
    </Meaning>
  );
}

function useColumns(show: (row: FolderHead) => void): Column<FolderHead>[] {
  const t = useT();
  return [
    {
      key: "name",
      title: t("folder-name"),
      ellipsis: true,
      render: (row) => <RowLink onOpen={() => show(row)}>{row.name}</RowLink>,
    },
    {
      key: "unit",
      title: t("folder-unit"),
      width: "12rem",
      wide: "xl",
      ellipsis: true,
      render: (row) => row.unit.name,
    },
    {
      key: "items",
      title: t("folder-items"),
      width: "6rem",
      align: "right",
      wide: "md",
      render: (row) => row.items_count,
    },
    {
      key: "spans",
      title: t("folder-spans"),
      width: "6rem",
      align: "right",
      wide: "md",
      render: (row) => row.spans_count,
    },
    {
      key: "opened",
      title: t("folder-opened"),
      width: "9rem",
      wide: "md",
      render: (row) => <Time ms={row.opened.at_ms} dateOnly />,
    },
    {
      key: "by",
      title: t("folder-by"),
      width: "9rem",
      wide: "xl",
      ellipsis: true,
      render: (row) => row.opened.by.name,
    },
    { key: "state", title: t("folder-state"), width: "9rem", render: (row) => <FolderWord row={row} /> },
  ];
}

export default function Folders() {
  const t = useT();
  const { rights } = useMe();
  const [address, setAddress] = useAddress();
  const shown = SHOWN.find((name) => name === address.show) ?? "open";
  const list = useFolders({
    closed: shown === "all" ? undefined : shown === "closed",
    words: address.words,
    camera: address.camera,
  });
  const rows = list.data?.pages.flatMap((page) => page.folders) ?? [];
  const record = useRecords();
  const one = useFolder(record.id);
  const show = (row: { id: string }) => record.show(row.id);
  const onWords = useCallback((words: string | undefined) => setAddress({ words }), [setAddress]);
  const startButton = rights.playback ? <BeginButton label={t("folder-new")} onBegin={record.begin} /> : null;
  return (
    <Page title={t("page-folders")} lead={t("folder-lead")} actions={startButton}>
      <div className="wk-toolbar">
        <Segmented
          aria-label={t("folder-state")}
          value={shown}
          onChange={(value) => setAddress({ show: value === "open" ? undefined : String(value) })}
          options={SHOWN.map((name) => ({ value: name, label: t(`folder-show-${name}`) }))}
        />
        <Search label={t("folder-search")} value={address.words} onChange={onWords} />
        <CameraSelect value={address.camera} onChange={(camera) => setAddress({ camera })} />
      </div>
      <List
        label={t("page-folders")}
        rows={rows}
        rowKey={(row) => row.id}
        columns={useColumns(show)}
        answer={list}
        open={record.id}
        onOpen={show}
        total={<span>{t("folder-total", { n: String(list.data?.pages[0]?.total ?? 0) })}</span>}
        empty={
          <Empty title={t("folder-empty-title")} action={startButton}>
            {t("folder-empty")}
          </Empty>
        }
      />
      <FolderSide folder={record.id ? one.data : undefined} onClose={record.close} />
      <NewFolder open={record.isNew} onClose={record.close} onDone={show} />
    </Page>
  );
}
