// Figures of the area as a file: which part, in which form, and why; the reason stands in the ledger.
import { Button, Input, Radio } from "antd";
import { useState } from "react";
import { queryText } from "../../api/client";
import { Side, toApiLanguage, useLanguage, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

const PARTS = ["divisions", "categories", "targets"] as const;

export function ExportFigures({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const { language } = useLanguage();
  const [part, setPart] = useState<string>(PARTS[0]);
  const [format, setFormat] = useState("xlsx");
  const [reason, setReason] = useState("");
  const ready = reason.trim() !== "";
  const query = { part, format, language: toApiLanguage(language), reason: reason.trim() };
  return (
    <Side open={open} title={t("figures-export")} onClose={onClose}>
      <div className="wk-fields">
        <Labelled label={t("figures-part")}>
          {(id) => (
            <Radio.Group
              id={id}
              value={part}
              onChange={(event) => setPart(event.target.value)}
              options={PARTS.map((value) => ({ value, label: t(`figures-${value}`) }))}
            />
          )}
        </Labelled>
        <Labelled label={t("export-list-format")}>
          {(id) => (
            <Radio.Group id={id} value={format} onChange={(event) => setFormat(event.target.value)}>
              <Radio value="xlsx">{"XLSX"}</Radio>
              <Radio value="csv">{"CSV"}</Radio>
            </Radio.Group>
          )}
        </Labelled>
        <Labelled label={t("export-list-reason")} hint={t("export-list-reason-hint")}>
          {(id) => <Input id={id} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />}
        </Labelled>
        <Button
          type="primary"
          disabled={!ready}
          href={ready ? `/api/supervision/figures/table${queryText(query)}` : undefined}
          download
          onClick={onClose}
        >
          {t("export-list-get")}
        </Button>
      </div>
    </Side>
  );
}
