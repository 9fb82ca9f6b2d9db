// One change of program or settings: what was and what is, what was said beforehand, and the explanation, or the form for one.
import type { SoftwareChange, SoftwareWord } from "../../api/integrity";
import { useMe } from "../../api/queries";
import { EntryLink, Facts, Meaning, Side, Time, useT, Written } from "../../ui";
import { ExplainSoftware } from "./IntegrityForms";
import { changeTone, compared, shortDigest } from "./integrity";

export function ChangeSide({ change, onClose }: { change: SoftwareChange | undefined; onClose: () => void }) {
  const t = useT();
  return (
    <Side open={change !== undefined} title={t("integrity-change")} onClose={onClose}>
      {change ? <OneChange key={change.id} change={change} /> : null}
    </Side>
  );
}

function OneChange({ change }: { change: SoftwareChange }) {
  const t = useT();
  const { rights } = useMe();
  const pairs = compared(change, t);
  return (
    <div className="wk-say">
      <Meaning tone={changeTone(change)}>{t(`integrity-how-${change.how.replaceAll("_", "-")}`)}</Meaning>
      <Facts
        of={[
          [t("integrity-at"), <Time key="at" ms={change.at_ms} zone />],
          [t("integrity-found"), t(change.while_running ? "integrity-found-running" : "integrity-found-start")],
          [t("export-entry"), <EntryLink key="entry" index={change.entry.index} />],
        ]}
      />
      {pairs.length > 0 ? (
        <>
          <h3>{t("integrity-differs")}</h3>
          <Facts
            of={pairs.map(({ part, label, before, now }) => [
              label,
              <Pair key={part} before={before} now={now} plain={part === "version"} />,
            ])}
          />
        </>
      ) : (
        <p>{t("integrity-first-text")}</p>
      )}
      <Said title={t("integrity-announced")} word={change.announced} />
      <Said title={t("integrity-explained")} word={change.explained} />
      {change.needs_explanation ? (
        rights.cameras ? (
          <ExplainSoftware id={change.id} />
        ) : (
          <p className="wk-hint">{t("integrity-explain-who")}</p>
        )
      ) : null}
    </div>
  );
}

/** What it was, an arrow, what it is. Digests are cut; the whole is in the tooltip. */
function Pair({ before, now, plain }: { before: string; now: string; plain: boolean }) {
  const t = useT();
  const shown = (value: string) =>
    value === "" ? (
      <span>{t("integrity-absent")}</span>
    ) : (
      <span className={plain ? undefined : "wk-code"} title={value}>
        {plain ? value : shortDigest(value)}
      </span>
    );
  return (
    <>
      {shown(before)} → {shown(now)}
    </>
  );
}

function Said({ title, word }: { title: string; word: SoftwareWord | null | undefined }) {
  if (!word) return null;
  return (
    <section>
      <h3>{title}</h3>
      <Written
        who={
          <>
            {word.by.name} · <Time ms={word.at_ms} /> · <EntryLink index={word.entry.index} />
          </>
        }
      >
        {word.reason}
      </Written>
    </section>
  );
}
