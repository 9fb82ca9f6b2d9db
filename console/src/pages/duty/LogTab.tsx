// The watch log of a room, day by day: what was observed, by whom, and what was put right. Nothing is written over.
import { Button, Input } from "antd";
import { useState } from "react";
import { type DutyNote, type DutyRoom, useDutyLog } from "../../api/duty";
import { useMe } from "../../api/queries";
import { Empty, EntryLink, Loading, Meaning, serverNow, Time, Trouble, useAddress, useT } from "../../ui";
import { NoteForm } from "../../ui/duty/NoteForm";
import { civilAt, dayOfText, dayText, msAt } from "../../ui/duty/zone";
import { Labelled } from "../../ui/Labelled";
import { LinkIntoFolder } from "../../ui/LinkIntoFolder";

/** The day that the address names, or today, by the room's clock. */
export function useDay(zone: string): { day: number; span: { from_ms: number; to_ms: number } } {
  const [address] = useAddress();
  const day = dayOfText(address.day ?? "") ?? civilAt(serverNow(), zone).day;
  return { day, span: { from_ms: msAt({ day, minute: 0 }, zone), to_ms: msAt({ day: day + 1, minute: 0 }, zone) } };
}

export function DayField({ day }: { day: number }) {
  const t = useT();
  const [, setAddress] = useAddress();
  return (
    <div className="wk-duty-day">
      <Labelled label={t("duty-day")}>
        {(id) => (
          <Input
            id={id}
            type="date"
            value={dayText(day)}
            onChange={(event) => setAddress({ day: event.target.value || undefined })}
          />
        )}
      </Labelled>
    </div>
  );
}

export function LogTab({ room }: { room: DutyRoom }) {
  const t = useT();
  const { day, span } = useDay(room.zone);
  const log = useDutyLog({ room: room.id, ...span });
  return (
    <div className="wk-say">
      {room.mine ? (
        <section className="wk-panel" aria-label={t("duty-note-new")}>
          <h2>{t("duty-note-new")}</h2>
          <NoteForm room={room.id} />
        </section>
      ) : (
        <p className="wk-hint">{t("duty-log-on-shift")}</p>
      )}
      <DayField day={day} />
      {log.error && !log.data ? <Trouble error={log.error} onRetry={() => log.refetch()} /> : null}
      {log.isPending ? <Loading /> : null}
      {log.data?.length === 0 ? <Empty title={t("duty-log-none-title")}>{t("duty-log-none")}</Empty> : null}
      <ol className="wk-duty-log">
        {log.data?.map((note) => (
          <Note key={note.id} note={note} room={room} />
        ))}
      </ol>
    </div>
  );
}

function Note({ note, room }: { note: DutyNote; room: DutyRoom }) {
  const t = useT();
  const [, setAddress] = useAddress();
  const [correcting, setCorrecting] = useState(false);
  const [putting, setPutting] = useState(false);
  const { rights } = useMe();
  return (
    <li className="wk-written" data-corrected={note.corrected_by_id ? true : undefined}>
      <NoteWords note={note} />
      <p className="wk-soft">
        {note.author.name} · <EntryLink index={note.entry.index} />
      </p>
      {note.corrected_by_id ? null : (
        <div className="wk-buttons">
          {room.mine ? (
            <Button size="small" onClick={() => setCorrecting(!correcting)}>
              {t("duty-note-correct")}
            </Button>
          ) : null}
          <Button size="small" onClick={() => setAddress({ tab: "reports", new: "1", note: note.id }, true)}>
            {t("duty-report-this")}
          </Button>
          {rights.playback ? (
            <Button size="small" aria-expanded={putting} onClick={() => setPutting(!putting)}>
              {t("folder-put-into")}
            </Button>
          ) : null}
        </div>
      )}
      {putting ? <LinkIntoFolder kind="observation" about={note.id} unit={room.unit.id} /> : null}
      {correcting ? <NoteForm room={room.id} corrects={note} onDone={() => setCorrecting(false)} /> : null}
    </li>
  );
}

/** Time, kind, cameras and words, as they stand in lists and on paper. */
export function NoteWords({ note }: { note: DutyNote }) {
  const t = useT();
  return (
    <>
      <p>
        <Time ms={note.about_ms} /> <strong>{t(`duty-kind-${note.kind}`)}</strong>{" "}
        {note.cameras.map(({ name }) => name).join(t("form-semicolon"))}{" "}
        {note.corrects_id ? <span className="wk-soft">{t("duty-note-corrects")}</span> : null}
        {note.corrected_by_id ? <Meaning tone="notice">{t("duty-note-corrected")}</Meaning> : null}
      </p>
      <p className="wk-lines">{note.words}</p>
    </>
  );
}
