// Alarms: what alarm and door systems and this server itself have said, newest first; one in the drawer, with what is done about it;
// and the register of the systems. Who may acknowledge and close is the server's to say.
import { DatePicker, Segmented, Select } from "antd";
import dayjs from "dayjs";
import { type Alarm, EVENT_KINDS, PRIORITIES, useAlarm, useAlarmSources, useAlarms } from "../../api/alarms";
import { useMe } from "../../api/queries";
import {
  BeginButton,
  CameraSelect,
  type Column,
  Empty,
  List,
  numberOf,
  Page,
  RowLink,
  serverNow,
  Time,
  useAddress,
  useRecords,
  useT,
} from "../../ui";
import { AlarmStateWord, alarmPlace, PriorityWord, wordOf } from "../../ui/alarms";
import { AlarmMap } from "./AlarmMap";
import { AlarmSide } from "./AlarmSide";
import { NewSource } from "./NewSource";
import { Sources } from "./Sources";
import "./alarms.css";

const SHOWN = ["open", "map", "acknowledged", "closed", "alarms", "all", "sources"] as const;
type Listed = Exclude<(typeof SHOWN)[number], "map" | "sources">;

function useColumns(show: (alarm: Alarm) => void): Column<Alarm>[] {
  const t = useT();
  return [
    {
      key: "priority",
      title: t("alarm-priority"),
      width: "6.5rem",
      render: ({ priority }) => <PriorityWord priority={priority} />,
    },
    {
      key: "kind",
      title: t("alarm-kind"),
      width: "11rem",
      render: (alarm) => <RowLink onOpen={() => show(alarm)}>{t(`alarm-kind-${wordOf(alarm.kind)}`)}</RowLink>,
    },
    { key: "where", title: t("alarm-where"), wide: "md", ellipsis: true, render: (alarm) => alarmPlace(alarm, t) },
    { key: "unit", title: t("alarm-unit"), wide: "xxl", ellipsis: true, render: ({ unit }) => unit?.name ?? "" },
    {
      key: "at",
      title: t("alarm-at"),
      width: "13rem",
      wide: "md",
      render: ({ at_ms }) => <Time ms={at_ms} />,
    },
    { key: "state", title: t("alarm-state"), width: "9rem", render: (alarm) => <AlarmStateWord alarm={alarm} /> },
  ];
}

function Narrow() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const sources = useAlarmSources().data?.sources ?? [];
  const of = (key: "priority" | "kind" | "source", options: { value: string; label: string }[]) => (
    <Select
      key={key}
      className="wk-filter"
      aria-label={t(`alarm-${key}`)}
      value={address[key]}
      allowClear
      placeholder={t(`alarm-${key}`)}
      onChange={(value?: string) => setAddress({ [key]: value })}
      options={options}
    />
  );
  return (
    <>
      {of(
        "priority",
        PRIORITIES.map((value) => ({ value, label: t(`alarm-priority-${value}`) })),
      )}
      {of(
        "kind",
        EVENT_KINDS.map((value) => ({ value, label: t(`alarm-kind-${wordOf(value)}`) })),
      )}
      {of(
        "source",
        sources.map(({ id, name }) => ({ value: id, label: name })),
      )}
      <CameraSelect value={address.camera} onChange={(camera) => setAddress({ camera })} />
      <Day />
    </>
  );
}

const DAY_MS = 86_400_000;

/** One day, as its clock shows it here. */
function Day() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const from = numberOf(address.from_ms);
  return (
    <DatePicker
      aria-label={t("alarm-at")}
      placeholder={t("alarm-at")}
      value={from === undefined ? null : dayjs(from)}
      disabledDate={(day) => day.isAfter(dayjs(serverNow()).endOf("day"))}
      onChange={(day) => setAddress({ from_ms: day ? String(day.startOf("day").valueOf()) : undefined })}
    />
  );
}

function AlarmList({ shown }: { shown: Listed }) {
  const t = useT();
  const [address] = useAddress();
  const record = useRecords();
  const { priority, kind, source, camera } = address;
  const from_ms = numberOf(address.from_ms);
  const span = from_ms === undefined ? {} : { from_ms, to_ms: from_ms + DAY_MS };
  const list = useAlarms({ state: shown === "all" ? undefined : shown, priority, kind, source, camera, ...span });
  const rows = list.data?.pages.flatMap(({ alarms }) => alarms) ?? [];
  const show = (alarm: Alarm) => record.show(alarm.id);
  const columns = useColumns(show);
  const one = useAlarm(record.id);
  return (
    <>
      <List
        label={t("page-alarms")}
        rows={rows}
        rowKey={({ id }) => id}
        columns={columns}
        answer={list}
        open={record.id}
        onOpen={show}
        empty={<Empty title={t("alarm-none-title")}>{t("alarm-none")}</Empty>}
      />
      <AlarmSide detail={record.id ? one.data : undefined} onClose={record.close} />
    </>
  );
}

function Shown({ shown, keeps }: { shown: (typeof SHOWN)[number]; keeps: boolean }) {
  if (shown === "sources") return <Sources keeps={keeps} />;
  if (shown === "map") return <AlarmMap />;
  return <AlarmList shown={shown} />;
}

export default function Alarms() {
  const t = useT();
  const { posts, rights } = useMe();
  const [address, setAddress] = useAddress();
  const record = useRecords();
  // Places are told to whoever watches; whoever keeps the registry has the map of everything.
  const offered = SHOWN.filter((value) => value !== "map" || rights.live);
  const shown = SHOWN.find((name) => name === address.shown) ?? "open";
  const keeps = posts.some(({ role, group }) => role === "administrator" && !group);
  const registers = shown === "sources" && keeps;
  return (
    <Page
      title={t("page-alarms")}
      lead={t("alarm-lead")}
      actions={registers ? <BeginButton label={t("alarm-source-new")} onBegin={record.begin} /> : null}
    >
      <div className="wk-toolbar">
        <Segmented
          aria-label={t("alarm-state")}
          value={shown}
          onChange={(value) =>
            setAddress({ shown: value === "open" ? undefined : String(value), id: undefined, new: undefined })
          }
          options={offered.map((value) => ({ value, label: t(`alarm-shown-${value}`) }))}
        />
        {shown === "sources" || shown === "map" ? null : <Narrow />}
      </div>
      <Shown shown={shown} keeps={keeps} />
      {registers ? <NewSource open={record.isNew} onClose={record.close} onDone={record.show} /> : null}
    </Page>
  );
}
