// An observation, a report or an alarm is put into an incident folder from its own page, as what the incident began with; its footage is
// added from playback. The server decides who may, and of which unit's folders.
import { useState } from "react";
import type { Folder, FolderItemRequest, Id } from "../api/types";
import { Because } from "./Because";
import { FolderAdded, FolderChoice, useFolderAdd, useFolderChoice } from "./FolderChoice";
import { useT } from "./i18n";

interface LinkIntoFolderProps {
  kind: Extract<FolderItemRequest["kind"], "observation" | "report" | "alarm">;
  about: Id;
  /** Of which unit it is: only that unit's folders take it. */
  unit?: Id;
}

export function LinkIntoFolder({ kind, about, unit }: LinkIntoFolderProps) {
  const t = useT();
  const choice = useFolderChoice(unit);
  const [done, setDone] = useState<Folder>();
  const add = useFolderAdd(setDone);
  return (
    <section className="wk-section" aria-label={t("folder-put-into")}>
      {done ? (
        <FolderAdded folder={done} />
      ) : (
        <Because
          title={t("folder-put-into")}
          label={t("folder-words")}
          blocked={!choice.folder}
          acts={[
            {
              label: t("folder-add"),
              wordless: true,
              act: ({ reason }) => add(choice.folder, { kind, about_id: about, words: reason }),
            },
          ]}
        >
          <FolderChoice choice={choice} />
        </Because>
      )}
    </section>
  );
}
