// One question in the drawer, and the form of whoever answers it: what came of it, and what that rests on.
import { useQueryClient } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Question } from "../../api/types";
import { Because, Meaning, QuestionFacts, QuestionWords, useT } from "../../ui";

const CONCLUSIONS = ["in_order", "instructed", "passed_on"] as const;

export function AnswerQuestion({ question }: { question: Question }) {
  const t = useT();
  const me = useMe();
  const queries = useQueryClient();
  const [conclusion, setConclusion] = useState<(typeof CONCLUSIONS)[number]>("in_order");
  return (
    <div>
      <QuestionFacts question={question} />
      <QuestionWords question={question} />
      {question.may_answer ? (
        <section className="wk-section">
          <Because
            title={t("questions-answer")}
            label={t("questions-answer-why")}
            hint={t("questions-answer-hint")}
            acts={[
              {
                label: t("questions-answer-do"),
                primary: true,
                act: ({ reason }) => api.post(`/api/questions/${question.id}/answer`, { conclusion, answer: reason }),
              },
            ]}
            onDone={() => {
              for (const key of ["questions", "gaps"]) queries.invalidateQueries({ queryKey: [key] });
            }}
          >
            <div className="wk-field">
              <span className="wk-label">{t("questions-conclusion")}</span>
              <Segmented
                aria-label={t("questions-conclusion")}
                value={conclusion}
                onChange={setConclusion}
                options={CONCLUSIONS.map((value) => ({
                  value,
                  label: t(`questions-conclusion-${value.replaceAll("_", "-")}`),
                }))}
              />
            </div>
          </Because>
        </section>
      ) : question.answer ? null : (
        <Meaning tone="notice">
          {t(question.person.id === me.person.id ? "questions-own" : "questions-not-yours")}
        </Meaning>
      )}
    </div>
  );
}
