// One's own links with sign-in providers: making one after the password once more, and ending one. Nothing is shown where no provider
// is set up and none is linked.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { useState } from "react";
import { ApiError, api } from "../../api/client";
import { placeOf } from "../../api/passkey";
import { leaveFor } from "../../api/provider";
import { useIdentities, useSignInMeans } from "../../api/queries";
import type { Identity, Language, Provider, ProviderAddress } from "../../api/types";
import {
  Age,
  Meaning,
  said,
  saidWords,
  Time,
  type Translate,
  Trouble,
  troubleWords,
  useLanguage,
  useSayTrouble,
  useT,
} from "../../ui";
import { proofTrouble, useProof } from "./Proof";

export function Identities({ withCode }: { withCode: boolean }) {
  const t = useT();
  const { language } = useLanguage();
  const own = useIdentities();
  const means = useSignInMeans();
  const [chosen, setChosen] = useState<Provider>();
  const { identities = [], providers = [] } = own.data ?? {};
  if (!own.error && identities.length === 0 && providers.length === 0) return null;
  const place = placeOf(means.data?.passkey_host, window.location);
  return (
    <section className="wk-panel" aria-label={t("identities-title")}>
      <h2>{t("identities-title")}</h2>
      <p className="wk-soft">{t("identities-lead")}</p>
      {own.error ? <Trouble error={own.error} onRetry={() => own.refetch()} /> : null}
      <ul className="wk-passkeys">
        {identities.map((identity) => (
          <Row key={identity.id} identity={identity} />
        ))}
      </ul>
      {typeof place === "object" ? (
        <Meaning tone="notice">
          {t("identities-elsewhere")} <a href={place.address}>{place.address}</a>
        </Meaning>
      ) : chosen ? (
        <Begin provider={chosen} withCode={withCode} onDone={() => setChosen(undefined)} />
      ) : (
        <div className="wk-buttons">
          {providers.map((provider) => (
            <Button key={provider.id} type="primary" onClick={() => setChosen(provider)}>
              {t("identities-link", { provider: said(provider.name, language) })}
            </Button>
          ))}
        </div>
      )}
    </section>
  );
}

/** Why linking did not begin, in words that help. */
export function linkTrouble(error: unknown, language: Language, t: Translate): string {
  const ofProof = proofTrouble(error, t);
  if (ofProof) return ofProof;
  return error instanceof ApiError && error.words ? saidWords(error.words, language) : troubleWords(error, t);
}

function Begin({ provider, withCode, onDone }: { provider: Provider; withCode: boolean; onDone: () => void }) {
  const t = useT();
  const { language } = useLanguage();
  const own = useProof(withCode);
  const begin = useMutation({
    mutationFn: () => api.post<ProviderAddress>("/api/me/identities/begin", { provider: provider.id, ...own.proof }),
    onSuccess: ({ address }) => leaveFor(address, "link"),
  });
  return (
    <form
      className="wk-fields"
      onSubmit={(event) => {
        event.preventDefault();
        begin.mutate();
      }}
    >
      <p>{t("identities-begin", { provider: said(provider.name, language) })}</p>
      {own.fields}
      {begin.error ? <Meaning tone="breach">{linkTrouble(begin.error, language, t)}</Meaning> : null}
      <div className="wk-buttons">
        <Button type="primary" htmlType="submit" disabled={!own.ready} loading={begin.isPending}>
          {t("identities-go")}
        </Button>
        <Button onClick={onDone}>{t("action-cancel")}</Button>
      </div>
    </form>
  );
}

function Row({ identity }: { identity: Identity }) {
  const t = useT();
  const { language } = useLanguage();
  const queries = useQueryClient();
  const say = useSayTrouble();
  const name = said(identity.provider, language);
  const unlink = useMutation({
    mutationFn: () => api.delete(`/api/me/identities/${identity.id}`),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["identities"] });
      queries.invalidateQueries({ queryKey: ["sessions"] });
    },
    onError: say,
  });
  return (
    <li>
      <strong>{name}</strong>
      <IdentityFacts identity={identity} />
      <div className="wk-buttons">
        <Popconfirm
          title={t("identities-unlink-sure", { provider: name })}
          description={t("identities-unlink-text")}
          okText={t("identities-unlink")}
          cancelText={t("action-cancel")}
          onConfirm={() => unlink.mutate()}
        >
          <Button size="small" loading={unlink.isPending}>
            {t("identities-unlink")}
          </Button>
        </Popconfirm>
      </div>
    </li>
  );
}

function IdentityFacts({ identity }: { identity: Identity }) {
  const t = useT();
  return (
    <span className="wk-soft">
      <span className="wk-code">{identity.subject}</span> · {t("identities-since")} <Time ms={identity.created_ms} /> ·{" "}
      {identity.used_ms ? (
        <>
          {t("passkeys-used")} <Age ms={identity.used_ms} />
        </>
      ) : (
        t("passkeys-unused")
      )}
      {identity.usable ? null : ` · ${t("identities-unusable")}`}
    </span>
  );
}
