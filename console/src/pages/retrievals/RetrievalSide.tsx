// One retrieval in the drawer: how far it is, what the law says of it today, officers and papers, and what the reader may do next.
// Whoever entered it never approves; the server sees to it, this only leaves the button out.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Steps } from "antd";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Retrieval, RetrievalDetail, RetrievalEvent, RetrievalHold } from "../../api/types";
import { RecordName } from "../../register";
import { idOf } from "../../register/retrieving";
import {
  Because,
  EntryLink,
  Facts,
  formatEntry,
  Meaning,
  Side,
  SpanText,
  said,
  Time,
  Trouble,
  useLanguage,
  useNames,
  useT,
  Written,
} from "../../ui";
import { ArticleName } from "../../ui/RefusalPanel";
import { RetrievalClock, RetrievalState } from "./index";
import { HandOver, Receipt, WhereTo } from "./Outcome";
import { Officers, Papers } from "./Papers";
import { FromPortal } from "./Requests";
import { RetrievalForm } from "./RetrievalForm";
import { STEPS, stepsDone, undertakenIn, whereabouts } from "./retrievals";

export function RetrievalSide({ one, onClose }: { one: Retrieval | undefined; onClose: () => void }) {
  const t = useT();
  return (
    <Side
      open={one !== undefined}
      title={t("retrieval-one")}
      onClose={onClose}
      wide
      print={one ? `${t("retrieval-form-title")} · ${formatEntry(one.entry.log, one.entry.index)}` : undefined}
    >
      {one?.detail ? <Details key={one.id} one={one} detail={one.detail} /> : null}
    </Side>
  );
}

/** Takes a step; what comes back is shown at once, and the lists are asked again. */
export function useStep(one: Retrieval) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body?: object }) =>
      api.post<Retrieval>(`/api/retrievals/${one.id}/${path}`, body),
    onSuccess: (next) => {
      queries.setQueryData(["retrievals", "one", one.id], next);
      queries.invalidateQueries({ queryKey: ["retrievals"] });
      queries.invalidateQueries({ queryKey: ["exports"] });
      queries.invalidateQueries({ queryKey: ["gaps"] });
    },
  });
}

function Details({ one, detail }: { one: Retrieval; detail: RetrievalDetail }) {
  const t = useT();
  const done = stepsDone(one);
  return (
    <div className="wk-screen">
      <section className="wk-section">
        <div className="wk-retrieval-state">
          <RetrievalState one={one} /> <RetrievalClock one={one} />
        </div>
        <FromPortal retrieval={one.id} />
        <Steps
          className="wk-retrieval-steps"
          size="small"
          responsive={false}
          titlePlacement="vertical"
          current={Math.min(done, STEPS.length - 1)}
          status={one.state === "refused" ? "error" : done === STEPS.length ? "finish" : "process"}
          items={STEPS.map((step) => ({ title: t(`retrieval-step-${step}`) }))}
        />
      </section>
      <Asked one={one} detail={detail} />
      {one.state === "draft" || detail.verdict.missing.length > 0 ? <Verdict detail={detail} /> : null}
      <Officers one={one} detail={detail} />
      <Papers one={one} detail={detail} />
      <Next one={one} detail={detail} />
      <Events events={detail.events} />
      <RetrievalForm one={one} detail={detail} />
    </div>
  );
}

