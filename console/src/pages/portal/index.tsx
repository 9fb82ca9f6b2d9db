// For officers of a requesting authority: their own requests, how far each is, and the package. On a phone first. No camera, no picture
// and no matter of anybody else is on this page.
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { PortalRequest, PortalRequests } from "../../api/types";
import { idOf } from "../../register/retrieving";
import {
  BeginButton,
  type Column,
  Empty,
  formatTime,
  List,
  Meaning,
  Page,
  RowLink,
  SpanText,
  Trouble,
  useLanguage,
  useRecords,
  useT,
} from "../../ui";
import { NewRequest } from "./NewRequest";
import { toneOf } from "./portal";
import { RequestSide } from "./RequestSide";
import "./portal.css";

export function RequestState({ one }: { one: Pick<PortalRequest, "state"> }) {
  const t = useT();
  const tone = toneOf(one.state);
  return (
    <Meaning tone={tone} quiet={tone !== "late"}>
      {t(`portal-state-${one.state}`)}
    </Meaning>
  );
}

function useOwn() {
  return useQuery({
    queryKey: ["portal", "list"],
    queryFn: ({ signal }) => api.get<PortalRequests>("/api/portal/requests", undefined, signal),
    refetchInterval: 30_000,
  });
}

function useOne(id: string | undefined) {
  return useQuery({
    queryKey: ["portal", "one", id],
    queryFn: ({ signal }) => api.get<PortalRequest>(`/api/portal/requests/${id}`, undefined, signal),
    enabled: id !== undefined,
    refetchInterval: 20_000,
  });
}

function useColumns(show: (one: PortalRequest) => void): Column<PortalRequest>[] {
  const t = useT();
  return [
    {
      key: "case",
      title: t("retrieval-case-number"),
      ellipsis: true,
      render: (one) => <RowLink onOpen={() => show(one)}>{one.case_number}</RowLink>,
    },
    {
      key: "ground",
      title: t("retrieval-ground"),
      width: "12rem",
      wide: "md",
      render: (one) => t(`retrieval-ground-${idOf(one.ground)}`),
    },
    {
      key: "span",
      title: t("export-span"),
      width: "22rem",
      wide: "xl",
      render: (one) => <SpanText fromMs={one.from_ms} toMs={one.to_ms} />,
    },
    { key: "state", title: t("retrieval-state"), width: "8.5rem", render: (one) => <RequestState one={one} /> },
  ];
}

export default function Portal() {
  const t = useT();
  const { language } = useLanguage();
  const list = useOwn();
  const record = useRecords();
  const one = useOne(record.id);
  const show = ({ id }: PortalRequest) => record.show(id);
  const columns = useColumns(show);
  const own = list.data?.requester;
  const begin = <BeginButton label={t("portal-new")} onBegin={record.begin} />;
  const lead = own
    ? t("portal-lead", {
        organ: own.organ_name,
        unit: own.unit.name,
        until: formatTime(own.until_ms, language),
      })
    : undefined;
  return (
    <Page title={t("page-portal")} lead={lead} actions={begin}>
      {record.id && one.error ? <Trouble error={one.error} /> : null}
      <List
        label={t("page-portal")}
        rows={list.data?.requests ?? []}
        rowKey={({ id }) => id}
        columns={columns}
        answer={list}
        open={record.id}
        onOpen={show}
        empty={
          <Empty title={t("portal-empty-title")} action={begin}>
            {t("portal-empty")}
          </Empty>
        }
      />
      <RequestSide one={record.id ? one.data : undefined} onClose={record.close} />
      <NewRequest open={record.isNew} onClose={record.close} onDone={show} />
    </Page>
  );
}
