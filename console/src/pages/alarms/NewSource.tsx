// Registering an alarm or door system: of which system of the register it is part, what it is, who made and who installs it.
import { Input, Select } from "antd";
import {
  type AlarmPriority,
  type AlarmSourceKind,
  type AlarmSourceRequest,
  PRIORITIES,
  SOURCE_KINDS,
  useAlarmChange,
} from "../../api/alarms";
import { api } from "../../api/client";
import { useKeptUnits } from "../../api/queries";
import { RecordChoice } from "../../register";
import { DraftEnd, Side, UnitField, useDraft, useT } from "../../ui";
import { wordOf } from "../../ui/alarms";
import { Labelled } from "../../ui/Labelled";

export interface SourceDraft {
  unit?: string;
  system: string[];
  kind?: AlarmSourceKind;
  name: string;
  maker: string;
  contractor: string[];
  priority?: AlarmPriority;
}

const NOTHING: SourceDraft = { system: [], name: "", maker: "", contractor: [] };

/** Fluent ids of what is missing, in the order of the form. */
export function missingInSource(draft: SourceDraft): string[] {
  const missing: string[] = [];
  if (!draft.unit) missing.push("alarm-unit");
  if (draft.system.length === 0) missing.push("alarm-source-system");
  if (!draft.kind) missing.push("alarm-source-kind");
  if (!draft.name.trim()) missing.push("alarm-source-name");
  return missing;
}

export function sourceRequestOf(draft: SourceDraft): AlarmSourceRequest | undefined {
  const { unit, kind, priority } = draft;
  const [system] = draft.system;
  if (missingInSource(draft).length > 0 || !unit || !kind || !system) return undefined;
  const [contractor] = draft.contractor;
  return {
    unit_id: unit,
    system_id: system,
    kind,
    name: draft.name.trim(),
    maker: draft.maker.trim(),
    ...(contractor ? { contractor_id: contractor } : {}),
    ...(priority ? { priority } : {}),
  };
}

interface Props {
  open: boolean;
  onClose: () => void;
  onDone: (id: string) => void;
}

export function NewSource({ open, onClose, onDone }: Props) {
  const t = useT();
  return (
    <Side open={open} title={t("alarm-source-new")} onClose={onClose} wide>
      {open ? <Form onDone={onDone} /> : null}
    </Side>
  );
}

function Form({ onDone }: Pick<Props, "onDone">) {
  const t = useT();
  const units = useKeptUnits();
  const [kept, change, drop] = useDraft<SourceDraft>("alarm-source", NOTHING);
  const only = units.data?.length === 1 ? units.data[0]?.id : undefined;
  const draft = { ...kept, unit: kept.unit ?? only };
  const add = useAlarmChange(
    (request: AlarmSourceRequest) => api.post<{ id: string }>("/api/alarm-sources", request),
    ({ id }) => {
      drop();
      onDone(id);
    },
  );
  const missing = missingInSource(draft);
  const send = () => {
    const request = sourceRequestOf(draft);
    if (request) add.mutate(request);
  };
  return (
    <div className="wk-fields">
      <UnitField
        label={t("alarm-unit")}
        need="alarm-unit"
        units={units.data ?? []}
        value={draft.unit}
        onChange={(unit) => change({ unit, system: [], contractor: [] })}
      />
      <Labelled label={t("alarm-source-system")} need="alarm-source-system" hint={t("alarm-source-system-hint")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="system"
            unit={draft.unit}
            value={draft.system}
            onChange={(system) => change({ system: system.slice(-1) })}
          />
        )}
      </Labelled>
      <Labelled label={t("alarm-source-kind")} need="alarm-source-kind">
        {(id) => (
          <Select
            id={id}
            value={draft.kind}
            onChange={(kind) => change({ kind })}
            options={SOURCE_KINDS.map((value) => ({ value, label: t(`alarm-source-kind-${wordOf(value)}`) }))}
          />
        )}
      </Labelled>
      <Words draft={draft} change={change} />
      <Labelled label={t("alarm-source-contractor")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="contractor"
            unit={draft.unit}
            value={draft.contractor}
            onChange={(contractor) => change({ contractor: contractor.slice(-1) })}
          />
        )}
      </Labelled>
      <Labelled label={t("alarm-priority")} hint={t("alarm-source-priority-hint")}>
        {(id) => (
          <Select
            id={id}
            allowClear
            placeholder={t("alarm-priority-none")}
            value={draft.priority}
            onChange={(priority?: AlarmPriority) => change({ priority })}
            options={PRIORITIES.map((value) => ({ value, label: t(`alarm-priority-${value}`) }))}
          />
        )}
      </Labelled>
      <DraftEnd
        sending={add}
        missing={missing}
        note={t("alarm-source-note")}
        send={t("alarm-source-add")}
        onSend={send}
      />
    </div>
  );
}

function Words({ draft, change }: { draft: SourceDraft; change: (part: Partial<SourceDraft>) => void }) {
  const t = useT();
  return (
    <>
      <Labelled label={t("alarm-source-name")} need="alarm-source-name">
        {(id) => (
          <Input
            id={id}
            maxLength={100}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Labelled>
      <Labelled label={t("alarm-source-maker")}>
        {(id) => (
          <Input
            id={id}
            maxLength={100}
            value={draft.maker}
            onChange={(event) => change({ maker: event.target.value })}
          />
        )}
      </Labelled>
    </>
  );
}
