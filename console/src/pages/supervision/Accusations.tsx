// Accusations that are the reader's to deal with: taken up, answered to the reporter, closed with an outcome. What concerns the reader
// the server does not send.
import { Button } from "antd";
import { type Accusation, useAccusations, useSupervising } from "../../api/supervision";
import { Words } from "../../register/supervision/Words";
import { Empty, EntryLink, Facts, Meaning, Time, Trouble, useT } from "../../ui";

const NEXT = { received: "taken_up", taken_up: "answered", answered: "closed" } as const;

export function Accusations() {
  const t = useT();
  const all = useAccusations();
  const rows = all.data?.pages.flatMap((part) => part.accusations) ?? [];
  return (
    <div className="wk-say">
      <p className="wk-lead">{t("accusation-lead")}</p>
      {all.error ? <Trouble error={all.error} /> : null}
      {all.data && rows.length === 0 ? <Empty title={t("accusation-none-title")}>{t("accusation-none")}</Empty> : null}
      {rows.map((one) => (
        <One key={one.id} accusation={one} />
      ))}
      {all.hasNextPage ? (
        <Button onClick={() => all.fetchNextPage()} loading={all.isFetchingNextPage}>
          {t("action-more")}
        </Button>
      ) : null}
    </div>
  );
}

function One({ accusation }: { accusation: Accusation }) {
  const t = useT();
  const next = accusation.stage === "closed" ? undefined : NEXT[accusation.stage];
  const send = useSupervising<{ stage: string; text: string }>(() => `/api/accusations/${accusation.id}/step`);
  return (
    <section className="wk-panel" aria-label={accusation.number}>
      <h2>
        <span>
          {accusation.number} · {accusation.who}
        </span>
        <Meaning tone={accusation.stage === "closed" ? "plain" : accusation.escalated ? "breach" : "notice"}>
          {t(`accusation-stage-${accusation.stage.replace("_", "-")}`)}
        </Meaning>
      </h2>
      {accusation.escalated ? <p className="wk-hint">{t("accusation-escalated")}</p> : null}
      <p className="wk-lines">{accusation.what}</p>
      <Facts
        of={[
          [t("report-kind"), t(`report-kind-${accusation.kind.replace("_", "-")}`)],
          [t("report-contact"), accusation.contact],
          [t("accusation-at"), <Time key="at" ms={accusation.at_ms} />],
          [t("accusation-due"), accusation.due_ms ? <Time key="due" ms={accusation.due_ms} /> : null],
          [t("accusation-authority"), accusation.authority?.name ?? t("accusation-held")],
          [t("order-entry"), <EntryLink key="entry" index={accusation.entry.index} />],
        ]}
      />
      {accusation.steps.map((step) => (
        <p key={step.stage} className="wk-lines">
          <strong>{t(`accusation-stage-${step.stage.replace("_", "-")}`)}</strong> · <Time ms={step.at_ms} /> ·{" "}
          {step.by.name} · {step.text}
        </p>
      ))}
      {next ? (
        <Words
          label={t(`accusation-words-${next.replace("_", "-")}`)}
          sending={send}
          acts={[
            {
              label: t(`accusation-do-${next.replace("_", "-")}`),
              primary: true,
              act: (text) => send.mutate({ stage: next, text }),
            },
          ]}
        />
      ) : null}
    </section>
  );
}
