// An observation, a report or an alarm is put into an incident folder from its own page, as what the incident began with; its footage is
// added from playback. The server decides who may, and of which unit's folders.
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../api/client";
import type { Folder, FolderItemRequest, Id } from "../api/types";
import { Because } from "./Because";
import { FolderChoice, useFolderChoice } from "./FolderChoice";
import { useT } from "./i18n";
import { Meaning } from "./Meaning";

interface LinkIntoFolderProps {
  kind: Extract<FolderItemRequest["kind"], "observation" | "report" | "alarm">;
  about: Id;
  /** Of which unit it is: only that unit's folders take it. */
  unit?: Id;
}

export function LinkIntoFolder({ kind, about, unit }: LinkIntoFolderProps) {
  const t = useT();
  const queries = useQueryClient();
  const choice = useFolderChoice(unit);
  const [done, setDone] = useState<Folder>();
  const add = async (words: string) => {
    const item: FolderItemRequest = { kind, about_id: about, words };
    setDone(await api.post<Folder>(`/api/folders/${choice.folder}/items`, item));
    await queries.invalidateQueries({ queryKey: ["folders"] });
  };
  return (
    <section className="wk-section" aria-label={t("folder-put-into")}>
      {done ? (
        <p role="status">
          <Meaning tone="good">{t("folder-added")}</Meaning>{" "}
          <Link to="/folders" search={{ id: done.id }}>
            {done.name}
          </Link>
        </p>
      ) : (
        <Because
          title={t("folder-put-into")}
          label={t("folder-words")}
          blocked={!choice.folder}
          acts={[{ label: t("folder-add"), wordless: true, act: ({ reason }) => add(reason) }]}
        >
          <FolderChoice choice={choice} />
        </Because>
      )}
    </section>
  );
}
