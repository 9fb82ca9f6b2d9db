// Reminders: what one was told of the board, how one wants to be told, and by which channels reminders leave the console. What stands on
// the board itself is the page of findings.
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useEffect } from "react";
import { api } from "../../api/client";
import { useMe, useSystemState } from "../../api/queries";
import {
  type OwnReminders,
  type Reminder,
  type ReminderLine,
  useOwnReminders,
  useReminderAct,
} from "../../api/reminders";
import { Empty, EntryLink, Loading, Meaning, Page, Time, type Tone, Trouble, useT } from "../../ui";
import { ArticleWords } from "../../ui/FindingsAlike";
import { WORDS_KNOWN } from "../../ui/findings";
import { Channels } from "./Channels";
import { Wishes } from "./Wishes";
import "./reminders.css";

export const TONES: Readonly<Record<string, Tone>> = { late: "breach", due: "late", coming: "notice" };

export default function Reminders() {
  const t = useT();
  const { rights } = useMe();
  const own = useOwnReminders();
  const queries = useQueryClient();
  // What the bell counts stands in the list too.
  const counted = useSystemState().data?.unread_reminders;
  useEffect(() => {
    if (counted !== undefined) queries.invalidateQueries({ queryKey: ["reminders", "own"] });
  }, [counted, queries]);
  return (
    <Page
      title={t("page-reminders")}
      lead={t("reminders-lead")}
      actions={
        rights.health ? (
          <Link to="/findings">{t("reminders-board")}</Link>
        ) : rights.supervision ? (
          <Link to="/supervision">{t("reminders-supervision")}</Link>
        ) : undefined
      }
    >
      {own.error ? <Trouble error={own.error} onRetry={() => own.refetch()} /> : null}
      {own.data ? (
        <div className="wk-reminders">
          <Told own={own.data} />
          <div className="wk-reminders-side">
            <Wishes own={own.data} />
            {rights.health ? <Channels /> : null}
          </div>
        </div>
      ) : own.error ? null : (
        <Loading />
      )}
    </Page>
  );
}

function Told({ own }: { own: OwnReminders }) {
  const t = useT();
  const newest = own.reminders[0];
  const read = useReminderAct(() => api.post("/api/me/reminders/read", { until_ms: newest?.made_ms ?? 0 }));
  return (
    <section aria-label={t("reminders-own")}>
      <div className="wk-reminders-head">
        <h2>{t("reminders-own")}</h2>
        {own.unread > 0 ? (
          <Button onClick={() => read.mutate()} loading={read.isPending}>
            {t("reminders-read", { count: own.unread })}
          </Button>
        ) : null}
      </div>
      {read.error ? <Trouble error={read.error} /> : null}
      {newest ? (
        <ul className="wk-reminders-list">
          {own.reminders.map((one) => (
            <One key={one.id} reminder={one} />
          ))}
        </ul>
      ) : (
        <Empty title={t("reminders-none-title")}>{t("reminders-none")}</Empty>
      )}
    </section>
  );
}

function One({ reminder }: { reminder: Reminder }) {
  const t = useT();
  const counts = (["late", "due", "coming"] as const).filter((weight) => reminder[weight] > 0);
  return (
    <li className={`wk-panel wk-reminder${reminder.read_ms ? "" : " wk-reminder-unread"}`}>
      <div className="wk-reminder-head">
        <h3>{t(`reminders-occasion-${reminder.occasion}`)}</h3>
        <span className="wk-soft">
          <Time ms={reminder.made_ms} /> · <EntryLink index={reminder.entry.index} />
        </span>
      </div>
      <p className="wk-reminder-counts">
        {counts.map((weight) => (
          <Meaning key={weight} tone={TONES[weight] ?? "plain"}>
            {t(`reminders-count-${weight}`, { count: reminder[weight] })}
          </Meaning>
        ))}
      </p>
      <details open={!reminder.read_ms}>
        <summary>{t("reminders-lines", { count: reminder.lines.length })}</summary>
        <ul className="wk-reminder-lines">
          {reminder.lines.map((line) => (
            <Line key={`${line.weight} ${line.article} ${line.code}`} line={line} />
          ))}
        </ul>
      </details>
      {reminder.sending ? (
        <p className="wk-hint">
          {t(`reminders-sending-${reminder.sending.replaceAll("_", "-")}`)}
          {reminder.answer ? <span className="wk-code"> {reminder.answer}</span> : null}
        </p>
      ) : null}
    </li>
  );
}

function Line({ line }: { line: ReminderLine }) {
  const t = useT();
  return (
    <li>
      <Meaning tone={TONES[line.weight] ?? "plain"} quiet>
        {WORDS_KNOWN.has(line.code) ? t(`finding-word-${line.code.replaceAll("_", "-")}`) : line.code}
        {line.count > 1 ? ` × ${line.count}` : ""}
      </Meaning>
      <span className="wk-soft">
        <ArticleWords article={line.article} />
        {typeof line.in_days === "number" ? ` · ${t("reminders-in-days", { days: line.in_days })}` : ""}
      </span>
    </li>
  );
}