function Asked({ one, detail }: { one: Retrieval; detail: RetrievalDetail }) {
  const t = useT();
  const names = useNames()(one.cameras);
  return (
    <section className="wk-section">
      <h2>{t("retrieval-asked")}</h2>
      <Facts
        of={[
          [t("retrieval-organ-name"), one.organ_name],
          [t("retrieval-organ"), t(`retrieval-organ-${idOf(one.organ)}`)],
          [t("retrieval-level"), one.level ? t(`retrieval-level-${one.level}`) : null],
          [t("retrieval-ground"), t(`retrieval-ground-${idOf(one.ground)}`)],
          [t("retrieval-case-number"), one.case_number],
          [t("retrieval-reason"), one.reason],
          [t("retrieval-what"), `${t(`retrieval-wanted-${idOf(one.wanted)}`)} · ${t(`retrieval-way-${one.way}`)}`],
          [t("export-cameras"), names || null],
          [
            t("export-span"),
            one.from_ms != null && one.to_ms != null ? (
              <SpanText key="span" fromMs={one.from_ms} toMs={one.to_ms} zone />
            ) : null,
          ],
          [t("retrieval-system"), one.system_id ? <RecordName key="system" id={one.system_id} link /> : null],
          [t("retrieval-invokes"), detail.invokes],
          [t("retrieval-by"), one.opened_by.name],
          [t("retrieval-at"), <Time key="at" ms={one.opened_ms} zone />],
          [
            t("retrieval-free"),
            detail.free_under ? <ArticleName key="free" article={detail.free_under} /> : t("retrieval-free-anyway"),
          ],
          [t("retrieval-hold"), detail.hold ? <Held key="hold" hold={detail.hold} /> : null],
          [t("export-entry"), <EntryLink key="entry" index={one.entry.index} />],
        ]}
      />
    </section>
  );
}

/** What keeps its footage, and until when where the request came to nothing. */
function Held({ hold }: { hold: RetrievalHold }) {
  const t = useT();
  const over = hold.state === "released" || hold.state === "releasing";
  return (
    <>
      <Link to="/holds" search={{ id: hold.id, show: "all" } as never}>
        {t(over ? "retrieval-hold-over" : "retrieval-hold-held")}
      </Link>
      {hold.ends_ms != null ? (
        <>
          {" · "}
          {t(over ? "retrieval-hold-ended" : "retrieval-hold-ends")} <Time ms={hold.ends_ms} zone />
        </>
      ) : null}
      {hold.end_entry ? (
        <>
          {" · "}
          <EntryLink index={hold.end_entry.index} />
        </>
      ) : null}
    </>
  );
}

