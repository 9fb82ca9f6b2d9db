// How far each camera's clock is from ours, how old that measurement is, and whether ours was set. Measured, never corrected:
// a wrong clock is somebody's to set.
import { useClocks } from "../../api/queries";
import type { CameraClock, TimeSource } from "../../api/types";
import {
  Age,
  type Column,
  Empty,
  Facts,
  formatOffset,
  List,
  Loading,
  Meaning,
  Time,
  type Tone,
  Trouble,
  useT,
} from "../../ui";

/** The line of records may be this much ahead of the system's clock before somebody must have set that back. */
const LINE_AHEAD_LATE_MS = 1000;

export function ClocksTab() {
  const t = useT();
  const clocks = useClocks();
  if (clocks.error && !clocks.data) return <Trouble error={clocks.error} onRetry={() => clocks.refetch()} />;
  if (!clocks.data) return <Loading />;
  const { server, cameras, offset_ms_max } = clocks.data;
  const ahead = server.line_ahead_ms > LINE_AHEAD_LATE_MS;
  const columns: Column<CameraClock>[] = [
    { key: "camera", title: t("ledger-camera"), ellipsis: true, render: (row) => row.camera.name },
    {
      key: "offset",
      title: t("probe-clock"),
      width: "12rem",
      render: (row) => (
        <Meaning tone={clockTone(row)} quiet>
          {row.offset_ms === null || row.offset_ms === undefined ? t("clock-unknown") : formatOffset(row.offset_ms)}
        </Meaning>
      ),
    },
    {
      key: "age",
      title: t("clock-measured"),
      width: "10rem",
      wide: "md",
      render: (row) => <Age ms={row.measured_ms} />,
    },
  ];
  return (
    <div className="wk-say">
      <section className="wk-panel">
        <h2>{t("clock-server")}</h2>
        <Meaning tone={ahead ? "breach" : "good"} quiet>
          {t(ahead ? "clock-set-back" : "clock-steady")}
        </Meaning>
        <Facts
          of={[
            [t("clock-system"), <Time key="system" ms={server.system_ms} zone />],
            [t("clock-line"), <Time key="line" ms={server.line_ms} zone />],
            [t("clock-lead"), formatOffset(server.trusted_lead_ms)],
            [
              t("clock-source"),
              t(
                server.synchronised === null || server.synchronised === undefined
                  ? "clock-source-unknown"
                  : server.synchronised
                    ? "clock-source-yes"
                    : "clock-source-no",
              ),
            ],
            [
              t("clock-offset"),
              server.offset_ms === null || server.offset_ms === undefined
                ? t("clock-unknown")
                : formatOffset(server.offset_ms),
            ],
            [t("clock-asked"), <Age key="asked" ms={server.asked_ms} />],
            ...server.sources.map((source): [string, string] => {
              const [name, words] = sourceFact(source);
              return [source.is_witness ? t("clock-witness", { name }) : name, words];
            }),
          ]}
        />
        <p className="wk-hint">{t("clock-text")}</p>
      </section>
      <h2>{t("clock-cameras")}</h2>
      <p className="wk-hint">{t("clock-limit", { limit: formatOffset(offset_ms_max).slice(1) })}</p>
      <List
        label={t("clock-cameras")}
        rows={clockOrder(cameras)}
        rowKey={(row) => row.camera.id}
        columns={columns}
        empty={<Empty title={t("camera-empty-title")}>{t("health-empty")}</Empty>}
      />
    </div>
  );
}

/** A time source and what it said last: the offset, or why there is none. */
export function sourceFact(source: TimeSource): [string, string] {
  const offset = source.offset_ms;
  if (offset === null || offset === undefined) return [source.name, source.problem ?? ""];
  return [source.name, source.is_outlier ? `${formatOffset(offset)} ≠` : formatOffset(offset)];
}

export function clockTone(row: Pick<CameraClock, "is_off" | "offset_ms">): Tone {
  if (row.is_off) return "late";
  return row.offset_ms === null || row.offset_ms === undefined ? "plain" : "good";
}

/** Wrong ones first, then by name. */
export function clockOrder(rows: readonly CameraClock[]): CameraClock[] {
  return [...rows].sort(
    (one, other) =>
      Number(other.is_off) - Number(one.is_off) ||
      one.camera.name.localeCompare(other.camera.name, "zh-CN", { numeric: true }),
  );
}
