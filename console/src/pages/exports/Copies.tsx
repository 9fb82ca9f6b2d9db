// The register of copies of one's units: who took each, for whom, and where it is now. For those who answer for a unit or watch over it.
import { useCopies } from "../../api/queries";
import type { ExportRow } from "../../api/types";
import { type Column, Empty, formatList, List, RowLink, Time, useCameraNames, useLanguage, useT } from "../../ui";
import { WhereNow } from "./Whereabouts";

export function CopiesList({ open, onOpen }: { open: string | undefined; onOpen: (row: ExportRow) => void }) {
  const t = useT();
  const { language } = useLanguage();
  const copies = useCopies();
  const rows = copies.data?.copies ?? [];
  const names = useCameraNames(rows.flatMap(({ cameras }) => cameras));
  const columns: Column<ExportRow>[] = [
    {
      key: "cameras",
      title: t("export-cameras"),
      ellipsis: true,
      render: (row) => (
        <RowLink onOpen={() => onOpen(row)}>
          {formatList(
            row.cameras.map((camera) => names.get(camera) ?? camera),
            language,
          )}
        </RowLink>
      ),
    },
    {
      key: "recipient",
      title: t("export-recipient"),
      wide: "md",
      ellipsis: true,
      render: (row) => [row.recipient.organisation, row.recipient.name].filter(Boolean).join(" "),
    },
    { key: "by", title: t("copy-by"), width: "8rem", wide: "xl", render: (row) => row.requested_by.name },
    {
      key: "collected",
      title: t("copy-collected-at"),
      width: "12rem",
      wide: "xl",
      render: (row) => (row.copy?.collected_ms ? <Time ms={row.copy.collected_ms} /> : null),
    },
    { key: "where", title: t("copy-where"), render: (row) => <WhereNow row={row} /> },
  ];
  return (
    <section className="wk-section" aria-label={t("copies-title")}>
      <h2>{t("copies-title")}</h2>
      <p className="wk-hint">{t("copies-lead")}</p>
      <List
        label={t("copies-title")}
        rows={rows}
        rowKey={(row) => row.id}
        columns={columns}
        answer={copies}
        open={open}
        onOpen={onOpen}
        empty={<Empty title={t("copies-empty-title")}>{t("copies-empty")}</Empty>}
      />
    </section>
  );
}
