// What somebody said about gaps, what a second person said to that, and the second person's form.
import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { Explanation, Maintenance, Signature } from "../../api/types";
import { AnswerForm, AnswerWords, EntryLink, formatTime, Meaning, useLanguage, useT, Written } from "../../ui";

/** Name, time and entry of whoever wrote something. */
export function Signed({ by }: { by: Signature }) {
  const { language } = useLanguage();
  return (
    <>
      {by.person.name} · {formatTime(by.at_ms, language, { zone: true })} · <EntryLink index={by.entry} />
    </>
  );
}

type Judged = Pick<Explanation, "by" | "verdict"> | Pick<Maintenance, "by" | "verdict">;

export function VerdictWords({ of }: { of: Judged }) {
  const t = useT();
  if (!of.verdict) return <Meaning tone="notice">{t("judge-waits")}</Meaning>;
  const { approved, by, text } = of.verdict;
  return (
    <AnswerWords
      approved={approved}
      words={t(approved ? "judge-approved" : "judge-declined")}
      declinedTone="late"
      by={<Signed by={by} />}
    >
      {text}
    </AnswerWords>
  );
}

export function ExplanationWords({ of }: { of: Explanation }) {
  const t = useT();
  return (
    <div className="wk-say">
      <Written who={<Signed by={of.by} />}>
        {t(`cause-${of.cause}`)} · {of.text}
        {of.document ? <span className="wk-soft"> · {of.document}</span> : null}
      </Written>
      <VerdictWords of={of} />
    </div>
  );
}

/** The form of the second person; for others, why there is none. */
export function Judge({ of, path, hint }: { of: Judged; path: string; hint: string }) {
  const t = useT();
  const me = useMe();
  const queries = useQueryClient();
  if (of.verdict) return null;
  if (of.by.person.id === me.person.id) return <p className="wk-hint">{t("judge-own")}</p>;
  if (!me.rights.cameras) return <p className="wk-hint">{t("judge-who")}</p>;
  const answer = (approved: boolean) => (said: { reason: string }) => api.post(path, { approved, text: said.reason });
  return (
    <AnswerForm
      title={t("judge-title")}
      label={t("judge-text")}
      hint={hint}
      approve={{ label: t("judge-approve"), wordless: true, act: answer(true) }}
      decline={{ label: t("judge-decline"), act: answer(false) }}
      onDone={() => {
        queries.invalidateQueries({ queryKey: ["gaps"] });
        queries.invalidateQueries({ queryKey: ["maintenance"] });
        queries.invalidateQueries({ queryKey: ["state"] });
      }}
    />
  );
}
