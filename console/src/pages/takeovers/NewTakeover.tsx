// Entering that an organ takes over control: who, on which order, which cameras, until when, and what the unit keeps. It counts at
// once; the server says which organ may and for how long.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Checkbox, DatePicker, Input, Select } from "antd";
import dayjs from "dayjs";
import { api } from "../../api/client";
import { useGroups, useKeptUnits, useMe, usePeople } from "../../api/queries";
import type { Takeover, TakeoverRequest } from "../../api/types";
import { RecordChoice } from "../../register";
import { DraftEnd, Side, serverNow, UnitField, useDraft, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

const ORGANS = ["public_security", "national_security", "law_enforcement"] as const;
const KEEPS = ["live", "recorded", "settings"] as const;
const DAYS_MAX = 7;
const HOUR_MS = 3_600_000;
const OF_SYSTEM = "system";
const OFFICERS_MAX = 20;

export interface TakeoverDraft {
  unit?: string;
  group?: string;
  /** Of a system, also before one is chosen. */
  of_system?: boolean;
  system?: string;
  organ?: TakeoverRequest["organ"];
  organ_name: string;
  order: string[];
  officers: string[];
  reason: string;
  until_ms?: number;
  keeps: (typeof KEEPS)[number][];
}

const NOTHING: TakeoverDraft = { organ_name: "", order: [], officers: [], reason: "", keeps: [] };

/** Fluent ids of what is missing, in the order of the form. */
export function missingInTakeover(draft: TakeoverDraft): string[] {
  const missing: string[] = [];
  if (!draft.organ) missing.push("takeover-organ");
  if (!draft.organ_name.trim()) missing.push("takeover-organ-name");
  if (!draft.unit) missing.push("takeover-unit");
  if (draft.of_system && !draft.system) missing.push("takeover-system");
  if (draft.order.length === 0) missing.push("takeover-order");
  if (draft.officers.length === 0) missing.push("takeover-officers");
  if (draft.until_ms === undefined) missing.push("takeover-until");
  if (!draft.reason.trim()) missing.push("takeover-reason");
  return missing;
}

export function takeoverRequestOf(draft: TakeoverDraft): TakeoverRequest | undefined {
  const { unit, organ, until_ms, group, system } = draft;
  if (missingInTakeover(draft).length > 0 || !unit || !organ || until_ms === undefined) return undefined;
  return {
    unit_id: unit,
    ...(group ? { group_id: group } : {}),
    ...(system ? { system_id: system } : {}),
    organ,
    organ_name: draft.organ_name.trim(),
    order_document_id: draft.order[0],
    officer_ids: draft.officers,
    reason: draft.reason.trim(),
    until_ms,
    unit_keeps: {
      live: draft.keeps.includes("live"),
      recorded: draft.keeps.includes("recorded"),
      settings: draft.keeps.includes("settings"),
    },
  };
}

interface Props {
  open: boolean;
  onClose: () => void;
  onDone: (takeover: Takeover) => void;
}

export function NewTakeover({ open, onClose, onDone }: Props) {
  const t = useT();
  return (
    <Side open={open} title={t("takeover-new")} onClose={onClose} wide>
      {open ? <Form onDone={onDone} /> : null}
    </Side>
  );
}

function Form({ onDone }: Pick<Props, "onDone">) {
  const t = useT();
  const units = useKeptUnits();
  const [kept, change, drop] = useDraft<TakeoverDraft>("takeover", NOTHING);
  const only = units.data?.length === 1 ? units.data[0]?.id : undefined;
  const draft = { ...kept, unit: kept.unit ?? only };
  const queries = useQueryClient();
  const begin = useMutation({
    mutationFn: (request: TakeoverRequest) => api.post<Takeover>("/api/takeovers", request),
    onSuccess: async (takeover) => {
      drop();
      await queries.invalidateQueries({ queryKey: ["takeovers"] });
      queries.invalidateQueries({ queryKey: ["state"] });
      onDone(takeover);
    },
  });
  const missing = missingInTakeover(draft);
  const send = () => {
    const request = takeoverRequestOf(draft);
    if (request) begin.mutate(request);
  };
  return (
    <div className="wk-fields">
      <Organ draft={draft} change={change} />
      <Cameras draft={draft} change={change} units={units.data ?? []} />
      <Labelled label={t("takeover-order")} need="takeover-order" hint={t("takeover-order-hint")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="document"
            unit={draft.unit}
            value={draft.order}
            onChange={(order) => change({ order: order.slice(-1) })}
          />
        )}
      </Labelled>
      <Officers draft={draft} change={change} />
      <Labelled label={t("takeover-until")} need="takeover-until" hint={t("takeover-until-hint")}>
        {(id) => <Until id={id} value={draft.until_ms} onChange={(until_ms) => change({ until_ms })} />}
      </Labelled>
      <fieldset className="wk-posts">
        <legend>{t("takeover-keeps")}</legend>
        <Checkbox.Group
          value={draft.keeps}
          onChange={(keeps) => change({ keeps })}
          options={KEEPS.map((what) => ({ value: what, label: t(`takeover-keeps-${what}`) }))}
        />
      </fieldset>
      <Labelled label={t("takeover-reason")} need="takeover-reason">
        {(id) => (
          <Input.TextArea
            id={id}
            rows={2}
            maxLength={500}
            value={draft.reason}
            onChange={(event) => change({ reason: event.target.value })}
          />
        )}
      </Labelled>
      <DraftEnd sending={begin} missing={missing} note={t("takeover-note")} send={t("takeover-begin")} onSend={send} />
    </div>
  );
}

