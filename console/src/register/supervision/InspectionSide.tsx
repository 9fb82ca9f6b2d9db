// One inspection in the drawer: its lines with what the system found beforehand, each judged by a person; what the unit says; orders
// from lacking lines; its end. Which of it the reader may do depends on their side.
import { Button, Checkbox, Input, InputNumber, Radio } from "antd";
import { useState } from "react";
import { type InspectionLine, type InspectionWhole, useInspection, useSupervising } from "../../api/supervision";
import { OfficeEntry } from "../../ui/EntryLink";
import { formatEntry } from "../../ui/format";
import { said, useLanguage, useT } from "../../ui/i18n";
import { Labelled } from "../../ui/Labelled";
import { Meaning } from "../../ui/Meaning";
import { Loading, Trouble } from "../../ui/Page";
import { Facts, Side, Time } from "../../ui/parts";
import { RecordChoice } from "../index";
import { byHeading } from "./headings";
import { InspectionPaper } from "./InspectionPaper";
import { InspectionWord } from "./Lists";
import { NamedDocuments } from "./NamedDocuments";
import { penaltyWords } from "./penalty";
import { AskRetention } from "./Retention";
import { Words } from "./Words";

const DAY_MS = 86_400_000;
/** As the server names an order that threatens nothing. */
const NO_PENALTY = "none";
const VERDICTS = ["kept", "lacking", "not_applicable"] as const;

export interface InspectionSideProps {
  id: string | undefined;
  side: "authority" | "unit";
  onClose: () => void;
  onOrder?: (id: string) => void;
}

export function InspectionSide({ id, side, onClose, onOrder }: InspectionSideProps) {
  const t = useT();
  const whole = useInspection(id);
  const shown = whole.data?.inspection;
  const about = shown && [shown.system?.name ?? shown.unit.name, formatEntry(shown.entry.log, shown.entry.index)];
  const sheet = [t("inspection-one"), ...(about ?? [])].join(" · ");
  return (
    <Side open={id !== undefined} title={t("inspection-one")} onClose={onClose} wide print={sheet}>
      {id && whole.isPending ? <Loading /> : null}
      {whole.error ? <Trouble error={whole.error} /> : null}
      {whole.data ? (
        <div className="wk-screen">
          <Contents key={id} whole={whole.data} side={side} onOrder={onOrder} />
          <InspectionPaper whole={whole.data} />
        </div>
      ) : null}
    </Side>
  );
}

function Contents({
  whole,
  side,
  onOrder,
}: { whole: InspectionWhole } & Pick<InspectionSideProps, "side" | "onOrder">) {
  const t = useT();
  const { inspection, lines, comments } = whole;
  const open = inspection.state === "open";
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.filter((line) => line.findings_count > 0 || line.verdict || line.binds);
  return (
    <div className="wk-say">
      <InspectionWord inspection={inspection} />
      <Facts
        of={[
          [t("order-to"), inspection.unit.name],
          [t("inspection-system"), inspection.system?.name ?? t("inspection-all-systems")],
          [t("inspection-authority"), inspection.authority.name],
          [t("inspection-reason"), inspection.reason],
          [t("order-by"), inspection.by.name],
          [t("inspection-at"), <Time key="at" ms={inspection.at_ms} zone />],
          [t("inspection-end-note"), inspection.end_note || null],
          [t("order-entry"), <OfficeEntry key="entry" index={inspection.entry.index} />],
        ]}
      />
      <section className="wk-section" aria-label={t("inspection-lines")}>
        <h3>{t("inspection-lines")}</h3>
        <Checkbox checked={all} onChange={(event) => setAll(event.target.checked)}>
          {t("inspection-show-all", { n: lines.length })}
        </Checkbox>
        {byHeading(shown).map(([heading, own]) => (
          <section
            key={heading ?? ""}
            className="wk-section"
            aria-label={heading && t(`inspection-heading-${heading}`)}
          >
            {heading ? <h4>{t(`inspection-heading-${heading}`)}</h4> : null}
            {own.map((line) => (
              <Line
                key={line.number}
                inspection={inspection.id}
                line={line}
                judges={open && side === "authority"}
                onOrder={onOrder}
              />
            ))}
          </section>
        ))}
      </section>
      {comments.length > 0 ? (
        <section className="wk-section" aria-label={t("inspection-comments")}>
          <h3>{t("inspection-comments")}</h3>
          {comments.map((one) => (
            <p key={one.at_ms} className="wk-lines">
              {one.by.name} · <Time ms={one.at_ms} /> · {one.text}
              <NamedDocuments
                documents={one.documents}
                at={side === "authority" ? `/api/inspections/${inspection.id}` : undefined}
              />
            </p>
          ))}
        </section>
      ) : null}
      {open && side === "unit" ? <Comment id={inspection.id} unit={inspection.unit.id} /> : null}
      {open && side === "authority" && inspection.system ? (
        <AskRetention system={inspection.system.id} inspection={inspection.id} />
      ) : null}
      {open && side === "authority" ? <End id={inspection.id} /> : null}
    </div>
  );
}

