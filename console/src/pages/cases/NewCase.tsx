// A case that somebody puts into the register: its number as the authority or the unit writes it, whose it is, what it is about.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, Radio } from "antd";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { CaseKindWord, CaseRequest, CaseRow, Named } from "../../api/types";
import { RecordChoice } from "../../register";
import { CameraChoice, DraftEnd, Side, UnitField, useDraft, useT } from "../../ui";
import { DayField } from "../../ui/DayField";
import { Labelled } from "../../ui/Labelled";
import { KINDS } from "./cases";

interface CaseDraft {
  unit?: string;
  kind: CaseKindWord;
  number: string;
  title: string;
  authority: string;
  document?: string;
  cameras: string[];
  systems: string[];
  closes_ms?: number;
}

const NOTHING: CaseDraft = { kind: "authority", number: "", title: "", authority: "", cameras: [], systems: [] };

/** Fluent ids of what is still missing, in the order of the form. */
function missingInCase(draft: CaseDraft): string[] {
  const missing: string[] = [];
  if (!draft.unit) missing.push("case-need-unit");
  if (!draft.number.trim()) missing.push("case-need-number");
  if (!draft.title.trim()) missing.push("case-need-title");
  if (draft.kind !== "incident" && !draft.authority.trim()) missing.push("case-need-authority");
  return missing;
}

function requestOf(draft: CaseDraft): CaseRequest | undefined {
  if (missingInCase(draft).length > 0 || !draft.unit) return undefined;
  return {
    unit_id: draft.unit,
    kind: draft.kind,
    number: draft.number.trim(),
    title: draft.title.trim(),
    authority: draft.authority.trim(),
    document_id: draft.document,
    cameras: draft.cameras,
    systems: draft.systems,
    closes_ms: draft.closes_ms,
  };
}

/** The units in which the reader may open cases. */
function useCaseUnits(): Named[] {
  const { posts } = useMe();
  const units = posts.filter(({ role }) => role === "operator" || role === "administrator").map(({ unit }) => unit);
  return [...new Map(units.map((unit) => [unit.id, unit])).values()];
}

interface NewCaseProps {
  onDone: (row: CaseRow) => void;
}

export function NewCase({ open, onClose, onDone }: NewCaseProps & { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Side open={open} title={t("case-new")} onClose={onClose} wide>
      {open ? <CaseForm onDone={onDone} /> : null}
    </Side>
  );
}

function CaseForm({ onDone }: NewCaseProps) {
  const t = useT();
  const units = useCaseUnits();
  const [kept, change, drop] = useDraft<CaseDraft>("case", NOTHING);
  const draft = { ...kept, unit: kept.unit ?? units[0]?.id };
  const queries = useQueryClient();
  const open = useMutation({
    mutationFn: (request: CaseRequest) => api.post<CaseRow>("/api/cases", request),
    onSuccess: (row) => {
      drop();
      queries.invalidateQueries({ queryKey: ["cases"] });
      onDone(row);
    },
  });
  const missing = missingInCase(draft);
  const send = () => {
    const request = requestOf(draft);
    if (request) open.mutate(request);
  };
  return (
    <div className="wk-fields">
      <CaseWords draft={draft} change={change} units={units} />
      <CasePaper draft={draft} change={change} />
      <CaseSystems draft={draft} change={change} />
      <CameraChoice
        title={t("case-cameras-choose")}
        need="case-cameras"
        chosen={draft.cameras}
        onChange={(cameras) => change({ cameras })}
      />
      <DraftEnd
        sending={open}
        missing={missing}
        conflict={t("case-number-taken")}
        note={t("case-new-note")}
        send={t("case-open")}
        onSend={send}
        onDrop={drop}
      />
    </div>
  );
}

interface PartProps {
  draft: CaseDraft;
  change: (part: Partial<CaseDraft>) => void;
}

function CaseWords({ draft, change, units }: PartProps & { units: Named[] }) {
  const t = useT();
  return (
    <section className="wk-section">
      <UnitField
        label={t("case-unit")}
        need="case-need-unit"
        units={units}
        value={draft.unit}
        onChange={(unit) => change({ unit, systems: [] })}
      />
      <fieldset>
        <legend>{t("case-kind")}</legend>
        <Radio.Group
          value={draft.kind}
          onChange={(event) => change({ kind: event.target.value as CaseKindWord })}
          options={KINDS.map((kind) => ({ value: kind, label: t(`case-kind-${kind}`) }))}
        />
      </fieldset>
      <div className="wk-fields-two">
        <Labelled label={t("case-number")} need="case-need-number">
          {(id) => (
            <Input
              id={id}
              value={draft.number}
              maxLength={80}
              onChange={({ target }) => change({ number: target.value })}
            />
          )}
        </Labelled>
        <Labelled label={t("case-authority")} need="case-need-authority">
          {(id) => (
            <Input
              id={id}
              value={draft.authority}
              maxLength={100}
              onChange={({ target }) => change({ authority: target.value })}
            />
          )}
        </Labelled>
      </div>
      <Labelled label={t("case-title")} need="case-need-title">
        {(id) => (
          <Input
            id={id}
            value={draft.title}
            maxLength={120}
            onChange={({ target }) => change({ title: target.value })}
          />
        )}
      </Labelled>
    </section>
  );
}

/** Whoever keeps the registry names systems: the case concerns what stands at their points at each moment. */
function CaseSystems({ draft, change }: PartProps) {
  const t = useT();
  const { rights } = useMe();
  if (!rights.cameras || !draft.unit) return null;
  return (
    <Labelled label={t("case-systems")} hint={t("case-systems-hint")}>
      {(id) => (
        <RecordChoice
          id={id}
          kind="system"
          unit={draft.unit}
          several
          value={draft.systems ?? []}
          onChange={(systems) => change({ systems })}
        />
      )}
    </Labelled>
  );
}

function CasePaper({ draft, change }: PartProps) {
  const t = useT();
  const { rights } = useMe();
  return (
    <section className="wk-section">
      <div className="wk-fields-two">
        <Labelled label={t("case-closes")} hint={t("case-closes-hint")}>
          {(id) => <DayField id={id} value={draft.closes_ms} onChange={(closes_ms) => change({ closes_ms })} />}
        </Labelled>
        {rights.cameras && draft.unit ? (
          <Labelled label={t("because-document")}>
            {(id) => (
              <RecordChoice
                id={id}
                kind="document"
                unit={draft.unit}
                value={draft.document ? [draft.document] : []}
                onChange={([document]) => change({ document })}
              />
            )}
          </Labelled>
        ) : null}
      </div>
    </section>
  );
}
