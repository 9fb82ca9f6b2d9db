// Changing one's own password: old, new, new again. Used on the account page and at the first sign-in.
import { useMutation } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { type FormEvent, useId, useState } from "react";
import { ApiError, api } from "../../api/client";
import { Meaning, troubleWords, useT } from "../../ui";

/** The server's own least length; this only says so early. */
export const PASSWORD_CHARS_MIN = 12;

/** What is wrong with a new password, as a Fluent id, or nothing. */
export function passwordProblem(old: string, fresh: string, again: string): string | undefined {
  if ([...fresh].length < PASSWORD_CHARS_MIN) return "password-short";
  if (fresh === old) return "password-same";
  if (new Set(fresh).size < 5) return "password-plain";
  if (again !== fresh) return "password-differs";
  return undefined;
}

export function PasswordForm({
  account,
  oldLabel,
  onDone,
}: {
  account: string;
  oldLabel?: string;
  onDone: () => void;
}) {
  const t = useT();
  const id = useId();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const change = useMutation({
    mutationFn: () => api.post("/api/me/password", { old, new: fresh }),
    onSuccess: () => {
      setOld("");
      setFresh("");
      setAgain("");
      onDone();
    },
  });
  const problem = passwordProblem(old, fresh, again);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!problem) change.mutate();
  };
  const trouble = !change.error
    ? undefined
    : change.error instanceof ApiError && change.error.field === "password"
      ? t("password-old-wrong")
      : change.error instanceof ApiError && change.error.field === "new"
        ? t("password-plain")
        : troubleWords(change.error, t);
  return (
    <form className="wk-fields" onSubmit={submit}>
      <input type="text" name="username" autoComplete="username" value={account} readOnly hidden />
      <label htmlFor={`${id}-old`}>
        <span>{oldLabel ?? t("password-old")}</span>
        <Input.Password
          id={`${id}-old`}
          value={old}
          onChange={(event) => setOld(event.target.value)}
          autoComplete="current-password"
          required
        />
      </label>
      <label htmlFor={`${id}-new`}>
        <span>{t("password-new")}</span>
        <Input.Password
          id={`${id}-new`}
          value={fresh}
          onChange={(event) => setFresh(event.target.value)}
          autoComplete="new-password"
          aria-describedby={`${id}-say`}
          required
        />
      </label>
      <label htmlFor={`${id}-again`}>
        <span>{t("password-again")}</span>
        <Input.Password
          id={`${id}-again`}
          value={again}
          onChange={(event) => setAgain(event.target.value)}
          autoComplete="new-password"
          aria-describedby={`${id}-say`}
          required
        />
      </label>
      <div id={`${id}-say`} className="wk-hint" aria-live="polite">
        {trouble ? (
          <Meaning tone="breach">{trouble}</Meaning>
        ) : fresh && problem ? (
          <Meaning tone="late">{t(problem, { count: String(PASSWORD_CHARS_MIN) })}</Meaning>
        ) : (
          t("password-hint", { count: String(PASSWORD_CHARS_MIN) })
        )}
      </div>
      <div>
        <Button type="primary" htmlType="submit" loading={change.isPending} disabled={problem !== undefined}>
          {t("password-change")}
        </Button>
      </div>
    </form>
  );
}
