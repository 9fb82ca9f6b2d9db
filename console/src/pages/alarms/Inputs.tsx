// The inputs of a source in one form: code, name, what each is worth, and the cameras that look at it. They are sent as a whole.
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { type AlarmPriority, type AlarmSource, PRIORITIES, useAlarmChange } from "../../api/alarms";
import { api } from "../../api/client";
import { useCameraPage } from "../../api/queries";
import { Icon, Trouble, useT } from "../../ui";

interface Draft {
  key: number;
  code: string;
  name: string;
  priority?: AlarmPriority;
  cameras: string[];
}

/** As many cameras as one input may have. */
const CAMERAS_MAX = 16;
const CHOICE_MAX = 200;

const draftsOf = (source: AlarmSource): Draft[] =>
  source.inputs.map((input, key) => ({
    key,
    code: input.code,
    name: input.name,
    priority: input.priority ?? undefined,
    cameras: input.cameras.map(({ id }) => id),
  }));

export function Inputs({ source }: { source: AlarmSource }) {
  const t = useT();
  const [drafts, setDrafts] = useState(() => draftsOf(source));
  const change = (key: number, part: Partial<Draft>) =>
    setDrafts((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one)));
  const send = useAlarmChange(() =>
    api.put(`/api/alarm-sources/${source.id}/inputs`, {
      inputs: drafts.map(({ key: _, ...input }) => input),
    }),
  );
  const whole = drafts.every(({ code, name }) => code.trim() && name.trim());
  const next = Math.max(-1, ...drafts.map(({ key }) => key)) + 1;
  return (
    <section className="wk-section wk-say">
      <h2>{t("alarm-inputs")}</h2>
      <p className="wk-hint">{t("alarm-inputs-hint")}</p>
      {drafts.map((draft) => (
        <InputFields
          key={draft.key}
          draft={draft}
          unit={source.unit.id}
          change={(part) => change(draft.key, part)}
          drop={() => setDrafts((all) => all.filter((one) => one !== draft))}
        />
      ))}
      {send.error ? <Trouble error={send.error} /> : null}
      <div className="wk-buttons">
        <Button
          icon={<Icon name="plus" size={15} />}
          onClick={() => setDrafts((all) => [...all, { key: next, code: "", name: "", cameras: [] }])}
        >
          {t("alarm-input-add")}
        </Button>
        <Button type="primary" disabled={!whole} loading={send.isPending} onClick={() => send.mutate(undefined)}>
          {t("alarm-inputs-set")}
        </Button>
      </div>
    </section>
  );
}

interface FieldsProps {
  draft: Draft;
  unit: string;
  change: (part: Partial<Draft>) => void;
  drop: () => void;
}

function InputFields({ draft, unit, change, drop }: FieldsProps) {
  const t = useT();
  const cameras = useCameraPage({ limit: CHOICE_MAX }).data?.cameras ?? [];
  const own = cameras.filter(({ unit_id }) => unit_id === unit);
  return (
    <fieldset className="wk-alarm-input">
      <legend className="wk-hidden">{draft.name || draft.code || t("alarm-input")}</legend>
      <Input
        aria-label={t("alarm-input-code")}
        placeholder={t("alarm-input-code")}
        maxLength={64}
        value={draft.code}
        onChange={(event) => change({ code: event.target.value })}
      />
      <Input
        aria-label={t("alarm-input-name")}
        placeholder={t("alarm-input-name")}
        maxLength={100}
        value={draft.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <Select
        aria-label={t("alarm-priority")}
        placeholder={t("alarm-priority-none")}
        allowClear
        value={draft.priority}
        onChange={(priority?: AlarmPriority) => change({ priority })}
        options={PRIORITIES.map((value) => ({ value, label: t(`alarm-priority-${value}`) }))}
      />
      <Select
        aria-label={t("alarm-cameras")}
        placeholder={t("alarm-cameras")}
        mode="multiple"
        maxCount={CAMERAS_MAX}
        value={draft.cameras}
        onChange={(chosen: string[]) => change({ cameras: chosen })}
        showSearch={{ optionFilterProp: "label" }}
        options={own.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Button aria-label={t("action-remove")} icon={<Icon name="close" size={13} />} onClick={drop} />
    </fieldset>
  );
}
