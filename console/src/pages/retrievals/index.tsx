// Authorities' requests for footage: who asks, how far each is, and whose clock runs. One person enters, another approves; what is
// lacking is said with its article, and nothing goes out before that.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Retrieval, Retrievals } from "../../api/types";
import { idOf } from "../../register/retrieving";
import {
  BeginButton,
  type Column,
  Empty,
  List,
  Meaning,
  Page,
  RowLink,
  Time,
  Trouble,
  useAddress,
  useRecords,
  useT,
} from "../../ui";
import { NewRetrieval } from "./NewRetrieval";
import { Requesters } from "./Requesters";
import { Requests } from "./Requests";
import { RetrievalSide } from "./RetrievalSide";
import { queryOf, SHOWN, type Shown, stateOf } from "./retrievals";
import { Terms } from "./Terms";
import "./retrievals.css";

export function RetrievalState({ one }: { one: Retrieval }) {
  const t = useT();
  const { word, tone } = stateOf(one);
  return (
    <Meaning tone={tone} quiet>
      {t(word)}
    </Meaning>
  );
}

/** By when something must be done, if a clock runs. */
export function RetrievalClock({ one }: { one: Retrieval }) {
  const t = useT();
  const due = one.due_ms ?? one.papers_due_ms;
  if (due == null) return null;
  const words = one.due_ms == null ? "retrieval-papers-by" : "retrieval-due";
  return one.late ? (
    <Meaning tone="late">
      {t(words)} <Time ms={due} />
    </Meaning>
  ) : (
    <span>
      {t(words)} <Time ms={due} />
      {one.still_until_ms == null ? null : (
        <>
          {" "}
          <Meaning tone="plain" quiet>
            {t("retrieval-still-until")} <Time ms={one.still_until_ms} />
          </Meaning>
        </>
      )}
    </span>
  );
}

function useRetrievals(shown: Shown) {
  const query = queryOf(shown);
  return useInfiniteQuery({
    queryKey: ["retrievals", "list", query],
    queryFn: ({ pageParam, signal }) => api.get<Retrievals>("/api/retrievals", { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
}

/** The one that the address names, with everything about it; looked at anew, since others act on it too. */
function useOne(id: string | undefined) {
  return useQuery({
    queryKey: ["retrievals", "one", id],
    queryFn: ({ signal }) => api.get<Retrieval>(`/api/retrievals/${id}`, undefined, signal),
    enabled: id !== undefined,
    refetchInterval: 10_000,
  });
}

function useColumns(show: (one: Retrieval) => void): Column<Retrieval>[] {
  const t = useT();
  return [
    {
      key: "organ",
      title: t("retrieval-organ-name"),
      ellipsis: true,
      render: (one) => <RowLink onOpen={() => show(one)}>{one.organ_name}</RowLink>,
    },
    { key: "case", title: t("retrieval-case-number"), wide: "md", ellipsis: true, render: (one) => one.case_number },
    {
      key: "ground",
      title: t("retrieval-ground"),
      width: "13rem",
      wide: "md",
      render: (one) => t(`retrieval-ground-${idOf(one.ground)}`),
    },
    { key: "by", title: t("retrieval-by"), width: "9rem", wide: "xl", render: (one) => one.opened_by.name },
    { key: "at", title: t("retrieval-at"), width: "12.5rem", wide: "xl", render: (one) => <Time ms={one.opened_ms} /> },
    {
      key: "clock",
      title: t("retrieval-clock"),
      width: "17rem",
      wide: "md",
      render: (one) => <RetrievalClock one={one} />,
    },
    { key: "state", title: t("retrieval-state"), width: "9.5rem", render: (one) => <RetrievalState one={one} /> },
  ];
}

export default function RetrievalsPage() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const { rights } = useMe();
  const shown = SHOWN.find((name) => name === address.show) ?? "open";
  const list = useRetrievals(shown);
  const rows = list.data?.pages.flatMap((page) => page.retrievals) ?? [];
  const record = useRecords();
  const one = useOne(record.id);
  const show = ({ id }: Retrieval) => record.show(id);
  const columns = useColumns(show);
  const begin =
    rights.export || rights.cameras ? <BeginButton label={t("retrieval-new")} onBegin={record.begin} /> : null;
  return (
    <Page title={t("page-retrievals")} lead={t("retrieval-lead")} actions={begin}>
      <div className="wk-toolbar">
        <Segmented
          aria-label={t("retrieval-state")}
          value={shown}
          onChange={(value) => setAddress({ show: value === "open" ? undefined : String(value) })}
          options={SHOWN.map((name) => ({ value: name, label: t(`retrieval-show-${name}`) }))}
        />
      </div>
      <Requests />
      {record.id && one.error ? <Trouble error={one.error} /> : null}
      <List
        label={t("page-retrievals")}
        rows={rows}
        rowKey={({ id }) => id}
        columns={columns}
        answer={list}
        open={record.id}
        onOpen={show}
        empty={
          <Empty title={t("retrieval-empty-title")} action={begin}>
            {t("retrieval-empty")}
          </Empty>
        }
      />
      <RetrievalSide one={record.id ? one.data : undefined} onClose={record.close} />
      <Terms />
      {rights.cameras ? <Requesters /> : null}
      <NewRetrieval open={record.isNew && begin !== null} onClose={record.close} onDone={show} />
    </Page>
  );
}
