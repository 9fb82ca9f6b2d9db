// What of a folder's footage is held, which packages were asked for, and the two forms: one hold over all spans, one set of packages.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Folder, FolderExportRequest, PurposeWord } from "../../api/types";
import {
  Because,
  DraftEnd,
  Facts,
  Meaning,
  missingOf,
  type PurposeDraft,
  PurposeFields,
  purposeOf,
  type SealDraft,
  SealFields,
  SpanText,
  sealProblem,
  sealTo,
  useDraft,
  useNames,
  useT,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { fieldId } from "../../ui/Missing";

const HOLD_PURPOSES: PurposeWord[] = ["incident", "case", "supervision", "administration"];
const EXPORT_PURPOSES: PurposeWord[] = ["incident", "case", "supervision"];

export function FolderFootage({ folder }: { folder: Folder }) {
  const t = useT();
  const [form, setForm] = useState<"hold" | "package" | null>(null);
  const close = () => setForm(null);
  const ready = folder.spans_count > 0;
  return (
    <section className="wk-section" aria-label={t("folder-footage")}>
      <h2>{t("folder-footage")}</h2>
      <Holds folder={folder} />
      <Packages folder={folder} />
      <div className="wk-buttons">
        {folder.may_hold ? (
          <Button disabled={!ready} onClick={() => setForm("hold")}>
            {t("folder-hold")}
          </Button>
        ) : null}
        {folder.may_export ? (
          <Button type="primary" disabled={!ready} onClick={() => setForm("package")}>
            {t("folder-package")}
          </Button>
        ) : null}
      </div>
      {form === "hold" ? <HoldForm folder={folder} onDone={close} /> : null}
      {form === "package" ? <PackageForm folder={folder} onDone={close} /> : null}
      <Release folder={folder} />
    </section>
  );
}

function Holds({ folder }: { folder: Folder }) {
  const t = useT();
  const names = useNames();
  if (folder.holds.length === 0) return <p className="wk-hint">{t("folder-holds-none")}</p>;
  return (
    <ul className="wk-folder-items">
      {folder.holds.map((hold) => (
        <li key={hold.id}>
          <Meaning tone={hold.state === "released" ? "plain" : "good"} quiet>
            {t(`hold-${hold.state}`)}
          </Meaning>{" "}
          <Link to="/holds" search={{ id: hold.id, show: "all" } as never}>
            {names(hold.cameras)} · <SpanText fromMs={hold.from_ms} toMs={hold.to_ms} />
          </Link>
          {hold.release_asked ? <span className="wk-soft"> {t("folder-release-asked")}</span> : null}
        </li>
      ))}
    </ul>
  );
}

function Packages({ folder }: { folder: Folder }) {
  const t = useT();
  const { person } = useMe();
  return (
    <ul className="wk-folder-items">
      {folder.packages.map((row) => (
        <li key={row.id}>
          <Meaning tone={row.state === "ready" ? "good" : row.state === "failed" ? "breach" : "notice"} quiet>
            {t(`export-${row.state}`)}
          </Meaning>{" "}
          {row.requested_by.id === person.id ? (
            <Link to="/exports" search={{ id: row.id } as never}>
              <SpanText fromMs={row.from_ms} toMs={row.to_ms} />
            </Link>
          ) : (
            <SpanText fromMs={row.from_ms} toMs={row.to_ms} />
          )}
          <Facts
            of={[
              [t("export-recipient"), [row.recipient.organisation, row.recipient.name].filter(Boolean).join(" ")],
              [t("export-by"), row.requested_by.name],
              [t("export-sha"), row.package?.manifest_sha256],
            ]}
          />
        </li>
      ))}
    </ul>
  );
}

interface FormProps {
  folder: Folder;
  onDone: () => void;
}

function HoldForm({ folder, onDone }: FormProps) {
  const t = useT();
  const queries = useQueryClient();
  const [why, setWhy] = useState<PurposeDraft>({
    purpose: "incident",
    legal_basis: "unit_duty",
    case_id: folder.case_id ?? undefined,
  });
  const [document, setDocument] = useState("");
  const hold = useMutation({
    mutationFn: () => {
      const { case: _, ...stated } = purposeOf(why) ?? {};
      return api.post<Folder>(`/api/folders/${folder.id}/hold`, { ...stated, document });
    },
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["folders"] });
      onDone();
    },
  });
  const missing = missingOf(why)
    ? ["hold-need-purpose"]
    : !folder.case_id && !why.remark?.trim()
      ? ["hold-need-reason"]
      : [];
  return (
    <div className="wk-fields">
      <PurposeFields
        caseGiven
        draft={why}
        onChange={setWhy}
        purposes={HOLD_PURPOSES}
        noteNeed="hold-need-reason"
        noteLabel={t("hold-reason")}
      />
      <Labelled label={t("because-document")}>
        {(id) => <Input id={id} maxLength={96} value={document} onChange={({ target }) => setDocument(target.value)} />}
      </Labelled>
      <DraftEnd
        purposeHere
        sending={hold}
        missing={missing}
        conflict={t("folder-hold-nothing")}
        note={t("folder-hold-note")}
        send={t("folder-hold-do")}
        onSend={() => missing.length === 0 && hold.mutate()}
        onDrop={onDone}
      />
    </div>
  );
}

