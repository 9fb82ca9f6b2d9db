// A filtered list as a file. Where basic data goes out, the reason stands in the ledger; who has no right to it gets the list
// without it.
import { Button, Input, Radio } from "antd";
import { useState } from "react";
import { type Query, queryText } from "../api/client";
import { Side, toApiLanguage, useLanguage, useT } from "../ui";
import { Labelled } from "../ui/Labelled";

interface ExportSideProps {
  open: boolean;
  onClose: () => void;
  kind: string;
  name: string;
  /** As the list is filtered. */
  query: Query;
  /** Basic data goes out. */
  keeper: boolean;
}

export function ExportSide({ open, onClose, kind, name, query, keeper }: ExportSideProps) {
  const t = useT();
  const { language } = useLanguage();
  const [reason, setReason] = useState("");
  const [format, setFormat] = useState("xlsx");
  const ready = !keeper || reason.trim() !== "";
  const href = `/api/tables/${kind}${queryText({ ...query, format, language: toApiLanguage(language), reason: reason.trim() })}`;
  return (
    <Side open={open} title={t("export-list-title", { kind: name })} onClose={onClose}>
      <p className="wk-lead">{t(keeper ? "export-list-lead" : "export-list-masked")}</p>
      <Labelled label={t("export-list-format")}>
        {(id) => (
          <Radio.Group id={id} value={format} onChange={(event) => setFormat(event.target.value)}>
            <Radio value="xlsx">{"XLSX"}</Radio>
            <Radio value="csv">{"CSV"}</Radio>
          </Radio.Group>
        )}
      </Labelled>
      {keeper ? (
        <Labelled label={t("export-list-reason")} hint={t("export-list-reason-hint")}>
          {(id) => <Input id={id} value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} />}
        </Labelled>
      ) : null}
      <Button type="primary" disabled={!ready} href={ready ? href : undefined} download onClick={onClose}>
        {t("export-list-get")}
      </Button>
    </Side>
  );
}
