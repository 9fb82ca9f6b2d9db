// Choosing one of the incident folders that are open, putting something into it, and the word that it is there.
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Select } from "antd";
import { useState } from "react";
import { api } from "../api/client";
import { useFolders } from "../api/queries";
import type { Folder, FolderItemRequest } from "../api/types";
import { useT } from "./i18n";
import { Labelled } from "./Labelled";
import { Meaning } from "./Meaning";

/** As many as one opens in a long time; whoever needs an older one finds it on its page. */
const FOLDERS_MAX = 100;

/** The folder that is chosen: the newest until somebody says otherwise. What is of a unit goes into a folder of that unit. */
export function useFolderChoice(unit?: string) {
  const list = useFolders({ closed: false, limit: FOLDERS_MAX, unit_id: unit });
  const folders = list.data?.pages.flatMap((page) => page.folders) ?? [];
  const [picked, pick] = useState<string>();
  return { folders, isPending: list.isPending, folder: picked ?? folders[0]?.id, pick };
}

export function FolderChoice({ choice }: { choice: ReturnType<typeof useFolderChoice> }) {
  const t = useT();
  const { folders, isPending, folder, pick } = choice;
  return (
    <Labelled label={t("folder-one")} hint={!isPending && folders.length === 0 ? t("folder-none-open") : undefined}>
      {(id) => (
        <Select
          id={id}
          value={folder}
          loading={isPending}
          showSearch={{ optionFilterProp: "label" }}
          onChange={pick}
          options={folders.map(({ id: value, name }) => ({ value, label: name }))}
        />
      )}
    </Labelled>
  );
}

/** Puts an item into a folder; every list of folders is looked at anew. */
export function useFolderAdd(onDone: (folder: Folder) => void) {
  const queries = useQueryClient();
  return async (folder: string | undefined, item: FolderItemRequest) => {
    onDone(await api.post<Folder>(`/api/folders/${folder}/items`, item));
    await queries.invalidateQueries({ queryKey: ["folders"] });
  };
}

/** It is in there now; the folder's name leads to it. */
export function FolderAdded({ folder }: { folder: Folder }) {
  const t = useT();
  return (
    <p role="status">
      <Meaning tone="good">{t("folder-added")}</Meaning>{" "}
      <Link to="/folders" search={{ id: folder.id }}>
        {folder.name}
      </Link>
    </p>
  );
}
