// Opening an incident folder: its name, what happened, and the case under which its footage goes out, if there is one.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input } from "antd";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Folder, FolderRequest } from "../../api/types";
import { CaseSelect, DraftEnd, Side, UnitField, useDraft, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

interface FolderDraft {
  unit?: string;
  name: string;
  happened: string;
  case_id?: string;
}

const NOTHING: FolderDraft = { name: "", happened: "" };

interface NewFolderProps {
  onDone: (row: Folder) => void;
}

export function NewFolder({ open, onClose, onDone }: NewFolderProps & { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Side open={open} title={t("folder-new")} onClose={onClose}>
      {open ? <FolderForm onDone={onDone} /> : null}
    </Side>
  );
}

function FolderForm({ onDone }: NewFolderProps) {
  const t = useT();
  const { posts } = useMe();
  const own = posts.filter(({ role }) => role === "operator").map(({ unit }) => unit);
  const units = [...new Map(own.map((unit) => [unit.id, unit])).values()];
  const [kept, change, drop] = useDraft<FolderDraft>("folder", NOTHING);
  const draft = { ...kept, unit: kept.unit ?? units[0]?.id };
  const queries = useQueryClient();
  const open = useMutation({
    mutationFn: (request: FolderRequest) => api.post<Folder>("/api/folders", request),
    onSuccess: (row) => {
      drop();
      queries.invalidateQueries({ queryKey: ["folders"] });
      onDone(row);
    },
  });
  const missing = [...(draft.unit ? [] : ["folder-need-unit"]), ...(draft.name.trim() ? [] : ["folder-need-name"])];
  const send = () => {
    const { unit: unit_id, name, happened, case_id } = draft;
    if (unit_id && missing.length === 0) open.mutate({ unit_id, name, happened, case_id });
  };
  return (
    <div className="wk-fields">
      <UnitField
        label={t("folder-unit")}
        need="folder-need-unit"
        units={units}
        value={draft.unit}
        onChange={(unit) => change({ unit })}
      />
      <Labelled label={t("folder-name")} need="folder-need-name">
        {(id) => (
          <Input id={id} value={draft.name} maxLength={120} onChange={({ target }) => change({ name: target.value })} />
        )}
      </Labelled>
      <Labelled label={t("folder-happened")}>
        {(id) => (
          <Input.TextArea
            id={id}
            rows={4}
            value={draft.happened}
            maxLength={2000}
            onChange={({ target }) => change({ happened: target.value })}
          />
        )}
      </Labelled>
      <Labelled label={t("case-label")} hint={t("folder-case-hint")}>
        {(id) => <CaseSelect id={id} value={draft.case_id} onChange={(row) => change({ case_id: row?.id })} />}
      </Labelled>
      <DraftEnd
        sending={open}
        missing={missing}
        note={t("folder-new-note")}
        send={t("folder-open-do")}
        onSend={send}
        onDrop={drop}
      />
    </div>
  );
}
