// The register of cases: under which footage is looked at, held or handed out. One person opens a case, another confirms it;
// before that it opens nothing.
import { Segmented } from "antd";
import { useCase, useCases, useMe } from "../../api/queries";
import type { CaseRow } from "../../api/types";
import {
  BeginButton,
  type Column,
  Empty,
  List,
  Meaning,
  Page,
  RowLink,
  Time,
  useAddress,
  useRecords,
  useT,
} from "../../ui";
import { CaseSide } from "./CaseSide";
import { caseTone, SHOWN, type Shown } from "./cases";
import { NewCase } from "./NewCase";

export function CaseWord({ row }: { row: CaseRow }) {
  const t = useT();
  return (
    <Meaning tone={caseTone(row)} quiet>
      {t(`case-state-${row.state}`)}
    </Meaning>
  );
}

function useColumns(show: (row: CaseRow) => void): Column<CaseRow>[] {
  const t = useT();
  return [
    {
      key: "number",
      title: t("case-number"),
      width: "16rem",
      ellipsis: true,
      render: (row) => <RowLink onOpen={() => show(row)}>{row.number}</RowLink>,
    },
    { key: "title", title: t("case-title"), wide: "md", ellipsis: true, render: (row) => row.title },
    { key: "kind", title: t("case-kind"), width: "8.5rem", wide: "xl", render: (row) => t(`case-kind-${row.kind}`) },
    { key: "authority", title: t("case-authority"), wide: "xl", ellipsis: true, render: (row) => row.authority },
    {
      key: "opened",
      title: t("case-opened"),
      width: "9rem",
      wide: "md",
      render: (row) => <Time ms={row.opened.at_ms} dateOnly />,
    },
    {
      key: "by",
      title: t("case-opened-by"),
      width: "9rem",
      wide: "xxl",
      ellipsis: true,
      render: (row) => row.opened.by.name,
    },
    { key: "state", title: t("case-state"), width: "9rem", render: (row) => <CaseWord row={row} /> },
  ];
}

export default function Cases() {
  const t = useT();
  const { rights } = useMe();
  const [address, setAddress] = useAddress();
  const shown: Shown = SHOWN.find((name) => name === address.show) ?? "all";
  const list = useCases({ state: shown === "all" ? undefined : shown });
  const rows = list.data?.pages.flatMap((page) => page.cases) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const record = useRecords();
  const listed = rows.find((row) => row.id === record.id);
  const { row: read } = useCase(listed ? undefined : record.id);
  const show = (row: CaseRow) => record.show(row.id);
  const columns = useColumns(show);
  const may = rights.playback || rights.cameras;
  return (
    <Page
      title={t("page-cases")}
      lead={t("case-lead")}
      actions={may ? <BeginButton label={t("case-new")} onBegin={record.begin} /> : null}
    >
      <div className="wk-toolbar">
        <Segmented
          aria-label={t("case-state")}
          value={shown}
          onChange={(value) => setAddress({ show: value === "all" ? undefined : String(value) })}
          options={SHOWN.map((name) => ({ value: name, label: t(`case-show-${name}`) }))}
        />
      </div>
      <List
        label={t("page-cases")}
        rows={rows}
        rowKey={(row) => row.id}
        columns={columns}
        answer={list}
        open={record.id}
        onOpen={show}
        total={<span>{t("case-total", { n: String(total) })}</span>}
        empty={<Empty title={t("case-empty-title")}>{t("case-empty")}</Empty>}
      />
      <CaseSide row={listed ?? read} onClose={record.close} />
      <NewCase open={record.isNew} onClose={record.close} onDone={show} />
    </Page>
  );
}
