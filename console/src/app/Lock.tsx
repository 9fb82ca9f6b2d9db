// The lock over a console that is left alone or was locked on leaving: it covers the page, but for the wall's pictures while their
// viewer is on shift, and opens for the same person by password or passkey. The page beneath stays as it was. Whoever else comes
// signs in anew, and sees nothing of it. Not the guard: the server answers nothing meanwhile.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { ApiError, api } from "../api/client";
import { type Locked, lock } from "../api/lock";
import { meQuery } from "../api/queries";
import type { Me } from "../api/types";
import { PasskeySignIn } from "../pages/signin/PasskeySignIn";
import { ProviderButtons } from "../pages/signin/Providers";
import { signInTrouble } from "../pages/signin/SignIn";
import { forgetDrafts, Icon, Meaning, useLanguage, useT } from "../ui";

/** How often it is looked whether the lock was opened in another tab. */
const LOOK_MS = 5_000;

export function LockScreen({ me, locked }: { me: Me; locked: Locked }) {
  const t = useT();
  const queries = useQueryClient();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const dialog = useModal();
  const wall = locked === "left_alone_on_shift" && path.startsWith("/wall");
  const back = (now: Me) => {
    const same = now.person.id === me.person.id;
    if (!same) {
      forgetDrafts();
      window.location.assign("/");
      return;
    }
    queries.setQueryData(meQuery.queryKey, now);
    lock.open(true);
    queries.invalidateQueries();
  };
  useOpenedElsewhere(back);
  const leave = useMutation({
    mutationFn: () => api.post("/api/sign-out"),
    onSettled: () => {
      forgetDrafts();
      window.location.assign("/");
    },
  });
  return (
    <dialog
      ref={dialog}
      className={`wk-lock${wall ? " wk-lock-wall" : ""}`}
      aria-label={t("lock-title")}
      onCancel={(event) => event.preventDefault()}
      onClose={() => dialog.current?.showModal()}
    >
      <div className="wk-lock-panel">
        <h1>
          <Icon name="account" /> {t("lock-title")}
        </h1>
        <p className="wk-soft">{t(wall ? "lock-lead-wall" : "lock-lead")}</p>
        <Unlock account={me.person.account} name={me.person.name} onBack={back} />
        {/* Through a provider the page is left, and the address comes back. */}
        <ProviderButtons />
        <Button type="text" block loading={leave.isPending} onClick={() => leave.mutate()}>
          {t("lock-other")}
        </Button>
      </div>
    </dialog>
  );
}

/** Above everything, with everything else out of reach; keys that are pressed in it are nobody else's. */
function useModal() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const open = dialog.current;
    if (!open) return;
    if (!open.open) open.showModal();
    const keep = (event: Event) => event.stopPropagation();
    open.addEventListener("keydown", keep);
    return () => open.removeEventListener("keydown", keep);
  }, []);
  return dialog;
}

function useOpenedElsewhere(back: (me: Me) => void) {
  const latest = useRef(back);
  latest.current = back;
  useEffect(() => {
    const look = () =>
      api.get<Me>("/api/me").then(
        (me) => latest.current(me),
        () => undefined,
      );
    const every = setInterval(look, LOOK_MS);
    return () => clearInterval(every);
  }, []);
}

function Unlock({ account, name, onBack }: { account: string; name: string; onBack: (me: Me) => void }) {
  const t = useT();
  const { language } = useLanguage();
  const id = useId();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState<string>();
  const unlock = useMutation({
    mutationFn: () => api.post<Me>("/api/sign-in", { account, password, totp: code || undefined }),
    onSuccess: onBack,
    onError: (error) => setCode(error instanceof ApiError && error.code === "totp_required" ? "" : code && ""),
  });
  const asksCode = unlock.error instanceof ApiError && unlock.error.code === "totp_required";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    unlock.mutate();
  };
  return (
    <form className="wk-lock-form" onSubmit={submit}>
      <p>
        <strong>{name}</strong> <span className="wk-code">{account}</span>
      </p>
      <label htmlFor={`${id}-password`}>
        <span>{t("lock-password")}</span>
        <Input.Password
          id={`${id}-password`}
          size="large"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          autoComplete="current-password"
          required
          autoFocus
        />
      </label>
      {code === undefined ? null : (
        <label htmlFor={`${id}-code`}>
          <span>{t("signin-code")}</span>
          <Input
            id={`${id}-code`}
            size="large"
            value={code}
            onChange={(event) => setCode(event.target.value.replace(/\D/g, "").slice(0, 6))}
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            pattern="[0-9]{6}"
          />
        </label>
      )}
      <div className="wk-alone-say" aria-live="polite">
        {unlock.error && !asksCode ? (
          <Meaning tone="breach">{signInTrouble(unlock.error, code !== undefined, language, t)}</Meaning>
        ) : null}
      </div>
      <Button type="primary" size="large" htmlType="submit" block loading={unlock.isPending}>
        {t("lock-open")}
      </Button>
      <PasskeySignIn onSignedIn={onBack} />
    </form>
  );
}
