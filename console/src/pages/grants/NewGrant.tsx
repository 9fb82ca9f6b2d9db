// Asking to see footage: which cameras, which span, what is done with it, why, how often and until when. Another person answers.
// A link with `?new=1&cameras=a,b&from_ms=..&to_ms=..&acts=playback` fills it in: the button of a refusal does that.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Checkbox, InputNumber, Select } from "antd";
import { useEffect, useState } from "react";
import { api } from "../../api/client";
import { useCase, useMe } from "../../api/queries";
import type { GrantActWord, GrantRequest, GrantRow } from "../../api/types";
import {
  CameraChoice,
  DraftEnd,
  missingOf,
  type PurposeDraft,
  PurposeFields,
  purposeOf,
  Side,
  SpanFields,
  serverNow,
  useAddress,
  useAddressedSpan,
  useDraft,
  usePurposeDraft,
  useT,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { fieldId, type Places } from "../../ui/Missing";
import { ACTS, GRANT_CAMERAS_MAX, GRANT_USES_MAX } from "./grants";

const HOUR_MS = 3_600_000;
/** How long a grant may hold, in hours; the server takes a month. */
const HOURS = [1, 4, 12, 24, 72, 168, 720];

interface GrantDraft {
  cameras: string[];
  systems?: string[];
  acts: GrantActWord[];
  from_ms?: number;
  to_ms?: number;
  why: PurposeDraft;
  uses: number;
  hours: number;
}

const NOTHING: GrantDraft = { cameras: [], acts: ["playback", "still"], why: {}, uses: 20, hours: 12 };

const isRecorded = (draft: GrantDraft) => draft.acts.some((act) => act !== "live");

/** Fluent ids of what is still missing, in the order of the form. */
function missingInGrant(draft: GrantDraft): string[] {
  const missing: string[] = [];
  if (draft.cameras.length === 0 && !draft.systems?.length) missing.push("grant-need-cameras");
  else if (draft.cameras.length > GRANT_CAMERAS_MAX) missing.push("grant-cameras-many");
  if (draft.acts.length === 0) missing.push("grant-need-acts");
  if (isRecorded(draft)) {
    if (draft.from_ms === undefined || draft.to_ms === undefined) missing.push("grant-need-span");
    else if (draft.to_ms <= draft.from_ms) missing.push("span-bad");
  }
  const why = missingOf(draft.why);
  if (why) missing.push(why === "number" ? "grant-need-case" : "grant-need-purpose");
  if (!draft.why.remark?.trim()) missing.push("grant-need-reason");
  return missing;
}

/** Wrong values are put right where missing ones are filled in. */
const PLACES: Places = { "span-bad": "grant-need-span", "grant-cameras-many": "grant-need-cameras" };

function requestOf(draft: GrantDraft): GrantRequest | undefined {
  const why = purposeOf(draft.why);
  if (missingInGrant(draft).length > 0 || !why) return undefined;
  const span = isRecorded(draft) ? { from_ms: draft.from_ms, to_ms: draft.to_ms } : {};
  const { note = "", ...named } = why;
  return {
    cameras: draft.cameras,
    systems: draft.systems ?? [],
    acts: draft.acts,
    ...span,
    ...named,
    reason: note,
    uses_max: draft.uses,
    expires_ms: serverNow() + draft.hours * HOUR_MS,
  };
}

interface NewGrantProps {
  onDone: (row: GrantRow) => void;
}

export function NewGrant({ open, onClose, onDone }: NewGrantProps & { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Side open={open} title={t("grant-new")} onClose={onClose} wide>
      {open ? <GrantForm onDone={onDone} /> : null}
    </Side>
  );
}

/** The draft, filled in from the address once, and with the purpose in force. */
function useGrantDraft() {
  const inForce = usePurposeDraft();
  const [address] = useAddress();
  const [named] = useState(address.acts);
  const kept = useDraft<GrantDraft>("grant", NOTHING);
  const [draft, change] = kept;
  useAddressedSpan(change);
  useEffect(() => {
    const acts = ACTS.filter((act) => named?.split(",").includes(act));
    if (acts.length > 0) change({ acts });
  }, [named, change]);
  useEffect(() => {
    if (!draft.why.purpose && inForce.purpose) change({ why: inForce });
  }, [draft.why.purpose, inForce, change]);
  return kept;
}

/** A grant replaces no post: whoever looks at live pictures alone asks for no others. */
function useOffered({ acts }: GrantDraft, change: (part: Partial<GrantDraft>) => void): readonly GrantActWord[] {
  const { playback } = useMe().rights;
  const beyond = !playback && acts.some((act) => act !== "live");
  useEffect(() => {
    if (beyond) change({ acts: ["live"] });
  }, [beyond, change]);
  return playback ? ACTS : ["live"];
}

function GrantForm({ onDone }: NewGrantProps) {
  const t = useT();
  const [draft, change, drop] = useGrantDraft();
  const offered = useOffered(draft, change);
  const queries = useQueryClient();
  const ask = useMutation({
    mutationFn: (request: GrantRequest) => api.post<GrantRow>("/api/grants", request),
    onSuccess: (row) => {
      drop();
      queries.invalidateQueries({ queryKey: ["grants"] });
      onDone(row);
    },
  });
  const missing = missingInGrant(draft);
  const send = () => {
    const request = requestOf(draft);
    if (request) ask.mutate(request);
  };
  return (
    <div className="wk-fields">
      <CameraChoice
        title={t("grant-cameras")}
        need="grant-need-cameras"
        chosen={draft.cameras}
        onChange={(cameras) => change({ cameras })}
      />
      <section className="wk-section" id={fieldId("grant-need-acts")} tabIndex={-1}>
        <h2>{t("grant-acts")}</h2>
        <Checkbox.Group
          value={draft.acts}
          onChange={(acts) => change({ acts })}
          options={offered.map((act) => ({ value: act, label: t(`grant-act-${act}`) }))}
        />
      </section>
      {isRecorded(draft) ? (
        <section className="wk-section" id={fieldId("grant-need-span")} tabIndex={-1}>
          <h2>{t("grant-span")}</h2>
          <SpanFields value={draft} onChange={({ from_ms, to_ms }) => change({ from_ms, to_ms })} />
        </section>
      ) : null}
      <section className="wk-section" id={fieldId("grant-need-purpose")} tabIndex={-1}>
        <h2>{t("grant-why")}</h2>
        <PurposeFields
          draft={draft.why}
          onChange={(why) => change({ why, ...(why.case_id === draft.why.case_id ? {} : { systems: [] }) })}
          caseNeed="grant-need-case"
          noteNeed="grant-need-reason"
          noteLabel={t("because-reason")}
        />
      </section>
      <GrantSystems draft={draft} change={change} />
      <GrantBounds draft={draft} change={change} />
      <DraftEnd
        purposeHere
        sending={ask}
        missing={missing}
        places={PLACES}
        note={t("grant-new-note")}
        send={t("grant-ask")}
        onSend={send}
        onDrop={drop}
      />
    </div>
  );
}

/** Systems that the chosen case names: what stands in one is reached only under it. */
function GrantSystems({ draft, change }: { draft: GrantDraft; change: (part: Partial<GrantDraft>) => void }) {
  const t = useT();
  const { row } = useCase(draft.why.case_id);
  const systems = row?.systems ?? [];
  const known = new Set(systems.map(({ id }) => id));
  const chosen = (draft.systems ?? []).filter((id) => known.has(id));
  if (systems.length === 0) return null;
  return (
    <section className="wk-section">
      <h2>{t("case-systems")}</h2>
      <p className="wk-hint">{t("grant-systems-hint")}</p>
      <Checkbox.Group
        value={chosen}
        onChange={(ids) => change({ systems: ids })}
        options={systems.map(({ id, name }) => ({ value: id, label: name }))}
      />
    </section>
  );
}

function GrantBounds({ draft, change }: { draft: GrantDraft; change: (part: Partial<GrantDraft>) => void }) {
  const t = useT();
  const words = (hours: number) =>
    hours < 48 ? t("grant-hours", { n: String(hours) }) : t("grant-days", { n: String(hours / 24) });
  return (
    <section className="wk-section">
      <div className="wk-fields-two">
        <Labelled label={t("grant-uses-max")}>
          {(id) => (
            <InputNumber
              id={id}
              style={{ width: "100%" }}
              min={1}
              max={GRANT_USES_MAX}
              precision={0}
              value={draft.uses}
              onChange={(uses) => change({ uses: uses ?? 1 })}
            />
          )}
        </Labelled>
        <Labelled label={t("grant-holds-for")}>
          {(id) => (
            <Select
              id={id}
              value={draft.hours}
              onChange={(hours) => change({ hours })}
              options={HOURS.map((hours) => ({ value: hours, label: words(hours) }))}
            />
          )}
        </Labelled>
      </div>
      <p className="wk-hint">{t("grant-uses-hint")}</p>
    </section>
  );
}
