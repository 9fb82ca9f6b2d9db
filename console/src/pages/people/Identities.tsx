// A person's links with sign-in providers, for whoever keeps the account: seeing and ending them, and inviting the person to make one.
// Nobody links for somebody else. The invitation's address is shown once.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal, Popconfirm } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { personIdentitiesQuery } from "../../api/queries";
import type { Identity, Invitation, Person, Provider } from "../../api/types";
import { CopyText, said, Time, useLanguage, useSayTrouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

export function PersonIdentities({ person }: { person: Person }) {
  const t = useT();
  const { language } = useLanguage();
  const kept = useQuery(personIdentitiesQuery(person.id));
  const [inviting, setInviting] = useState<Provider>();
  const { identities = [], providers = [] } = kept.data ?? {};
  if (identities.length === 0 && providers.length === 0) return null;
  return (
    <section className="wk-section" aria-label={t("identities-title")}>
      <h3>{t("identities-title")}</h3>
      <ul>
        {identities.map((identity) => (
          <Row key={identity.id} person={person} identity={identity} />
        ))}
      </ul>
      {inviting ? (
        <Invite person={person} provider={inviting} onClose={() => setInviting(undefined)} />
      ) : (
        <div className="wk-buttons">
          {providers.map((provider) => (
            <Button key={provider.id} onClick={() => setInviting(provider)}>
              {t("identities-invite", { provider: said(provider.name, language) })}
            </Button>
          ))}
        </div>
      )}
    </section>
  );
}

function Row({ person, identity }: { person: Person; identity: Identity }) {
  const t = useT();
  const { language } = useLanguage();
  const queries = useQueryClient();
  const say = useSayTrouble();
  const name = said(identity.provider, language);
  const unlink = useMutation({
    mutationFn: () => api.delete(`/api/people/${person.id}/identities/${identity.id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["people"] }),
    onError: say,
  });
  return (
    <li className="wk-buttons">
      <span>
        {name} · <span className="wk-code">{identity.subject}</span> · <Time ms={identity.created_ms} />
      </span>
      <Popconfirm
        title={t("identities-unlink-sure", { provider: name })}
        description={t("identities-unlink-of-text")}
        okText={t("identities-unlink")}
        cancelText={t("action-cancel")}
        onConfirm={() => unlink.mutate()}
      >
        <Button size="small" loading={unlink.isPending}>
          {t("identities-unlink")}
        </Button>
      </Popconfirm>
    </li>
  );
}

function Invite({ person, provider, onClose }: { person: Person; provider: Provider; onClose: () => void }) {
  const t = useT();
  const { language } = useLanguage();
  const say = useSayTrouble();
  const [subject, setSubject] = useState("");
  const invite = useMutation({
    mutationFn: () =>
      api.post<Invitation>(`/api/people/${person.id}/identities/invitation`, {
        provider: provider.id,
        ...(subject.trim() ? { subject: subject.trim() } : {}),
      }),
    onError: say,
  });
  return (
    <form
      className="wk-fields"
      onSubmit={(event) => {
        event.preventDefault();
        invite.mutate();
      }}
    >
      <p>{t("identities-invite-lead", { name: person.name, provider: said(provider.name, language) })}</p>
      <Labelled label={t("identities-subject")} hint={t("identities-subject-hint")}>
        {(id) => (
          <Input
            id={id}
            className="wk-mono"
            maxLength={255}
            value={subject}
            onChange={(event) => setSubject(event.target.value)}
          />
        )}
      </Labelled>
      <div className="wk-buttons">
        <Button type="primary" htmlType="submit" loading={invite.isPending}>
          {t("identities-invite-do")}
        </Button>
        <Button onClick={onClose}>{t("action-cancel")}</Button>
      </div>
      {invite.data ? (
        <Modal
          open
          title={t("identities-invitation-title", { name: person.name })}
          closable={false}
          keyboard={false}
          mask={{ closable: false }}
          footer={
            <Button type="primary" onClick={onClose}>
              {t("otp-done")}
            </Button>
          }
        >
          <p>{t("identities-invitation-text")}</p>
          <CopyText text={invite.data.address} label={t("identities-invitation")} />
          <p className="wk-soft">
            {t("session-until")} <Time ms={invite.data.expires_ms} />
          </p>
        </Modal>
      ) : null}
    </form>
  );
}
