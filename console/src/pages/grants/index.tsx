// Requests to see footage: who asks for what, who approved it, how often it was used, and what was taken back. Every state is shown.
import { Segmented } from "antd";
import { useGrant, useGrants, useMe } from "../../api/queries";
import type { GrantRow } from "../../api/types";
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
  useNames,
  useRecords,
  useT,
} from "../../ui";
import { FourEyes } from "./FourEyes";
import { GrantSide } from "./GrantSide";
import { grantTone, SHOWN } from "./grants";
import { NewGrant } from "./NewGrant";

export function GrantWord({ row }: { row: GrantRow }) {
  const t = useT();
  return (
    <Meaning tone={grantTone(row)} quiet>
      {t(`grant-state-${row.state.replace("_", "-")}`)}
    </Meaning>
  );
}

function useColumns(show: (row: GrantRow) => void): Column<GrantRow>[] {
  const t = useT();
  const names = useNames();
  return [
    {
      key: "cameras",
      title: t("grant-cameras"),
      ellipsis: true,
      render: (row) => (
        <RowLink onOpen={() => show(row)}>
          {names(row.cameras) || t("grant-cameras-count", { n: String(row.cameras_count) })}
        </RowLink>
      ),
    },
    {
      key: "by",
      title: t("grant-by"),
      width: "9rem",
      wide: "md",
      ellipsis: true,
      render: (row) => (row.shared ? `${row.shared.by.name} → ${row.asked.by.name}` : row.asked.by.name),
    },
    {
      key: "at",
      title: t("grant-asked"),
      width: "12.5rem",
      wide: "xl",
      render: (row) => <Time ms={row.asked.at_ms} />,
    },
    {
      key: "approver",
      title: t("grant-approver"),
      width: "9rem",
      wide: "xl",
      ellipsis: true,
      render: (row) => (row.answer?.approved ? row.answer.answered.by.name : null),
    },
    {
      key: "uses",
      title: t("grant-uses"),
      width: "6rem",
      align: "right",
      wide: "md",
      render: (row) => `${row.uses} / ${row.uses_max}`,
    },
    {
      key: "expires",
      title: t("grant-expires"),
      width: "12.5rem",
      wide: "md",
      render: (row) => <Time ms={row.expires_ms} />,
    },
    { key: "state", title: t("grant-state"), width: "9rem", render: (row) => <GrantWord row={row} /> },
  ];
}

export default function Grants() {
  const t = useT();
  const { rights } = useMe();
  const [address, setAddress] = useAddress();
  const shown = SHOWN.find((name) => name === address.show) ?? "all";
  const list = useGrants({ waiting: shown === "waiting" || undefined, shared: shown === "clips" || undefined });
  const rows = list.data?.pages.flatMap((page) => page.grants) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const record = useRecords();
  const listed = rows.find((row) => row.id === record.id);
  const { row: read } = useGrant(listed ? undefined : record.id);
  const show = (row: GrantRow) => record.show(row.id);
  const columns = useColumns(show);
  return (
    <Page
      title={t("page-grants")}
      lead={t("grant-lead")}
      actions={rights.live || rights.playback ? <BeginButton label={t("grant-new")} onBegin={record.begin} /> : null}
    >
      <FourEyes />
      <div className="wk-toolbar">
        <Segmented
          aria-label={t("grant-state")}
          value={shown}
          onChange={(value) => setAddress({ show: value === "all" ? undefined : String(value) })}
          options={SHOWN.map((name) => ({ value: name, label: t(`grant-show-${name}`) }))}
        />
      </div>
      <List
        label={t("page-grants")}
        rows={rows}
        rowKey={(row) => row.id}
        columns={columns}
        answer={list}
        open={record.id}
        onOpen={show}
        total={<span>{t("grant-total", { n: String(total) })}</span>}
        empty={
          shown === "clips" ? (
            <Empty title={t("clip-empty-title")}>{t("clip-empty")}</Empty>
          ) : (
            <Empty title={t("grant-empty-title")}>{t("grant-empty")}</Empty>
          )
        }
      />
      <GrantSide row={listed ?? read} onClose={record.close} />
      <NewGrant open={record.isNew} onClose={record.close} onDone={show} />
    </Page>
  );
}