interface PackageDraft {
  why: PurposeDraft;
  name: string;
  organisation: string;
  seal?: SealDraft;
}

const NOTHING: PackageDraft = {
  why: { purpose: "incident", legal_basis: "unit_duty" },
  name: "",
  organisation: "",
};

function missingInPackage(draft: PackageDraft): string[] {
  const missing: string[] = [];
  if (missingOf(draft.why)) missing.push("export-need-purpose");
  if (!draft.name.trim()) missing.push("export-need-name");
  if (!draft.organisation.trim()) missing.push("export-need-organisation");
  if (sealProblem(draft.seal)) missing.push("seal-need-key");
  return missing;
}

function PackageForm({ folder, onDone }: FormProps) {
  const t = useT();
  const queries = useQueryClient();
  const [kept, change, drop] = useDraft<PackageDraft>(`folder-package-${folder.id}`, NOTHING);
  const draft = { ...kept, why: { ...kept.why, case_id: folder.case_id ?? undefined } };
  const ask = useMutation({
    mutationFn: (request: FolderExportRequest) => api.post<Folder>(`/api/folders/${folder.id}/packages`, request),
    onSuccess: () => {
      drop();
      queries.invalidateQueries({ queryKey: ["folders"] });
      queries.invalidateQueries({ queryKey: ["exports"] });
      onDone();
    },
  });
  const missing = missingInPackage(draft);
  const send = () => {
    const why = purposeOf(draft.why);
    if (!why || missing.length > 0) return;
    const { case: _, ...stated } = why;
    const recipient = { name: draft.name.trim(), organisation: draft.organisation.trim() };
    ask.mutate({ ...stated, recipient, seal_to: sealTo(draft.seal) });
  };
  return (
    <div className="wk-fields">
      <section id={fieldId("export-need-purpose")} tabIndex={-1}>
        <PurposeFields
          caseGiven
          copies
          draft={draft.why}
          onChange={(why) => change({ why })}
          purposes={EXPORT_PURPOSES}
        />
      </section>
      <div className="wk-fields-two">
        <Labelled label={t("export-organisation")} need="export-need-organisation">
          {(id) => (
            <Input
              id={id}
              value={draft.organisation}
              maxLength={120}
              onChange={({ target }) => change({ organisation: target.value })}
            />
          )}
        </Labelled>
        <Labelled label={t("export-person")} need="export-need-name">
          {(id) => (
            <Input
              id={id}
              value={draft.name}
              maxLength={80}
              onChange={({ target }) => change({ name: target.value })}
            />
          )}
        </Labelled>
      </div>
      <SealFields need="seal-need-key" value={draft.seal} onChange={(seal) => change({ seal })} />
      <DraftEnd
        purposeHere
        sending={ask}
        missing={missing}
        note={t("folder-package-note")}
        send={t("folder-package-do")}
        onSend={send}
        onDrop={() => {
          drop();
          onDone();
        }}
      />
    </div>
  );
}

/** One person asks that the holds be lifted, another lifts them. */
function Release({ folder }: { folder: Folder }) {
  const t = useT();
  const queries = useQueryClient();
  const { rights } = useMe();
  const onDone = () => {
    queries.invalidateQueries({ queryKey: ["folders"] });
    queries.invalidateQueries({ queryKey: ["holds"] });
  };
  const path = `/api/folders/${folder.id}/hold/release`;
  const open = folder.holds.some((hold) => !hold.release_asked && (hold.state === "held" || hold.state === "placing"));
  if (folder.may_lift)
    return (
      <Because
        title={t("folder-lift-title")}
        label={t("because-reason")}
        acts={[{ label: t("folder-lift"), act: ({ reason }) => api.post(`${path}/approve`, { reason }) }]}
        onDone={onDone}
      />
    );
  if (!open || !(rights.playback || rights.cameras)) return null;
  return (
    <Because
      title={t("folder-release-title")}
      label={t("because-reason")}
      hint={t("folder-release-note")}
      acts={[{ label: t("folder-release"), act: ({ reason }) => api.post(path, { reason }) }]}
      onDone={onDone}
    />
  );
}
