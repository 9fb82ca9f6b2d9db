// The second person at this console: signing in beside its holder, and leaving. Who counts the server decides, at each act.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Popconfirm } from "antd";
import { type FormEvent, useState } from "react";
import { ApiError, api } from "../api/client";
import { askPasskey, hasPasskeys, isLeftOff, placeOf } from "../api/passkey";
import { meQuery, useMe, useSignInMeans } from "../api/queries";
import type { Me, PasskeyChallenge } from "../api/types";
import { formatDuration, formatTime } from "./format";
import { Icon } from "./Icon";
import { useLanguage, useT } from "./i18n";
import { Labelled } from "./Labelled";
import { Meaning } from "./Meaning";
import { saidWords } from "./trouble";
import { useNow } from "./useNow";

/** Opens the form; once somebody has signed in, what was refused may be asked for again. */
export function SecondPersonButton({ onHelped }: { onHelped?: (() => void) | undefined }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  if (!open)
    return (
      <Button type="primary" onClick={() => setOpen(true)}>
        {t("second-person-sign-in")}
      </Button>
    );
  const done = () => {
    setOpen(false);
    onHelped?.();
  };
  return <SecondPersonForm onDone={done} />;
}

function SecondPersonForm({ onDone }: { onDone: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const onSuccess = (me: Me) => {
    queries.setQueryData(meQuery.queryKey, me);
    onDone();
  };
  const join = useMutation({
    mutationFn: () => api.post<Me>("/api/me/second-person", { account, password, totp: code || undefined }),
    onSuccess,
  });
  const asksCode = join.error instanceof ApiError && join.error.code === "totp_required";
  const withCode = asksCode || code !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    join.mutate();
  };
  return (
    <form className="wk-fields wk-second-person" aria-label={t("second-person")} onSubmit={submit}>
      <p className="wk-hint">{t("second-person-lead")}</p>
      <Labelled label={t("second-person-account")}>
        {(id) => (
          <Input id={id} autoComplete="off" value={account} onChange={(event) => setAccount(event.target.value)} />
        )}
      </Labelled>
      <Labelled label={t("second-person-password")}>
        {(id) => (
          <Input.Password
            id={id}
            autoComplete="off"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Labelled>
      {withCode ? (
        <Labelled label={t("second-person-code")}>
          {(id) => <Input id={id} inputMode="numeric" value={code} onChange={(event) => setCode(event.target.value)} />}
        </Labelled>
      ) : null}
      {join.error && !asksCode ? <JoinTrouble error={join.error} /> : null}
      <div className="wk-buttons">
        <Button type="primary" htmlType="submit" loading={join.isPending} disabled={!account.trim() || !password}>
          {t("second-person-sign-in")}
        </Button>
        <ByPasskey onSuccess={onSuccess} />
      </div>
      <Providers />
    </form>
  );
}

/** Their passkey stands for account, password and code; the device asks who they are. */
function ByPasskey({ onSuccess }: { onSuccess: (me: Me) => void }) {
  const t = useT();
  const means = useSignInMeans();
  const join = useMutation({
    mutationFn: async () => {
      const challenge = await api.post<PasskeyChallenge>("/api/me/second-person/passkey/challenge");
      return api.post<Me>("/api/me/second-person/passkey", await askPasskey(challenge));
    },
    onSuccess,
  });
  if (placeOf(means.data?.passkey_host, window.location) !== "here" || !hasPasskeys()) return null;
  return (
    <>
      <Button loading={join.isPending} onClick={() => join.mutate()}>
        {t("second-person-passkey")}
      </Button>
      {isLeftOff(join.error) ? <Meaning tone="notice">{t("passkeys-left-off")}</Meaning> : null}
      {join.error && !isLeftOff(join.error) ? <JoinTrouble error={join.error} bad="passkeys-bad" /> : null}
    </>
  );
}

/** A provider would leave its own session of the second person in the first one's browser. */
function Providers() {
  const t = useT();
  const means = useSignInMeans();
  if (!means.data?.providers.length) return null;
  return <p className="wk-hint">{t("second-person-no-provider")}</p>;
}

function JoinTrouble({ error, bad = "second-person-bad" }: { error: unknown; bad?: string }) {
  const t = useT();
  const { language } = useLanguage();
  const words = () => {
    if (error instanceof DOMException) return t("passkeys-failed");
    if (error instanceof ApiError && error.code === "challenge") return t("passkeys-too-long");
    if (!(error instanceof ApiError) || error.status === 0) return t("trouble-no-answer");
    if (error.refusal) return saidWords(error.refusal, language);
    if (error.status === 429)
      return t("second-person-locked", { time: formatDuration(error.retryAfterMs ?? 0, language) });
    return error.status === 400 ? t(bad) : t(`trouble-${error.kind}`);
  };
  return (
    <div role="alert">
      <Meaning tone="breach">{words()}</Meaning>
    </div>
  );
}

/** Who is at this console beside its holder, and the way out. */
export function SecondPersonChip() {
  const t = useT();
  const { language } = useLanguage();
  const { second_person: second } = useMe();
  const queries = useQueryClient();
  const now = useNow(30_000);
  const leave = useMutation({
    mutationFn: () => api.delete<Me>("/api/me/second-person"),
    onSuccess: (me) => queries.setQueryData(meQuery.queryKey, me),
    onError: () => queries.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
  if (!second || second.until_ms <= now) return null;
  const time = formatTime(second.until_ms, language, { timeOnly: true });
  const words = t("second-person-until", { name: second.name, time });
  return (
    <Popconfirm
      title={t("second-person-leave-note")}
      okText={t("second-person-leave")}
      cancelText={t("action-cancel")}
      onConfirm={() => leave.mutate()}
    >
      <button
        type="button"
        className="wk-chip wk-chip-second"
        title={t("second-person-here", { name: second.name })}
        aria-label={words}
      >
        <Icon name="people" size={15} />
        <span className="wk-chip-words">{words}</span>
      </button>
    </Popconfirm>
  );
}
