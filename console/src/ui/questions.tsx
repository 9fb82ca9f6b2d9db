// A question that the access log raises, as it is read: what is asked and why, how much there was, the entries, what the person said,
// and what came of it. The page of questions and a person's own page both show it so; who may write what, the server says.
import { useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client";
import type { Question } from "../api/types";
import { Because, Written } from "./Because";
import { EntryLink } from "./EntryLink";
import { said, useLanguage, useT } from "./i18n";
import { Meaning } from "./Meaning";
import { Facts, Time } from "./parts";
import { ArticleName } from "./RefusalPanel";

export function QuestionState({ question }: { question: Question }) {
  const t = useT();
  const state = question.answer ? "answered" : question.explanation ? "explained" : "open";
  return (
    <Meaning tone={question.answer ? "good" : question.explanation ? "notice" : "late"} quiet>
      {t(`questions-state-${state}`)}
    </Meaning>
  );
}

/** The day, or the week, that is asked about. */
export function useWhenWords(): (question: Question) => string {
  const t = useT();
  return ({ days, from_day }) => t(days > 1 ? "questions-when-week" : "questions-when-day", { day: from_day });
}

export function QuestionFacts({ question }: { question: Question }) {
  const t = useT();
  const { language } = useLanguage();
  const when = useWhenWords();
  const { count, limit } = question;
  const measure = said(question.measure, language) ?? "";
  return (
    <section className="wk-section">
      <p>
        <strong>{said(question.question, language)}</strong>
      </p>
      <p className="wk-soft">
        <span className="wk-term">{t("questions-why")}</span> {said(question.reason, language)}
      </p>
      <Facts
        of={[
          [t("questions-state"), <QuestionState key="state" question={question} />],
          [t("questions-person"), question.person.name],
          [t("questions-unit"), question.unit.name],
          [t("questions-when"), when(question)],
          [t("questions-much"), t("questions-much-words", { count: String(count), limit: String(limit), measure })],
          [t("questions-camera"), question.camera?.name],
          [t("refusal-article-name"), <ArticleName key="article" article={question.article} />],
          [t("questions-asked"), <Time key="asked" ms={question.asked_ms} />],
          [t("questions-entry"), <EntryLink key="entry" index={question.entry.index} />],
        ]}
      />
      <h3>{t("questions-evidence")}</h3>
      <ul className="wk-question-entries">
        {question.evidence.map((index) => (
          <li key={index}>
            <EntryLink index={index} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function QuestionWords({ question }: { question: Question }) {
  const t = useT();
  const { explanation, answer } = question;
  return (
    <section className="wk-section">
      <h3>{t("questions-explanation")}</h3>
      {explanation ? (
        <Written
          who={
            <>
              {question.person.name} · <Time ms={explanation.at_ms} /> · <EntryLink index={explanation.entry.index} />
            </>
          }
        >
          {explanation.text}
        </Written>
      ) : (
        <p className="wk-soft">{t("questions-explanation-none")}</p>
      )}
      {answer ? (
        <>
          <h3>{t("questions-answer")}</h3>
          <Written
            who={
              <>
                <Meaning tone="good" quiet>
                  {t(`questions-conclusion-${answer.conclusion.replaceAll("_", "-")}`)}
                </Meaning>{" "}
                · {answer.by.name} · <Time ms={answer.at_ms} /> · <EntryLink index={answer.entry.index} />
              </>
            }
          >
            {answer.text}
          </Written>
        </>
      ) : null}
    </section>
  );
}

/** For whom it is about. */
export function ExplainQuestion({ question }: { question: Question }) {
  const t = useT();
  const queries = useQueryClient();
  if (!question.may_explain) return null;
  return (
    <section className="wk-section">
      <Because
        title={t("questions-explain")}
        label={t("questions-explanation")}
        hint={t("questions-explain-hint")}
        acts={[
          {
            label: t("questions-explain-do"),
            primary: true,
            act: ({ reason }) => api.post(`/api/questions/${question.id}/explanation`, { explanation: reason }),
          },
        ]}
        onDone={() => {
          for (const key of ["record", "questions"]) queries.invalidateQueries({ queryKey: [key] });
        }}
      />
    </section>
  );
}
