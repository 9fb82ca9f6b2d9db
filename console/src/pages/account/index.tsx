// One's own account: who one is, password, second factor, where one is signed in, language and look.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button, Segmented } from "antd";
import { api } from "../../api/client";
import { useMe, useSessions } from "../../api/queries";
import type { ApiLanguage, Language, Me, SessionRow, ThemeChoice } from "../../api/types";
import {
  Age,
  agentWords,
  Facts,
  LANGUAGES,
  Loading,
  Meaning,
  Page,
  StandingFacts,
  said,
  sessionCode,
  Time,
  Trouble,
  toApiLanguage,
  useLanguage,
  useSayTrouble,
  useT,
  useTheme,
} from "../../ui";
import { Identities } from "./Identities";
import { Passkeys } from "./Passkeys";
import { PasswordForm } from "./PasswordForm";
import { PressureReports } from "./Pressure";
import { OwnRules } from "./Rules";
import { Totp } from "./Totp";

export default function Account() {
  const t = useT();
  const me = useMe();
  const { message } = App.useApp();
  const queries = useQueryClient();
  return (
    <Page title={t("page-account")}>
      <div className="wk-masonry">
        <Who me={me} />
        <section className="wk-panel" aria-label={t("standing-own")}>
          <h2>{t("standing-own")}</h2>
          <StandingFacts standing={me.standing} posts={me.posts} />
          <p className="wk-soft">{t("standing-own-hint")}</p>
        </section>
        <section className="wk-panel">
          <h2>{t("account-look")}</h2>
          <Look />
        </section>
        <section className="wk-panel">
          <h2>{t("signin-password")}</h2>
          <PasswordForm
            account={me.person.account}
            onDone={() => {
              message.success(t("password-changed"));
              queries.invalidateQueries({ queryKey: ["sessions"] });
            }}
          />
        </section>
        <Totp enrolled={me.totp} />
        <Passkeys withCode={me.totp} />
        <Identities withCode={me.totp} />
        <PressureReports />
        <OwnRules />
      </div>
      <Sessions />
    </Page>
  );
}

function Who({ me }: { me: Me }) {
  const t = useT();
  return (
    <section className="wk-panel">
      <h2>{t("account-who")}</h2>
      <Facts
        of={[
          [t("person-name"), me.person.name],
          [
            t("signin-account"),
            <span key="account" className="wk-code">
              {me.person.account}
            </span>,
          ],
          [
            t("person-posts"),
            me.posts.length === 0 ? (
              t("person-no-posts")
            ) : (
              <ul key="posts">
                {me.posts.map(({ role, unit, group }) => (
                  <li key={`${role}${unit.id}${group?.id ?? ""}`}>
                    {t(`role-${role}`)} · {group?.name ?? unit.name}
                  </li>
                ))}
              </ul>
            ),
          ],
        ]}
      />
      <p className="wk-soft">{t("account-name-hint")}</p>
      <Link to="/record">{t("record-open")}</Link>
    </section>
  );
}

function Look() {
  const t = useT();
  const { language, setLanguage } = useLanguage();
  const { choice, setChoice } = useTheme();
  const keep = (change: { language?: ApiLanguage; theme?: ThemeChoice }) => {
    // The choice is in force already; when the server cannot keep it, this browser still does.
    api.patch("/api/me", change).catch(() => undefined);
  };
  return (
    <div className="wk-fields">
      <div className="wk-field">
        <span className="wk-label">{t("account-language")}</span>
        <Segmented<Language>
          aria-label={t("account-language")}
          value={language}
          options={LANGUAGES}
          onChange={(value) => {
            setLanguage(value);
            keep({ language: toApiLanguage(value) });
          }}
        />
      </div>
      <div className="wk-field">
        <span className="wk-label">{t("account-theme")}</span>
        <Segmented<ThemeChoice>
          aria-label={t("account-theme")}
          value={choice}
          options={(["auto", "dark", "light"] as const).map((value) => ({ value, label: t(`theme-${value}`) }))}
          onChange={(value) => {
            setChoice(value);
            keep({ theme: value });
          }}
        />
      </div>
    </div>
  );
}

function Sessions() {
  const t = useT();
  const { language } = useLanguage();
  const sessions = useSessions();
  const queries = useQueryClient();
  const say = useSayTrouble();
  const revoke = useMutation({
    mutationFn: (id: string) => api.delete(`/api/me/sessions/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
    onError: say,
  });
  return (
    <section className="wk-panel">
      <h2>{t("account-sessions")}</h2>
      <p className="wk-soft">{t("account-sessions-lead")}</p>
      {sessions.error ? <Trouble error={sessions.error} onRetry={() => sessions.refetch()} /> : null}
      {sessions.data ? (
        <ul className="wk-sessions">
          {sessions.data.map((row: SessionRow) => (
            <li key={row.id}>
              <span>
                {row.current ? <Meaning tone="good">{t("session-current")}</Meaning> : <Age ms={row.last_seen_ms} />}
              </span>
              <span className="wk-code">{row.place}</span>
              <span>
                {agentWords(row.agent)}
                {row.means ? ` · ${t(`session-by-${row.means}`, { provider: said(row.provider, language) })}` : ""}
                <span className="wk-code wk-faint"> {sessionCode(row.id)}</span>
              </span>
              <span className="wk-soft">
                {t("session-since")} <Time ms={row.created_ms} />
              </span>
              <span className="wk-soft">
                {t("session-until")} <Time ms={row.expires_ms} />
              </span>
              {row.current ? (
                <span />
              ) : (
                <Button
                  size="small"
                  loading={revoke.isPending && revoke.variables === row.id}
                  onClick={() => revoke.mutate(row.id)}
                >
                  {t("session-revoke")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      ) : sessions.error ? null : (
        <Loading />
      )}
    </section>
  );
}
