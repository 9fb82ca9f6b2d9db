// From playback into an incident folder: the instant that is shown as a bookmark, or the chosen span of the played cameras. Folders
// are opened, read and closed on their own page.
import { useState } from "react";
import type { Folder, FolderItemRequest, Named } from "../../api/types";
import { Because, Side, SpanText, Time, useNames, useT } from "../../ui";
import { FolderAdded, FolderChoice, useFolderAdd, useFolderChoice } from "../../ui/FolderChoice";
import type { Span } from "../../ui/timeline";

interface IntoFolderProps {
  open: boolean;
  cameras: Named[];
  /** A bookmark when there is none. */
  selection: Span | null;
  nowMs: () => number;
  onClose: () => void;
}

export function IntoFolder({ open, cameras, selection, nowMs, onClose }: IntoFolderProps) {
  const t = useT();
  const [done, setDone] = useState<Folder | null>(null);
  const close = () => {
    setDone(null);
    onClose();
  };
  return (
    <Side open={open} title={t(selection ? "folder-add-span" : "folder-bookmark")} onClose={close}>
      {done ? (
        <FolderAdded folder={done} />
      ) : open ? (
        <IntoForm cameras={cameras} selection={selection} nowMs={nowMs} onDone={setDone} />
      ) : null}
    </Side>
  );
}

type IntoFormProps = Omit<IntoFolderProps, "open" | "onClose"> & { onDone: (folder: Folder) => void };

function IntoForm({ cameras, selection, nowMs, onDone }: IntoFormProps) {
  const t = useT();
  const names = useNames()(cameras);
  const [atMs] = useState(() => Math.floor(nowMs()));
  const choice = useFolderChoice();
  const { folder } = choice;
  const put = useFolderAdd(onDone);
  const add = (words: string) => {
    const item: FolderItemRequest = {
      ...(selection
        ? { kind: "span", from_ms: Math.floor(selection.fromMs), to_ms: Math.ceil(selection.toMs) }
        : { kind: "bookmark", from_ms: atMs }),
      cameras: cameras.map(({ id }) => id),
      words,
    };
    return put(folder, item);
  };
  return (
    <Because
      label={t("folder-words")}
      blocked={!folder || cameras.length === 0}
      acts={[{ label: t("folder-add"), primary: true, wordless: selection !== null, act: ({ reason }) => add(reason) }]}
    >
      <p>
        {names} ·{" "}
        {selection ? <SpanText fromMs={selection.fromMs} toMs={selection.toMs} zone /> : <Time ms={atMs} zone />}
      </p>
      <FolderChoice choice={choice} />
    </Because>
  );
}
