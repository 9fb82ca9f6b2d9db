// Every gap with its cause and evidence, newest first, filtered by camera and cause.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { api } from "../../api/client";
import { useAllCameras, useMe } from "../../api/queries";
import type { GapPage, GapRow } from "../../api/types";
import {
  type Column,
  Empty,
  Facts,
  formatDuration,
  formatIndex,
  List,
  Meaning,
  RowLink,
  Side,
  SpanText,
  Time,
  type Tone,
  Trouble,
  useAddress,
  useT,
} from "../../ui";

/** A gap without a known cause is a finding; one that nobody has explained yet is owed an explanation. */
export function gapTone(gap: GapRow): Tone {
  if (gap.justified) return "plain";
  return gap.cause === "unknown" ? "breach" : "late";
}

/** A gap that still lasts has no record yet; its stream and beginning name it. */
export function keyOf(gap: GapRow): string {
  return `${gap.camera.id}.${gap.profile}.${gap.from_ms}`;
}

export function GapsTab() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const cameras = useAllCameras();
  const list = useInfiniteQuery({
    queryKey: ["gaps", address.camera],
    queryFn: ({ pageParam, signal }) =>
      api.get<GapPage>("/api/gaps", { camera: address.camera, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  const rows = list.data?.pages.flatMap((page) => page.gaps) ?? [];
  const open = rows.find((gap) => keyOf(gap) === address.gap);
  const show = (gap: GapRow) => setAddress({ gap: keyOf(gap) });
  const columns: Column<GapRow>[] = [
    {
      key: "camera",
      title: t("ledger-camera"),
      ellipsis: true,
      render: (gap) => <RowLink onOpen={() => show(gap)}>{gap.camera.name}</RowLink>,
    },
    { key: "from", title: t("gap-from"), width: "12.5rem", wide: "md", render: (gap) => <Time ms={gap.from_ms} /> },
    {
      key: "length",
      title: t("gap-length"),
      width: "6.5rem",
      align: "right",
      render: (gap) => formatDuration(gap.to_ms - gap.from_ms, language),
    },
    {
      key: "cause",
      title: t("gap-cause"),
      width: "7.5rem",
      render: (gap) => (
        <Meaning tone={gapTone(gap)} quiet>
          {t(`cause-${gap.cause}`)}
        </Meaning>
      ),
    },
    {
      key: "justified",
      title: t("gap-justified"),
      width: "7rem",
      wide: "md",
      render: (gap) => t(gap.justified ? "gap-justified-yes" : "gap-justified-no"),
    },
    {
      key: "evidence",
      title: t("gap-evidence"),
      width: "40%",
      wide: "xl",
      ellipsis: true,
      render: (gap) => <span className="wk-code wk-soft">{gap.evidence}</span>,
    },
  ];
  if (list.error && !list.data) return <Trouble error={list.error} onRetry={() => list.refetch()} />;
  return (
    <div className="wk-say">
      <div className="wk-toolbar">
        <Select
          className="wk-filter"
          aria-label={t("ledger-camera")}
          placeholder={t("ledger-camera")}
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          value={address.camera}
          onChange={(camera: string | undefined) => setAddress({ camera })}
          options={(cameras.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
        {address.camera ? (
          <Button type="text" onClick={() => setAddress({ camera: undefined })}>
            {t("action-clear")}
          </Button>
        ) : null}
      </div>
      <List
        label={t("health-tab-gaps")}
        rows={rows}
        rowKey={keyOf}
        columns={columns}
        loading={list.isPending}
        open={address.gap}
        onOpen={show}
        more={list.hasNextPage ? { load: () => list.fetchNextPage(), loading: list.isFetchingNextPage } : undefined}
        empty={<Empty title={t("gap-empty-title")}>{t("gap-empty")}</Empty>}
      />
      <Side
        open={open !== undefined}
        title={open ? t("gap-title", { name: open.camera.name }) : ""}
        onClose={() => setAddress({ gap: undefined })}
      >
        {open ? <Gap gap={open} /> : null}
      </Side>
    </div>
  );
}

function Gap({ gap }: { gap: GapRow }) {
  const t = useT();
  const me = useMe();
  return (
    <div className="wk-say">
      <Facts
        of={[
          [t("ledger-span"), <SpanText key="span" fromMs={gap.from_ms} toMs={gap.to_ms} zone />],
          [t("camera-stream"), t(`profile-${gap.profile}`)],
          [
            t("gap-cause"),
            <Meaning key="cause" tone={gapTone(gap)}>
              {t(`cause-${gap.cause}`)}
            </Meaning>,
          ],
          [t("gap-justified"), t(gap.justified ? "gap-justified-yes" : "gap-justified-no")],
          [
            t("gap-evidence"),
            gap.evidence ? (
              <span key="evidence" className="wk-code">
                {gap.evidence}
              </span>
            ) : null,
          ],
          [
            t("export-entry"),
            gap.id === null || gap.id === undefined ? (
              t("gap-open")
            ) : me.rights.ledger ? (
              <Link key="entry" to="/entries" search={{ tab: "footage", entry: String(gap.id) }}>
                {formatIndex(gap.id)}
              </Link>
            ) : (
              formatIndex(gap.id)
            ),
          ],
        ]}
      />
      <p className="wk-hint">{t(`gap-help-${gap.cause}`)}</p>
    </div>
  );
}
