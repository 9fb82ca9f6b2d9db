// What units set beside a value of a pack: the value, for what, on which days, by whom, on which document; and a form to set
// one. The server judges whether it is weaker than the article; here it is only written down.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, DatePicker, Input, InputNumber, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { api } from "../../api/client";
import { useKeptUnits, useLawPacks, useMe, useOverrides } from "../../api/queries";
import type { Id, LawParameter, Override, Unit } from "../../api/types";
import { RecordChoice, RecordName } from "../../register";
import { EntryLink, Meaning, said, Trouble, UnitField, useLanguage, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { useValueWords } from "./words";

const DAY = "YYYY-MM-DD";
/** Values that are judged place by place. */
const OF_A_PLACE = ["footage_floor_days", "private_place_kinds"];
/** Who may take part in a review, a test or an acceptance. */
const PARTIES = ["public-security", "experts", "builder", "designer", "constructor", "user-unit", "industry-authority"];

export function Beside({ article, parameter }: { article: string; parameter: LawParameter }) {
  const t = useT();
  const { rights } = useMe();
  const units = useKeptUnits();
  const overrides = useOverrides();
  const [setting, setSetting] = useState(false);
  const here = overrides.data?.overrides.filter((one) => one.article === article && one.parameter === parameter.name);
  const offered = overrides.data?.settable.includes(parameter.name);
  return (
    <>
      {here?.map((one) => (
        <SetValue key={one.id} one={one} />
      ))}
      {offered && rights.cameras && units.data?.length ? (
        setting ? (
          <Form article={article} parameter={parameter} units={units.data} onDone={() => setSetting(false)} />
        ) : (
          <div>
            <Button size="small" type="link" onClick={() => setSetting(true)}>
              {t("rules-override-this")}
            </Button>
          </div>
        )
      ) : null}
    </>
  );
}

function SetValue({ one }: { one: Override }) {
  const t = useT();
  const words = useValueWords();
  const { rights } = useMe();
  const units = useKeptUnits();
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: () => api.post(`/api/overrides/${one.id}/end`, {}),
    onSuccess: () => queries.invalidateQueries(),
  });
  const only = one.system_id ?? one.place_id;
  return (
    <div className="wk-rules-override">
      <Meaning tone={one.holds ? "good" : "plain"}>
        {t(one.holds ? "rules-override-holds" : "rules-override-not")}
      </Meaning>{" "}
      {words(one.parameter, one.value)}
      <br />
      <span className="wk-soft">
        {only ? <RecordName id={only} link /> : (units.data?.find((unit) => unit.id === one.unit_id)?.name ?? "")}
        {" · "}
        {one.until
          ? t("rules-override-days", { from: one.from, until: one.until })
          : t("rules-override-from", { from: one.from })}
        {" · "}
        {one.person?.name ?? t("rules-override-system")} · <RecordName id={one.document_id} link /> · {one.reason} ·{" "}
        <EntryLink index={one.entry.index} />
      </span>
      {rights.cameras && one.ended_ms === undefined ? (
        <Button size="small" type="link" loading={end.isPending} onClick={() => end.mutate()}>
          {t("rules-override-end")}
        </Button>
      ) : null}
      {end.error ? <Trouble error={end.error} /> : null}
    </div>
  );
}

interface FormProps {
  article: string;
  parameter: LawParameter;
  units: Unit[];
  onDone: () => void;
}

