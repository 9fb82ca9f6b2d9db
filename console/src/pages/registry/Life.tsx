// A system's life in its drawer: where it stands, what was done and on which papers, what the next step still demands.
// The server judges the step; what stands here is its own list.
import { useState } from "react";
import { useMe, useSystemLife } from "../../api/queries";
import type { LifeStep, SystemLife } from "../../api/types";
import { RecordName } from "../../register";
import { EntryLink, formatList, Loading, Meaning, Time, Trouble, useLanguage, useT, Written } from "../../ui";
import { ArticleName } from "../../ui/RefusalPanel";
import { Commissioning } from "./Commissioning";
import { Demands } from "./Demands";
import { type StagePlace, stagesOf } from "./life";
import { StepForm } from "./StepForm";

export function Life({ id }: { id: string }) {
  const t = useT();
  const life = useSystemLife(id);
  if (life.error && !life.data) return <Trouble error={life.error} onRetry={() => life.refetch()} />;
  if (!life.data) return <Loading />;
  return (
    <>
      <section className="wk-section" aria-label={t("life-title")}>
        <h2>{t("life-title")}</h2>
        <ol className="wk-life">
          {stagesOf(life.data.stage, life.data.steps).map((place) => (
            <StageItem key={place.stage} place={place} />
          ))}
        </ol>
        <Packs life={life.data} />
        <Steps steps={life.data.steps} />
      </section>
      {life.data.stage === "planned" ? null : <Commissioning id={id} />}
      <Next life={life.data} />
    </>
  );
}

function StageItem({ place: { stage, state, step } }: { place: StagePlace }) {
  const t = useT();
  return (
    <li className={`wk-life-${state}`} aria-current={state === "here" ? "step" : undefined}>
      <span className="wk-life-name">{t(`stage-${stage.replace("_", "-")}`)}</span>
      {step ? (
        <span className="wk-life-when">
          <Time ms={step.at_ms} dateOnly />
        </span>
      ) : null}
    </li>
  );
}

/** Which rules the system is judged by, and whether each can refuse. */
function Packs({ life }: { life: SystemLife }) {
  const t = useT();
  if (life.packs.length === 0) return <Meaning tone="notice">{t("life-no-packs")}</Meaning>;
  return (
    <p className="wk-soft">
      {t("life-packs")}{" "}
      {life.packs.map(({ id, binds }, at) => (
        <span key={id}>
          {at > 0 ? t("list-separator") : null}
          <ArticleName article={id} /> ({t(binds ? "life-pack-binds" : "life-pack-warns")})
        </span>
      ))}
    </p>
  );
}

function Steps({ steps }: { steps: LifeStep[] }) {
  const t = useT();
  const { language } = useLanguage();
  if (steps.length === 0) return <p className="wk-hint">{t("life-no-steps")}</p>;
  return (
    <div className="wk-say">
      {steps.map((step) => (
        <Written
          key={step.entry.index}
          who={
            <>
              {t(`step-${step.step}`)} · <Time ms={step.at_ms} /> · <EntryLink index={step.entry.index} />
            </>
          }
        >
          {step.documents.length > 0 ? (
            <p className="wk-life-papers">
              <span className="wk-term">{t("life-papers")}</span>
              {step.documents.map((document) => (
                <RecordName key={document} id={document} link />
              ))}
            </p>
          ) : null}
          {step.with.length > 0 ? (
            <p>
              <span className="wk-term">{t("life-with")}</span>{" "}
              {formatList(
                step.with.map((who) => t(`with-${who}`)),
                language,
              )}
            </p>
          ) : null}
          {step.note ? <p className="wk-lines">{step.note}</p> : null}
        </Written>
      ))}
    </div>
  );
}

function Next({ life }: { life: SystemLife }) {
  const t = useT();
  const { rights } = useMe();
  // Papers that are added for a demand go into the step's form.
  const [papers, setPapers] = useState<string[]>([]);
  if (!life.next)
    return (
      <section className="wk-section">
        <p className="wk-hint">{t("life-ended")}</p>
      </section>
    );
  return (
    <section className="wk-section" aria-label={t("life-next", { step: t(`step-${life.next}`) })}>
      <h2>{t("life-next", { step: t(`step-${life.next}`) })}</h2>
      <Demands life={life} step={life.next} onPaper={(id) => setPapers((before) => [...before, id])} />
      {rights.cameras ? (
        <StepForm key={life.next} life={life} step={life.next} papers={papers} onPapers={setPapers} />
      ) : (
        <p className="wk-hint">{t("life-step-whose")}</p>
      )}
    </section>
  );
}
