// Figures of the area as a file: which part, in which form, and why; the reason stands in the ledger.
import { Radio } from "antd";
import { useState } from "react";
import { TableFile } from "../../register/ExportSide";
import { Side, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

const PARTS = ["divisions", "categories", "targets"] as const;
/** As the server takes it. */
const REASON_CHARS_MAX = 500;

export function ExportFigures({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const [part, setPart] = useState<string>(PARTS[0]);
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
        <TableFile
          path="/api/supervision/figures/table"
          query={{ part }}
          reasonMax={REASON_CHARS_MAX}
          onTaken={onClose}
        />
      </div>
    </Side>
  );
}
