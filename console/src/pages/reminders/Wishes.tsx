// How one wants to be reminded: from when on, how far ahead, breaches at once, by mail. And a test, with the mail server's own answer.
import { Button, Checkbox, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { type OwnReminders, type ReminderTest, type ReminderWish, useReminderAct } from "../../api/reminders";
import { Meaning, Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

const HOURS = Array.from({ length: 24 }, (_, hour) => ({ value: hour, label: `${String(hour).padStart(2, "0")}:00` }));
export const DAYS_MAX = 92;

export function HourField({ hour, onChange }: { hour: number; onChange: (hour: number) => void }) {
  const t = useT();
  return (
    <Labelled label={t("reminders-hour")} hint={t("reminders-hour-hint")}>
      {(id) => <Select id={id} className="wk-filter" value={hour} options={HOURS} onChange={onChange} />}
    </Labelled>
  );
}

export function DaysField({ days, onChange }: { days: number; onChange: (days: number) => void }) {
  const t = useT();
  return (
    <Labelled label={t("reminders-days")}>
      {(id) => (
        <InputNumber
          id={id}
          min={1}
          max={DAYS_MAX}
          precision={0}
          value={days}
          onChange={(value) => typeof value === "number" && onChange(value)}
        />
      )}
    </Labelled>
  );
}

export function Wishes({ own }: { own: OwnReminders }) {
  const t = useT();
  const [draft, setDraft] = useState<ReminderWish>();
  const wish = draft ?? own.wish;
  const set = (part: Partial<ReminderWish>) => setDraft({ ...wish, ...part });
  const keep = useReminderAct(
    () => api.put("/api/me/reminders", wish),
    () => setDraft(undefined),
  );
  const missing = wish.mail && !wish.address.trim();
  return (
    <section className="wk-panel" aria-label={t("reminders-wishes")}>
      <h2>{t("reminders-wishes")}</h2>
      <form
        className="wk-fields"
        onSubmit={(event) => {
          event.preventDefault();
          keep.mutate();
        }}
      >
        <HourField hour={wish.hour} onChange={(hour) => set({ hour })} />
        <DaysField days={wish.days} onChange={(days) => set({ days })} />
        <Checkbox checked={wish.breaches} onChange={(event) => set({ breaches: event.target.checked })}>
          {t("reminders-breaches")}
        </Checkbox>
        <Checkbox checked={wish.mail} onChange={(event) => set({ mail: event.target.checked })}>
          {t("reminders-by-mail")}
        </Checkbox>
        <Labelled label={t("reminders-address")} hint={t("reminders-address-hint")}>
          {(id) => (
            <Input
              id={id}
              type="email"
              autoComplete="email"
              maxLength={254}
              value={wish.address}
              onChange={(event) => set({ address: event.target.value })}
            />
          )}
        </Labelled>
        {wish.mail && !own.mail_possible ? <Meaning tone="notice">{t("reminders-no-server")}</Meaning> : null}
        {keep.error ? <Trouble error={keep.error} /> : null}
        <div className="wk-buttons">
          <Button type="primary" htmlType="submit" disabled={!draft || missing} loading={keep.isPending}>
            {t("action-save")}
          </Button>
          {draft ? <Button onClick={() => setDraft(undefined)}>{t("action-cancel")}</Button> : null}
        </div>
      </form>
      {own.wish.address && own.mail_possible && !draft ? <Test path="/api/me/reminders/test" /> : null}
    </section>
  );
}

/** A test message, and what its receiver said. */
export function Test({ path }: { path: string }) {
  const t = useT();
  const test = useReminderAct(() => api.post<ReminderTest>(path));
  return (
    <div className="wk-reminder-test">
      <Button onClick={() => test.mutate()} loading={test.isPending}>
        {t("reminders-test")}
      </Button>
      {test.error ? <Trouble error={test.error} /> : null}
      {test.data ? (
        <p role="status">
          <Meaning tone={test.data.taken ? "good" : "breach"}>
            {t(test.data.taken ? "reminders-test-taken" : "reminders-test-not-taken")}
          </Meaning>
          <span className="wk-code"> {test.data.answer}</span>
        </p>
      ) : null}
    </div>
  );
}
