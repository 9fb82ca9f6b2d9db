// The roster of a room as a week: who keeps watch when, how it was kept, and when persons were missing. Whoever answers for the unit
// enters shifts, takes them off, copies the week before, and says what the room needs.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { type DutyRoom, type DutyShift, useRoster } from "../../api/duty";
import { Empty, formatTime, Loading, Meaning, serverNow, Trouble, useAddress, useLanguage, useT } from "../../ui";
import { civilAt, clockText, dayOfText, dayText, mondayOf, msAt } from "../../ui/duty/zone";
import { UnfilledWords } from "./PostField";
import { CloseRoom, NeedsForm, NewRoom } from "./RoomForms";
import { RoomLayout } from "./RoomLayout";
import { RosterForm } from "./RosterForm";
import { ShiftState, spanWords } from "./ShiftSpan";

const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const DAY_MS = 86_400_000;

export function RosterTab({ room }: { room: DutyRoom }) {
  const t = useT();
  const [address, setAddress] = useAddress();
  const monday = mondayOf(dayOfText(address.week ?? "") ?? civilAt(serverNow(), room.zone).day);
  const at = (day: number) => msAt({ day, minute: 0 }, room.zone);
  const roster = useRoster({ room: room.id, from_ms: at(monday), to_ms: at(monday + 7) });
  const go = (weeks: number) => setAddress({ week: dayText(monday + 7 * weeks) });
  return (
    <div className="wk-say">
      <div className="wk-toolbar">
        <Button onClick={() => go(-1)}>{t("duty-week-before")}</Button>
        <Button onClick={() => setAddress({ week: undefined })}>{t("duty-week-this")}</Button>
        <Button onClick={() => go(1)}>{t("duty-week-after")}</Button>
      </div>
      {roster.error && !roster.data ? <Trouble error={roster.error} onRetry={() => roster.refetch()} /> : null}
      {roster.isPending ? <Loading /> : null}
      {roster.data ? <Week room={room} monday={monday} shifts={roster.data.shifts} /> : null}
      {roster.data && roster.data.unmanned.length > 0 ? (
        <section className="wk-panel" aria-label={t("duty-unmanned-title")}>
          <h2>{t("duty-unmanned-title")}</h2>
          <ul>
            {roster.data.unmanned.map((one) => (
              <Lacking key={one.from_ms} room={room} one={one} />
            ))}
          </ul>
        </section>
      ) : null}
      {roster.data && roster.data.unfilled.length > 0 ? (
        <section className="wk-panel" aria-label={t("duty-unfilled-title")}>
          <h2>{t("duty-unfilled-title")}</h2>
          <ul>
            {roster.data.unfilled.map((one) => (
              <li key={`${one.post}-${one.from_ms}`}>
                <UnfilledWords one={one} zone={room.zone} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {room.may_change && !room.closed ? (
        <div className="wk-columns">
          <RosterForm room={room} monday={monday} />
          <NeedsForm key={JSON.stringify(room.needs)} room={room} />
          <NewRoom />
          <RoomLayout key={`layout-${room.id}`} room={room} />
          <CloseRoom room={room} />
        </div>
      ) : (
        <Needs room={room} />
      )}
    </div>
  );
}

function Lacking({
  room,
  one,
}: {
  room: DutyRoom;
  one: { from_ms: number; to_ms: number; missing: number; open: boolean };
}) {
  const t = useT();
  const { language } = useLanguage();
  return (
    <li>
      {spanWords(one.from_ms, one.to_ms, language, room.zone)}{" "}
      <Meaning tone={one.open ? "breach" : "notice"}>{t("duty-missing", { n: one.missing })}</Meaning>
    </li>
  );
}

/** What the room needs, in words, for whoever may not change it. */
function Needs({ room }: { room: DutyRoom }) {
  const t = useT();
  if (room.needs.length === 0) return <p className="wk-hint">{t("duty-needs-none")}</p>;
  return (
    <section className="wk-panel" aria-label={t("duty-needs")}>
      <h2>{t("duty-needs")}</h2>
      <ul>
        {room.needs.map((need) => (
          <li key={`${need.days}-${need.from_min}-${need.length_min}-${need.post}`}>
            {DAYS.filter((day) => (need.days >> day) & 1)
              .map((day) => t(`duty-weekday-${day}`))
              .join(" ")}{" "}
            {clockText(need.from_min)} – {clockText(need.from_min + need.length_min)}{" "}
            {t("duty-persons", { n: need.persons })} {need.post ? t(`duty-post-${need.post}`) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Week({ room, monday, shifts }: { room: DutyRoom; monday: number; shifts: DutyShift[] }) {
  const t = useT();
  const { language } = useLanguage();
  const today = civilAt(serverNow(), room.zone).day;
  const begins = (day: number) =>
    shifts.filter((shift) => Math.max(civilAt(shift.from_ms, room.zone).day, monday) === day);
  if (shifts.length === 0) return <Empty title={t("duty-roster-none-title")}>{t("duty-roster-none")}</Empty>;
  return (
    <ol className="wk-duty-week" aria-label={t("duty-tab-roster")}>
      {DAYS.map((of) => (
        <li key={of} aria-current={monday + of === today ? "date" : undefined}>
          <h3>
            {t(`duty-weekday-${of}`)}{" "}
            <span className="wk-soft">
              {formatTime((monday + of) * DAY_MS, language, { dateOnly: true, timeZone: "UTC" })}
            </span>
          </h3>
          {begins(monday + of).map((shift) => (
            <Cell key={shift.id} room={room} shift={shift} />
          ))}
        </li>
      ))}
    </ol>
  );
}

function Cell({ room, shift }: { room: DutyRoom; shift: DutyShift }) {
  const t = useT();
  const [, setAddress] = useAddress();
  const [taking, setTaking] = useState(false);
  const clock = (ms: number) => clockText(civilAt(ms, room.zone).minute);
  return (
    <div className="wk-duty-cell" data-state={shift.state}>
      <strong>{shift.person.name}</strong>
      {shift.post ? <span className="wk-soft">{t(`duty-post-${shift.post}`)}</span> : null}
      <span>
        {clock(shift.from_ms)} – {clock(shift.to_ms)}
      </span>
      <ShiftState shift={shift} />
      {shift.withdrawn_why ? <span className="wk-soft">{shift.withdrawn_why}</span> : null}
      {shift.taken_ms ? (
        <Button size="small" onClick={() => setAddress({ shift: shift.id }, true)}>
          {t("duty-sheet")}
        </Button>
      ) : room.may_change && shift.state !== "withdrawn" && shift.state !== "missed" ? (
        <Button size="small" onClick={() => setTaking(!taking)}>
          {t("duty-withdraw")}
        </Button>
      ) : null}
      {taking ? <Withdraw shift={shift} onDone={() => setTaking(false)} /> : null}
    </div>
  );
}

function Withdraw({ shift, onDone }: { shift: DutyShift; onDone: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const send = useMutation({
    mutationFn: () => api.post<DutyShift>(`/api/duty/shifts/${shift.id}/withdraw`, { reason: reason.trim() }),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["duty"] });
      onDone();
    },
  });
  return (
    <div className="wk-fields">
      <Input
        aria-label={t("duty-withdraw-why")}
        placeholder={t("duty-withdraw-why")}
        value={reason}
        maxLength={300}
        onChange={(event) => setReason(event.target.value)}
      />
      {send.error ? <Trouble error={send.error} /> : null}
      <Button size="small" disabled={reason.trim() === ""} loading={send.isPending} onClick={() => send.mutate()}>
        {t("duty-withdraw-do")}
      </Button>
    </div>
  );
}
