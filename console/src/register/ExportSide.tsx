// A filtered list as a file. Where basic data goes out, the reason stands in the ledger; who has no right to it gets the list
// without it.
import { Button, Input, Radio } from "antd";
import { useState } from "react";
import { type Query, queryText } from "../api/client";
import { Side, toApiLanguage, useLanguage, useT } from "../ui";
import { Labelled } from "../ui/Labelled";

interface TableFileProps {
  path: string;
  query: Query;
  /** Longest reason that the server takes; absent: none is asked for. */
  reasonMax?: number;
  onTaken: () => void;
}

/** A table's file: its form, the reason, and the link. */
export function TableFile({ path, query, reasonMax, onTaken }: TableFileProps) {
  const t = useT();
  const { language } = useLanguage();
  const [reason, setReason] = useState("");
  const [format, setFormat] = useState("xlsx");
  const ready = reasonMax === undefined || reason.trim() !== "";
  const href = `${path}${queryText({ ...query, format, language: toApiLanguage(language), reason: reason.trim() })}`;
  return (
    <>
      <Labelled label={t("export-list-format")}>
        {(id) => (
          <Radio.Group id={id} value={format} onChange={(event) => setFormat(event.target.value)}>
            <Radio value="xlsx">{"XLSX"}</Radio>
            <Radio value="csv">{"CSV"}</Radio>
          </Radio.Group>
        )}
      </Labelled>
      {reasonMax === undefined ? null : (
        <Labelled label={t("export-list-reason")} hint={t("export-list-reason-hint")}>
          {(id) => (
            <Input id={id} value={reason} maxLength={reasonMax} onChange={(event) => setReason(event.target.value)} />
          )}
        </Labelled>
      )}
      <Button type="primary" disabled={!ready} href={ready ? href : undefined} download onClick={onTaken}>
        {t("export-list-get")}
      </Button>
    </>
  );
}

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
  return (
    <Side open={open} title={t("export-list-title", { kind: name })} onClose={onClose}>
      <p className="wk-lead">{t(keeper ? "export-list-lead" : "export-list-masked")}</p>
      <TableFile path={`/api/tables/${kind}`} query={query} {...(keeper ? { reasonMax: 200 } : {})} onTaken={onClose} />
    </Side>
  );
}
