// Putting somebody on the roster of a room: one shift, or the week before once more. Times are the room's.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { DutyPost, DutyRoom, DutyShift } from "../../api/duty";
import { useMe, usePeople } from "../../api/queries";
import type { components } from "../../api/schema.gen";
import { Meaning, serverNow, Trouble, useT } from "../../ui";
import { civilAt, dayOfText, dayText, lengthOf, minuteOfText, msAt } from "../../ui/duty/zone";
import { Labelled } from "../../ui/Labelled";
import { PostField } from "./PostField";

interface NewShift {
  person_id: string;
  from_ms: number;
  to_ms: number;
  post?: DutyPost | null;
}

export function RosterForm({ room, monday }: { room: DutyRoom; monday: number }) {
  const t = useT();
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: (shifts: NewShift[]) => api.post<DutyShift[]>("/api/duty/shifts", { room_id: room.id, shifts }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["duty"] }),
  });
  return (
    <section className="wk-panel" aria-label={t("duty-roster-new")}>
      <h2>{t("duty-roster-new")}</h2>
      <OneShift room={room} onSend={(shift) => send.mutate([shift])} sending={send.isPending} />
      {send.error ? <Trouble error={send.error} conflict={t("duty-roster-busy")} /> : null}
      {send.data ? <Meaning tone="good">{t("duty-rostered", { n: send.data.length })}</Meaning> : null}
      <CopyWeek room={room} monday={monday} onSend={send.mutate} sending={send.isPending} />
    </section>
  );
}

function OneShift({ room, onSend, sending }: { room: DutyRoom; onSend: (shift: NewShift) => void; sending: boolean }) {
  const t = useT();
  const { rights } = useMe();
  const people = usePeople();
  const now = civilAt(serverNow(), room.zone);
  const [person, setPerson] = useState<string>();
  const [post, setPost] = useState<DutyPost>();
  const [day, setDay] = useState(dayText(now.day));
  const [from, setFrom] = useState("08:00");
  const [to, setTo] = useState("16:00");
  const watches = (people.data ?? []).filter(
    ({ posts, suspended }) =>
      !suspended &&
      posts.some(({ role, unit }) => unit.id === room.unit.id && (role === "viewer" || role === "operator")),
  );
  const [on, start, end] = [dayOfText(day), minuteOfText(from), minuteOfText(to)];
  const whole = person !== undefined && on !== undefined && start !== undefined && end !== undefined;
  const put = () => {
    if (!whole) return;
    const minutes = start + lengthOf(start, end);
    const ends = { day: on + Math.floor(minutes / 1440), minute: minutes % 1440 };
    const times = { from_ms: msAt({ day: on, minute: start }, room.zone), to_ms: msAt(ends, room.zone) };
    onSend({ person_id: person, ...times, post });
  };
  if (!rights.people) return null;
  return (
    <div className="wk-fields">
      <Labelled label={t("duty-roster-person")}>
        {(id) => (
          <Select
            id={id}
            showSearch
            optionFilterProp="label"
            value={person}
            onChange={setPerson}
            options={watches.map(({ id: value, name, account }) => ({ value, label: `${name} (${account})` }))}
          />
        )}
      </Labelled>
      <div className="wk-fields-two">
        <Labelled label={t("duty-day")}>
          {(id) => <Input id={id} type="date" value={day} onChange={(event) => setDay(event.target.value)} />}
        </Labelled>
        <Labelled label={t("duty-from")}>
          {(id) => <Input id={id} type="time" value={from} onChange={(event) => setFrom(event.target.value)} />}
        </Labelled>
        <Labelled label={t("duty-to")} hint={t("duty-to-hint", { zone: room.zone })}>
          {(id) => <Input id={id} type="time" value={to} onChange={(event) => setTo(event.target.value)} />}
        </Labelled>
        <PostField value={post} onChange={setPost} />
      </div>
      <div className="wk-buttons">
        <Button type="primary" disabled={!whole} loading={sending} onClick={put}>
          {t("duty-roster-add")}
        </Button>
      </div>
    </div>
  );
}

/** The week before, put a week on by the room's clock: what is over by then, or was taken off, is left out. */
function CopyWeek({
  room,
  monday,
  onSend,
  sending,
}: {
  room: DutyRoom;
  monday: number;
  onSend: (shifts: NewShift[]) => void;
  sending: boolean;
}) {
  const t = useT();
  const at = (day: number) => msAt({ day, minute: 0 }, room.zone);
  const asked = { room: room.id, from_ms: at(monday - 7), to_ms: at(monday) };
  const before = useQuery({
    queryKey: ["duty", "roster", asked],
    queryFn: ({ signal }) => api.get<components["schemas"]["DutyRoster"]>("/api/duty/shifts", { ...asked }, signal),
  });
  const weekOn = (ms: number) => {
    const { day, minute } = civilAt(ms, room.zone);
    return msAt({ day: day + 7, minute }, room.zone);
  };
  const shifts = (before.data?.shifts ?? [])
    .filter(({ state, from_ms }) => state !== "withdrawn" && from_ms >= asked.from_ms)
    .map(({ person, post, from_ms, to_ms }) => ({
      person_id: person.id,
      post,
      from_ms: weekOn(from_ms),
      to_ms: weekOn(to_ms),
    }))
    .filter(({ to_ms }) => to_ms > serverNow());
  if (shifts.length === 0) return null;
  return (
    <div className="wk-buttons">
      <Button loading={sending} onClick={() => onSend(shifts)}>
        {t("duty-roster-copy", { n: shifts.length })}
      </Button>
    </div>
  );
}
