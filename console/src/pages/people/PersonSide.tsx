// One person in the drawer: posts, suspension, a new one-time password.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input, Popconfirm } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { personSessionsQuery, useMe } from "../../api/queries";
import type { Person, PostDraft } from "../../api/types";
import { Age, agentWords, Facts, Meaning, Side, sessionCode, Time, useSayTrouble, useT, WhatMay } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { PersonIdentities } from "./Identities";
import { personState } from "./index";
import { OneTimePassword } from "./OneTimePassword";
import { draftsOf, PostsEditor, postsProblem } from "./PostsEditor";
import { PersonStandingSection } from "./Standing";

export function PersonSide({ person, onClose }: { person: Person | undefined; onClose: () => void }) {
  return (
    <Side open={person !== undefined} title={person?.name ?? ""} onClose={onClose} wide>
      {person ? <Details key={person.id} person={person} /> : null}
    </Side>
  );
}

function Details({ person }: { person: Person }) {
  const t = useT();
  const me = useMe();
  const { tone, word } = personState(person);
  return (
    <div>
      <section className="wk-section">
        <Facts
          of={[
            [
              t("person-state"),
              <Meaning key="state" tone={tone}>
                {t(word)}
              </Meaning>,
            ],
            [
              t("signin-account"),
              <span key="account" className="wk-code">
                {person.account}
              </span>,
            ],
            [t("person-totp"), t(person.totp ? "person-totp-on" : "person-totp-off")],
            [t("person-passkeys"), String(person.passkeys)],
            [t("person-since"), <Time key="since" ms={person.created_ms} />],
          ]}
        />
        {me.rights.ledger ? (
          <>
            <Link to="/entries" search={{ kind: "change_person", subject: person.id }}>
              {t("record-history")}
            </Link>
            <Link to="/entries" search={{ person: person.id }}>
              {t("person-entries")}
            </Link>
          </>
        ) : null}
      </section>
      <PersonStandingSection person={person} />
      {me.rights.people ? <Edit person={person} /> : null}
      {person.id === me.person.id ? (
        <p className="wk-hint">{t("person-self")}</p>
      ) : me.rights.people ? (
        <>
          <Powers person={person} />
          <PersonIdentities person={person} />
          <PersonSessions person={person} />
        </>
      ) : null}
      <WhatMay person={person.id} />
    </div>
  );
}

/** Where the person is signed in, and ending it. */
function PersonSessions({ person }: { person: Person }) {
  const t = useT();
  const queries = useQueryClient();
  const say = useSayTrouble();
  const sessions = useQuery(personSessionsQuery(person.id));
  const end = useMutation({
    mutationFn: (id: string) => api.delete(`/api/people/${person.id}/sessions/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["people"] }),
    onError: say,
  });
  if (!sessions.data || sessions.data.length === 0) return null;
  return (
    <section className="wk-section" aria-label={t("person-sessions")}>
      <h3>{t("person-sessions")}</h3>
      <ul>
        {sessions.data.map((row) => (
          <li key={row.id} className="wk-buttons">
            <span>
              <Age ms={row.last_seen_ms} /> · <span className="wk-code">{row.place}</span> · {agentWords(row.agent)}{" "}
              <span className="wk-code wk-faint">{sessionCode(row.id)}</span>
            </span>
            <Button size="small" loading={end.isPending && end.variables === row.id} onClick={() => end.mutate(row.id)}>
              {t("session-revoke")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Edit({ person }: { person: Person }) {
  const t = useT();
  const queries = useQueryClient();
  const say = useSayTrouble();
  const [name, setName] = useState(person.name);
  const [posts, setPosts] = useState<PostDraft[]>(() => draftsOf(person.posts));
  const save = useMutation({
    mutationFn: () => api.patch(`/api/people/${person.id}`, { name: name.trim(), posts }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["people"] }),
    onError: say,
  });
  const changed = name.trim() !== person.name || JSON.stringify(posts) !== JSON.stringify(draftsOf(person.posts));
  return (
    <section className="wk-section wk-fields">
      <Labelled label={t("person-name")}>
        {(id) => <Input id={id} maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />}
      </Labelled>
      <PostsEditor posts={posts} onChange={setPosts} />
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={!changed || !name.trim() || postsProblem(posts) !== undefined}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {t("action-save")}
        </Button>
        <span className="wk-hint">{t("person-posts-note")}</span>
      </div>
    </section>
  );
}

function Powers({ person }: { person: Person }) {
  const t = useT();
  const queries = useQueryClient();
  const say = useSayTrouble();
  const [password, setPassword] = useState<string>();
  const suspend = useMutation({
    mutationFn: (suspended: boolean) => api.patch(`/api/people/${person.id}`, { suspended }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["people"] }),
    onError: say,
  });
  const reset = useMutation({
    mutationFn: () => api.post<{ one_time_password: string }>(`/api/people/${person.id}/reset`),
    onSuccess: (answer) => {
      setPassword(answer.one_time_password);
      queries.invalidateQueries({ queryKey: ["people"] });
    },
    onError: say,
  });
  const removePasskeys = useMutation({
    mutationFn: () => api.delete(`/api/people/${person.id}/passkeys`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["people"] }),
    onError: say,
  });
  return (
    <section className="wk-section">
      <div className="wk-buttons">
        {person.passkeys > 0 ? (
          <Popconfirm
            title={t("person-passkeys-sure", { name: person.name })}
            description={t("person-passkeys-text")}
            okText={t("person-passkeys-remove")}
            cancelText={t("action-cancel")}
            onConfirm={() => removePasskeys.mutate()}
          >
            <Button loading={removePasskeys.isPending}>{t("person-passkeys-remove")}</Button>
          </Popconfirm>
        ) : null}
        <Popconfirm
          title={t("person-reset-sure", { name: person.name })}
          description={t("person-reset-text")}
          okText={t("person-reset")}
          cancelText={t("action-cancel")}
          onConfirm={() => reset.mutate()}
        >
          <Button loading={reset.isPending}>{t("person-reset")}</Button>
        </Popconfirm>
        {person.suspended ? (
          <Button loading={suspend.isPending} onClick={() => suspend.mutate(false)}>
            {t("person-resume")}
          </Button>
        ) : (
          <Popconfirm
            title={t("person-suspend-sure", { name: person.name })}
            description={t("person-suspend-text")}
            okText={t("person-suspend")}
            cancelText={t("action-cancel")}
            onConfirm={() => suspend.mutate(true)}
          >
            <Button danger loading={suspend.isPending}>
              {t("person-suspend")}
            </Button>
          </Popconfirm>
        )}
      </div>
      {password ? (
        <OneTimePassword
          name={person.name}
          account={person.account}
          password={password}
          onClose={() => setPassword(undefined)}
        />
      ) : null}
    </section>
  );
}