function Line({
  inspection,
  line,
  judges,
  onOrder,
}: {
  inspection: string;
  line: InspectionLine;
  judges: boolean;
  onOrder?: (id: string) => void;
}) {
  const t = useT();
  const { language } = useLanguage();
  return (
    <section className="wk-panel" aria-label={line.article}>
      <h2>
        <span>
          {line.article} {said(line.title, language)}
        </span>
        {line.verdict ? (
          <Meaning tone={line.verdict === "lacking" ? "breach" : line.verdict === "kept" ? "good" : "plain"}>
            {t(`verdict-${line.verdict.replace("_", "-")}`)}
          </Meaning>
        ) : null}
      </h2>
      {line.binds ? null : <p className="wk-hint">{t("inspection-not-binding")}</p>}
      <p className="wk-lines">{said(line.asks, language)}</p>
      {line.findings.map((found) => (
        <p key={`${found.code}-${found.about}-${found.reason.en}`} className="wk-hint">
          {found.about}: {said(found.reason, language)}
        </p>
      ))}
      {line.note ? <p className="wk-lines">{line.note}</p> : null}
      {judges ? <Judge inspection={inspection} line={line} /> : null}
      {line.verdict === "lacking" && onOrder ? <Issue inspection={inspection} line={line} onOrder={onOrder} /> : null}
    </section>
  );
}