interface PartProps {
  draft: TakeoverDraft;
  change: (part: Partial<TakeoverDraft>) => void;
}

function Organ({ draft, change }: PartProps) {
  const t = useT();
  return (
    <>
      <Labelled label={t("takeover-organ")} need="takeover-organ">
        {(id) => (
          <Select
            id={id}
            value={draft.organ}
            onChange={(organ) => change({ organ })}
            options={ORGANS.map((organ) => ({
              value: organ,
              label: t(`takeover-organ-${organ.replaceAll("_", "-")}`),
            }))}
          />
        )}
      </Labelled>
      <Labelled label={t("takeover-organ-name")} need="takeover-organ-name">
        {(id) => (
          <Input
            id={id}
            maxLength={100}
            value={draft.organ_name}
            onChange={(event) => change({ organ_name: event.target.value })}
          />
        )}
      </Labelled>
    </>
  );
}

/** The whole unit, a group, or a system: a system's cameras are those at its points at each moment. */
function Cameras({ draft, change, units }: PartProps & { units: { id: string; name: string }[] }) {
  const t = useT();
  const groups = useGroups();
  const own = (groups.data ?? []).filter((group) => group.unit_id === draft.unit);
  const chosen = draft.of_system ? OF_SYSTEM : (draft.group ?? "");
  const choose = (value: string) => {
    const of_system = value === OF_SYSTEM;
    change({ of_system, system: undefined, group: of_system ? undefined : value || undefined });
  };
  return (
    <>
      <UnitField
        label={t("takeover-unit")}
        need="takeover-unit"
        units={units}
        value={draft.unit}
        onChange={(unit) => change({ unit, group: undefined, of_system: undefined, system: undefined, order: [] })}
      />
      <Labelled label={t("takeover-what")}>
        {(id) => (
          <Select
            id={id}
            value={chosen}
            onChange={choose}
            showSearch={{ optionFilterProp: "label" }}
            options={[
              { value: "", label: t("takeover-all-cameras") },
              { value: OF_SYSTEM, label: t("takeover-of-system") },
              ...(own.length > 0
                ? [
                    {
                      label: t("takeover-groups"),
                      options: own.map((group) => ({ value: group.id, label: group.name })),
                    },
                  ]
                : []),
            ]}
          />
        )}
      </Labelled>
      {draft.of_system && draft.unit ? (
        <Labelled label={t("takeover-system")} need="takeover-system" hint={t("takeover-system-hint")}>
          {(id) => (
            <RecordChoice
              id={id}
              kind="system"
              unit={draft.unit}
              value={draft.system ? [draft.system] : []}
              onChange={([system]) => change({ system })}
            />
          )}
        </Labelled>
      ) : null}
    </>
  );
}

/** Accounts that the administrator knows; not one's own, since nobody hands control over to themselves. */
function Officers({ draft, change }: PartProps) {
  const t = useT();
  const me = useMe();
  const people = usePeople();
  const others = (people.data ?? []).filter((person) => person.id !== me.person.id && !person.suspended);
  return (
    <Labelled label={t("takeover-officers")} need="takeover-officers" hint={t("takeover-officers-hint")}>
      {(id) => (
        <Select
          id={id}
          mode="multiple"
          maxCount={OFFICERS_MAX}
          value={draft.officers}
          onChange={(officers: string[]) => change({ officers })}
          showSearch={{ optionFilterProp: "label" }}
          options={others.map((person) => ({ value: person.id, label: `${person.name} (${person.account})` }))}
        />
      )}
    </Labelled>
  );
}

function Until({
  id,
  value,
  onChange,
}: {
  id: string;
  value: number | undefined;
  onChange: (ms: number | undefined) => void;
}) {
  const now = dayjs(serverNow());
  return (
    <DatePicker
      id={id}
      showTime={{ format: "HH:mm" }}
      format="YYYY-MM-DD HH:mm"
      value={value === undefined ? null : dayjs(value)}
      onChange={(at) => onChange(at?.valueOf())}
      defaultPickerValue={dayjs(serverNow() + HOUR_MS)}
      disabledDate={(day) => day.isBefore(now, "day") || day.isAfter(now.add(DAYS_MAX, "day"))}
      style={{ width: "100%" }}
    />
  );
}
