// Who else has seen our logs: each witness with how far it is, since when, what went wrong, and what it holds against us.
// Contradictions that were kept come first, with the file that shows them. A witness on this host proves nothing against whoever runs this host; that is said, not hidden.
import { useWitnesses } from "../../api/queries";
import type { ForkEvidence, ForkSide, Witness, Witnesses, WitnessLog } from "../../api/types";
import {
  Age,
  ageWords,
  CopyText,
  Empty,
  EntryLink,
  Facts,
  formatCount,
  Icon,
  Loading,
  Meaning,
  said,
  Time,
  type Tone,
  Trouble,
  useLanguage,
  useT,
} from "../../ui";

export const STANDING_TONES: Record<Witnesses["standing"], Tone> = {
  none: "late",
  same_host: "late",
  behind: "late",
  witnessed: "good",
  alarm: "breach",
};

export function WitnessTab() {
  const t = useT();
  const { language } = useLanguage();
  const list = useWitnesses();
  if (list.error && !list.data) return <Trouble error={list.error} onRetry={() => list.refetch()} />;
  if (!list.data) return <Loading />;
  const { standing, words, witnesses, policy, handover_waits, handover_wait_s, evidence } = list.data;
  return (
    <div className="wk-say">
      <section className="wk-panel">
        <Meaning tone={STANDING_TONES[standing]}>{t(`witness-standing-${standing.replace("_", "-")}`)}</Meaning>
        <p>{said(words, language)}</p>
        <p className="wk-hint">
          {t(policy ? "witness-policy" : "witness-no-policy")}{" "}
          {handover_waits
            ? t("witness-handover", { wait: ageWords((handover_wait_s ?? 0) * 1000, t) })
            : t("witness-handover-not")}
        </p>
      </section>
      {evidence.length > 0 ? <Evidence list={evidence} /> : null}
      {witnesses.length === 0 ? (
        <Empty title={t("witness-empty-title")}>{t("witness-empty")}</Empty>
      ) : (
        <div className="wk-columns">
          {witnesses.map((witness) => (
            <One key={witness.vkey} witness={witness} />
          ))}
        </div>
      )}
    </div>
  );
}

/** Contradictions that a witness met: both signed checkpoints, what follows from them, and the file that anybody can check. */
function Evidence({ list }: { list: ForkEvidence[] }) {
  const t = useT();
  return (
    <section className="wk-panel" aria-label={t("fork-title")}>
      <h2>{t("fork-title")}</h2>
      <p className="wk-hint">{t("fork-text")}</p>
      {list.map((one) => (
        <Contradiction key={one.entry} one={one} />
      ))}
    </section>
  );
}

function Contradiction({ one }: { one: ForkEvidence }) {
  const t = useT();
  const { language } = useLanguage();
  const side = ({ size, root }: ForkSide) => (
    <>
      {t("fork-size", { n: formatCount(size, language) })} <span className="wk-code">{root}</span>
    </>
  );
  return (
    <section className="wk-section">
      <h3>
        {t(`fork-problem-${one.problem.replaceAll("_", "-")}`)} · {t(`ledger-tab-${one.log}`)}
      </h3>
      <Meaning tone={one.verdict === "two_roots" ? "breach" : "late"}>
        {t(one.verdict === "two_roots" ? "fork-proven" : "fork-suspected")}
      </Meaning>
      <p>{said(one.words, language)}</p>
      <Facts
        of={[
          [t("fork-theirs", { witness: one.witness }), side(one.theirs)],
          [t("fork-ours"), side(one.ours)],
          [t("fork-key"), <CopyText key="key" text={one.key} label={t("fork-key")} />],
          [t("fork-seen"), <Time key="seen" ms={one.seen_ms} zone />],
          [t("export-entry"), <EntryLink key="entry" index={one.entry} />],
          [
            t("fork-check"),
            <CopyText
              key="check"
              text={t("fork-command", { file: one.file_name, key: one.key })}
              label={t("fork-check")}
            />,
          ],
        ]}
      />
      <div>
        <a className="wk-filelink" href={`/api/witnesses/evidence/${one.entry}`} download={one.file_name}>
          <Icon name="exports" size={15} />
          {t("fork-download")}
        </a>
      </div>
    </section>
  );
}

function One({ witness }: { witness: Witness }) {
  const t = useT();
  const { language } = useLanguage();
  // One on this host may be in the policy; against whoever runs both it counts for nothing.
  const counts = witness.counts && witness.same_host !== true;
  return (
    <section className="wk-panel">
      <h2>
        {witness.name}
        <Meaning tone={counts ? "good" : "late"} quiet>
          {t(counts ? "witness-counts" : "witness-counts-not")}
        </Meaning>
      </h2>
      <p>{said(witness.words, language)}</p>
      <Facts
        of={[
          [
            t("camera-address"),
            <span key="url" className="wk-code">
              {witness.url}
            </span>,
          ],
          [
            t("witness-key"),
            <span key="key" className="wk-code">
              {witness.vkey}
            </span>,
          ],
        ]}
      />
      <Log log={witness.access} />
      <Log log={witness.footage} />
    </section>
  );
}

/** How far one log is at one witness; what the witness holds against it comes first. */
function Log({ log }: { log: WitnessLog }) {
  const t = useT();
  const { language } = useLanguage();
  return (
    <section className="wk-section">
      <h3>{t(`ledger-tab-${log.log}`)}</h3>
      {log.alarm ? (
        <div className="wk-finding" role="alert">
          <Meaning tone="breach">{said(log.alarm.words, language)}</Meaning>
          <p>
            {t("witness-alarm", {
              theirs: formatCount(log.alarm.witness_size, language),
              ours: log.size == null ? "–" : formatCount(log.size, language),
            })}{" "}
            <Time ms={log.alarm.since_ms} zone /> · <EntryLink index={log.alarm.entry} />
          </p>
        </div>
      ) : null}
      <Facts
        of={[
          [t("witness-size"), log.size == null ? t("witness-never") : formatCount(log.size, language)],
          [t("witness-cosigned"), log.cosigned_ms ? <Age key="at" ms={log.cosigned_ms} everyMs={1000} /> : null],
          [
            t("witness-lag"),
            log.lag_entries > 0
              ? t("witness-lag-words", {
                  n: formatCount(log.lag_entries, language),
                  age: log.lag_ms == null ? "–" : ageWords(log.lag_ms, t),
                })
              : t("witness-lag-none"),
          ],
          [t("witness-tried"), log.tried_ms ? <Age key="tried" ms={log.tried_ms} /> : null],
          [
            t("witness-error"),
            log.error ? (
              <Meaning key="error" tone="late">
                {log.error}
              </Meaning>
            ) : null,
          ],
        ]}
      />
    </section>
  );
}
