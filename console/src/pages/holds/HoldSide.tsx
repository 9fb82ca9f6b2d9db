// One hold in the drawer: what it keeps and why, who asked that it be lifted, and what the reader may say to that.
// Whoever asks never lifts; the server sees to it, this only leaves the button out.
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Hold } from "../../api/types";
import {
  AnswerForm,
  AnswerWords,
  Because,
  CaseLink,
  EntryLink,
  Facts,
  formatBytes,
  formatCount,
  formatEntry,
  formatIndex,
  formatTime,
  Meaning,
  type Reason,
  Side,
  SpanText,
  Time,
  useLanguage,
  useNames,
  useT,
  Written,
} from "../../ui";
import { DayField } from "../../ui/DayField";
import { Labelled } from "../../ui/Labelled";
import { keeps, openRelease } from "./holds";
import { HoldWord } from "./index";

export function HoldSide({ hold, onClose }: { hold: Hold | undefined; onClose: () => void }) {
  const t = useT();
  return (
    <Side
      open={hold !== undefined}
      title={t("hold-one")}
      onClose={onClose}
      print={hold ? `${t("hold-one")} · ${formatEntry(hold.entry.log, hold.entry.index)}` : undefined}
    >
      {hold ? <Details key={hold.id} hold={hold} /> : null}
    </Side>
  );
}

function Details({ hold }: { hold: Hold }) {
  const t = useT();
  const { rights } = useMe();
  return (
    <div>
      <section className="wk-section">
        <HoldWord hold={hold} />
        {hold.overdue ? (
          <>
            <Meaning tone="late">{t("hold-overdue")}</Meaning>
            <p className="wk-hint">{t("hold-overdue-note")}</p>
          </>
        ) : null}
      </section>
      <section className="wk-section">
        <HoldFacts hold={hold} />
        {rights.playback ? (
          <div>
            <Link
              to="/playback"
              search={{
                cameras: hold.cameras
                  .map(({ id }) => id)
                  .slice(0, 9)
                  .join(","),
                at: String(hold.from_ms),
              }}
            >
              {t("hold-playback")}
            </Link>
          </div>
        ) : null}
      </section>
      {hold.releases.length > 0 ? <Releases hold={hold} /> : null}
      {keeps(hold) && (rights.playback || rights.cameras) ? <Acts hold={hold} /> : null}
    </div>
  );
}

function HoldFacts({ hold }: { hold: Hold }) {
  const t = useT();
  const { language } = useLanguage();
  const unseen = hold.cameras_count - hold.cameras.length;
  const names = useNames()(hold.cameras);
  return (
    <Facts
      of={[
        [t("hold-cameras"), unseen > 0 ? t("hold-cameras-unseen", { names, n: String(unseen) }) : names],
        [t("hold-span"), <SpanText key="span" fromMs={hold.from_ms} toMs={hold.to_ms} zone />],
        [
          t("hold-footage"),
          t("hold-footage-words", {
            segments: formatCount(hold.segments, language),
            size: formatBytes(hold.bytes),
          }),
        ],
        [
          t("hold-gone"),
          hold.gone > 0 ? (
            <Meaning key="gone" tone="breach">
              {t("hold-gone-words", { n: formatCount(hold.gone, language) })}
            </Meaning>
          ) : null,
        ],
        [t("purpose-label"), t(`purpose-${hold.purpose.replace("_", "-")}`)],
        [t("basis-label"), t(`basis-${hold.legal_basis.replace("_", "-")}`)],
        [t("case-one"), hold.case ? <CaseLink key="case" id={hold.case} /> : null],
        [t("hold-reason"), hold.note],
        [t("because-document"), hold.document],
        [t("hold-approver-label"), hold.approver],
        [t("hold-by"), hold.requested_by.name],
        [t("hold-placed"), <Time key="placed" ms={hold.placed_ms} zone />],
        [t("hold-review"), keeps(hold) ? <Time key="review" ms={hold.review_ms} zone /> : null],
        [t("hold-by-export"), hold.retrieval_id || hold.export_id ? <Origin key="origin" hold={hold} /> : null],
        [t("hold-ends"), hold.ends_ms != null ? <Time key="ends" ms={hold.ends_ms} zone /> : null],
        [t("export-entry"), <EntryLink key="entry" index={hold.entry.index} />],
        [t("hold-leaf"), hold.placed_leaf != null ? formatEntry("footage", hold.placed_leaf) : null],
        [t("hold-leaf-released"), hold.released_leaf != null ? formatIndex(hold.released_leaf) : null],
      ]}
    />
  );
}

