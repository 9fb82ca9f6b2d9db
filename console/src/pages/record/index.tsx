// Everything that is recorded about the person who is signed in: questions, entries by them and about them, sessions. Filtered by the
// server, saved as JSON by the browser. It shows nobody else's entries.
import { useMutation } from "@tanstack/react-query";
import { Button, Checkbox, DatePicker, Select } from "antd";
import dayjs from "dayjs";
import { api } from "../../api/client";
import { useOwnRecord } from "../../api/queries";
import type { Act, OwnEntry, OwnRecord } from "../../api/types";
import {
  Age,
  actId,
  type Column,
  Empty,
  ExplainQuestion,
  Facts,
  formatList,
  List,
  Meaning,
  numberOf,
  Page,
  QuestionFacts,
  QuestionWords,
  Time,
  useAddress,
  useLanguage,
  useSayTrouble,
  useT,
} from "../../ui";
import { readAll, saveJson } from "./download";

/** What the filter offers: what most people do, and what is done about them. */
const ACTS: readonly Act[] = [
  "live",
  "playback",
  "still",
  "export",
  "collect",
  "sign_in",
  "sign_out",
  "sign_in_failed",
  "read_registry",
  "read_ledger",
  "change_person",
  "change_camera",
  "ask_question",
  "explain_question",
  "answer_question",
];

function useColumns(): Column<OwnEntry>[] {
  const t = useT();
  const { language } = useLanguage();
  return [
    { key: "time", title: t("ledger-time"), width: "12.5rem", render: ({ entry }) => <Time ms={entry.time_ms} /> },
    {
      key: "kind",
      title: t("ledger-kind"),
      render: ({ entry }) => (entry.kind ? t(actId(entry.kind)) : t("ledger-gone")),
    },
    {
      key: "whose",
      title: t("record-whose"),
      width: "14rem",
      wide: "md",
      render: ({ own, entry }) =>
        own ? (
          t("record-mine")
        ) : (
          <Meaning tone="notice" quiet>
            {entry.person ? t("record-about-me", { name: entry.person.name }) : t("record-about-me-system")}
          </Meaning>
        ),
    },
    {
      key: "about",
      title: t("ledger-about"),
      wide: "md",
      ellipsis: true,
      render: ({ entry }) =>
        [
          formatList(
            entry.cameras.map(({ name }) => name),
            language,
          ),
          entry.note ?? entry.text ?? "",
        ]
          .filter(Boolean)
          .join(" · "),
    },
    {
      key: "place",
      title: t("ledger-place"),
      width: "10rem",
      wide: "xl",
      render: ({ entry }) => <span className="wk-code">{entry.place}</span>,
    },
    {
      key: "outcome",
      title: t("ledger-outcome"),
      width: "8rem",
      render: ({ entry }) => (
        <Meaning tone={entry.outcome.permitted ? "good" : "late"} quiet>
          {t(entry.outcome.permitted ? "ledger-permitted" : "ledger-refused")}
        </Meaning>
      ),
    },
  ];
}

export default function Record() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const query = {
    kind: address.kind,
    from_ms: address.from,
    to_ms: address.to,
    without_use: address.use === undefined,
  };
  const record = useOwnRecord(query);
  const columns = useColumns();
  const head = record.data?.pages[0];
  const rows = record.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <Page title={t("page-record")} lead={t("record-lead")} actions={<Download />}>
      {head ? <Asked record={head} /> : null}
      <section className="wk-section" aria-label={t("record-entries")}>
        <h2>{t("record-entries")}</h2>
        <div className="wk-toolbar">
          <Select
            className="wk-filter"
            aria-label={t("ledger-kind")}
            placeholder={t("ledger-kind")}
            allowClear
            value={address.kind}
            onChange={(kind: string | undefined) => setAddress({ kind })}
            options={ACTS.map((act) => ({ value: act, label: t(actId(act)) }))}
          />
          {(["from", "to"] as const).map((end) => (
            <DatePicker
              key={end}
              className="wk-filter-date"
              showTime
              format="YYYY-MM-DD HH:mm"
              aria-label={t(end === "from" ? "span-from" : "span-to")}
              placeholder={t(end === "from" ? "ledger-from" : "ledger-to")}
              value={numberOf(address[end]) === undefined ? null : dayjs(numberOf(address[end]))}
              onChange={(moment) => setAddress({ [end]: moment ? String(moment.valueOf()) : undefined })}
            />
          ))}
          <Checkbox
            checked={address.use !== undefined}
            onChange={({ target }) => setAddress({ use: target.checked ? "1" : undefined })}
          >
            {t("record-with-use")}
          </Checkbox>
        </div>
        <List
          label={t("record-entries")}
          rows={rows}
          rowKey={({ entry }) => String(entry.index)}
          columns={columns}
          answer={record}
          empty={<Empty title={t("record-entries-none-title")}>{t("record-entries-none")}</Empty>}
        />
      </section>
      {head ? <Sessions record={head} /> : null}
    </Page>
  );
}

function Asked({ record }: { record: OwnRecord }) {
  const t = useT();
  return (
    <section className="wk-section" aria-label={t("record-questions")}>
      <h2>{t("record-questions")}</h2>
      {record.questions.length === 0 ? <p className="wk-soft">{t("record-questions-none")}</p> : null}
      {record.questions.map((question) => (
        <article key={question.id} className="wk-panel">
          <QuestionFacts question={question} />
          <QuestionWords question={question} />
          <ExplainQuestion question={question} />
        </article>
      ))}
    </section>
  );
}

function Sessions({ record }: { record: OwnRecord }) {
  const t = useT();
  return (
    <section className="wk-section" aria-label={t("record-sessions")}>
      <h2>{t("record-sessions")}</h2>
      {record.sessions.map((session) => (
        <Facts
          key={session.id}
          of={[
            [t("session-since"), <Time key="since" ms={session.created_ms} />],
            [
              t(session.ended_ms ? "record-session-ended" : "record-session-open"),
              <Time key="end" ms={session.ended_ms ?? session.expires_ms} />,
            ],
            [t("ledger-place"), session.place],
            [t("record-last-seen"), <Age key="seen" ms={session.last_seen_ms} />],
          ]}
        />
      ))}
    </section>
  );
}

function Download() {
  const t = useT();
  const say = useSayTrouble();
  const save = useMutation({
    mutationFn: () => readAll((query) => api.get<OwnRecord>("/api/me/record", query)),
    onSuccess: (all) => saveJson(`record-${all.person.account}.json`, all),
    onError: say,
  });
  return (
    <>
      {save.data?.cut ? (
        <Meaning tone="notice">{t("record-download-cut", { n: String(save.data.entries.length) })}</Meaning>
      ) : null}
      <Button loading={save.isPending} onClick={() => save.mutate()}>
        {t("record-download")}
      </Button>
    </>
  );
}
