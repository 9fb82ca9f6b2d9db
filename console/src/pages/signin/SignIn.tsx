// Signing in: account and password, then the one-time code where the account has one. Says which system and unit this is.
// Not a place for recovery: a lost password or device is reset by an administrator.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { ApiError, api } from "../../api/client";
import { meQuery, useHealth } from "../../api/queries";
import type { Language, Me } from "../../api/types";
import { Mark } from "../../app/Mark";
import { Switches } from "../../app/TopLine";
import { formatDuration, Meaning, saidWords, type Translate, useLanguage, useT } from "../../ui";
import { PasskeySignIn } from "./PasskeySignIn";
import { ProviderButtons } from "./Providers";
import { RootCertificate } from "./RootCertificate";

/** The unit whose system this browser was last signed in to: before signing in the server does not say. */
export const UNIT_KEY = "wk-unit";

/** The calm frame around what is seen before one is in. */
export function Alone({ title, children }: { title: string; children: ReactNode }) {
  const t = useT();
  const health = useHealth();
  useEffect(() => {
    document.title = `${title} · ${t("system-name")}`;
  }, [title, t]);
  return (
    <div className="wk-alone-frame">
      <header className="wk-alone-top">
        <Switches signedIn={false} />
      </header>
      <main className="wk-alone" id="main">
        <div className="wk-alone-who">
          <Mark size={40} />
          <div>
            <p className="wk-alone-system">{t("system-name")}</p>
            <p className="wk-alone-unit">{localStorage.getItem(UNIT_KEY) ?? t("signin-unit-unknown")}</p>
          </div>
        </div>
        {children}
      </main>
      <footer className="wk-alone-foot">
        <p>{t("signin-notice")}</p>
        <RootCertificate />
        <p className="wk-faint">{health.data ? t("signin-version", { version: health.data.version }) : null}</p>
      </footer>
    </div>
  );
}

/** Why it did not work, in words that help and say nothing about whether the account exists. */
export function signInTrouble(error: unknown, withCode: boolean, language: Language, t: Translate): string {
  if (!(error instanceof ApiError) || error.status === 0) return t("trouble-no-answer");
  if (error.status === 429)
    return error.retryAfterMs
      ? t("signin-locked-for", { time: formatDuration(error.retryAfterMs, language) })
      : t("signin-locked");
  // Whoever knows password and code is told why the account cannot be used, and what helps.
  if (error.refusal) return saidWords(error.refusal, language);
  return error.status === 401 ? t(withCode ? "signin-bad-code" : "signin-bad") : t(`trouble-${error.kind}`);
}

export function SignIn() {
  const t = useT();
  const { language } = useLanguage();
  const id = useId();
  const queries = useQueryClient();
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [needsCode, setNeedsCode] = useState(false);
  const codeField = useRef<HTMLInputElement>(null);
  const signedIn = (me: Me) => {
    // Nothing that somebody else was shown before may flash up; what this page itself reads stays.
    const own = ["me", "health", "sign-in"];
    queries.removeQueries({ predicate: ({ queryKey }) => !own.includes(String(queryKey[0])) });
    queries.setQueryData(meQuery.queryKey, me);
  };
  const signIn = useMutation({
    mutationFn: () =>
      api.post<Me>("/api/sign-in", { account: account.trim(), password, totp: needsCode ? code : undefined }),
    onSuccess: signedIn,
    onError: (error) => {
      if (error instanceof ApiError && error.code === "totp_required") setNeedsCode(true);
      else setCode("");
    },
  });
  useEffect(() => {
    if (needsCode) codeField.current?.focus();
  }, [needsCode]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  const asksCode = signIn.error instanceof ApiError && signIn.error.code === "totp_required";
  return (
    <Alone title={t("signin-title")}>
      <form className="wk-alone-form" onSubmit={submit}>
        <h1>{t(needsCode ? "signin-code-title" : "signin-title")}</h1>
        {needsCode ? (
          <label htmlFor={`${id}-code`}>
            <span>{t("signin-code")}</span>
            <input
              ref={codeField}
              id={`${id}-code`}
              className="wk-code-input"
              value={code}
              onChange={(event) => setCode(event.target.value.replace(/\D/g, "").slice(0, 6))}
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              pattern="[0-9]{6}"
            />
            <span className="wk-hint">{t("signin-code-hint")}</span>
          </label>
        ) : (
          <>
            <label htmlFor={`${id}-account`}>
              <span>{t("signin-account")}</span>
              <Input
                id={`${id}-account`}
                size="large"
                value={account}
                onChange={(event) => setAccount(event.target.value)}
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                required
                autoFocus
              />
            </label>
            <label htmlFor={`${id}-password`}>
              <span>{t("signin-password")}</span>
              <Input.Password
                id={`${id}-password`}
                size="large"
                value={password}
                onChange={(event) => setPassword(event.target.value)}
                autoComplete="current-password"
                required
              />
            </label>
          </>
        )}
        <div className="wk-alone-say" aria-live="polite">
          {signIn.error && !asksCode ? (
            <Meaning tone="breach">{signInTrouble(signIn.error, needsCode, language, t)}</Meaning>
          ) : null}
        </div>
        <Button type="primary" size="large" htmlType="submit" block loading={signIn.isPending}>
          {t(needsCode ? "signin-check" : "signin-do")}
        </Button>
        <p className="wk-hint">
          <a href="/report">{t("report-link")}</a>
        </p>
        {needsCode ? (
          <Button
            type="text"
            block
            onClick={() => {
              setNeedsCode(false);
              signIn.reset();
            }}
          >
            {t("action-back")}
          </Button>
        ) : (
          <>
            <PasskeySignIn onSignedIn={signedIn} />
            <ProviderButtons />
          </>
        )}
      </form>
    </Alone>
  );
}
