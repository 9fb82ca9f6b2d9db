// The form of a camera that turns: home, term, presets, ranges, patrol. Positions are written in degrees and times, and can be taken
// from where the camera looks now. The server refuses what would look where it must not.
import { useMutation } from "@tanstack/react-query";
import { Button, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { Ptz, PtzAt, PtzRules } from "../../api/ptz";
import type { Camera } from "../../api/types";
import { Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

const NAME_CHARS_MAX = 40;
const DWELL_S = 20;
const AT_HOME: PtzAt = { pan_cdeg: 0, tilt_cdeg: 0, zoom_percent: 100 };
const NEW: PtzRules = { driver: "simulated", home: AT_HOME, away_s: 120, presets: [], forbidden: [], patrol: [] };

type Draft = Required<PtzRules>;

export interface CameraPtzFormProps {
  camera: Camera;
  ptz: Ptz;
  onDone: () => void;
}

export function CameraPtzForm({ camera, ptz, onDone }: CameraPtzFormProps) {
  const t = useT();
  const { presets = [], forbidden = [], patrol = [], ...rest } = ptz.rules ?? NEW;
  const [draft, setDraft] = useState<Draft>({ ...rest, presets, forbidden, patrol });
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const put = useMutation({
    mutationFn: () => api.put(`/api/cameras/${camera.id}/ptz`, { rules: draft }),
    onSuccess: onDone,
  });
  const dwell = draft.patrol[0]?.dwell_s ?? DWELL_S;
  const patrolOf = (stops: number[], dwell_s: number) =>
    change({ patrol: stops.map((preset) => ({ preset, dwell_s })) });
  return (
    <div className="wk-fields wk-ptz-form">
      <Labelled label={t("ptz-home-view")} hint={`${t("ptz-pan")} · ${t("ptz-tilt")} · ${t("ptz-zoom")}`}>
        {(id) => <At id={id} at={draft.home} now={ptz.at} onChange={(home) => change({ home })} />}
      </Labelled>
      <Labelled label={t("ptz-away-field")}>
        {(id) => (
          <InputNumber
            id={id}
            min={30}
            max={43_200}
            value={draft.away_s}
            onChange={(away_s) => away_s && change({ away_s })}
          />
        )}
      </Labelled>
      <Presets draft={draft} now={ptz.at} change={change} />
      <Ranges draft={draft} change={change} />
      <Labelled label={t("ptz-patrol-field")} hint={t("ptz-patrol-hint")}>
        {(id) => (
          <Select
            id={id}
            mode="multiple"
            value={draft.patrol.map(({ preset }) => preset)}
            onChange={(stops: number[]) => patrolOf(stops, dwell)}
            options={draft.presets.map(({ name }, value) => ({ value, label: name }))}
          />
        )}
      </Labelled>
      {draft.patrol.length > 0 ? (
        <Labelled label={t("ptz-dwell")}>
          {(id) => (
            <InputNumber
              id={id}
              min={5}
              max={3_600}
              value={dwell}
              onChange={(seconds) =>
                seconds &&
                patrolOf(
                  draft.patrol.map(({ preset }) => preset),
                  seconds,
                )
              }
            />
          )}
        </Labelled>
      ) : null}
      {put.error ? <Trouble error={put.error} /> : null}
      <div className="wk-buttons">
        <Button type="primary" loading={put.isPending} onClick={() => put.mutate()}>
          {t("action-save")}
        </Button>
        <Button onClick={onDone}>{t("action-cancel")}</Button>
      </div>
    </div>
  );
}

interface PartProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}

function Presets({ draft, now, change }: PartProps & { now: PtzAt | null | undefined }) {
  const t = useT();
  const { presets } = draft;
  const set = (index: number, part: Partial<Draft["presets"][number]>) =>
    change({ presets: presets.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  // A stop of the patrol is an index: those behind move up, the removed one's go.
  const remove = (index: number) =>
    change({
      presets: presets.filter((_, at) => at !== index),
      patrol: draft.patrol
        .filter(({ preset }) => preset !== index)
        .map((stop) => (stop.preset > index ? { ...stop, preset: stop.preset - 1 } : stop)),
    });
  return (
    <fieldset className="wk-ptz-rows">
      <legend>{t("ptz-count-presets")}</legend>
      {presets.map(({ name, at }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a preset is its place in the list
        <div className="wk-ptz-row" key={index}>
          <Input
            aria-label={t("ptz-name")}
            maxLength={NAME_CHARS_MAX}
            value={name}
            onChange={(event) => set(index, { name: event.target.value })}
          />
          <At at={at} now={now} onChange={(next) => set(index, { at: next })} />
          <Button type="text" onClick={() => remove(index)}>
            {t("ptz-remove")}
          </Button>
        </div>
      ))}
      <Button onClick={() => change({ presets: [...presets, { name: "", at: now ?? draft.home }] })}>
        {t("ptz-add-preset")}
      </Button>
    </fieldset>
  );
}

function Ranges({ draft, change }: PartProps) {
  const t = useT();
  const { forbidden } = draft;
  const set = (index: number, part: Partial<Draft["forbidden"][number]>) =>
    change({ forbidden: forbidden.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  const fresh = { what: "", from: { ...AT_HOME, zoom_percent: 200 }, to: { ...AT_HOME, zoom_percent: 2_000 } };
  return (
    <fieldset className="wk-ptz-rows">
      <legend>{t("ptz-count-forbidden")}</legend>
      <p className="wk-hint">{t("ptz-forbidden-hint")}</p>
      {forbidden.map(({ what, from, to }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a range has no other name
        <div className="wk-ptz-row" key={index}>
          <Input
            aria-label={t("ptz-what")}
            placeholder={t("ptz-what")}
            maxLength={NAME_CHARS_MAX}
            value={what}
            onChange={(event) => set(index, { what: event.target.value })}
          />
          <At lead={t("ptz-from")} at={from} onChange={(next) => set(index, { from: next })} />
          <At lead={t("ptz-to")} at={to} onChange={(next) => set(index, { to: next })} />
          <Button type="text" onClick={() => change({ forbidden: forbidden.filter((_, at) => at !== index) })}>
            {t("ptz-remove")}
          </Button>
        </div>
      ))}
      <Button onClick={() => change({ forbidden: [...forbidden, fresh] })}>{t("ptz-add-forbidden")}</Button>
    </fieldset>
  );
}

interface AtProps {
  id?: string;
  lead?: string;
  at: PtzAt;
  /** Where the camera looks, to take from. */
  now?: PtzAt | null;
  onChange: (at: PtzAt) => void;
}

function At({ id, lead, at, now, onChange }: AtProps) {
  const t = useT();
  const number = (key: keyof PtzAt, label: string, own?: string) => (
    <InputNumber
      id={own}
      aria-label={lead ? `${lead}: ${label}` : label}
      title={label}
      value={at[key] / 100}
      step={key === "zoom_percent" ? 0.5 : 1}
      onChange={(value) => value !== null && onChange({ ...at, [key]: Math.round(value * 100) })}
    />
  );
  return (
    <span className="wk-ptz-at">
      {lead ? <span className="wk-hint">{lead}</span> : null}
      {number("pan_cdeg", t("ptz-pan"), id)}
      {number("tilt_cdeg", t("ptz-tilt"))}
      {number("zoom_percent", t("ptz-zoom"))}
      {now ? (
        <Button type="text" size="small" onClick={() => onChange(now)}>
          {t("ptz-here")}
        </Button>
      ) : null}
    </span>
  );
}
