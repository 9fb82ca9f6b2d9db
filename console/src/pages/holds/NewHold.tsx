// Holding footage: which cameras, which span, for what, on whose word, and when it is looked at again. One person is enough;
// it counts at once. A link with `?new=1&cameras=a,b&from_ms=..&to_ms=..` fills it in: playback's "hold" does that.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input } from "antd";
import { useEffect, useState } from "react";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Hold, HoldRequest } from "../../api/types";
import {
  CameraChoice,
  DOCUMENT_CHARS_MAX,
  DraftEnd,
  missingOf,
  type PurposeDraft,
  PurposeFields,
  purposeOf,
  Side,
  SpanFields,
  useAddressedSpan,
  useDraft,
  usePurposeDraft,
  useT,
} from "../../ui";
import { ColleagueChoice } from "../../ui/ColleagueChoice";
import { DayField } from "../../ui/DayField";
import { Labelled } from "../../ui/Labelled";
import { fieldId, type Places } from "../../ui/Missing";
import { HOLD_CAMERAS_MAX, HOLD_PURPOSES, HOLD_SPAN_MAX_MS } from "./holds";

export interface HoldDraft {
  cameras: string[];
  from_ms?: number;
  to_ms?: number;
  why: PurposeDraft;
  document: string;
  /** Of whose account. */
  approver_id?: string;
  review_ms?: number;
}

/** Fluent ids of what is still missing or wrong, in the order of the form. */
export function missingInHold(draft: HoldDraft): string[] {
  const missing: string[] = [];
  if (draft.cameras.length === 0) missing.push("hold-need-cameras");
  else if (draft.cameras.length > HOLD_CAMERAS_MAX) missing.push("hold-cameras-many");
  if (draft.from_ms === undefined || draft.to_ms === undefined) missing.push("hold-need-span");
  else if (draft.to_ms <= draft.from_ms) missing.push("span-bad");
  else if (draft.to_ms - draft.from_ms > HOLD_SPAN_MAX_MS) missing.push("hold-span-long");
  const why = missingOf(draft.why);
  if (why) missing.push(why === "number" ? "hold-need-case" : "hold-need-purpose");
  else if (draft.why.purpose !== "case" && !draft.why.case_id && !draft.why.remark?.trim())
    missing.push("hold-need-reason");
  return missing;
}

/** Wrong values are put right where missing ones are filled in. */
export const HOLD_PLACES: Places = {
  "span-bad": "hold-need-span",
  "hold-span-long": "hold-need-span",
  "hold-cameras-many": "hold-need-cameras",
};

export function holdRequestOf(draft: HoldDraft): HoldRequest | undefined {
  const { from_ms, to_ms, review_ms } = draft;
  const why = purposeOf(draft.why);
  if (missingInHold(draft).length > 0 || from_ms === undefined || to_ms === undefined || !why) return undefined;
  return {
    cameras: draft.cameras,
    from_ms,
    to_ms,
    ...why,
    document: draft.document.trim(),
    ...(draft.approver_id === undefined ? {} : { approver_id: draft.approver_id }),
    ...(review_ms === undefined ? {} : { review_ms }),
  };
}

const NOTHING: HoldDraft = { cameras: [], why: {}, document: "" };

interface NewHoldProps {
  onDone: (hold: Hold) => void;
}

export function NewHold({ open, onClose, onDone }: NewHoldProps & { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Side open={open} title={t("hold-new")} onClose={onClose} wide>
      {open ? <HoldForm onDone={onDone} /> : null}
    </Side>
  );
}

/** The draft, filled in from the address once, and with the purpose in force or, without pictures, that of administration. */
function useHoldDraft() {
  const inForce = usePurposeDraft();
  const { rights } = useMe();
  const kept = useDraft<HoldDraft>("hold", NOTHING);
  const [draft, change] = kept;
  useAddressedSpan(change);
  useEffect(() => {
    if (draft.why.purpose) return;
    if (inForce.purpose && HOLD_PURPOSES.includes(inForce.purpose)) change({ why: inForce });
    else if (!rights.playback) change({ why: { purpose: "administration", legal_basis: "operation" } });
  }, [draft.why.purpose, inForce, rights.playback, change]);
  return kept;
}

function HoldForm({ onDone }: NewHoldProps) {
  const t = useT();
  const [draft, change, drop] = useHoldDraft();
  const [tried, setTried] = useState(false);
  const queries = useQueryClient();
  const place = useMutation({
    mutationFn: (request: HoldRequest) => api.post<Hold>("/api/holds", request),
    onSuccess: (hold) => {
      drop();
      queries.invalidateQueries({ queryKey: ["holds"] });
      onDone(hold);
    },
  });
  const missing = missingInHold(draft);
  const send = () => {
    setTried(true);
    const request = holdRequestOf(draft);
    if (request) place.mutate(request);
  };
  return (
    <div className="wk-fields">
      <CameraChoice
        title={t("hold-cameras")}
        need="hold-need-cameras"
        chosen={draft.cameras}
        onChange={(cameras) => change({ cameras })}
      />
      <section className="wk-section" id={fieldId("hold-need-span")} tabIndex={-1}>
        <h2>{t("hold-span")}</h2>
        <SpanFields value={draft} onChange={({ from_ms, to_ms }) => change({ from_ms, to_ms })} />
      </section>
      <section className="wk-section" id={fieldId("hold-need-purpose")} tabIndex={-1}>
        <h2>{t("hold-why")}</h2>
        <PurposeFields
          draft={draft.why}
          onChange={(why) => change({ why })}
          purposes={HOLD_PURPOSES}
          caseNeed="hold-need-case"
          noteNeed="hold-need-reason"
          noteLabel={draft.why.purpose === "case" ? undefined : t("hold-reason")}
        />
      </section>
      <Paper draft={draft} change={change} />
      <DraftEnd
        purposeHere
        sending={place}
        missing={missing}
        places={HOLD_PLACES}
        tried={tried}
        note={t("hold-note")}
        send={t("hold-place")}
        onSend={send}
        onDrop={drop}
      />
    </div>
  );
}

/** On whose word, by which paper, and when it is looked at again. */
function Paper({ draft, change }: { draft: HoldDraft; change: (part: Partial<HoldDraft>) => void }) {
  const t = useT();
  return (
    <section className="wk-section">
      <h2>{t("hold-paper")}</h2>
      <div className="wk-fields-two">
        <Labelled label={t("because-document")}>
          {(id) => (
            <Input
              id={id}
              maxLength={DOCUMENT_CHARS_MAX}
              value={draft.document}
              onChange={(event) => change({ document: event.target.value })}
            />
          )}
        </Labelled>
        <ColleagueChoice
          from="/api/holds/approvers"
          words={{ label: "hold-approver-label", hint: "hold-approver-hint", nobody: "hold-approver-nobody" }}
          cameras={draft.cameras.slice(0, HOLD_CAMERAS_MAX)}
          value={draft.approver_id}
          onChange={(approver_id) => change({ approver_id })}
        />
        <Labelled label={t("hold-review")} hint={t("hold-review-hint")}>
          {(id) => <DayField id={id} value={draft.review_ms} onChange={(review_ms) => change({ review_ms })} />}
        </Labelled>
      </div>
    </section>
  );
}
