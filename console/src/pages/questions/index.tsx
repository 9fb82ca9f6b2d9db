// Questions that the access log raises, for those who answer them: auditors of the unit, and administrators where they are about
// auditors. Questions, not verdicts: each shows why it is asked and what the person said.
import { Button, Segmented } from "antd";
import { useQuestions } from "../../api/queries";
import type { Question } from "../../api/types";
import {
  type Column,
  Empty,
  List,
  Page,
  QuestionState,
  RowLink,
  Side,
  said,
  Time,
  useAddress,
  useLanguage,
  useT,
  useWhenWords,
} from "../../ui";
import { AnswerQuestion } from "./AnswerQuestion";
import { Limits } from "./Limits";

const SHOWN = ["open", "answered"] as const;

function useColumns(show: (question: Question) => void): Column<Question>[] {
  const t = useT();
  const { language } = useLanguage();
  const when = useWhenWords();
  return [
    {
      key: "rule",
      title: t("questions-rule"),
      render: (question) => <RowLink onOpen={() => show(question)}>{said(question.name, language)}</RowLink>,
    },
    { key: "person", title: t("questions-person"), width: "9rem", render: ({ person }) => person.name },
    { key: "when", title: t("questions-when"), width: "13rem", wide: "md", render: when },
    { key: "unit", title: t("questions-unit"), wide: "xl", ellipsis: true, render: ({ unit }) => unit.name },
    {
      key: "asked",
      title: t("questions-asked"),
      width: "12.5rem",
      wide: "md",
      render: ({ asked_ms }) => <Time ms={asked_ms} />,
    },
    {
      key: "state",
      title: t("questions-state"),
      width: "8rem",
      render: (question) => <QuestionState question={question} />,
    },
  ];
}

export default function Questions() {
  const t = useT();
  const { language } = useLanguage();
  const [address, setAddress] = useAddress();
  const shown = SHOWN.find((one) => one === address.shown);
  const list = useQuestions({ open: shown && shown === "open" });
  const rows = list.data?.pages.flatMap((page) => page.questions) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const show = ({ id }: Question) => setAddress({ question: id, limits: undefined });
  const columns = useColumns(show);
  const open = rows.find(({ id }) => id === address.question);
  return (
    <Page
      title={t("page-questions")}
      lead={t("questions-lead")}
      actions={
        <Button onClick={() => setAddress({ limits: "1", question: undefined })}>{t("questions-limits")}</Button>
      }
      toolbar={
        <Segmented
          aria-label={t("questions-state")}
          value={shown ?? "all"}
          onChange={(next) => setAddress({ shown: next === "all" ? undefined : String(next), question: undefined })}
          options={["all", ...SHOWN].map((value) => ({ value, label: t(`questions-shown-${value}`) }))}
        />
      }
    >
      <List
        label={t("questions-list")}
        rows={rows}
        rowKey={({ id }) => id}
        columns={columns}
        answer={list}
        open={address.question}
        onOpen={show}
        total={<span>{t("questions-total", { n: String(total) })}</span>}
        empty={<Empty title={t("questions-none-title")}>{t("questions-none")}</Empty>}
      />
      <Side
        open={open !== undefined}
        title={open ? said(open.name, language) : ""}
        onClose={() => setAddress({ question: undefined })}
      >
        {open ? <AnswerQuestion key={open.id} question={open} /> : null}
      </Side>
      <Side
        open={address.limits !== undefined}
        title={t("questions-limits")}
        onClose={() => setAddress({ limits: undefined })}
        wide
      >
        {address.limits !== undefined ? <Limits /> : null}
      </Side>
    </Page>
  );
}
