// An open alarm comes up over the wall, or is opened on the map: what happened where, with the picture of its first camera under the shift's own view. The view
// is an ordinary one for duty watch: its entry comes first, and where it is refused the call says so and shows no picture.
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { type Alarm, type AlarmDetail, useAlarmChange, useOpenAlarms } from "../api/alarms";
import { api } from "../api/client";
import { useCamerasById, useMe } from "../api/queries";
import type { ViewRequest } from "../api/types";
import { LivePicture } from "./LivePicture";
import "./call.css";
import { Icon, type Purpose, Time, Trouble, useT } from "../ui";
import { alarmPlace, alarmSpan, PriorityWord, wordOf } from "../ui/alarms";
import { useView } from "./view";

const WEIGHT = { high: 0, medium: 1, low: 2 } as const;
const weight = ({ priority }: Alarm) => (priority ? WEIGHT[priority] : 3);

/** The most urgent first, and of these the oldest: it has waited longest. */
export const byUrgency = (one: Alarm, other: Alarm) => weight(one) - weight(other) || one.at_ms - other.at_ms;

/**
 * The most urgent first, and of these the oldest: it has waited longest. What this server says of itself is in the line at the top, and
 * on the camera's tile.
 */
export function nextAlarm(alarms: readonly Alarm[], put: ReadonlySet<string>): Alarm | undefined {
  return alarms.filter(({ id, source }) => source && !put.has(id)).sort(byUrgency)[0];
}

export function AlarmCall({ purpose }: { purpose: Purpose }) {
  const alarms = useOpenAlarms();
  const [put, setPut] = useState<ReadonlySet<string>>(new Set());
  const alarm = nextAlarm(alarms, put);
  if (!alarm) return null;
  const away = () => setPut((before) => new Set([...before, alarm.id]));
  const more = alarms.filter(({ id, source }) => source && !put.has(id)).length - 1;
  return <Call key={alarm.id} alarm={alarm} more={more} purpose={purpose} onAway={away} />;
}

interface CallProps {
  alarm: Alarm;
  more: number;
  purpose: Purpose;
  onAway: () => void;
}

export function Call({ alarm, more, purpose, onAway }: CallProps) {
  const t = useT();
  const { rights } = useMe();
  const acknowledge = useAlarmChange(() => api.post<AlarmDetail>(`/api/alarms/${alarm.id}/acknowledge`, {}));
  return (
    <aside className="wk-call" role="alertdialog" aria-label={t("alarm-call")}>
      <header>
        <PriorityWord priority={alarm.priority} />
        <strong>{t(`alarm-kind-${wordOf(alarm.kind)}`)}</strong>
        <button type="button" className="wk-plain-button" aria-label={t("alarm-call-away")} onClick={onAway}>
          <Icon name="close" size={14} />
        </button>
      </header>
      <p>
        {alarmPlace(alarm, t)} · <Time ms={alarm.at_ms} />
      </p>
      {alarm.words ? <p>{alarm.words}</p> : null}
      <CallPicture alarm={alarm} purpose={purpose} />
      {acknowledge.error ? <Trouble error={acknowledge.error} conflict={t("alarm-conflict")} /> : null}
      <div className="wk-buttons">
        <Button type="primary" loading={acknowledge.isPending} onClick={() => acknowledge.mutate(undefined)}>
          {t("alarm-acknowledge")}
        </Button>
        <Link to="/alarms" search={{ id: alarm.id } as never}>
          {t("alarm-call-open")}
        </Link>
        {alarm.cameras.length > 0 && rights.playback ? (
          <Link to="/playback" search={alarmSpan(alarm) as never}>
            {t("alarm-playback")}
          </Link>
        ) : null}
      </div>
      {more > 0 ? <p className="wk-soft">{t("alarm-call-more", { n: String(more) })}</p> : null}
    </aside>
  );
}

/** An alarm is looked at on duty, whatever the wall is looked at for; a note that was made for duty watch goes along. */
export const DUTY: Purpose = { purpose: "duty_watch", legal_basis: "unit_duty" };

function CallPicture({ alarm, purpose }: Pick<CallProps, "alarm" | "purpose">) {
  const t = useT();
  const first = alarm.cameras[0]?.id;
  const { known } = useCamerasById(first ? [first] : []);
  const camera = first ? known?.get(first) : undefined;
  const request = useMemo<ViewRequest | null>(
    () => (first ? { mode: "live", cameras: [first], ...(purpose.purpose === "duty_watch" ? purpose : DUTY) } : null),
    [first, purpose],
  );
  const { view, error, check } = useView(request);
  if (!first) return <p className="wk-soft">{t("alarm-no-cameras")}</p>;
  if (error) return <Trouble error={error} wanted={{ cameras: [first], acts: ["live"] }} />;
  return (
    <div className="wk-call-picture">
      {camera ? <LivePicture camera={camera} view={view} profile="sub" onTrouble={check} zoomable={false} /> : null}
    </div>
  );
}
