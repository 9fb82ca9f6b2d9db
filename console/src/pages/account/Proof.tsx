// One's own password, and the code of the second factor where there is one, asked for again before something of the account changes.
// It sends nothing: whoever uses it does.
import { Input } from "antd";
import { type ReactNode, useState } from "react";
import { ApiError } from "../../api/client";
import { type Translate, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

export interface Proof {
  fields: ReactNode;
  /** As the server takes it. */
  proof: { password: string; totp: string | undefined };
  ready: boolean;
}

export function useProof(withCode: boolean): Proof {
  const t = useT();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const fields = (
    <>
      <Labelled label={t("passkeys-password")}>
        {(id) => (
          <Input.Password
            id={id}
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Labelled>
      {withCode ? (
        <Labelled label={t("signin-code")}>
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
      ) : null}
    </>
  );
  const proof = { password, totp: withCode ? code : undefined };
  return { fields, proof, ready: password !== "" && (!withCode || code.length === 6) };
}

/** What was wrong with the proof; `undefined`: it was something else. */
export function proofTrouble(error: unknown, t: Translate): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.field === "password") return t("password-old-wrong");
  return error.field === "code" ? t("passkeys-code-wrong") : undefined;
}