/** What the law says today: under which article, and what is lacking with what supplies it. */
function Verdict({ detail }: { detail: RetrievalDetail }) {
  const t = useT();
  const { language } = useLanguage();
  const { verdict } = detail;
  const tone = verdict.word === "open" ? "good" : verdict.word === "refuse" ? "breach" : "notice";
  return (
    <section className="wk-section wk-panel" aria-label={t("retrieval-verdict")}>
      <h2>{t("retrieval-verdict")}</h2>
      <p>
        <Meaning tone={tone}>{t(`retrieval-verdict-${idOf(verdict.word)}`)}</Meaning>{" "}
        <ArticleName article={verdict.article} />
      </p>
      {verdict.missing.length > 0 ? (
        <ul className="wk-retrieval-lacks">
          {verdict.missing.map((lack) => (
            <li key={`${lack.article} ${said(lack.reason, language)}`}>
              {said(lack.reason, language)} <span className="wk-soft">{said(lack.remedy, language)}</span>{" "}
              <ArticleName article={lack.article} />
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}

/** What the reader may do next. */
function Next({ one, detail }: { one: Retrieval; detail: RetrievalDetail }) {
  const { rights } = useMe();
  const atDesk = rights.export || rights.cameras;
  if (!atDesk) return null;
  return (
    <>
      {one.state === "draft" ? <Completing one={one} detail={detail} /> : null}
      {one.state === "complete" ? <Approving one={one} /> : null}
      {one.state === "approved" && rights.export ? <HandOver one={one} detail={detail} /> : null}
      {one.state === "handed_over" ? <Receipt one={one} detail={detail} /> : null}
      {one.way === "copy" && (one.state === "handed_over" || one.state === "closed") ? <WhereTo one={one} /> : null}
      {one.state === "draft" || one.state === "complete" || one.state === "approved" ? (
        <Refusing one={one} detail={detail} />
      ) : null}
    </>
  );
}

function Completing({ one, detail }: { one: Retrieval; detail: RetrievalDetail }) {
  const t = useT();
  const step = useStep(one);
  const ready = detail.verdict.word === "open";
  return (
    <section className="wk-section">
      <h2>{t("retrieval-complete-title")}</h2>
      {step.error ? <Trouble error={step.error} /> : null}
      <p className="wk-hint">{t(ready ? "retrieval-complete-note" : "retrieval-complete-lacking")}</p>
      <div className="wk-buttons">
        <Button
          type="primary"
          loading={step.isPending}
          disabled={!ready}
          onClick={() => step.mutate({ path: "complete", body: {} })}
        >
          {t("retrieval-complete")}
        </Button>
      </div>
      {detail.verdict.word === "may_refuse" ? (
        <Because
          title={t("retrieval-urgent-title")}
          label={t("retrieval-urgent-reason")}
          hint={t("retrieval-urgent-note")}
          acts={[
            {
              label: t("retrieval-urgent"),
              act: ({ reason }) => step.mutateAsync({ path: "complete", body: { urgent_reason: reason } }),
            },
          ]}
        />
      ) : null}
    </section>
  );
}

function Approving({ one }: { one: Retrieval }) {
  const t = useT();
  const me = useMe();
  const step = useStep(one);
  const own = one.opened_by.id === me.person.id;
  return (
    <section className="wk-section">
      <h2>{t("retrieval-approve-title")}</h2>
      {step.error ? <Trouble error={step.error} /> : null}
      {me.rights.cameras && !own ? (
        <div className="wk-buttons">
          <Button type="primary" loading={step.isPending} onClick={() => step.mutate({ path: "approve" })}>
            {t("retrieval-approve")}
          </Button>
        </div>
      ) : (
        <p className="wk-hint">{t("retrieval-approve-other")}</p>
      )}
    </section>
  );
}

/** In one act, where a text gives the right; else said that none does, and which article refusing would break. */
function Refusing({ one, detail }: { one: Retrieval; detail: RetrievalDetail }) {
  const t = useT();
  const step = useStep(one);
  if (!detail.may_refuse)
    return (
      <p className="wk-hint">
        {t("retrieval-no-refusal")} <ArticleName article={detail.refusal_article} />
      </p>
    );
  return (
    <section className="wk-section">
      <Because
        title={t("retrieval-refuse-title")}
        label={t("because-reason")}
        hint={
          <>
            {t("retrieval-refuse-note")} <ArticleName article={detail.refusal_article} />
          </>
        }
        acts={[
          {
            label: t("retrieval-refuse"),
            danger: true,
            act: ({ reason }) => step.mutateAsync({ path: "refuse", body: { reason } }),
          },
        ]}
      />
    </section>
  );
}

/** Every step with its entry, and where the copy is. */
function Events({ events }: { events: RetrievalEvent[] }) {
  const t = useT();
  const moved = whereabouts(events);
  const now = moved.at(-1);
  return (
    <section className="wk-section">
      <h2>{t("retrieval-events")}</h2>
      {now ? (
        <p className="wk-retrieval-where">
          <span className="wk-term">{t("retrieval-where")}</span>{" "}
          {t(`retrieval-where-${now.what}`, { holder: now.holder })}
        </p>
      ) : null}
      <div className="wk-say">
        {events.map((event) => (
          <Written
            key={event.entry.index}
            who={
              <>
                {t(`retrieval-event-${event.what}`)} · {event.by.name} · <Time ms={event.at_ms} /> ·{" "}
                <EntryLink index={event.entry.index} />
              </>
            }
          >
            <EventWords event={event} />
          </Written>
        ))}
      </div>
      {moved.some(({ what }) => what === "handed-over") ? <Link to="/exports">{t("retrieval-exports")}</Link> : null}
    </section>
  );
}

function EventWords({ event }: { event: RetrievalEvent }) {
  const t = useT();
  const law = ["completed", "approved", "refused"].includes(event.what);
  const papers = event.what === "amended" && event.note;
  const { undertaken, note } = undertakenIn(event);
  return (
    <>
      {law && event.holder ? <ArticleName article={event.holder} /> : event.holder ? <span>{event.holder}</span> : null}{" "}
      {papers ? (
        <span className="wk-soft">
          {event.note
            .split(",")
            .map((word) => t(`retrieval-added-${word}`))
            .join(" · ")}
        </span>
      ) : note ? (
        <span className="wk-lines">{note}</span>
      ) : null}
      {undertaken ? (
        <span>
          {t("retrieval-undertaken")} <ArticleName article={undertaken} />
        </span>
      ) : null}
      {event.document_id ? <RecordName id={event.document_id} link /> : null}
    </>
  );
}
