// Evidence holds: footage that must not go, why, until when it is looked at again, and what waits for a second person.
// One person places, two lift; every step is an entry.
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Hold, HoldPage } from "../../api/types";
import {
  BeginButton,
  CameraSelect,
  type Column,
  Empty,
  formatBytes,
  List,
  Meaning,
  Page,
  RowLink,
  SpanText,
  Time,
  useAddress,
  useNames,
  useRecords,
  useT,
} from "../../ui";
import { HoldSide } from "./HoldSide";
import { activeOf, holdState, holdsShown, keeps, SHOWN, type Shown } from "./holds";
import { NewHold } from "./NewHold";

export function HoldWord({ hold }: { hold: Hold }) {
  const t = useT();
  const { word, tone } = holdState(hold);
  return (
    <Meaning tone={tone} quiet>
      {t(word)}
    </Meaning>
  );
}

function useHoldList(camera: string | undefined, shown: Shown) {
  const active = activeOf(shown);
  return useInfiniteQuery({
    queryKey: ["holds", "list", camera, active],
    queryFn: ({ pageParam, signal }) => api.get<HoldPage>("/api/holds", { camera, active, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
}

/** The hold that the address names, also when the list does not show it. */
function useOpenHold(id: string | undefined, listed: Hold | undefined) {
  const one = useQuery({
    queryKey: ["holds", "one", id],
    queryFn: ({ signal }) => api.get<Hold>(`/api/holds/${id}`, undefined, signal),
    enabled: id !== undefined && listed === undefined,
  });
  return id === undefined ? undefined : (listed ?? one.data);
}

function useColumns(show: (hold: Hold) => void): Column<Hold>[] {
  const t = useT();
  const names = useNames();
  return [
    {
      key: "cameras",
      title: t("hold-cameras"),
      ellipsis: true,
      render: (hold) => (
        <RowLink onOpen={() => show(hold)}>
          {names(hold.cameras) || t("hold-cameras-count", { n: String(hold.cameras_count) })}
        </RowLink>
      ),
    },
    {
      key: "span",
      title: t("hold-span"),
      width: "25rem",
      wide: "xl",
      render: (hold) => <SpanText fromMs={hold.from_ms} toMs={hold.to_ms} />,
    },
    {
      key: "why",
      title: t("hold-why"),
      width: "22%",
      wide: "md",
      ellipsis: true,
      render: (hold) => [t(`purpose-${hold.purpose.replace("_", "-")}`), hold.note].filter(Boolean).join(" · "),
    },
    { key: "by", title: t("hold-by"), width: "9rem", wide: "xxl", render: (hold) => hold.requested_by.name },
    {
      key: "bytes",
      title: t("export-size"),
      width: "6.5rem",
      align: "right",
      wide: "xl",
      render: (hold) => formatBytes(hold.bytes),
    },
    {
      key: "review",
      title: t("hold-review"),
      width: "13.5rem",
      wide: "md",
      render: (hold) =>
        !keeps(hold) ? null : hold.overdue ? (
          <Meaning tone="late">
            {t("hold-overdue-short")} <Time ms={hold.review_ms} dateOnly />
          </Meaning>
        ) : (
          <Time ms={hold.review_ms} dateOnly />
        ),
    },
    { key: "state", title: t("hold-state"), width: "10.5rem", render: (hold) => <HoldWord hold={hold} /> },
  ];
}

export default function Holds() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const { rights } = useMe();
  const shown = SHOWN.find((name) => name === address.show) ?? "active";
  const list = useHoldList(address.camera, shown);
  const read = list.data?.pages.flatMap((page) => page.holds) ?? [];
  const rows = holdsShown(read, shown);
  const record = useRecords();
  const open = useOpenHold(
    record.id,
    read.find((hold) => hold.id === record.id),
  );
  const show = (hold: Hold) => record.show(hold.id);
  const columns = useColumns(show);
  const begin = rights.playback || rights.cameras ? <BeginButton label={t("hold-new")} onBegin={record.begin} /> : null;
  return (
    <Page title={t("page-holds")} lead={t("hold-lead")} actions={begin}>
      <Filters shown={shown} camera={address.camera} read={read} change={setAddress} />
      <List
        label={t("page-holds")}
        rows={rows}
        rowKey={(hold) => hold.id}
        columns={columns}
        answer={list}
        open={record.id}
        onOpen={show}
        empty={
          shown === "active" && !address.camera ? (
            <Empty title={t("hold-empty-title")} action={begin}>
              {t("hold-empty")}
            </Empty>
          ) : (
            <Empty title={t("hold-none-title")}>{t("hold-none")}</Empty>
          )
        }
      />
      <HoldSide hold={open} onClose={record.close} />
      <NewHold open={record.isNew && begin !== null} onClose={record.close} onDone={show} />
    </Page>
  );
}

interface FiltersProps {
  shown: Shown;
  camera: string | undefined;
  read: Hold[];
  change: (part: Record<string, string | undefined>) => void;
}

function Filters({ shown, camera, read, change }: FiltersProps) {
  const t = useT();
  const counted = activeOf(shown) === true;
  const label = (name: Shown) => {
    const count = counted && (name === "due" || name === "mine") ? holdsShown(read, name).length : 0;
    return count > 0 ? `${t(`hold-show-${name}`)} ${count}` : t(`hold-show-${name}`);
  };
  return (
    <div className="wk-toolbar">
      <Segmented
        aria-label={t("hold-state")}
        value={shown}
        onChange={(value) => change({ show: value === "active" ? undefined : value })}
        options={SHOWN.map((name) => ({ value: name, label: label(name) }))}
      />
      <CameraSelect value={camera} onChange={(id) => change({ camera: id })} />
    </div>
  );
}
