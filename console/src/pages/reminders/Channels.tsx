// By which ways reminders leave the console: the installation's mail server, set by administrators, and webhooks of one's units, set by
// whoever answers for the unit. A secret is shown once; a password never.
import { Button, Checkbox, Input, InputNumber, Popconfirm, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe, useUnits } from "../../api/queries";
import { type MailServer, useReminderAct, useReminderChannels, type Webhook } from "../../api/reminders";
import { CopyText, Facts, Loading, Meaning, Time, Trouble, UnitField, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { DaysField, HourField, Test } from "./Wishes";

const SECURITY = ["starttls", "tls", "none"] as const;
/** The port that goes with it when nobody says another. */
const PORTS: Readonly<Record<string, number>> = { starttls: 587, tls: 465, none: 25 };
const KEEPERS: readonly string[] = ["administrator", "manager"];

export function Channels() {
  const t = useT();
  const { posts } = useMe();
  const units = useUnits();
  const channels = useReminderChannels();
  const whole = posts.filter(({ group }) => !group);
  const kept = new Set(whole.filter(({ role }) => KEEPERS.includes(role)).map(({ unit }) => unit.id));
  const own = (units.data ?? []).filter(({ id }) => kept.has(id));
  if (channels.error) return <Trouble error={channels.error} onRetry={() => channels.refetch()} />;
  if (!channels.data) return <Loading />;
  return (
    <>
      <Mail server={channels.data.mail ?? undefined} sets={whole.some(({ role }) => role === "administrator")} />
      <section className="wk-panel" aria-label={t("reminders-webhooks")}>
        <h2>{t("reminders-webhooks")}</h2>
        <p className="wk-hint">{t("reminders-webhooks-hint")}</p>
        <ul className="wk-reminder-hooks">
          {channels.data.webhooks.map((hook) => (
            <Hook key={hook.id} hook={hook} keeps={kept.has(hook.unit.id)} />
          ))}
        </ul>
        {own.length > 0 ? <NewHook units={own} /> : null}
      </section>
    </>
  );
}

function Failing({ ms, answer }: { ms: number | null | undefined; answer: string }) {
  const t = useT();
  if (!ms)
    return answer ? (
      <p className="wk-hint">
        {t("reminders-answer")} <span className="wk-code">{answer}</span>
      </p>
    ) : null;
  return (
    <p>
      <Meaning tone="breach">
        {t("reminders-failing")} <Time ms={ms} />
      </Meaning>
      <span className="wk-code"> {answer}</span>
    </p>
  );
}

function Mail({ server, sets }: { server: MailServer | undefined; sets: boolean }) {
  const t = useT();
  const [changing, setChanging] = useState(false);
  const remove = useReminderAct(() => api.delete("/api/reminder-channels/mail"));
  return (
    <section className="wk-panel" aria-label={t("reminders-mail")}>
      <h2>{t("reminders-mail")}</h2>
      {server ? (
        <>
          <Facts
            of={[
              [t("reminders-mail-host"), <span key="host" className="wk-code">{`${server.host}:${server.port}`}</span>],
              [t("reminders-mail-security"), t(`reminders-security-${server.security}`)],
              [t("reminders-mail-sender"), server.sender],
              [t("reminders-mail-username"), server.username || null],
            ]}
          />
          {server.security === "none" ? <Meaning tone="late">{t("reminders-security-warning")}</Meaning> : null}
          <Failing ms={server.failing_ms} answer={server.answer} />
        </>
      ) : (
        <p>{t("reminders-mail-none")}</p>
      )}
      {remove.error ? <Trouble error={remove.error} /> : null}
      {!sets ? null : changing ? (
        <MailForm server={server} onDone={() => setChanging(false)} />
      ) : (
        <div className="wk-buttons">
          <Button onClick={() => setChanging(true)}>{t(server ? "action-edit" : "reminders-mail-set")}</Button>
          {server ? (
            <Popconfirm
              title={t("reminders-mail-remove-sure")}
              okText={t("reminders-mail-remove")}
              cancelText={t("action-cancel")}
              onConfirm={() => remove.mutate()}
            >
              <Button danger loading={remove.isPending}>
                {t("reminders-mail-remove")}
              </Button>
            </Popconfirm>
          ) : null}
        </div>
      )}
    </section>
  );
}

function MailForm({ server, onDone }: { server: MailServer | undefined; onDone: () => void }) {
  const t = useT();
  const [draft, setDraft] = useState({
    host: server?.host ?? "",
    port: server?.port ?? 587,
    security: server?.security ?? "starttls",
    sender: server?.sender ?? "",
    username: server?.username ?? "",
  });
  const [password, setPassword] = useState("");
  const set = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  // An empty field leaves the password as it is, as long as server and user are the same.
  const body = { ...draft, password: password || (server?.has_password && draft.username ? null : "") };
  const keep = useReminderAct(() => api.put("/api/reminder-channels/mail", body), onDone);
  const text = (field: "host" | "sender" | "username", hint?: string) => (
    <Labelled label={t(`reminders-mail-${field}`)} hint={hint}>
      {(id) => (
        <Input
          id={id}
          maxLength={254}
          value={draft[field]}
          onChange={(event) => set({ [field]: event.target.value })}
        />
      )}
    </Labelled>
  );
  return (
    <form
      className="wk-fields"
      onSubmit={(event) => {
        event.preventDefault();
        keep.mutate();
      }}
    >
      {text("host")}
      <Labelled label={t("reminders-mail-security")}>
        {(id) => (
          <Select
            id={id}
            value={draft.security}
            onChange={(security) => set({ security, port: PORTS[security] ?? draft.port })}
            options={SECURITY.map((value) => ({ value, label: t(`reminders-security-${value}`) }))}
          />
        )}
      </Labelled>
      {draft.security === "none" ? <Meaning tone="late">{t("reminders-security-warning")}</Meaning> : null}
      <Labelled label={t("reminders-mail-port")}>
        {(id) => (
          <InputNumber
            id={id}
            min={1}
            max={65535}
            precision={0}
            value={draft.port}
            onChange={(port) => typeof port === "number" && set({ port })}
          />
        )}
      </Labelled>
      {text("sender", t("reminders-mail-sender-hint"))}
      {text("username")}
      <Labelled label={t("reminders-mail-password")} hint={t("reminders-mail-password-hint")}>
        {(id) => (
          <Input.Password
            id={id}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Labelled>
      {keep.error ? <Trouble error={keep.error} /> : null}
      <div className="wk-buttons">
        <Button type="primary" htmlType="submit" disabled={!draft.host || !draft.sender} loading={keep.isPending}>
          {t("action-save")}
        </Button>
        <Button onClick={onDone}>{t("action-cancel")}</Button>
      </div>
    </form>
  );
}

function Hook({ hook, keeps }: { hook: Webhook; keeps: boolean }) {
  const t = useT();
  const path = `/api/webhooks/${hook.id}`;
  const [secret, setSecret] = useState<string>();
  const renew = useReminderAct(
    () => api.post<{ secret: string }>(`${path}/secret`),
    (got) => setSecret(got.secret),
  );
  const end = useReminderAct(() => api.delete(path));
  const error = renew.error ?? end.error;
  return (
    <li>
      <h3>{hook.name}</h3>
      <p className="wk-soft">
        {hook.unit.name} · <span className="wk-code">{hook.origin}</span> ·{" "}
        {t("reminders-hook-hour", { hour: `${String(hook.hour).padStart(2, "0")}:00` })}
        {hook.before_until_ms ? (
          <>
            {" "}
            · {t("reminders-hook-both")} <Time ms={hook.before_until_ms} />
          </>
        ) : null}
      </p>
      <Failing ms={hook.failing_ms} answer={hook.answer} />
      {secret ? <Secret text={secret} /> : null}
      {error ? <Trouble error={error} /> : null}
      {keeps ? (
        <>
          <Test path={`${path}/test`} />
          <div className="wk-buttons">
            <Button size="small" loading={renew.isPending} onClick={() => renew.mutate()}>
              {t("reminders-hook-renew")}
            </Button>
            <Popconfirm
              title={t("reminders-hook-end-sure", { name: hook.name })}
              okText={t("reminders-hook-end")}
              cancelText={t("action-cancel")}
              onConfirm={() => end.mutate()}
            >
              <Button size="small" danger loading={end.isPending}>
                {t("reminders-hook-end")}
              </Button>
            </Popconfirm>
          </div>
        </>
      ) : null}
    </li>
  );
}

function Secret({ text }: { text: string }) {
  const t = useT();
  return (
    <div className="wk-reminder-secret">
      <Meaning tone="notice">{t("reminders-hook-secret-once")}</Meaning>
      <CopyText text={text} label={t("reminders-hook-secret")} />
    </div>
  );
}

function NewHook({ units }: { units: readonly { id: string; name: string }[] }) {
  const t = useT();
  const fresh = { unit_id: units[0]?.id ?? "", name: "", url: "", hour: 8, days: 30, breaches: true };
  const [draft, setDraft] = useState<typeof fresh>();
  const [secret, setSecret] = useState<string>();
  const add = useReminderAct(
    () => api.post<{ secret: string }>("/api/webhooks", draft),
    (got) => {
      setSecret(got.secret);
      setDraft(undefined);
    },
  );
  if (!draft)
    return (
      <>
        {secret ? <Secret text={secret} /> : null}
        <div className="wk-buttons">
          <Button onClick={() => setDraft(fresh)}>{t("reminders-hook-add")}</Button>
        </div>
      </>
    );
  const set = (part: Partial<typeof fresh>) => setDraft({ ...draft, ...part });
  return (
    <form
      className="wk-fields"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <UnitField
        label={t("reminders-hook-unit")}
        units={units}
        value={draft.unit_id}
        onChange={(unit_id) => set({ unit_id })}
      />
      <Labelled label={t("reminders-hook-name")}>
        {(id) => (
          <Input id={id} maxLength={100} value={draft.name} onChange={(event) => set({ name: event.target.value })} />
        )}
      </Labelled>
      <Labelled label={t("reminders-hook-url")} hint={t("reminders-hook-url-hint")}>
        {(id) => (
          <Input id={id} maxLength={1000} value={draft.url} onChange={(event) => set({ url: event.target.value })} />
        )}
      </Labelled>
      <HourField hour={draft.hour} onChange={(hour) => set({ hour })} />
      <DaysField days={draft.days} onChange={(days) => set({ days })} />
      <Checkbox checked={draft.breaches} onChange={(event) => set({ breaches: event.target.checked })}>
        {t("reminders-breaches")}
      </Checkbox>
      {add.error ? <Trouble error={add.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          htmlType="submit"
          disabled={!draft.name.trim() || !draft.url.trim()}
          loading={add.isPending}
        >
          {t("reminders-hook-add")}
        </Button>
        <Button onClick={() => setDraft(undefined)}>{t("action-cancel")}</Button>
      </div>
    </form>
  );
}
