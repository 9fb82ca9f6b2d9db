// Who is in the room now, who is missing, and one's own shift: taking over, writing down, staying, handing over.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Radio, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { DutyRoom, DutyShift } from "../../api/duty";
import { useMe } from "../../api/queries";
import { Meaning, serverNow, Time, Trouble, useAddress, useNow, useT } from "../../ui";
import { NoteForm } from "../../ui/duty/NoteForm";
import { Labelled } from "../../ui/Labelled";
import { PostsNow } from "./PostField";
import { ShiftSpan } from "./ShiftSpan";

const HOUR_MS = 3_600_000;
/** A shift can be taken over so long before it begins. */
const EARLY_MS = HOUR_MS / 2;
const REASON_CHARS_MAX = 300;
const WORDS_CHARS_MAX = 2000;

export function NowTab({ room }: { room: DutyRoom }) {
  return (
    <div className="wk-columns">
      <Here room={room} />
      <Mine room={room} />
    </div>
  );
}

function Here({ room }: { room: DutyRoom }) {
  const t = useT();
  const missing = Math.max(0, room.needed - new Set(room.on.map(({ person }) => person.id)).size);
  return (
    <section className="wk-panel" aria-label={t("duty-here")}>
      <h2>
        {t("duty-here")}
        {missing > 0 ? (
          <Meaning tone={room.unmanned ? "breach" : "late"}>{t("duty-missing", { n: missing })}</Meaning>
        ) : (
          <Meaning tone="good">{t(room.needed > 0 ? "duty-manned" : "duty-nobody-needed")}</Meaning>
        )}
      </h2>
      {room.unmanned ? (
        <p>
          {t("duty-unmanned-since")} <Time ms={room.unmanned.from_ms} />
        </p>
      ) : null}
      <PostsNow room={room} />
      <Shifts title={t("duty-on")} shifts={room.on} none={t("duty-on-none")} />
      <Shifts title={t("duty-due")} shifts={room.due} />
      <Shifts title={t("duty-coming")} shifts={room.coming} />
      <Shifts title={t("duty-gone")} shifts={room.gone} />
    </section>
  );
}