function Form({ article, parameter, units, onDone }: FormProps) {
  const t = useT();
  const queries = useQueryClient();
  const [unit, setUnit] = useState<Id | undefined>(units[0]?.id);
  const [value, setValue] = useState<unknown>(parameter.value);
  const [system, setSystem] = useState<Id>();
  const [place, setPlace] = useState<Id>();
  const [document, setDocument] = useState<Id>();
  const [reason, setReason] = useState("");
  const [from, setFrom] = useState(dayjs().format(DAY));
  const [until, setUntil] = useState<string>();
  const set = useMutation({
    mutationFn: () =>
      api.post("/api/overrides", {
        unit_id: unit,
        system_id: system,
        place_id: place,
        article,
        parameter: parameter.name,
        value,
        document_id: document,
        reason,
        from,
        until,
      }),
    onSuccess: () => {
      queries.invalidateQueries();
      onDone();
    },
  });
  const choice = { unit, onChange: ([next]: Id[]) => setDocument(next) };
  return (
    <div className="wk-fields wk-rules-override">
      <p className="wk-hint">{t("rules-override-note")}</p>
      <UnitField label={t("rules-override-unit")} units={units} value={unit} onChange={setUnit} />
      <Labelled label={t("rules-override-value")}>
        {(id) => <ValueInput id={id} name={parameter.name} value={value} onChange={setValue} />}
      </Labelled>
      <Labelled label={t("rules-override-only-system")}>
        {(id) => (
          <RecordChoice
            {...{ id, unit, kind: "system", value: system ? [system] : [], disabled: place !== undefined }}
            onChange={([next]) => setSystem(next)}
          />
        )}
      </Labelled>
      {OF_A_PLACE.includes(parameter.name) ? (
        <Labelled label={t("rules-override-only-place")}>
          {(id) => (
            <RecordChoice
              {...{ id, unit, kind: "place", value: place ? [place] : [], disabled: system !== undefined }}
              onChange={([next]) => setPlace(next)}
            />
          )}
        </Labelled>
      ) : null}
      <Labelled label={t("rules-override-document")}>
        {(id) => <RecordChoice {...choice} id={id} kind="document" value={document ? [document] : []} />}
      </Labelled>
      <Labelled label={t("rules-override-reason")}>
        {(id) => <Input id={id} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />}
      </Labelled>
      <Labelled label={t("rules-override-first-day")}>
        {(id) => (
          <DatePicker
            id={id}
            value={dayjs(from, DAY)}
            allowClear={false}
            onChange={(day) => setFrom((day ?? dayjs()).format(DAY))}
          />
        )}
      </Labelled>
      <Labelled label={t("rules-override-last-day")}>
        {(id) => (
          <DatePicker
            id={id}
            value={until ? dayjs(until, DAY) : null}
            onChange={(day) => setUntil(day ? day.format(DAY) : undefined)}
          />
        )}
      </Labelled>
      {set.error ? <Trouble error={set.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={!document || !unit || reason.trim() === ""}
          loading={set.isPending}
          onClick={() => set.mutate()}
        >
          {t("rules-override-set")}
        </Button>
        <Button onClick={onDone}>{t("action-cancel")}</Button>
      </div>
    </div>
  );
}

interface ValueInputProps {
  id: string;
  name: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** A number of days, yes or no, or words out of a list: as the pack gives the value. */
export function ValueInput({ id, name, value, onChange }: ValueInputProps) {
  const { language } = useLanguage();
  const packs = useLawPacks();
  const words = useValueWords();
  if (typeof value === "number" || value === null)
    return <InputNumber id={id} min={1} max={3650} precision={0} value={value} onChange={(next) => onChange(next)} />;
  // The server says no where a text says yes: which of the two is stricter is its matter.
  if (typeof value === "boolean")
    return (
      <Select
        id={id}
        value={value}
        onChange={(next: boolean) => onChange(next)}
        options={[true, false].map((one) => ({ value: one, label: words(name, one) }))}
      />
    );
  const chosen = Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
  const named = { private_place_kinds: packs.data?.private_kinds, passwords_place_categories: packs.data?.categories };
  const known = named[name as keyof typeof named]?.map((one) => ({ value: one.id, label: said(one.name, language) }));
  const plain = [...new Set([...chosen, ...PARTIES])].map((one) => ({ value: one, label: words(name, one) }));
  return (
    <Select
      id={id}
      mode="multiple"
      optionFilterProp="label"
      value={chosen}
      onChange={(next: string[]) => onChange(next)}
      options={known ?? plain}
    />
  );
}
