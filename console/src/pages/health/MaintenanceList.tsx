// Maintenance announced beforehand: which cameras, when, why; a second person approves it. It stops no recording; gaps that
// lie in it are justified by it if it was approved before they began.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { api } from "../../api/client";
import { useMaintenance, useMe } from "../../api/queries";
import type { Maintenance, MaintenanceRequest } from "../../api/types";
import {
  BeginButton,
  CameraChoice,
  type Column,
  DOCUMENT_CHARS_MAX,
  Empty,
  Facts,
  List,
  Meaning,
  REASON_CHARS_MAX,
  RowLink,
  Side,
  SpanFields,
  SpanText,
  serverNow,
  type Tone,
  Trouble,
  useDraft,
  useNames,
  useRecords,
  useT,
  Written,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { fieldId, Missing, type Places } from "../../ui/Missing";
import { Judge, Signed, VerdictWords } from "./Explained";
import { mayExplain } from "./gaps";

const TONES: Record<Maintenance["state"], Tone> = { announced: "notice", approved: "good", declined: "plain" };

export interface MaintenanceDraft {
  cameras: string[];
  from_ms?: number;
  to_ms?: number;
  reason: string;
  document: string;
}

/** Fluent ids of what is still missing or wrong. What has begun is explained, not announced. */
export function missingInMaintenance(draft: MaintenanceDraft, nowMs: number): string[] {
  const missing: string[] = [];
  if (draft.cameras.length === 0) missing.push("maintenance-need-cameras");
  if (draft.from_ms === undefined || draft.to_ms === undefined) missing.push("maintenance-need-span");
  else if (draft.to_ms <= draft.from_ms) missing.push("span-bad");
  else if (draft.from_ms <= nowMs) missing.push("maintenance-begun");
  if (!draft.reason.trim()) missing.push("maintenance-need-reason");
  return missing;
}

const PLACES: Places = { "span-bad": "maintenance-need-span", "maintenance-begun": "maintenance-need-span" };
const NOTHING: MaintenanceDraft = { cameras: [], reason: "", document: "" };

export function MaintenanceList() {
  const t = useT();
  const { rights } = useMe();
  const record = useRecords();
  const list = useMaintenance();
  const rows = [...(list.data ?? [])].sort((one, other) => other.from_ms - one.from_ms);
  const open = rows.find((row) => row.id === record.id);
  const names = useNames();
  const columns: Column<Maintenance>[] = [
    {
      key: "cameras",
      title: t("hold-cameras"),
      ellipsis: true,
      render: (row) => <RowLink onOpen={() => record.show(row.id)}>{names(row.cameras)}</RowLink>,
    },
    {
      key: "span",
      title: t("hold-span"),
      width: "25rem",
      wide: "md",
      render: (row) => <SpanText fromMs={row.from_ms} toMs={row.to_ms} />,
    },
    {
      key: "reason",
      title: t("because-reason"),
      width: "28%",
      wide: "xl",
      ellipsis: true,
      render: (row) => row.reason,
    },
    { key: "by", title: t("maintenance-by"), width: "9rem", wide: "xl", render: (row) => row.by.person.name },
    { key: "state", title: t("gap-state"), width: "9rem", render: (row) => <State row={row} /> },
  ];
  const begin = mayExplain(rights) ? <BeginButton label={t("maintenance-new")} onBegin={record.begin} /> : null;
  return (
    <div className="wk-say">
      {rows.length > 0 && begin ? <div className="wk-toolbar">{begin}</div> : null}
      <List
        label={t("gap-view-maintenance")}
        rows={rows}
        rowKey={(row) => row.id}
        columns={columns}
        answer={list}
        open={record.id}
        onOpen={(row) => record.show(row.id)}
        empty={
          <Empty title={t("maintenance-empty-title")} action={begin}>
            {t("maintenance-empty")}
          </Empty>
        }
      />
      <Side open={open !== undefined} title={t("maintenance-one")} onClose={record.close}>
        {open ? <Details key={open.id} row={open} names={names(open.cameras)} /> : null}
      </Side>
      <Side open={record.isNew && begin !== null} title={t("maintenance-new")} onClose={record.close} wide>
        {record.isNew ? <Announce onDone={(row) => record.show(row.id)} /> : null}
      </Side>
    </div>
  );
}

function State({ row }: { row: Maintenance }) {
  const t = useT();
  return (
    <Meaning tone={TONES[row.state]} quiet>
      {t(`maintenance-${row.state}`)}
    </Meaning>
  );
}

function Details({ row, names }: { row: Maintenance; names: string }) {
  const t = useT();
  return (
    <div>
      <section className="wk-section">
        <State row={row} />
        <Facts
          of={[
            [t("hold-cameras"), names],
            [t("hold-span"), <SpanText key="span" fromMs={row.from_ms} toMs={row.to_ms} zone />],
            [t("because-document"), row.document],
          ]}
        />
        <Written who={<Signed by={row.by} />}>{row.reason}</Written>
        <VerdictWords of={row} />
      </section>
      <section className="wk-section">
        <Judge of={row} path={`/api/maintenance/${row.id}/verdict`} hint={t("maintenance-judge-note")} />
      </section>
    </div>
  );
}

function Announce({ onDone }: { onDone: (row: Maintenance) => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [draft, change, drop] = useDraft<MaintenanceDraft>("maintenance", NOTHING);
  const send = useMutation({
    mutationFn: (request: MaintenanceRequest) => api.post<Maintenance>("/api/maintenance", request),
    onSuccess: async (row) => {
      drop();
      await queries.invalidateQueries({ queryKey: ["maintenance"] });
      onDone(row);
    },
  });
  const missing = missingInMaintenance(draft, serverNow());
  const { cameras, from_ms, to_ms, reason, document } = draft;
  return (
    <div className="wk-fields">
      <CameraChoice
        title={t("hold-cameras")}
        need="maintenance-need-cameras"
        chosen={cameras}
        onChange={(chosen) => change({ cameras: chosen })}
      />
      <section className="wk-section" id={fieldId("maintenance-need-span")} tabIndex={-1}>
        <h2>{t("hold-span")}</h2>
        <SpanFields value={draft} onChange={(span) => change(span)} shortcuts={false} future />
      </section>
      <section className="wk-section wk-fields">
        <Labelled label={t("because-reason")} need="maintenance-need-reason">
          {(id) => (
            <Input.TextArea
              id={id}
              rows={2}
              maxLength={REASON_CHARS_MAX}
              value={reason}
              onChange={(event) => change({ reason: event.target.value })}
            />
          )}
        </Labelled>
        <Labelled label={t("because-document")}>
          {(id) => (
            <Input
              id={id}
              maxLength={DOCUMENT_CHARS_MAX}
              value={document}
              onChange={(event) => change({ document: event.target.value })}
            />
          )}
        </Labelled>
        {send.error ? <Trouble error={send.error} /> : null}
        <Missing needs={missing} places={PLACES} />
        <p className="wk-hint">{t("maintenance-note")}</p>
        <div className="wk-buttons">
          <Button
            type="primary"
            disabled={missing.length > 0}
            loading={send.isPending}
            onClick={() => {
              if (from_ms !== undefined && to_ms !== undefined)
                send.mutate({ cameras, from_ms, to_ms, reason: reason.trim(), document: document.trim() });
            }}
          >
            {t("maintenance-announce")}
          </Button>
          <Button onClick={drop}>{t("export-drop")}</Button>
        </div>
      </section>
    </div>
  );
}
