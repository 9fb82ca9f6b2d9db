// Every stream with its state in words, its rate now and of late, and what was lost since the recorder started.
import { Segmented } from "antd";
import { useStreams } from "../../api/queries";
import type { StreamRow } from "../../api/types";
import {
  Age,
  type Column,
  Empty,
  Facts,
  formatBytes,
  formatCount,
  formatRate,
  List,
  Meaning,
  RowLink,
  Side,
  Spark,
  streamTone,
  streamWords,
  useAddress,
  useLanguage,
  useNow,
  useT,
} from "../../ui";
import { useHistory } from "./history";

const keyOf = (row: StreamRow) => `${row.camera.id}/${row.profile}`;

/** Bad ones first, then by name: what needs somebody is on top. */
export function orderStreams(rows: StreamRow[]): StreamRow[] {
  const rank = { breach: 0, late: 1, notice: 2, good: 3, plain: 4 };
  return [...rows].sort(
    (a, b) =>
      rank[streamTone(a.state)] - rank[streamTone(b.state)] ||
      a.camera.name.localeCompare(b.camera.name, "zh-CN", { numeric: true }) ||
      a.profile.localeCompare(b.profile),
  );
}

interface ColumnContext {
  t: ReturnType<typeof useT>;
  language: ReturnType<typeof useLanguage>["language"];
  now: number;
  show: (row: StreamRow) => void;
  histories: ReturnType<typeof useHistory>;
}

/** What went wrong since the recorder started, as counts. */
function countColumns(t: ColumnContext["t"], language: ColumnContext["language"]): Column<StreamRow>[] {
  const count = (key: string, title: string, width: string, value: (row: StreamRow) => number): Column<StreamRow> => ({
    key,
    title,
    width,
    wide: "xl",
    align: "right",
    render: (row) => formatCount(value(row), language),
  });
  return [
    count("lost", t("health-lost"), "7.5rem", (row) => row.lost_packets),
    count("reconnects", t("health-reconnects"), "7rem", (row) => row.reconnects),
    count("dropped", t("health-dropped"), "7rem", (row) => row.queue_dropped),
  ];
}

function streamColumns({ t, language, now, show, histories }: ColumnContext): Column<StreamRow>[] {
  return [
    {
      key: "camera",
      title: t("ledger-camera"),
      ellipsis: true,
      render: (row) => (
        <>
          {/* First, so that a narrow column cuts the name and not what tells two rows apart. */}
          {row.profile === "sub" ? <span className="wk-only-phone">{t("profile-sub")} · </span> : null}
          <RowLink onOpen={() => show(row)}>{row.camera.name}</RowLink>
        </>
      ),
    },
    {
      key: "profile",
      title: t("camera-stream"),
      width: "7rem",
      wide: "md",
      render: (row) => t(`profile-${row.profile}`),
    },
    {
      key: "state",
      title: t("camera-state"),
      width: "14.5rem",
      render: (row) => (
        <Meaning tone={streamTone(row.state)} quiet>
          {streamWords(row.state, now, language, t)}
        </Meaning>
      ),
    },
    {
      key: "newest",
      title: t("camera-newest"),
      width: "8rem",
      wide: "xl",
      render: (row) => <Age ms={row.state.newest_unit_ms} />,
    },
    {
      key: "spark",
      title: t("health-lately"),
      width: "7.5rem",
      wide: "md",
      render: (row) => (
        <Spark
          values={histories.get(keyOf(row)) ?? []}
          label={t("health-spark", { name: row.camera.name, rate: formatRate(row.state.kbps ?? 0) })}
        />
      ),
    },
    {
      key: "rate",
      title: t("camera-rate"),
      width: "8rem",
      wide: "md",
      align: "right",
      render: (row) => (row.state.kbps ? formatRate(row.state.kbps) : ""),
    },
    ...countColumns(t, language),
  ];
}

export function StreamsTab() {
  const t = useT();
  const { language } = useLanguage();
  const now = useNow(5000);
  const [address, setAddress] = useAddress();
  const streams = useStreams();
  const all = streams.data ?? [];
  const histories = useHistory(new Map(all.map((row) => [keyOf(row), row.state.kbps ?? 0])), streams.dataUpdatedAt);
  const onlyBad = address.show === "bad";
  const rows = orderStreams(all).filter((row) => !onlyBad || !["good", "plain"].includes(streamTone(row.state)));
  const bad = all.filter((row) => !["good", "plain"].includes(streamTone(row.state))).length;
  const show = (row: StreamRow) => setAddress({ stream: keyOf(row) });
  const open = all.find((row) => keyOf(row) === address.stream);
  const columns = streamColumns({ t, language, now, show, histories });
  return (
    <div className="wk-say">
      {all.length > 0 ? (
        <div className="wk-toolbar">
          <Segmented
            aria-label={t("camera-state")}
            value={onlyBad ? "bad" : "all"}
            onChange={(value) => setAddress({ show: value === "bad" ? "bad" : undefined })}
            options={[
              { value: "all", label: t("health-all", { n: String(all.length) }) },
              { value: "bad", label: t("health-bad", { n: String(bad) }) },
            ]}
          />
        </div>
      ) : null}
      <List
        label={t("health-tab-streams")}
        rows={rows}
        rowKey={keyOf}
        columns={columns}
        answer={streams}
        open={address.stream}
        onOpen={show}
        empty={
          onlyBad ? (
            <Empty title={t("health-none-bad-title")}>{t("health-none-bad")}</Empty>
          ) : (
            <Empty title={t("health-empty-title")}>{t("health-empty")}</Empty>
          )
        }
      />
      <Side
        open={open !== undefined}
        title={open ? `${open.camera.name} · ${t(`profile-${open.profile}`)}` : ""}
        onClose={() => setAddress({ stream: undefined })}
      >
        {open ? <StreamFacts row={open} values={histories.get(keyOf(open)) ?? []} /> : null}
      </Side>
    </div>
  );
}

function StreamFacts({ row, values }: { row: StreamRow; values: number[] }) {
  const t = useT();
  const { language } = useLanguage();
  const now = useNow(5000);
  const { state } = row;
  return (
    <div className="wk-say">
      <Meaning tone={streamTone(state)}>{streamWords(state, now, language, t)}</Meaning>
      {state.detail ? <p className="wk-code">{state.detail}</p> : null}
      <Spark
        values={values}
        width={400}
        height={60}
        label={t("health-spark", { name: row.camera.name, rate: formatRate(state.kbps ?? 0) })}
      />
      <Facts
        of={[
          [t("camera-rate"), state.kbps ? formatRate(state.kbps) : null],
          [t("probe-codec"), state.codec],
          [t("probe-size"), state.width && state.height ? `${state.width}×${state.height}` : null],
          [t("probe-fps"), state.fps ? t("probe-fps-value", { n: String(Number(state.fps.toFixed(1))) }) : null],
          [t("probe-key"), state.key_interval_ms ? `${(state.key_interval_ms / 1000).toFixed(1)} s` : null],
          [
            t("camera-newest"),
            state.newest_unit_ms ? <Age key="newest" ms={state.newest_unit_ms} everyMs={1000} /> : null,
          ],
          [t("health-units"), formatCount(row.units, language)],
          [t("health-bytes"), formatBytes(row.bytes)],
          [t("health-lost"), formatCount(row.lost_packets, language)],
          [t("health-reconnects"), formatCount(row.reconnects, language)],
          [t("health-dropped"), formatCount(row.queue_dropped, language)],
        ]}
      />
      <p className="wk-hint">{t("health-since-start")}</p>
    </div>
  );
}
