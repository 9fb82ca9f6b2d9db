// Entering an authority's request: who asks, for what, of which cameras and when. What no rule entitles to is refused with its
// article; officers and papers come after.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Radio, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Id, Retrieval, RetrievalRequest } from "../../api/types";
import { RecordChoice } from "../../register";
import { GROUNDS, idOf, SPAN_MAX_MS } from "../../register/retrieving";
import { CameraChoice, DraftEnd, Side, SpanFields, UnitField, useAddressedSpan, useDraft, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { fieldId, type Places } from "../../ui/Missing";
import { CAMERAS_MAX, LEVELS, ORGANS } from "./retrievals";

export interface RetrievalDraft {
  unit?: Id;
  organ?: RetrievalRequest["organ"];
  ground?: RetrievalRequest["ground"];
  level?: NonNullable<RetrievalRequest["level"]>;
  organ_name: string;
  case_number: string;
  reason: string;
  wanted: RetrievalRequest["wanted"];
  way: RetrievalRequest["way"];
  cameras: string[];
  from_ms?: number;
  to_ms?: number;
  system?: Id;
}

const NOTHING: RetrievalDraft = {
  organ_name: "",
  case_number: "",
  reason: "",
  wanted: "footage",
  way: "copy",
  cameras: [],
};

/** Fluent ids of what is still missing or wrong, in the order of the form. */
export function missingInRetrieval(draft: RetrievalDraft): string[] {
  const missing: string[] = [];
  if (!draft.organ) missing.push("retrieval-need-organ");
  if (!draft.organ_name.trim()) missing.push("retrieval-need-organ-name");
  if (!draft.ground) missing.push("retrieval-need-ground");
  if (!draft.case_number.trim()) missing.push("retrieval-need-case-number");
  if (draft.wanted === "basic_data") return draft.system ? missing : [...missing, "retrieval-need-system"];
  if (draft.cameras.length === 0) missing.push("retrieval-need-cameras");
  else if (draft.cameras.length > CAMERAS_MAX) missing.push("retrieval-cameras-many");
  if (draft.from_ms === undefined || draft.to_ms === undefined) missing.push("retrieval-need-span");
  else if (draft.to_ms <= draft.from_ms) missing.push("span-bad");
  else if (draft.to_ms - draft.from_ms > SPAN_MAX_MS) missing.push("export-span-long");
  return missing;
}

/** Wrong values are put right where missing ones are filled in. */
export const RETRIEVAL_PLACES: Places = {
  "span-bad": "retrieval-need-span",
  "export-span-long": "retrieval-need-span",
  "retrieval-cameras-many": "retrieval-need-cameras",
};

export function requestOf(draft: RetrievalDraft, unit: Id | undefined): RetrievalRequest | undefined {
  const { organ, ground, level, from_ms, to_ms } = draft;
  if (missingInRetrieval(draft).length > 0 || !organ || !ground || !unit) return undefined;
  const footage = draft.wanted === "footage";
  return {
    unit_id: unit,
    organ,
    ground,
    ...(level ? { level } : {}),
    organ_name: draft.organ_name.trim(),
    case_number: draft.case_number.trim(),
    reason: draft.reason.trim(),
    wanted: draft.wanted,
    way: draft.way,
    cameras: footage ? draft.cameras : [],
    ...(footage ? { from_ms, to_ms } : { system_id: draft.system }),
  };
}

interface NewRetrievalProps {
  onDone: (one: Retrieval) => void;
}

export function NewRetrieval({ open, onClose, onDone }: NewRetrievalProps & { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Side open={open} title={t("retrieval-new")} onClose={onClose} wide>
      {open ? <RetrievalFields onDone={onDone} /> : null}
    </Side>
  );
}

/** Units in which one receives officers. */
function useUnits() {
  const me = useMe();
  const posts = me.posts.filter(({ role }) => role === "operator" || role === "administrator");
  return [...new Map(posts.map(({ unit }) => [unit.id, unit])).values()];
}

function RetrievalFields({ onDone }: NewRetrievalProps) {
  const t = useT();
  const units = useUnits();
  const [draft, change, drop] = useDraft<RetrievalDraft>("retrieval", NOTHING);
  const [tried, setTried] = useState(false);
  const queries = useQueryClient();
  useAddressedSpan(change);
  const unit = draft.unit ?? units[0]?.id;
  const open = useMutation({
    mutationFn: (request: RetrievalRequest) => api.post<Retrieval>("/api/retrievals", request),
    onSuccess: (one) => {
      drop();
      queries.invalidateQueries({ queryKey: ["retrievals"] });
      onDone(one);
    },
  });
  const missing = missingInRetrieval(draft);
  const send = () => {
    setTried(true);
    const request = requestOf(draft, unit);
    if (request) open.mutate(request);
  };
  return (
    <div className="wk-fields">
      <Requester draft={draft} change={change} />
      <UnitField label={t("retrieval-unit")} units={units} value={unit} onChange={(value) => change({ unit: value })} />
      <What draft={draft} change={change} unit={unit} />
      <DraftEnd
        sending={open}
        missing={missing}
        places={RETRIEVAL_PLACES}
        tried={tried}
        note={t("retrieval-note")}
        send={t("retrieval-open")}
        onSend={send}
        onDrop={drop}
      />
    </div>
  );
}

interface PartProps {
  draft: RetrievalDraft;
  change: (part: Partial<RetrievalDraft>) => void;
}

/** Who asks, and why. */
function Requester({ draft, change }: PartProps) {
  const t = useT();
  return (
    <section className="wk-section">
      <h2>{t("retrieval-who")}</h2>
      <div className="wk-fields-two">
        <Labelled label={t("retrieval-organ")} need="retrieval-need-organ">
          {(id) => (
            <Select
              id={id}
              value={draft.organ}
              onChange={(organ) => change({ organ })}
              options={ORGANS.map((value) => ({ value, label: t(`retrieval-organ-${idOf(value)}`) }))}
            />
          )}
        </Labelled>
        <Labelled label={t("retrieval-organ-name")} need="retrieval-need-organ-name">
          {(id) => (
            <Input
              id={id}
              maxLength={100}
              value={draft.organ_name}
              onChange={(event) => change({ organ_name: event.target.value })}
            />
          )}
        </Labelled>
        <Labelled label={t("retrieval-ground")} need="retrieval-need-ground">
          {(id) => (
            <Select
              id={id}
              value={draft.ground}
              onChange={(ground) => change({ ground })}
              options={GROUNDS.map((value) => ({ value, label: t(`retrieval-ground-${idOf(value)}`) }))}
            />
          )}
        </Labelled>
        <Labelled label={t("retrieval-case-number")} need="retrieval-need-case-number">
          {(id) => (
            <Input
              id={id}
              maxLength={100}
              value={draft.case_number}
              onChange={(event) => change({ case_number: event.target.value })}
            />
          )}
        </Labelled>
        <Labelled label={t("retrieval-level")} hint={t("retrieval-level-hint")}>
          {(id) => (
            <Select
              id={id}
              allowClear
              value={draft.level}
              onChange={(level) => change({ level })}
              options={LEVELS.map((value) => ({ value, label: t(`retrieval-level-${value}`) }))}
            />
          )}
        </Labelled>
      </div>
      <Labelled label={t("retrieval-reason")}>
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
    </section>
  );
}

/** What is asked for. */
function What({ draft, change, unit }: PartProps & { unit: Id | undefined }) {
  const t = useT();
  const footage = draft.wanted === "footage";
  return (
    <>
      <section className="wk-section">
        <h2>{t("retrieval-what")}</h2>
        <Radio.Group
          aria-label={t("retrieval-what")}
          value={draft.wanted}
          onChange={(event) => change({ wanted: event.target.value })}
          options={(["footage", "basic_data"] as const).map((value) => ({
            value,
            label: t(`retrieval-wanted-${idOf(value)}`),
          }))}
        />
        <Radio.Group
          aria-label={t("retrieval-way")}
          value={draft.way}
          onChange={(event) => change({ way: event.target.value })}
          options={(["copy", "view"] as const).map((value) => ({ value, label: t(`retrieval-way-${value}`) }))}
        />
      </section>
      {footage ? (
        <>
          <CameraChoice
            title={t("export-cameras")}
            need="retrieval-need-cameras"
            chosen={draft.cameras}
            onChange={(cameras) => change({ cameras })}
          />
          <section className="wk-section" id={fieldId("retrieval-need-span")} tabIndex={-1}>
            <h2>{t("export-span")}</h2>
            <SpanFields value={draft} onChange={({ from_ms, to_ms }) => change({ from_ms, to_ms })} />
          </section>
        </>
      ) : (
        <Labelled label={t("retrieval-system")} need="retrieval-need-system">
          {(id) => (
            <RecordChoice
              id={id}
              kind="system"
              unit={unit}
              value={draft.system ? [draft.system] : []}
              onChange={([system]) => change({ system })}
            />
          )}
        </Labelled>
      )}
    </>
  );
}
