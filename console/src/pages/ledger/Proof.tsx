// "Check this entry in your browser": what was checked, against which checkpoint, with whose key, and what cannot be told.
// No seal of approval: each step says its own result in words.
import { useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useLedgerKeys } from "../../api/queries";
import {
  CopyText,
  Facts,
  formatIndex,
  formatList,
  formatTime,
  Meaning,
  Time,
  type Tone,
  useLanguage,
  useT,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";
import type { Key, Report, Step, Verdict } from "../../verify/check";
import { parseKey } from "../../verify/note";
import type { ShownField } from "../../verify/shown";

const TONES: Record<Verdict, Tone> = { proven: "good", found: "breach", cannot_tell: "plain" };
const pinKey = (log: string) => `wk-pinned-key:${log}`;

export interface ProofProps {
  log: "access" | "footage";
  check: (key: Key | undefined) => Promise<Report>;
  /** The bytes that were checked, for whoever wants to do it elsewhere. */
  bytes: [label: string, value: string][];
  checkpoint?: string | null;
}

export function Proof({ log, check, bytes, checkpoint }: ProofProps) {
  const t = useT();
  const keys = useLedgerKeys();
  const [pinned, setPinned] = useState(() => localStorage.getItem(pinKey(log)) ?? "");
  const serverKey = log === "access" ? keys.data?.access_vkey : keys.data?.footage_vkey;
  const key: Key | undefined = pinned
    ? { vkey: pinned, from: "pinned" }
    : serverKey
      ? { vkey: serverKey, from: "server" }
      : undefined;
  const [asked, setAsked] = useState(false);
  const report = useQuery({
    queryKey: ["proof", log, bytes, checkpoint, key],
    queryFn: async () => ({ report: await check(key), atMs: Date.now() }),
    enabled: asked && !keys.isPending,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <section className="wk-section">
      <h2>{t("proof-title")}</h2>
      <p className="wk-soft">{t("proof-lead")}</p>
      {asked ? null : (
        <div>
          <Button type="primary" onClick={() => setAsked(true)}>
            {t("proof-check")}
          </Button>
        </div>
      )}
      <div aria-live="polite">
        {report.data ? <Result report={report.data.report} atMs={report.data.atMs} /> : null}
        {report.error ? <Meaning tone="breach">{report.error.message}</Meaning> : null}
      </div>
      {asked ? (
        <>
          <Pin
            log={log}
            pinned={pinned}
            onChange={(vkey) => {
              if (vkey) localStorage.setItem(pinKey(log), vkey);
              else localStorage.removeItem(pinKey(log));
              setPinned(vkey);
            }}
          />
          <Bytes bytes={bytes} checkpoint={checkpoint} />
        </>
      ) : null}
    </section>
  );
}

function Result({ report, atMs }: { report: Report; atMs: number }) {
  const t = useT();
  const { checkpoint } = report;
  return (
    <div className="wk-say">
      <ol className="wk-steps">
        {report.steps.map((step) => (
          <StepLine key={step.step} step={step} />
        ))}
      </ol>
      {checkpoint ? (
        <Facts
          of={[
            [
              t("proof-origin"),
              <span key="origin" className="wk-code">
                {checkpoint.origin}
              </span>,
            ],
            [t("proof-size"), formatIndex(checkpoint.size).slice(1)],
            [
              t("proof-root"),
              <span key="root" className="wk-code">
                {checkpoint.rootBase64}
              </span>,
            ],
            [t("proof-checked-at"), <Time key="at" ms={atMs} zone />],
          ]}
        />
      ) : null}
    </div>
  );
}

/** What each compared field is called where it is shown. */
const FIELD_WORDS: Record<ShownField, string> = {
  time: "ledger-time",
  kind: "ledger-kind",
  class: "ledger-class",
  person: "ledger-person",
  account: "ledger-account",
  post: "ledger-post",
  outcome: "ledger-outcome",
  article: "refusal-article-name",
  reason: "ledger-reason",
  remedy: "ledger-remedy",
  cameras: "ledger-cameras",
  span: "ledger-span",
  purpose: "purpose-label",
  basis: "basis-label",
  case: "ledger-case",
  approver: "ledger-approver",
  note: "ledger-note",
  recipient: "ledger-recipient",
  text: "ledger-text",
  subject: "ledger-subject",
  place: "ledger-place",
  served: "ledger-served",
  refers: "ledger-refers",
  camera: "ledger-camera",
  profile: "camera-stream",
  seq: "footage-seq",
  bytes: "export-size",
  cause: "gap-cause",
};

/** The sentence of a step: `proof-inclusion-included`, with what fills it. */
function StepLine({ step }: { step: Step }) {
  const t = useT();
  const { language } = useLanguage();
  const facts = { ...step.facts };
  if (step.fields)
    facts.fields = formatList(
      step.fields.map((field) => t(FIELD_WORDS[field])),
      language,
    );
  if (step.step === "batch" && facts.time) facts.time = formatTime(Number(facts.time), language, { seconds: false });
  return (
    <li>
      <span className="wk-step-name">{t(`proof-step-${step.step}`)}</span>
      <span>
        <Meaning tone={TONES[step.verdict]}>{t(`verdict-${step.verdict.replace("_", "-")}`)}</Meaning>
        <span className="wk-step-why">{t(`proof-${step.step}-${step.why}`, facts)}</span>
      </span>
    </li>
  );
}

/** A key that a person got by another way and entrusts to this browser. */
function Pin({ log, pinned, onChange }: { log: string; pinned: string; onChange: (vkey: string) => void }) {
  const t = useT();
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  if (pinned)
    return (
      <div className="wk-say">
        <p className="wk-soft">{t("pin-kept")}</p>
        <CopyText text={pinned} label={t("pin-label")} />
        <div>
          <Button onClick={() => onChange("")}>{t("pin-forget")}</Button>
        </div>
      </div>
    );
  const pin = async () => {
    try {
      await parseKey(typed);
      setWrong(false);
      onChange(typed.trim());
    } catch {
      setWrong(true);
    }
  };
  return (
    <Labelled label={t("pin-label")} hint={wrong ? <Meaning tone="breach">{t("pin-wrong")}</Meaning> : t("pin-hint")}>
      {(id) => (
        <div className="wk-inline">
          <Input
            id={id}
            className="wk-mono"
            spellCheck={false}
            value={typed}
            placeholder={`watchkeeper.local/…/${log}+…`}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button disabled={!typed.trim()} onClick={pin}>
            {t("pin-do")}
          </Button>
        </div>
      )}
    </Labelled>
  );
}

function Bytes({ bytes, checkpoint }: { bytes: [string, string][]; checkpoint?: string | null }) {
  const t = useT();
  return (
    <details className="wk-details">
      <summary>{t("proof-bytes")}</summary>
      <div className="wk-say">
        {bytes
          .filter(([, value]) => value)
          .map(([label, value]) => (
            <div key={label}>
              <p className="wk-term">{label}</p>
              <CopyText text={value} label={label} />
            </div>
          ))}
        {checkpoint ? (
          <div>
            <p className="wk-term">{t("proof-checkpoint")}</p>
            <pre className="wk-pre">{checkpoint}</pre>
          </div>
        ) : null}
      </div>
    </details>
  );
}