/** What placed it by itself: a request of an authority that was complete, an export for a case. */
function Origin({ hold }: { hold: Hold }) {
  const t = useT();
  if (!hold.retrieval_id) return hold.export_id ? t("hold-by-export-words") : null;
  return (
    <Link to="/retrievals" search={{ id: hold.retrieval_id, show: "all" } as never}>
      {t(hold.export_id ? "hold-by-retrieval-copy" : "hold-by-retrieval")}
    </Link>
  );
}

/** Who asked that it be lifted, and what was said to that; newest first. */
function Releases({ hold }: { hold: Hold }) {
  const t = useT();
  const { language } = useLanguage();
  const time = (ms: number) => formatTime(ms, language, { zone: true });
  return (
    <section className="wk-section">
      <h2>{t("hold-releases")}</h2>
      {hold.releases.map((release) => (
        <div className="wk-say" key={release.entry.index}>
          <Written
            who={
              <>
                {t("hold-asked-by", { name: release.asked_by.name, time: time(release.asked_ms) })} ·{" "}
                <EntryLink index={release.entry.index} />
              </>
            }
          >
            {release.reason}
            {release.document ? <span className="wk-soft"> · {release.document}</span> : null}
          </Written>
          {release.answer ? (
            <AnswerWords
              approved={release.answer.approved}
              words={t(release.answer.approved ? "hold-lifted-by" : "hold-declined-by", {
                name: release.answer.answered_by.name,
                time: time(release.answer.answered_ms),
              })}
              declinedTone="notice"
              by={<EntryLink index={release.answer.entry.index} />}
            >
              {release.answer.reason}
            </AnswerWords>
          ) : (
            <Meaning tone="notice">{t("hold-waits")}</Meaning>
          )}
        </div>
      ))}
    </section>
  );
}

function Acts({ hold }: { hold: Hold }) {
  const t = useT();
  const me = useMe();
  const queries = useQueryClient();
  const [review, setReview] = useState<number>();
  const send = (path: string, body: object) => api.post<Hold>(`/api/holds/${hold.id}/${path}`, body);
  const onDone = () => {
    queries.invalidateQueries({ queryKey: ["holds"] });
    setReview(undefined);
  };
  const asked = openRelease(hold);
  const own = asked?.asked_by.id === me.person.id;
  const answer = (word: "approve" | "decline") => (said: Reason) => send(`release/${word}`, { reason: said.reason });
  const decline = { label: t(own ? "hold-take-back" : "hold-decline"), act: answer("decline") };
  return (
    <>
      <section className="wk-section">
        {asked && (own || hold.may_approve) ? (
          <AnswerForm
            title={t(own ? "hold-own-title" : "hold-judge-title")}
            label={t("because-reason")}
            hint={t(own ? "hold-own-note" : "hold-judge-note")}
            approve={own ? undefined : { label: t("hold-approve"), danger: true, act: answer("approve") }}
            decline={decline}
            onDone={onDone}
          />
        ) : asked ? (
          <p className="wk-hint">{t("hold-waits-note")}</p>
        ) : (
          <Because
            title={t("hold-lift-title")}
            label={t("because-reason")}
            paper
            hint={t("hold-lift-note")}
            acts={[{ label: t("hold-ask-lift"), act: (said) => send("release", said) }]}
            onDone={onDone}
          />
        )}
      </section>
      <section className="wk-section">
        <Because
          title={t("hold-review-title")}
          label={t("because-reason")}
          blocked={review === undefined}
          acts={[{ label: t("hold-review-set"), act: ({ reason }) => send("review", { review_ms: review, reason }) }]}
          onDone={onDone}
        >
          <Labelled label={t("hold-review")}>
            {(id) => <DayField id={id} value={review} onChange={setReview} />}
          </Labelled>
        </Because>
      </section>
    </>
  );
}
