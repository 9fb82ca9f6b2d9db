// One request in the drawer: what was asked and why, who answered, and what the reader may say to that. Whoever asks never approves;
// the server sees to it, this only leaves the button out.
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { GrantRow } from "../../api/types";
import {
  AnswerForm,
  AnswerWords,
  Because,
  CaseLink,
  EntryLink,
  Facts,
  formatTime,
  type Reason,
  Side,
  SpanText,
  systemWords,
  Time,
  useLanguage,
  useNames,
  useT,
  Written,
} from "../../ui";
import { GrantWord } from "./index";

export function GrantSide({ row, onClose }: { row: GrantRow | undefined; onClose: () => void }) {
  const t = useT();
  const title = t(row?.shared ? "clip-one" : "grant-one");
  return (
    <Side open={row !== undefined} title={title} onClose={onClose} print={row ? title : undefined}>
      {row ? <Details key={row.id} row={row} /> : null}
    </Side>
  );
}

function Details({ row }: { row: GrantRow }) {
  const t = useT();
  const { person } = useMe();
  const { shared } = row;
  const sent = shared?.by.id === person.id;
  const own = row.asked.by.id === person.id || sent;
  const names = useNames()(row.cameras);
  const unseen = row.cameras_count - row.cameras.length;
  const span =
    row.from_ms != null && row.to_ms != null ? (
      <SpanText key="span" fromMs={row.from_ms} toMs={row.to_ms} zone />
    ) : null;
  const acts = row.acts.map((act) => t(`grant-act-${act}`)).join(" · ");
  return (
    <div>
      <section className="wk-section">
        <GrantWord row={row} />
        {shared?.to_me && row.state === "granted" ? <PlayClip row={row} /> : null}
        {own && !shared && row.state === "granted" ? <Uses row={row} /> : null}
      </section>
      <section className="wk-section">
        <Facts
          of={[
            [t("grant-cameras"), unseen > 0 ? t("grant-cameras-unseen", { names, n: String(unseen) }) : names],
            [t("case-systems"), systemWords(row, t)],
            [t("grant-acts"), acts],
            [t("grant-span"), span],
            [t("purpose-label"), t(`purpose-${row.purpose.replace("_", "-")}`)],
            [t("basis-label"), t(`basis-${row.legal_basis.replace("_", "-")}`)],
            [t("case-one"), row.case ? <CaseLink key="case" id={row.case} /> : null],
            [t("because-reason"), row.reason],
            [t("clip-by"), shared?.by.name],
            [t(shared ? "clip-to" : "grant-by"), row.asked.by.name],
            [t("grant-asked"), <Time key="asked" ms={row.asked.at_ms} zone />],
            [t("export-entry"), <EntryLink key="entry" index={row.asked.entry.index} />],
            [t("grant-uses"), `${row.uses} / ${row.uses_max}`],
            [t("grant-expires"), <Time key="expires" ms={row.expires_ms} zone />],
          ]}
        />
      </section>
      <Answers row={row} />
      <Acts row={row} own={own} />
    </div>
  );
}

/** One click: the sender stated the purpose. */
function PlayClip({ row }: { row: GrantRow }) {
  const t = useT();
  const navigate = useNavigate();
  const search = { clip: row.id, cameras: row.cameras.map(({ id }) => id).join(","), at: String(row.from_ms) };
  return (
    <p>
      <Button type="primary" onClick={() => navigate({ to: "/playback", search: search as never })}>
        {t("clip-play")}
      </Button>
    </p>
  );
}

/** Where what was granted is used. */
function Uses({ row }: { row: GrantRow }) {
  const t = useT();
  const cameras = row.cameras.map(({ id }) => id).slice(0, 9);
  if (cameras.length > 0 && row.acts.length === 1 && row.acts[0] === "live") return <Watch cameras={cameras} />;
  if (row.from_ms == null || !row.acts.includes("playback")) return null;
  return (
    <p>
      <Link to="/playback" search={{ cameras: cameras.join(","), at: String(row.from_ms) }}>
        {t("grant-play")}
      </Link>
    </p>
  );
}

/** The cameras of the grant and no others: it covers a view as a whole. */
function Watch({ cameras }: { cameras: string[] }) {
  const t = useT();
  const grid = [1, 4, 9].find((size) => size >= cameras.length) ?? 9;
  return (
    <p>
      <Link className="wk-button-link" to="/wall" search={{ grid, tiles: cameras.join(",") } as never}>
        {t("grant-watch")}
      </Link>
    </p>
  );
}

function Answers({ row }: { row: GrantRow }) {
  const t = useT();
  const { language } = useLanguage();
  const { answer, revoked } = row;
  const time = (ms: number) => formatTime(ms, language, { zone: true });
  if (!answer && !revoked) return null;
  return (
    <section className="wk-section">
      {answer ? (
        <AnswerWords
          approved={answer.approved}
          words={t(answer.approved ? "grant-approved-by" : "grant-declined-by", {
            name: answer.answered.by.name,
            time: time(answer.answered.at_ms),
          })}
          declinedTone="notice"
          by={<EntryLink index={answer.answered.entry.index} />}
        >
          {answer.reason}
        </AnswerWords>
      ) : null}
      {revoked ? (
        <Written
          who={
            <>
              {t("grant-revoked-by", { name: revoked.revoked.by.name, time: time(revoked.revoked.at_ms) })} ·{" "}
              <EntryLink index={revoked.revoked.entry.index} />
            </>
          }
        >
          {revoked.reason}
        </Written>
      ) : null}
    </section>
  );
}

function Acts({ row, own }: { row: GrantRow; own: boolean }) {
  const t = useT();
  const { person } = useMe();
  const sent = row.shared?.by.id === person.id;
  const queries = useQueryClient();
  const send = (word: string) => (said: Reason) =>
    api.post<GrantRow>(`/api/grants/${row.id}/${word}`, { reason: said.reason });
  const onDone = () => queries.invalidateQueries({ queryKey: ["grants"] });
  if (row.may_answer || row.may_withdraw)
    return (
      <section className="wk-section">
        <AnswerForm
          title={t(own ? (row.shared ? "clip-own-title" : "grant-own-title") : "grant-judge-title")}
          label={t("because-reason")}
          hint={t(own ? (row.shared ? "clip-own-note" : "grant-own-note") : "grant-judge-note")}
          approve={row.may_answer ? { label: t("grant-approve"), act: send("approve") } : undefined}
          decline={{ label: t(own ? "grant-withdraw" : "grant-decline"), act: send("decline") }}
          onDone={onDone}
        />
      </section>
    );
  if (!row.may_revoke) return null;
  return (
    <section className="wk-section">
      <Because
        title={t(own && !sent ? "grant-give-back-title" : "grant-revoke-title")}
        label={t("because-reason")}
        hint={t("grant-revoke-note")}
        acts={[{ label: t(own && !sent ? "grant-give-back" : "grant-revoke"), act: send("revoke"), danger: !own }]}
        onDone={onDone}
      />
    </section>
  );
}
