// Asking for an export: which cameras, which span, why, and who receives it. What is missing is said; nothing typed is lost.
// A link with `?new=1&cameras=a,b&from_ms=..&to_ms=..` fills it in: the timeline's "export" does that.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Checkbox, Input } from "antd";
import { useEffect, useState } from "react";
import { api } from "../../api/client";
import { useCamerasById } from "../../api/queries";
import type { ExportRequest, ExportRow } from "../../api/types";
import {
  CameraChoice,
  DraftEnd,
  forCopy,
  missingOf,
  type PurposeDraft,
  PurposeFields,
  purposeOf,
  type SealDraft,
  SealFields,
  Side,
  SpanFields,
  sealProblem,
  sealTo,
  useAddressedSpan,
  useDraft,
  usePurposeDraft,
  useT,
} from "../../ui";
import { fieldId, type Places } from "../../ui/Missing";

/** The longest span of one export: a day. Longer ones are asked for in pieces, so that each package stays portable. */
export const EXPORT_SPAN_MAX_MS = 24 * 3_600_000;

export interface ExportDraft {
  cameras: string[];
  from_ms?: number;
  to_ms?: number;
  why: PurposeDraft;
  name: string;
  organisation: string;
  /** Sound goes along only where somebody says so. */
  sound?: boolean;
  seal?: SealDraft;
}

/** Fluent ids of what is still missing or wrong, in the order of the form. */
export function missingInExport(draft: ExportDraft): string[] {
  const missing: string[] = [];
  if (draft.cameras.length === 0) missing.push("export-need-cameras");
  if (draft.from_ms === undefined || draft.to_ms === undefined) missing.push("export-need-span");
  else if (draft.to_ms <= draft.from_ms) missing.push("span-bad");
  else if (draft.to_ms - draft.from_ms > EXPORT_SPAN_MAX_MS) missing.push("export-span-long");
  const why = missingOf(draft.why);
  if (why) missing.push(why === "number" ? "export-need-case" : "export-need-purpose");
  if (!draft.name.trim()) missing.push("export-need-name");
  if (!draft.organisation.trim()) missing.push("export-need-organisation");
  if (sealProblem(draft.seal)) missing.push("seal-need-key");
  return missing;
}

/** Wrong spans are put right where a missing one is filled in. */
export const EXPORT_PLACES: Places = { "span-bad": "export-need-span", "export-span-long": "export-need-span" };

export function requestOf(draft: ExportDraft): ExportRequest | undefined {
  const { from_ms, to_ms } = draft;
  const why = purposeOf(draft.why);
  if (missingInExport(draft).length > 0 || from_ms === undefined || to_ms === undefined) return undefined;
  if (!why) return undefined;
  return {
    cameras: draft.cameras,
    from_ms,
    to_ms,
    ...why,
    recipient: { name: draft.name.trim(), organisation: draft.organisation.trim() },
    profile: "main",
    with_sound: draft.sound === true,
    seal_to: sealTo(draft.seal),
  };
}

const NOTHING: ExportDraft = { cameras: [], why: {}, name: "", organisation: "" };

export function NewExport({
  open,
  onClose,
  onDone,
}: {
  open: boolean;
  onClose: () => void;
  onDone: (row: ExportRow) => void;
}) {
  const t = useT();
  return (
    <Side open={open} title={t("export-new")} onClose={onClose} wide>
      {open ? <ExportForm onDone={onDone} /> : null}
    </Side>
  );
}

function ExportForm({ onDone }: { onDone: (row: ExportRow) => void }) {
  const t = useT();
  const purpose = usePurposeDraft();
  const [draft, change, drop] = useDraft<ExportDraft>("export", NOTHING);
  const [tried, setTried] = useState(false);
  const queries = useQueryClient();
  useAddressedSpan(change);
  useEffect(() => {
    if (!draft.why.purpose && purpose.purpose) change({ why: forCopy(purpose) });
  }, [draft.why.purpose, purpose, change]);
  const ask = useMutation({
    mutationFn: (request: ExportRequest) => api.post<ExportRow>("/api/exports", request),
    onSuccess: (row) => {
      drop();
      queries.invalidateQueries({ queryKey: ["exports"] });
      onDone(row);
    },
  });
  const missing = missingInExport(draft);
  const { known } = useCamerasById(draft.cameras);
  // Also of a time when it was on: the server takes what there is.
  const heard = [...(known?.values() ?? [])].some(({ sound }) => sound);
  const send = () => {
    setTried(true);
    const request = requestOf(draft);
    if (request) ask.mutate(request);
  };
  return (
    <div className="wk-fields">
      <CameraChoice
        title={t("export-cameras")}
        need="export-need-cameras"
        chosen={draft.cameras}
        onChange={(cameras) => change({ cameras })}
      />
      <section className="wk-section" id={fieldId("export-need-span")} tabIndex={-1}>
        <h2>{t("export-span")}</h2>
        <SpanFields value={draft} onChange={({ from_ms, to_ms }) => change({ from_ms, to_ms })} />
      </section>
      <section className="wk-section" id={fieldId("export-need-purpose")} tabIndex={-1}>
        <h2>{t("export-why")}</h2>
        <PurposeFields draft={draft.why} onChange={(why) => change({ why })} caseNeed="export-need-case" copies />
      </section>
      <section className="wk-section">
        <h2>{t("export-recipient")}</h2>
        <div className="wk-fields-two">
          <label htmlFor={fieldId("export-need-organisation")}>
            <span>{t("export-organisation")}</span>
            <Input
              id={fieldId("export-need-organisation")}
              value={draft.organisation}
              maxLength={120}
              onChange={(event) => change({ organisation: event.target.value })}
            />
          </label>
          <label htmlFor={fieldId("export-need-name")}>
            <span>{t("export-person")}</span>
            <Input
              id={fieldId("export-need-name")}
              value={draft.name}
              maxLength={80}
              onChange={(event) => change({ name: event.target.value })}
            />
          </label>
        </div>
      </section>
      <SealFields need="seal-need-key" value={draft.seal} onChange={(seal) => change({ seal })} />
      {heard ? (
        <section className="wk-section">
          <Checkbox checked={draft.sound === true} onChange={(event) => change({ sound: event.target.checked })}>
            {t("export-sound")}
          </Checkbox>
          <p className="wk-hint">{t("export-sound-note")}</p>
        </section>
      ) : null}
      <DraftEnd
        sending={ask}
        missing={missing}
        wanted={{ cameras: draft.cameras, acts: ["export"], fromMs: draft.from_ms, toMs: draft.to_ms }}
        purposeHere
        places={EXPORT_PLACES}
        tried={tried}
        note={t("export-note")}
        send={t("export-ask")}
        onSend={send}
        onDrop={drop}
      />
    </div>
  );
}
