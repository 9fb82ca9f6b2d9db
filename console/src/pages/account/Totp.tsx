// The second factor: enrolling an authenticator (RFC 6238) by its QR code or secret text, proving it with a code, taking it off.
// The secret exists here only between asking for it and confirming it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { type FormEvent, useState } from "react";
import { renderSVG } from "uqr";
import { ApiError, api } from "../../api/client";
import { meQuery } from "../../api/queries";
import { CopyText, Meaning, troubleWords, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

interface Pending {
  secret: string;
  otpauth_url: string;
}

/** `JBSW Y3DP …`: easier to type from a screen. */
export function inFours(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, "$1 ");
}

export function Totp({ enrolled }: { enrolled: boolean }) {
  const t = useT();
  const queries = useQueryClient();
  const [pending, setPending] = useState<Pending>();
  const done = () => {
    setPending(undefined);
    queries.invalidateQueries({ queryKey: meQuery.queryKey });
  };
  const begin = useMutation({ mutationFn: () => api.post<Pending>("/api/me/totp"), onSuccess: setPending });
  return (
    <section className="wk-panel">
      <h2>{t("totp-title")}</h2>
      <p className="wk-soft">{t("totp-lead")}</p>
      {enrolled ? (
        <TakeOff onDone={done} />
      ) : pending ? (
        <Enrol pending={pending} onDone={done} onCancel={() => setPending(undefined)} />
      ) : (
        <>
          <Meaning tone="notice">{t("totp-off")}</Meaning>
          <div>
            <Button type="primary" loading={begin.isPending} onClick={() => begin.mutate()}>
              {t("totp-begin")}
            </Button>
          </div>
          {begin.error ? <Meaning tone="breach">{troubleWords(begin.error, t)}</Meaning> : null}
        </>
      )}
    </section>
  );
}

function Enrol({ pending, onDone, onCancel }: { pending: Pending; onDone: () => void; onCancel: () => void }) {
  const t = useT();
  const [code, setCode] = useState("");
  const confirm = useMutation({ mutationFn: () => api.post("/api/me/totp/confirm", { code }), onSuccess: onDone });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  // Black on white in both themes: phones read no other kind reliably.
  const svg = renderSVG(pending.otpauth_url, { border: 3, ecc: "M", blackColor: "#000", whiteColor: "#fff" });
  return (
    <form className="wk-fields" onSubmit={submit}>
      <div className="wk-totp">
        <img className="wk-qr" alt={t("totp-qr")} src={`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`} />
        <div className="wk-fields">
          <p>{t("totp-scan")}</p>
          <div>
            <p className="wk-term">{t("totp-secret")}</p>
            <CopyText text={inFours(pending.secret)} label={t("totp-secret")} />
          </div>
        </div>
      </div>
      <Labelled label={t("totp-code")}>
        {(id) => (
          <Input
            id={id}
            className="wk-mono"
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={(event) => setCode(event.target.value.replace(/\D/g, "").slice(0, 6))}
          />
        )}
      </Labelled>
      {confirm.error ? (
        <Meaning tone="breach">
          {confirm.error instanceof ApiError && confirm.error.status < 500
            ? t("signin-bad-code")
            : troubleWords(confirm.error, t)}
        </Meaning>
      ) : null}
      <div className="wk-buttons">
        <Button type="primary" htmlType="submit" disabled={code.length !== 6} loading={confirm.isPending}>
          {t("totp-confirm")}
        </Button>
        <Button onClick={onCancel}>{t("action-cancel")}</Button>
      </div>
    </form>
  );
}

function TakeOff({ onDone }: { onDone: () => void }) {
  const t = useT();
  const [asking, setAsking] = useState(false);
  const [password, setPassword] = useState("");
  const remove = useMutation({ mutationFn: () => api.delete("/api/me/totp", { password }), onSuccess: onDone });
  if (!asking)
    return (
      <>
        <Meaning tone="good">{t("totp-on")}</Meaning>
        <div>
          <Button onClick={() => setAsking(true)}>{t("totp-remove")}</Button>
        </div>
      </>
    );
  return (
    <form
      className="wk-fields"
      onSubmit={(event) => {
        event.preventDefault();
        remove.mutate();
      }}
    >
      <Labelled label={t("totp-remove-password")}>
        {(id) => (
          <Input.Password
            id={id}
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Labelled>
      {remove.error ? <Meaning tone="breach">{t("password-old-wrong")}</Meaning> : null}
      <div className="wk-buttons">
        <Button danger htmlType="submit" disabled={!password} loading={remove.isPending}>
          {t("totp-remove")}
        </Button>
        <Button onClick={() => setAsking(false)}>{t("action-cancel")}</Button>
      </div>
    </form>
  );
}
