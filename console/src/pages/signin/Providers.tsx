// Signing in by a provider's word: the buttons, the page that a provider sends people back to, and the page of an invitation.
import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useRef } from "react";
import { ApiError, api } from "../../api/client";
import { placeOf } from "../../api/passkey";
import { leaveFor, takeBegun, theInvitation, whatCameBack } from "../../api/provider";
import { useSignInMeans } from "../../api/queries";
import type { Identity, Language, Me, ProviderAddress } from "../../api/types";
import { Loading, Meaning, said, saidWords, type Translate, useLanguage, useT } from "../../ui";
import { signInTrouble } from "./SignIn";

/** Why it did not work, naming the provider where the server does. */
export function providerTrouble(error: unknown, language: Language, t: Translate): string {
  if (error instanceof ApiError && error.words) return saidWords(error.words, language);
  if (error instanceof ApiError && error.code === "journey") return t("identities-too-long");
  if (error instanceof ApiError && error.code === "bad_credentials") return t("identities-bad");
  return signInTrouble(error, false, language, t);
}

export function ProviderButtons() {
  const t = useT();
  const { language } = useLanguage();
  const means = useSignInMeans();
  const begin = useMutation({
    mutationFn: (provider: string) => api.post<ProviderAddress>("/api/sign-in/provider/begin", { provider }),
    onSuccess: ({ address }) => leaveFor(address, "sign-in"),
  });
  const providers = means.data?.providers ?? [];
  if (providers.length === 0) return null;
  const place = placeOf(means.data?.passkey_host, window.location);
  if (typeof place === "object")
    return (
      <p className="wk-hint">
        {t("identities-elsewhere")} <a href={place.address}>{place.address}</a>
      </p>
    );
  return (
    <>
      {providers.map(({ id, name }) => (
        <Button
          key={id}
          size="large"
          block
          loading={begin.isPending && begin.variables === id}
          onClick={() => begin.mutate(id)}
        >
          {t("identities-sign-in", { provider: said(name, language) })}
        </Button>
      ))}
      <div className="wk-alone-say" aria-live="polite">
        {begin.error ? <Meaning tone="breach">{providerTrouble(begin.error, language, t)}</Meaning> : null}
      </div>
    </>
  );
}

/** The page that a provider sends people back to. */
export function ProviderReturn() {
  const t = useT();
  const { language } = useLanguage();
  const begun = useRef<ReturnType<typeof takeBegun>>(undefined);
  const finish = useMutation({
    mutationFn: async () => {
      begun.current = takeBegun();
      const came = whatCameBack();
      if (begun.current.errand === "link") await api.post<Identity>("/api/me/identities", came);
      else await api.post<Me>("/api/sign-in/provider", came);
    },
    onSuccess: () => window.location.replace(begun.current?.back ?? "/"),
  });
  const { mutate } = finish;
  const started = useRef(false);
  useEffect(() => {
    // What came back counts once.
    if (started.current) return;
    started.current = true;
    mutate();
  }, [mutate]);
  const linking = begun.current?.errand === "link";
  return (
    <div className="wk-alone-form">
      <h1>{t("identities-return-title")}</h1>
      {finish.error ? (
        <>
          <div className="wk-alone-say" role="alert">
            <Meaning tone="breach">{providerTrouble(finish.error, language, t)}</Meaning>
          </div>
          <Button type="primary" size="large" block href={begun.current?.back ?? "/"}>
            {t(linking ? "identities-to-account" : "identities-to-sign-in")}
          </Button>
        </>
      ) : (
        <Loading />
      )}
    </div>
  );
}

/** The page of an invitation: whoever has it goes through the provider, and is linked with what comes back. */
export function Invited() {
  const t = useT();
  const { language } = useLanguage();
  const means = useSignInMeans();
  const invited = theInvitation();
  const begin = useMutation({
    mutationFn: () => api.post<ProviderAddress>("/api/sign-in/provider/begin", invited),
    onSuccess: ({ address }) => leaveFor(address, "sign-in"),
  });
  const provider = means.data?.providers.find(({ id }) => id === invited?.provider);
  if (!means.data) return <Loading />;
  return (
    <div className="wk-alone-form">
      <h1>{t("identities-invited-title")}</h1>
      <p>{t("identities-invited-lead")}</p>
      <div className="wk-alone-say" aria-live="polite">
        {begin.error ? <Meaning tone="breach">{providerTrouble(begin.error, language, t)}</Meaning> : null}
        {provider ? null : <Meaning tone="breach">{t("identities-gone")}</Meaning>}
      </div>
      <Button
        type="primary"
        size="large"
        block
        disabled={!provider}
        loading={begin.isPending}
        onClick={() => begin.mutate()}
      >
        {t("identities-sign-in", { provider: said(provider?.name, language) })}
      </Button>
      <p className="wk-hint">
        <a href="/">{t("identities-to-sign-in")}</a>
      </p>
    </div>
  );
}