function Judge({ inspection, line }: { inspection: string; line: InspectionLine }) {
  const t = useT();
  const [verdict, setVerdict] = useState<InspectionLine["verdict"]>(line.verdict ?? null);
  const [note, setNote] = useState(line.note ?? "");
  const send = useSupervising<{ verdict: InspectionLine["verdict"]; note: string }>(
    () => `/api/inspections/${inspection}/lines/${line.number}`,
  );
  const changed = verdict !== line.verdict || note.trim() !== (line.note ?? "");
  const missing = !verdict || (verdict === "lacking" && note.trim() === "");
  return (
    <div className="wk-fields">
      <Radio.Group
        aria-label={t("inspection-verdict")}
        value={verdict}
        onChange={(event) => setVerdict(event.target.value)}
        options={VERDICTS.map((word) => ({ value: word, label: t(`verdict-${word.replace("_", "-")}`) }))}
      />
      {verdict ? (
        <Input
          aria-label={t("inspection-note")}
          placeholder={t(verdict === "lacking" ? "inspection-note-lacking" : "inspection-note")}
          maxLength={1000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      ) : null}
      {send.error ? <Trouble error={send.error} /> : null}
      {changed && verdict ? (
        <Button disabled={missing} loading={send.isPending} onClick={() => send.mutate({ verdict, note: note.trim() })}>
          {t("inspection-judge")}
        </Button>
      ) : null}
    </div>
  );
}

function Issue({
  inspection,
  line,
  onOrder,
}: {
  inspection: string;
  line: InspectionLine;
  onOrder: (id: string) => void;
}) {
  const t = useT();
  const [days, setDays] = useState<number | null>(15);
  const follows = line.penalties.find((one) => one.follows)?.key;
  // What follows stands until a person chooses otherwise; where it is open they have to, and where the text has none it is none.
  const [penalty, setPenalty] = useState(follows ?? (line.penalty_required ? undefined : NO_PENALTY));
  const send = useSupervising<
    { inspection_id: string; line: number; demand: string; deadline_ms: number; penalty?: string },
    { id: string }
  >(
    () => "/api/orders",
    ({ id }) => onOrder(id),
  );
  return (
    <Words
      label={t("order-demand")}
      hint={t("order-sign-hint")}
      sending={send}
      acts={[
        {
          label: t("order-issue"),
          primary: true,
          disabled: !days || !penalty,
          act: (demand) =>
            send.mutate({
              inspection_id: inspection,
              line: line.number,
              demand,
              deadline_ms: Date.now() + (days ?? 0) * DAY_MS,
              penalty,
            }),
        },
      ]}
    >
      <Labelled label={t("order-days")}>
        {(id) => <InputNumber id={id} min={1} max={180} value={days} onChange={setDays} />}
      </Labelled>
      <PenaltyField line={line} value={penalty} onChange={setPenalty} />
    </Words>
  );
}

/** Which of the penalties that the text has for this article: each in its own words, and what it answers. */
function PenaltyField({
  line,
  value,
  onChange,
}: {
  line: InspectionLine;
  value: string | undefined;
  onChange: (key: string) => void;
}) {
  const t = useT();
  const { language } = useLanguage();
  if (line.penalties.length === 0) return null;
  const label = (one: InspectionLine["penalties"][number]) => (
    <span>
      {penaltyWords(one.penalty, t)}
      {one.penalty.refer_to ? ` · ${t("order-refer-to")} ${said(one.penalty.refer_to, language)}` : ""}
      {one.follows ? ` · ${t("order-penalty-follows")}` : ""}
      <span className="wk-hint">
        {one.any_breach ? t("order-penalty-any") : one.parts.map((part) => said(part, language)).join(" ")}
      </span>
    </span>
  );
  return (
    <div className="wk-field">
      <span className="wk-label">{t("order-penalty")}</span>
      <Radio.Group
        vertical
        aria-label={t("order-penalty")}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        options={[
          ...line.penalties.map((one) => ({ value: one.key, label: label(one) })),
          { value: NO_PENALTY, label: t("order-penalty-none") },
        ]}
      />
      {line.penalty_required && !value ? <span className="wk-hint">{t("order-penalty-choose")}</span> : null}
    </div>
  );
}

function Comment({ id, unit }: { id: string; unit: string }) {
  const t = useT();
  const [documents, setDocuments] = useState<string[]>([]);
  const send = useSupervising<{ text: string; document_ids: string[] }>(() => `/api/inspections/${id}/comments`);
  return (
    <Words
      label={t("inspection-comment")}
      sending={send}
      acts={[
        {
          label: t("inspection-comment-do"),
          primary: true,
          act: (text) => send.mutate({ text, document_ids: documents }),
        },
      ]}
    >
      <Labelled label={t("order-evidence")}>
        {(field) => (
          <RecordChoice id={field} kind="document" unit={unit} value={documents} onChange={setDocuments} several />
        )}
      </Labelled>
    </Words>
  );
}

function End({ id }: { id: string }) {
  const t = useT();
  const send = useSupervising<{ refused: boolean; note: string }>(() => `/api/inspections/${id}/end`);
  return (
    <section className="wk-section" aria-label={t("inspection-end")}>
      <h3>{t("inspection-end")}</h3>
      <Words
        label={t("inspection-end-words")}
        hint={t("inspection-end-hint")}
        sending={send}
        acts={[
          { label: t("inspection-end-do"), act: (note) => send.mutate({ refused: false, note }) },
          { label: t("inspection-refused-do"), act: (note) => send.mutate({ refused: true, note }) },
        ]}
      />
    </section>
  );
}
