// Handing footage out: what was asked for, by whom, for whom, how far it is, and where to collect it.
// The package itself is made and counted by the server; each collection is an entry of its own.
import { Progress } from "antd";
import { useCopies, useExports, useMe } from "../../api/queries";
import type { ExportRow } from "../../api/types";
import {
  BeginButton,
  type Column,
  Empty,
  formatBytes,
  formatList,
  List,
  Meaning,
  Page,
  RowLink,
  SpanText,
  Time,
  useCameraNames,
  useLanguage,
  useRecords,
  useT,
} from "../../ui";
import { CopiesList } from "./Copies";
import { ExportSide } from "./ExportSide";
import { NewExport } from "./NewExport";
import { WhereNow } from "./Whereabouts";

export function ExportState({ row }: { row: ExportRow }) {
  const t = useT();
  if (row.state === "ready") return <Meaning tone="good">{t("export-ready")}</Meaning>;
  if (row.state === "failed") return <Meaning tone="breach">{t("export-failed")}</Meaning>;
  if (row.state === "expired") return <Meaning tone="notice">{t("export-expired")}</Meaning>;
  return (
    <span className="wk-progress">
      <Meaning tone="notice">{t("export-preparing")}</Meaning>
      <Progress percent={Math.round(row.progress * 100)} size="small" aria-label={t("export-preparing")} />
    </span>
  );
}

export default function Exports() {
  const t = useT();
  const { language } = useLanguage();
  const record = useRecords();
  const me = useMe();
  const exports = useExports();
  const rows = exports.data ?? [];
  const names = useCameraNames(rows.flatMap(({ cameras }) => cameras));
  // Whoever answers for a unit or watches over it: the same posts as of its orders.
  const readsCopies = me.rights.orders;
  const copies = useCopies(readsCopies);
  const open = [...rows, ...(copies.data?.copies ?? [])].find((row) => row.id === record.id);
  const show = (row: ExportRow) => record.show(row.id);
  const columns: Column<ExportRow>[] = [
    {
      key: "cameras",
      title: t("export-cameras"),
      ellipsis: true,
      render: (row) => (
        <RowLink onOpen={() => show(row)}>
          {formatList(
            row.cameras.map((camera) => names.get(camera) ?? camera),
            language,
          )}
        </RowLink>
      ),
    },
    {
      key: "span",
      title: t("export-span"),
      width: "25rem",
      wide: "md",
      render: (row) => <SpanText fromMs={row.from_ms} toMs={row.to_ms} />,
    },
    {
      key: "recipient",
      title: t("export-recipient"),
      wide: "md",
      ellipsis: true,
      render: (row) => [row.recipient.organisation, row.recipient.name].filter(Boolean).join(" "),
    },
    { key: "by", title: t("export-by"), width: "8rem", wide: "xl", render: (row) => row.requested_by.name },
    { key: "at", title: t("export-at"), width: "12rem", wide: "xl", render: (row) => <Time ms={row.requested_ms} /> },
    {
      key: "bytes",
      title: t("export-size"),
      width: "6.5rem",
      align: "right",
      wide: "md",
      render: (row) => (row.package ? formatBytes(row.package.bytes) : ""),
    },
    { key: "state", title: t("export-state"), width: "12rem", render: (row) => <ExportState row={row} /> },
    { key: "where", title: t("copy-where"), wide: "md", ellipsis: true, render: (row) => <WhereNow row={row} /> },
  ];
  const startButton = me.rights.export ? <BeginButton label={t("export-new")} onBegin={record.begin} /> : null;
  return (
    <Page title={t("page-exports")} lead={t("export-lead")} actions={startButton}>
      <List
        label={t("page-exports")}
        rows={rows}
        rowKey={(row) => row.id}
        columns={columns}
        answer={exports}
        open={record.id}
        onOpen={show}
        empty={
          <Empty title={t("export-empty-title")} action={startButton}>
            {t("export-empty")}
          </Empty>
        }
      />
      {readsCopies ? <CopiesList open={record.id} onOpen={show} /> : null}
      <ExportSide row={open} onClose={record.close} />
      <NewExport open={record.isNew} onClose={record.close} onDone={show} />
    </Page>
  );
}
