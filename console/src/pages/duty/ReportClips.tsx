// Copies of a report's footage for the organ: what was made, under which copy id, whether it was collected; and the form that asks for
// one, filled in with the observation's moment.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { type DutyReport, type DutyReportClip, useDutyLog } from "../../api/duty";
import { useMe } from "../../api/queries";
import {
  EntryLink,
  formatTime,
  Meaning,
  type SealDraft,
  SealFields,
  Side,
  SpanFields,
  SpanText,
  sealProblem,
  sealTo,
  Trouble,
  useLanguage,
  useT,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";

const MINUTE_MS = 60_000;
/** A report has at most so many copies, as the server has it. */
const CLIPS_MAX = 16;

export function ReportClips({ report }: { report: DutyReport }) {
  const t = useT();
  const { rights } = useMe();
  const [open, setOpen] = useState(false);
  return (
    <>
      {report.clips.map((clip) => (
        <Clip key={clip.copy.id} clip={clip} />
      ))}
      {rights.export && report.clips.length < CLIPS_MAX ? (
        <div className="wk-buttons">
          <Button onClick={() => setOpen(true)}>{t("duty-clip-new")}</Button>
        </div>
      ) : null}
      <Side open={open} title={t("duty-clip-title")} onClose={() => setOpen(false)} wide>
        {open ? <ClipForm report={report} onDone={() => setOpen(false)} /> : null}
      </Side>
    </>
  );
}

/** The copy id and whether it was collected, as the sheet has it too. */
export function ClipWords({ clip, zone }: { clip: DutyReportClip; zone?: string }) {
  const t = useT();
  const { language } = useLanguage();
  const { copy, collected_ms } = clip;
  const time = collected_ms == null ? "" : formatTime(collected_ms, language, { timeZone: zone });
  return (
    <>
      {" "}
      <span>
        {t("duty-clip-id")} <code className="wk-code">{copy.id}</code>{" "}
        {collected_ms == null ? t("duty-clip-not-collected") : t("duty-clip-collected", { time })}
      </span>
    </>
  );
}

function Clip({ clip }: { clip: DutyReportClip }) {
  const t = useT();
  const { person } = useMe();
  const { copy, collected, collected_ms } = clip;
  return (
    <p>
      <Meaning tone={collected ? "good" : copy.state === "failed" ? "breach" : "notice"} quiet>
        {collected ? t("duty-clip-title") : t(`export-${copy.state}`)}
      </Meaning>{" "}
      <SpanText fromMs={copy.from_ms} toMs={copy.to_ms} /> {copy.recipient.name}
      <ClipWords clip={clip} /> <EntryLink index={copy.entry.index} />
      {collected ? (
        <>
          {" "}
          <EntryLink index={collected.index} />
        </>
      ) : null}
      {copy.requested_by.id === person.id && collected_ms == null ? (
        <>
          {" "}
          <Link to="/exports" search={{ id: copy.id } as never}>
            {t("duty-clip-open")}
          </Link>
        </>
      ) : null}
    </p>
  );
}

/** A minute around the observation, within what the report holds; all of that where there is none. */
function spanOf(report: Pick<DutyReport, "from_ms" | "to_ms">, aboutMs: number | undefined) {
  const { from_ms, to_ms } = report;
  if (aboutMs === undefined || aboutMs < from_ms || aboutMs > to_ms) return { from_ms, to_ms };
  return { from_ms: Math.max(from_ms, aboutMs - MINUTE_MS), to_ms: Math.min(to_ms, aboutMs + MINUTE_MS) };
}

function ClipForm({ report, onDone }: { report: DutyReport; onDone: () => void }) {
  const log = useDutyLog({ room: report.room_id, from_ms: report.from_ms, to_ms: report.to_ms });
  const about = log.data?.find(({ id }) => id === report.note_id);
  const waits = report.note_id != null && log.isPending;
  return waits ? null : <ClipFields report={report} start={spanOf(report, about?.about_ms)} onDone={onDone} />;
}

interface ClipFieldsProps {
  report: DutyReport;
  start: { from_ms: number; to_ms: number };
  onDone: () => void;
}

function ClipFields({ report, start, onDone }: ClipFieldsProps) {
  const t = useT();
  const queries = useQueryClient();
  const [span, setSpan] = useState<{ from_ms?: number; to_ms?: number }>(start);
  const [recipient, setRecipient] = useState("");
  const [seal, setSeal] = useState<SealDraft>({ way: "passphrase" });
  const [unsealed, setUnsealed] = useState("");
  const plain = seal.way === "plain";
  const make = useMutation({
    mutationFn: () =>
      api.post<DutyReport>(`/api/duty/reports/${report.id}/clips`, {
        ...span,
        recipient: recipient.trim(),
        seal_to: sealTo(seal),
        ...(plain ? { unsealed_reason: unsealed.trim() } : {}),
      }),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["duty"] });
      queries.invalidateQueries({ queryKey: ["exports"] });
      onDone();
    },
  });
  const lacking =
    recipient.trim() === "" ||
    span.from_ms === undefined ||
    span.to_ms === undefined ||
    span.to_ms <= span.from_ms ||
    sealProblem(seal) ||
    (plain && unsealed.trim() === "");
  return (
    <div className="wk-fields">
      <p className="wk-hint">{t("duty-clip-hint")}</p>
      <p>{report.cameras.map(({ name }) => name).join(t("form-semicolon"))}</p>
      <SpanFields value={span} onChange={({ from_ms, to_ms }) => setSpan({ from_ms, to_ms })} />
      <Labelled label={t("duty-clip-recipient", { organ: report.organ })}>
        {(id) => (
          <Input id={id} maxLength={96} value={recipient} onChange={(event) => setRecipient(event.target.value)} />
        )}
      </Labelled>
      <SealFields
        need="seal-need-key"
        value={seal}
        onChange={setSeal}
        why={{ words: unsealed, onChange: setUnsealed }}
      />
      {make.error ? <Trouble error={make.error} /> : null}
      <div className="wk-buttons">
        <Button type="primary" disabled={lacking} loading={make.isPending} onClick={() => make.mutate()}>
          {t("duty-clip-make")}
        </Button>
      </div>
    </div>
  );
}
