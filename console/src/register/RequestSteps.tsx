// What was said and done about a request of the portal, as both sides read it. The unit's side leads to the entries.
import type { PortalRequest } from "../api/types";
import { EntryLink, Time, useT, Written } from "../ui";
import { ArticleName } from "../ui/RefusalPanel";
import { idOf } from "./retrieving";

type Steps = NonNullable<PortalRequest["detail"]>["steps"];

export function RequestSteps({ steps, entries = false }: { steps: Steps; entries?: boolean }) {
  const t = useT();
  return (
    <section className="wk-section">
      <h2>{t("portal-steps")}</h2>
      <div className="wk-say">
        {steps.map((step) => (
          <Written
            key={`${step.what} ${step.entry.index}`}
            who={
              <>
                {t(`portal-what-${step.what}`)} · <Time ms={step.at_ms} />
                {entries ? (
                  <>
                    {" "}
                    · <EntryLink index={step.entry.index} />
                  </>
                ) : null}
              </>
            }
          >
            <span className="wk-lines">
              {step.what === "paper" ? t(`retrieval-paper-${idOf(step.text)}`) : step.text}
            </span>{" "}
            {step.article ? <ArticleName article={step.article} /> : null}
          </Written>
        ))}
      </div>
    </section>
  );
}
