// The cameras of the unit: a dense list beside their groups, the filter in the address, one camera in the drawer.
// Shows no pictures: whoever may watch goes to the wall, as an act of their own.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useMemo, useState } from "react";
import { api } from "../../api/client";
import { useGroups, useMe, useUnits } from "../../api/queries";
import type { Camera, CameraPage, StreamState } from "../../api/types";
import { BulkBar, BulkSide, RotateSide, TableActs } from "../../register";
import {
  type Address,
  type Column,
  cameraState,
  Empty,
  formatRate,
  Icon,
  List,
  Meaning,
  Page,
  RowLink,
  Search,
  streamTone,
  streamWords,
  useAddress,
  useLanguage,
  useMany,
  useNow,
  useT,
} from "../../ui";
import { AddCamera } from "./AddCamera";
import { CameraSide } from "./CameraSide";
import { GroupList } from "./GroupList";

const PAGE_ROWS = 200;

function useCameraList(address: Address) {
  const query = { query: address.q, group: address.group, limit: PAGE_ROWS };
  return useInfiniteQuery({
    queryKey: ["cameras", "list", query],
    queryFn: ({ pageParam, signal }) => api.get<CameraPage>("/api/cameras", { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    refetchInterval: 5000,
    placeholderData: keepPreviousData,
  });
}

/** `H.264 1920×1080 25/s`. */
export function streamFacts(state: StreamState | undefined): string {
  if (!state) return "";
  const size = state.width && state.height ? `${state.width}×${state.height}` : "";
  const rate = state.fps ? `${Number(state.fps.toFixed(1))}/s` : "";
  return [state.codec, size, rate].filter(Boolean).join(" ");
}

function useColumns(open: (camera: Camera) => void, groupNames: ReadonlyMap<string, string>): Column<Camera>[] {
  const t = useT();
  const { language } = useLanguage();
  const now = useNow(15_000);
  return [
    {
      key: "name",
      title: t("camera-name"),
      ellipsis: true,
      render: (camera) => <RowLink onOpen={() => open(camera)}>{camera.name}</RowLink>,
    },
    {
      key: "state",
      title: t("camera-state"),
      width: "14.5rem",
      render: (camera) => {
        const state = cameraState(camera);
        return (
          <Meaning tone={streamTone(state)} quiet>
            {streamWords(state, now, language, t)}
          </Meaning>
        );
      },
    },
    {
      key: "group",
      title: t("camera-group"),
      width: "8rem",
      wide: "xxl",
      ellipsis: true,
      render: (camera) => groupNames.get(camera.group_id ?? "") ?? "",
    },
    { key: "place", title: t("camera-place"), wide: "md", ellipsis: true, render: (camera) => camera.place },
    {
      key: "stream",
      title: t("camera-stream"),
      width: "13rem",
      wide: "xl",
      render: (camera) => <span className="wk-nowrap">{streamFacts(camera.state.main)}</span>,
    },
    {
      key: "rate",
      title: t("camera-rate"),
      width: "7.5rem",
      wide: "xl",
      align: "right",
      render: (camera) =>
        camera.state.main.word === "recording" && camera.state.main.kbps ? formatRate(camera.state.main.kbps) : "",
    },
    {
      key: "level",
      title: t("camera-level"),
      width: "5rem",
      wide: "md",
      align: "right",
      render: (camera) => t("camera-level-value", { level: String(camera.security_level) }),
    },
    {
      key: "floor",
      title: t("camera-floor"),
      width: "7.5rem",
      wide: "md",
      align: "right",
      render: (camera) => t("days", { n: camera.floor_days }),
    },
  ];
}

export default function Cameras() {
  const t = useT();
  const me = useMe();
  const [address, setAddress] = useAddress();
  const list = useCameraList(address);
  const groups = useGroups();
  const units = useUnits();
  const groupNames = useMemo(() => new Map((groups.data ?? []).map((group) => [group.id, group.name])), [groups.data]);
  const rows = list.data?.pages.flatMap((page) => page.cameras) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const show = (camera: Camera) => setAddress({ id: camera.id, add: undefined });
  const columns = useColumns(show, groupNames);
  const [setQuery] = useState(() => (q: string | undefined) => setAddress({ q }));
  const filtered = Boolean(address.q || address.group);
  const filter = { query: address.q, group: address.group };
  const many = useMany();
  const selection = many.bar.all ? filter : { ids: many.bar.chosen };
  const count = many.bar.all ? total : many.bar.chosen.length;
  const done = () => {
    setAddress({ many: undefined });
    many.bar.onClear();
  };
  const add = me.rights.cameras ? (
    <Button
      type="primary"
      icon={<Icon name="plus" size={15} />}
      onClick={() => setAddress({ add: "1", id: undefined })}
    >
      {t("camera-add")}
    </Button>
  ) : null;
  return (
    <Page
      title={t("page-cameras")}
      actions={
        <>
          <TableActs kind="camera" name={t("page-cameras")} query={filter} />
          {add}
        </>
      }
    >
      <div className="wk-withgroups">
        <GroupList chosen={address.group} onChoose={(group) => setAddress({ group })} editable={me.rights.cameras} />
        <div className="wk-withgroups-list">
          <div className="wk-toolbar">
            <Search label={t("camera-search")} value={address.q} onChange={setQuery} />
            <Select
              className="wk-only-narrow"
              aria-label={t("camera-group")}
              placeholder={t("camera-group")}
              allowClear
              value={address.group}
              onChange={(group: string | undefined) => setAddress({ group })}
              options={(groups.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            />
            {filtered ? (
              <Button type="text" onClick={() => setAddress({ q: undefined, group: undefined })}>
                {t("action-clear")}
              </Button>
            ) : null}
          </div>
          <BulkBar
            {...many.bar}
            total={total}
            onChange={() => setAddress({ many: "change" }, true)}
            onRotate={() => setAddress({ many: "rotate" }, true)}
          />
          <List
            label={t("page-cameras")}
            rows={rows}
            rowKey={(camera) => camera.id}
            columns={columns}
            answer={list}
            open={address.id}
            onOpen={show}
            choice={me.rights.cameras ? { ...many.choice, label: ({ name }) => t("bulk-choose", { name }) } : undefined}
            total={<span>{t("camera-total", { n: String(total) })}</span>}
            empty={
              filtered ? (
                <Empty title={t("tree-no-match")}>{t("camera-no-match")}</Empty>
              ) : (
                <Empty title={t("camera-empty-title")} action={add}>
                  {t("camera-empty")}
                </Empty>
              )
            }
          />
        </div>
      </div>
      <BulkSide
        open={address.many === "change" && many.any}
        onClose={done}
        kind="camera"
        selection={selection}
        count={count}
      />
      <RotateSide open={address.many === "rotate" && many.any} onClose={done} selection={selection} count={count} />
      <CameraSide id={address.id} onClose={() => setAddress({ id: undefined })} />
      {units.data ? (
        <AddCamera
          open={address.add !== undefined}
          onClose={() => setAddress({ add: undefined })}
          onDone={(id) => setAddress({ add: undefined, id })}
        />
      ) : null}
    </Page>
  );
}
