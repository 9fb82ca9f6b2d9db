// Reports of suspicious matters to the public security organ: from an observation or directly, each with a hold on its footage, and
// the organ's acknowledgement.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { CHANNELS, type Channel, type DutyReport, type DutyRoom, useDutyLog, useDutyReports } from "../../api/duty";
import { useMe } from "../../api/queries";
import {
  BeginButton,
  CameraChoice,
  Empty,
  EntryLink,
  Facts,
  Loading,
  Meaning,
  Side,
  SpanFields,
  SpanText,
  serverNow,
  Time,
  Trouble,
  useAddress,
  useT,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { LinkIntoFolder } from "../../ui/LinkIntoFolder";
import { fieldId, Missing } from "../../ui/Missing";
import { useDay } from "./LogTab";
import { ReportClips } from "./ReportClips";

const MINUTE_MS = 60_000;
/** So much before an observation belongs to it until somebody says otherwise, and so much behind it. */
const BEFORE_MS = 5 * MINUTE_MS;
const BEHIND_MS = 2 * MINUTE_MS;
const WORDS_CHARS_MAX = 500;

export function ReportsTab({ room }: { room: DutyRoom }) {
  const t = useT();
  const [address, setAddress] = useAddress();
  const reports = useDutyReports(room.id);
  const { rights } = useMe();
  const close = () => setAddress({ new: undefined, note: undefined });
  return (
    <div className="wk-say">
      <p className="wk-lead">{t("duty-report-lead")}</p>
      {rights.live ? (
        <div className="wk-buttons">
          <BeginButton label={t("duty-report-new")} onBegin={() => setAddress({ new: "1" }, true)} />
        </div>
      ) : null}
      {reports.error && !reports.data ? <Trouble error={reports.error} onRetry={() => reports.refetch()} /> : null}
      {reports.isPending ? <Loading /> : null}
      {reports.data?.length === 0 ? <Empty title={t("duty-report-none-title")}>{t("duty-report-none")}</Empty> : null}
      {reports.data?.map((report) => (
        <Report key={report.id} report={report} />
      ))}
      <Side open={address.new === "1"} title={t("duty-report-new")} onClose={close} wide>
        {address.new === "1" ? (
          <ReportForm key={address.note ?? ""} room={room} note={address.note} onDone={close} />
        ) : null}
      </Side>
    </div>
  );
}

export function ReportState({ report }: { report: DutyReport }) {
  const t = useT();
  const { acknowledged, overdue } = report;
  if (acknowledged) return <Meaning tone="good">{t("duty-acknowledged")}</Meaning>;
  return (
    <Meaning tone={overdue ? "breach" : "late"}>{t(overdue ? "duty-report-overdue" : "duty-report-waits")}</Meaning>
  );
}

function Report({ report }: { report: DutyReport }) {
  const t = useT();
  const { acknowledged } = report;
  const { rights } = useMe();
  const [putting, setPutting] = useState(false);
  return (
    <section className="wk-panel" aria-label={report.words}>
      <h2>
        <span>
          <Time ms={report.sent_ms} /> {report.organ}
        </span>
        <ReportState report={report} />
      </h2>
      <p className="wk-lines">{report.words}</p>
      <Facts
        of={[
          [t("duty-report-cameras"), report.cameras.map(({ name }) => name).join(t("form-semicolon"))],
          [t("duty-report-span"), <SpanText key="span" fromMs={report.from_ms} toMs={report.to_ms} />],
          [t("duty-report-channel"), t(`duty-channel-${report.channel.replace("_", "-")}`)],
          [t("duty-report-by"), report.author.name],
          [t("duty-report-hold"), <HoldLink key="hold" id={report.hold_id} />],
          [t("duty-acknowledgement-number"), acknowledged?.number],
          [t("duty-acknowledgement-on"), acknowledged ? <Time key="on" ms={acknowledged.on_ms} dateOnly /> : null],
          [t("duty-entry"), <EntryLink key="entry" index={report.entry.index} />],
        ]}
      />
      <ReportClips report={report} />
      {rights.playback ? (
        <div className="wk-buttons">
          <Button size="small" aria-expanded={putting} onClick={() => setPutting(!putting)}>
            {t("folder-put-into")}
          </Button>
        </div>
      ) : null}
      {putting ? <LinkIntoFolder kind="report" about={report.id} /> : null}
      {acknowledged ? null : <AcknowledgementForm report={report} />}
    </section>
  );
}

function HoldLink({ id }: { id: string }) {
  const t = useT();
  const { rights } = useMe();
  if (!rights.playback && !rights.cameras && !rights.ledger) return <>{t("duty-report-held")}</>;
  return (
    <Link to="/holds" search={{ show: "all", id } as never}>
      {t("duty-report-held")}
    </Link>
  );
}

function AcknowledgementForm({ report }: { report: DutyReport }) {
  const t = useT();
  const queries = useQueryClient();
  const [number, setNumber] = useState("");
  const send = useMutation({
    mutationFn: () =>
      api.post<DutyReport>(`/api/duty/reports/${report.id}/acknowledgement`, {
        number: number.trim(),
        on_ms: Math.floor(serverNow()),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["duty"] }),
  });
  return (
    <div className="wk-fields">
      <Labelled label={t("duty-acknowledgement-number")}>
        {(id) => <Input id={id} value={number} maxLength={60} onChange={(event) => setNumber(event.target.value)} />}
      </Labelled>
      {send.error ? <Trouble error={send.error} /> : null}
      <div className="wk-buttons">
        <Button disabled={number.trim() === ""} loading={send.isPending} onClick={() => send.mutate()}>
          {t("duty-acknowledge")}
        </Button>
      </div>
    </div>
  );
}

interface Draft {
  cameras: string[];
  from_ms?: number;
  to_ms?: number;
  words: string;
  organ: string;
  channel: Channel;
}

const missingIn = (draft: Draft): string[] => [
  ...(draft.cameras.length === 0 ? ["duty-need-cameras"] : []),
  ...(draft.from_ms === undefined || draft.to_ms === undefined || draft.to_ms <= draft.from_ms
    ? ["duty-need-span"]
    : []),
  ...(draft.words.trim() === "" ? ["duty-need-words"] : []),
  ...(draft.organ.trim() === "" ? ["duty-need-organ"] : []),
];

/** Filled in from the observation that it is about, as soon as that is known. */
function ReportForm({ room, note, onDone }: { room: DutyRoom; note: string | undefined; onDone: () => void }) {
  const { span } = useDay(room.zone);
  const log = useDutyLog({ room: room.id, ...span });
  const about = log.data?.find(({ id }) => id === note);
  const t = useT();
  if (note && log.isPending) return <Loading />;
  const start: Draft = {
    cameras: about?.cameras.map(({ id }) => id) ?? [],
    from_ms: about ? about.about_ms - BEFORE_MS : undefined,
    to_ms: about ? Math.min(Math.floor(serverNow()), about.about_ms + BEHIND_MS) : undefined,
    words: about?.words.slice(0, WORDS_CHARS_MAX) ?? "",
    organ: "",
    channel: "telephone",
  };
  return (
    <>
      {about ? <p className="wk-hint">{t("duty-report-from-note")}</p> : null}
      <ReportFields room={room} note={about?.id} start={start} onDone={onDone} />
    </>
  );
}

interface ReportFieldsProps {
  room: DutyRoom;
  note: string | undefined;
  start: Draft;
  onDone: () => void;
}

function ReportFields({ room, note, start, onDone }: ReportFieldsProps) {
  const t = useT();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(start);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const send = useMutation({
    mutationFn: () =>
      api.post<DutyReport>("/api/duty/reports", {
        room_id: room.id,
        ...(note ? { note_id: note } : {}),
        ...draft,
        words: draft.words.trim(),
        organ: draft.organ.trim(),
        sent_ms: Math.floor(serverNow()),
      }),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["duty"] });
      queries.invalidateQueries({ queryKey: ["holds"] });
      onDone();
    },
  });
  const missing = missingIn(draft);
  return (
    <div className="wk-fields">
      <CameraChoice
        title={t("duty-report-cameras")}
        need="duty-need-cameras"
        chosen={draft.cameras}
        onChange={(cameras) => change({ cameras })}
      />
      <section className="wk-section" id={fieldId("duty-need-span")} tabIndex={-1}>
        <h2>{t("duty-report-span")}</h2>
        <SpanFields value={draft} onChange={({ from_ms, to_ms }) => change({ from_ms, to_ms })} />
      </section>
      <Labelled label={t("duty-report-words")} need="duty-need-words">
        {(id) => (
          <Input.TextArea
            id={id}
            rows={3}
            value={draft.words}
            maxLength={WORDS_CHARS_MAX}
            onChange={(event) => change({ words: event.target.value })}
          />
        )}
      </Labelled>
      <div className="wk-fields-two">
        <Labelled label={t("duty-report-organ")} need="duty-need-organ">
          {(id) => (
            <Input
              id={id}
              value={draft.organ}
              maxLength={100}
              onChange={(event) => change({ organ: event.target.value })}
            />
          )}
        </Labelled>
        <Labelled label={t("duty-report-channel")}>
          {(id) => (
            <Select
              id={id}
              value={draft.channel}
              onChange={(channel) => change({ channel })}
              options={CHANNELS.map((value) => ({ value, label: t(`duty-channel-${value.replace("_", "-")}`) }))}
            />
          )}
        </Labelled>
      </div>
      {send.error ? <Trouble error={send.error} /> : null}
      <Missing needs={missing} />
      <p className="wk-hint">{t("duty-report-hint")}</p>
      <div className="wk-buttons">
        <Button type="primary" disabled={missing.length > 0} loading={send.isPending} onClick={() => send.mutate()}>
          {t("duty-report-send")}
        </Button>
      </div>
    </div>
  );
}