function Shifts({ title, shifts, none }: { title: string; shifts: DutyShift[]; none?: string }) {
  const t = useT();
  const [, setAddress] = useAddress();
  if (shifts.length === 0 && !none) return null;
  return (
    <div>
      <h3>{title}</h3>
      {shifts.length === 0 ? <p className="wk-soft">{none}</p> : null}
      <ul className="wk-duty-shifts">
        {shifts.map((shift) => (
          <li key={shift.id}>
            <span>
              <strong>{shift.person.name}</strong> {shift.post ? `${t(`duty-post-${shift.post}`)} ` : null}
              <ShiftSpan shift={shift} />
            </span>
            {shift.taken_ms ? (
              <Button size="small" onClick={() => setAddress({ shift: shift.id }, true)}>
                {t("duty-sheet")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Mine({ room }: { room: DutyRoom }) {
  const t = useT();
  const me = useMe();
  const now = useNow(15_000);
  const own = ({ person }: DutyShift) => person.id === me.person.id;
  const running = room.on.find(({ id }) => id === room.mine);
  const next = [...room.due, ...room.coming].find(own);
  const takes = next && next.from_ms - now <= EARLY_MS ? next : undefined;
  if (!me.rights.live && !running && !next) return null;
  return (
    <section className="wk-panel" aria-label={t("duty-mine")}>
      <h2>{t("duty-mine")}</h2>
      {running ? <Running room={room} shift={running} /> : null}
      {takes ? <TakeOver key={takes.id} room={room} shift={takes} /> : null}
      {running || takes ? null : next ? (
        <p>
          {t("duty-mine-next")} <ShiftSpan shift={next} />
        </p>
      ) : (
        <p className="wk-soft">{t("duty-mine-none")}</p>
      )}
    </section>
  );
}

/** The acts on a shift: what is shown of the room is asked anew after each. */
function useShiftAct(shift: DutyShift, act: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: unknown) => api.post<DutyShift>(`/api/duty/shifts/${shift.id}/${act}`, body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["duty"] }),
  });
}

function TakeOver({ room, shift }: { room: DutyRoom; shift: DutyShift }) {
  const t = useT();
  const candidates = [...room.on, ...room.gone].filter(({ id }) => id !== shift.id);
  const [before, setBefore] = useState(candidates[0]?.id ?? "");
  const [alone, setAlone] = useState("");
  const send = useShiftAct(shift, "take-over");
  const from = candidates.find(({ id }) => id === before);
  const body = before ? { before_id: before } : { alone: alone.trim() };
  return (
    <div className="wk-fields">
      <p>
        {t("duty-take-over-lead")} <ShiftSpan shift={shift} />
      </p>
      <fieldset className="wk-duty-before">
        <legend>{t("duty-before")}</legend>
        <Radio.Group value={before} onChange={(event) => setBefore(event.target.value)}>
          {candidates.map((one) => (
            <Radio key={one.id} value={one.id}>
              {one.person.name} <ShiftSpan shift={one} />
            </Radio>
          ))}
          <Radio value="">{t("duty-alone")}</Radio>
        </Radio.Group>
      </fieldset>
      {from?.words ? <blockquote className="wk-written wk-lines">{from.words}</blockquote> : null}
      {from && !from.words ? <p className="wk-hint">{t("duty-before-silent")}</p> : null}
      {before === "" ? (
        <Labelled label={t("duty-alone-why")}>
          {(id) => (
            <Input
              id={id}
              value={alone}
              maxLength={REASON_CHARS_MAX}
              onChange={(event) => setAlone(event.target.value)}
            />
          )}
        </Labelled>
      ) : null}
      {send.error ? <Trouble error={send.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={before === "" && alone.trim() === ""}
          loading={send.isPending}
          onClick={() => send.mutate(body)}
        >
          {t("duty-take-over")}
        </Button>
      </div>
    </div>
  );
}

function Running({ room, shift }: { room: DutyRoom; shift: DutyShift }) {
  const t = useT();
  return (
    <>
      <p>
        <Meaning tone="good">{t("duty-running")}</Meaning> <ShiftSpan shift={shift} />
      </p>
      <section className="wk-section" aria-label={t("duty-note-new")}>
        <h3>{t("duty-note-new")}</h3>
        <NoteForm room={room.id} />
      </section>
      <Stay shift={shift} />
      <HandOver shift={shift} />
    </>
  );
}

function HandOver({ shift }: { shift: DutyShift }) {
  const t = useT();
  const [words, setWords] = useState("");
  const send = useShiftAct(shift, "hand-over");
  return (
    <section className="wk-section wk-fields" aria-label={t("duty-hand-over")}>
      <h3>{t("duty-hand-over")}</h3>
      <Labelled label={t("duty-hand-over-words")} hint={t("duty-hand-over-hint")}>
        {(id) => (
          <Input.TextArea
            id={id}
            rows={3}
            value={words}
            maxLength={WORDS_CHARS_MAX}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
      </Labelled>
      {send.error ? <Trouble error={send.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          danger
          disabled={words.trim() === ""}
          loading={send.isPending}
          onClick={() => send.mutate({ words: words.trim() })}
        >
          {t("duty-hand-over-do")}
        </Button>
      </div>
    </section>
  );
}

const STAY_HOURS = [1, 2, 4] as const;

function Stay({ shift }: { shift: DutyShift }) {
  const t = useT();
  const [hours, setHours] = useState<number>(1);
  const [reason, setReason] = useState("");
  const send = useShiftAct(shift, "stay");
  return (
    <details className="wk-details wk-section">
      <summary>{t("duty-stay")}</summary>
      <div className="wk-fields">
        <div className="wk-fields-two">
          <Labelled label={t("duty-stay-hours")}>
            {(id) => (
              <Select
                id={id}
                value={hours}
                onChange={setHours}
                options={STAY_HOURS.map((value) => ({ value, label: t("duty-hours", { n: value }) }))}
              />
            )}
          </Labelled>
          <Labelled label={t("duty-stay-why")}>
            {(id) => (
              <Input
                id={id}
                value={reason}
                maxLength={REASON_CHARS_MAX}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Labelled>
        </div>
        {send.error ? <Trouble error={send.error} /> : null}
        <div className="wk-buttons">
          <Button
            disabled={reason.trim() === ""}
            loading={send.isPending}
            onClick={() => send.mutate({ until_ms: Math.floor(serverNow() + hours * HOUR_MS), reason: reason.trim() })}
          >
            {t("duty-stay-do")}
          </Button>
        </div>
      </div>
    </details>
  );
}
