// Every gap with its cause and evidence, newest first. The server filters by camera; by cause it is done here, over what has
// been read, and the list says how much that is. Both filters are in the address.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { api } from "../../api/client";
import { useAllCameras, useMe } from "../../api/queries";
import type { GapCause, GapPage, GapRow } from "../../api/types";
import {
  type Address,
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
  useLanguage,
  useT,
} from "../../ui";

/** A gap without a known cause is a finding; one that nobody has explained yet is owed an explanation. */
export function gapTone(gap: GapRow): Tone {
  if (gap.justified) return "plain";
  return gap.cause === "unknown" ? "breach" : "late";
}

export const CAUSES: GapCause[] = [
  "unknown",
  "camera",
  "network",
  "credentials",
  "disk",
  "us",
  "power",
  "privacy",
  "planned",
];

/** The gaps of one cause; all of them when the address names none that there is. */
export function gapsOf(gaps: GapRow[], cause: string | undefined): GapRow[] {
  const wanted = CAUSES.find((known) => known === cause);
  return wanted ? gaps.filter((gap) => gap.cause === wanted) : gaps;
}

/** Where playback shows what came before a gap and the gap itself: its camera at its beginning. */
export function playbackOf(gap: GapRow): { cameras: string; at: string } {
  return { cameras: gap.camera.id, at: String(gap.from_ms) };
}

/** A gap that still lasts has no record yet; its stream and beginning name it. */
export function keyOf(gap: GapRow): string {
  return `${gap.camera.id}.${gap.profile}.${gap.from_ms}`;
}

function useGapList(camera: string | undefined) {
  return useInfiniteQuery({
    queryKey: ["gaps", camera],
    queryFn: ({ pageParam, signal }) => api.get<GapPage>("/api/gaps", { camera, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
}

function useColumns(show: (gap: GapRow) => void): Column<GapRow>[] {
  const t = useT();
  const me = useMe();
  const { language } = useLanguage();
  return [
    {
      key: "camera",
      title: t("ledger-camera"),
      ellipsis: true,
      render: (gap) => <RowLink onOpen={() => show(gap)}>{gap.camera.name}</RowLink>,
    },
    {
      key: "from",
      title: t("gap-from"),
      width: "12.5rem",
      wide: "md",
      render: (gap) =>
        me.rights.playback ? (
          <Link to="/playback" search={playbackOf(gap)} title={t("gap-playback")}>
            <Time ms={gap.from_ms} />
          </Link>
        ) : (
          <Time ms={gap.from_ms} />
        ),
    },
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
}

function Filters({ address, change }: { address: Address; change: (part: Address) => void }) {
  const t = useT();
  const cameras = useAllCameras();
  return (
    <div className="wk-toolbar">
      <Select
        className="wk-filter"
        aria-label={t("ledger-camera")}
        placeholder={t("ledger-camera")}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        value={address.camera}
        onChange={(camera: string | undefined) => change({ camera })}
        options={(cameras.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Select
        className="wk-filter"
        aria-label={t("gap-cause")}
        placeholder={t("gap-cause")}
        allowClear
        value={CAUSES.find((cause) => cause === address.cause)}
        onChange={(cause: GapCause | undefined) => change({ cause })}
        options={CAUSES.map((cause) => ({ value: cause, label: t(`cause-${cause}`) }))}
      />
      {address.camera || address.cause ? (
        <Button type="text" onClick={() => change({ camera: undefined, cause: undefined })}>
          {t("action-clear")}
        </Button>
      ) : null}
    </div>
  );
}

export function GapsTab() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const list = useGapList(address.camera);
  const read = list.data?.pages.flatMap((page) => page.gaps) ?? [];
  const rows = gapsOf(read, address.cause);
  const open = read.find((gap) => keyOf(gap) === address.gap);
  const show = (gap: GapRow) => setAddress({ gap: keyOf(gap) });
  const columns = useColumns(show);
  if (list.error && !list.data) return <Trouble error={list.error} onRetry={() => list.refetch()} />;
  return (
    <div className="wk-say">
      <Filters address={address} change={setAddress} />
      <List
        label={t("health-tab-gaps")}
        rows={rows}
        rowKey={keyOf}
        columns={columns}
        loading={list.isPending}
        open={address.gap}
        onOpen={show}
        total={
          rows.length < read.length ? (
            <span>{t("gap-read", { shown: String(rows.length), read: String(read.length) })}</span>
          ) : null
        }
        more={list.hasNextPage ? { load: () => list.fetchNextPage(), loading: list.isFetchingNextPage } : undefined}
        empty={
          read.length > 0 ? (
            <Empty title={t("list-none-yet-title")}>{t("list-none-yet", { n: String(read.length) })}</Empty>
          ) : (
            <Empty title={t("gap-empty-title")}>{t("gap-empty")}</Empty>
          )
        }
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
      {me.rights.playback ? (
        <div>
          <Link to="/playback" search={playbackOf(gap)}>
            {t("gap-playback")}
          </Link>
        </div>
      ) : null}
    </div>
  );
}
