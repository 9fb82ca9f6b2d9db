// Importing a table: the template, the file, what is wrong with it by row and column, and applying it. The file stays in the
// browser's hands until it is tried; a password in it is shown nowhere.
import { useMutation } from "@tanstack/react-query";
import { Button, Select, Upload } from "antd";
import { useState } from "react";
import { ApiError, api, queryText } from "../api/client";
import { useKeptUnits } from "../api/queries";
import type { DryRun } from "../api/types";
import { Icon, Side, said, Trouble, toApiLanguage, useLanguage, useT } from "../ui";
import { Labelled } from "../ui/Labelled";
import { DryRunView } from "./DryRun";

interface ImportSideProps {
  open: boolean;
  onClose: () => void;
  /** `camera` or a kind of record. */
  kind: string;
  name: string;
  /** Belongs to the whole installation. */
  shared?: boolean;
}

export function ImportSide({ open, onClose, kind, name, shared }: ImportSideProps) {
  const t = useT();
  return (
    <Side open={open} title={t("import-title", { kind: name })} onClose={onClose} wide>
      {open ? <Import key={kind} kind={kind} shared={shared} onClose={onClose} /> : null}
    </Side>
  );
}

function Import({ kind, shared, onClose }: { kind: string; shared: boolean | undefined; onClose: () => void }) {
  const t = useT();
  const { language } = useLanguage();
  const units = useKeptUnits();
  const [unit, setUnit] = useState<string>();
  const [applied, setApplied] = useState(false);
  const own = shared ? undefined : (unit ?? units.data?.[0]?.id);
  const upload = useMutation({
    mutationFn: (file: File) => api.upload<DryRun>("/api/imports", { kind, unit: own, name: file.name }, file),
  });
  const run = upload.data;
  if (run)
    return (
      <>
        <DryRunView key={run.id} run={run} onApplied={() => setApplied(true)} onAgain={() => upload.reset()} />
        {applied ? (
          <Button type="primary" onClick={onClose}>
            {t("action-close")}
          </Button>
        ) : null}
      </>
    );
  const template = (format: string) =>
    `/api/tables/${kind}/template${queryText({ format, language: toApiLanguage(language) })}`;
  return (
    <div className="wk-import">
      <p className="wk-lead">{t("import-lead")}</p>
      <p className="wk-dryrun-acts">
        <Button icon={<Icon name="download" size={15} />} href={template("xlsx")} download>
          {t("import-template-xlsx")}
        </Button>
        <Button href={template("csv")} download>
          {t("import-template-csv")}
        </Button>
      </p>
      {!shared && (units.data?.length ?? 0) > 1 ? (
        <Labelled label={t("register-unit")} hint={t("import-unit-hint")}>
          {(id) => (
            <Select
              id={id}
              value={own}
              onChange={setUnit}
              options={(units.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
            />
          )}
        </Labelled>
      ) : null}
      <Upload.Dragger
        accept=".csv,.xlsx"
        maxCount={1}
        showUploadList={false}
        disabled={upload.isPending}
        beforeUpload={(file) => {
          upload.mutate(file);
          return false;
        }}
      >
        <p className="wk-import-drop">{upload.isPending ? t("import-reading") : t("import-drop")}</p>
        <p className="wk-soft">{t("import-drop-hint")}</p>
      </Upload.Dragger>
      {upload.error instanceof ApiError && upload.error.code === "no_table" ? (
        <p role="alert">{upload.error.problems.map((one) => said(one.problem, language)).join(" ")}</p>
      ) : upload.error ? (
        <Trouble error={upload.error} />
      ) : null}
    </div>
  );
}
