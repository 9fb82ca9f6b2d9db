// Rooms of a unit: adding one, saying how many persons it needs at which hours, closing it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, InputNumber } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { DutyNeed, DutyRoom } from "../../api/duty";
import { useKeptUnits } from "../../api/queries";
import { Trouble, UnitField, useT } from "../../ui";
import { FromTo } from "../../ui/duty/FromTo";
import { Labelled } from "../../ui/Labelled";
import { PostField } from "./PostField";

const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const NEEDS_MAX = 40;
const EVERY_DAY: DutyNeed = { days: 127, from_min: 480, length_min: 1440, persons: 1 };

function useChange<T>(path: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: T) => api.post<unknown>(path, body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["duty"] }),
  });
}

export function NewRoom() {
  const t = useT();
  const units = useKeptUnits();
  const [unit, setUnit] = useState<string>();
  const [name, setName] = useState("");
  const [zone, setZone] = useState("Asia/Shanghai");
  const send = useChange<{ unit_id: string; name: string; zone: string }>("/api/duty/rooms");
  const chosen = unit ?? units.data?.[0]?.id;
  if (!units.data || units.data.length === 0 || !chosen) return null;
  return (
    <section className="wk-panel" aria-label={t("duty-room-new")}>
      <h2>{t("duty-room-new")}</h2>
      <p className="wk-hint">{t("duty-room-hint")}</p>
      <div className="wk-fields">
        <UnitField label={t("pressure-unit")} units={units.data} value={chosen} onChange={setUnit} />
        <div className="wk-fields-two">
          <Labelled label={t("duty-room-name")}>
            {(id) => <Input id={id} value={name} maxLength={60} onChange={(event) => setName(event.target.value)} />}
          </Labelled>
          <Labelled label={t("duty-room-zone")}>
            {(id) => <Input id={id} value={zone} maxLength={60} onChange={(event) => setZone(event.target.value)} />}
          </Labelled>
        </div>
        {send.error ? <Trouble error={send.error} /> : null}
        <div className="wk-buttons">
          <Button
            disabled={name.trim() === "" || zone.trim() === ""}
            loading={send.isPending}
            onClick={() => send.mutate({ unit_id: chosen, name: name.trim(), zone: zone.trim() })}
          >
            {t("duty-room-add")}
          </Button>
        </div>
      </div>
    </section>
  );
}

export function CloseRoom({ room }: { room: DutyRoom }) {
  const t = useT();
  const [sure, setSure] = useState(false);
  const send = useChange<Record<string, never>>(`/api/duty/rooms/${room.id}/close`);
  return (
    <section className="wk-panel" aria-label={t("duty-room-close")}>
      <h2>{t("duty-room-close")}</h2>
      <p className="wk-hint">{t("duty-room-close-hint")}</p>
      {send.error ? <Trouble error={send.error} /> : null}
      <Checkbox checked={sure} onChange={(event) => setSure(event.target.checked)}>
        {t("duty-room-close-sure", { name: room.name })}
      </Checkbox>
      <div className="wk-buttons">
        <Button danger disabled={!sure} loading={send.isPending} onClick={() => send.mutate({})}>
          {t("duty-room-close")}
        </Button>
      </div>
    </section>
  );
}

export function NeedsForm({ room }: { room: DutyRoom }) {
  const t = useT();
  const [needs, setNeeds] = useState(room.needs);
  const send = useChange<{ needs: DutyNeed[] }>(`/api/duty/rooms/${room.id}/needs`);
  const change = (at: number, part: Partial<DutyNeed>) =>
    setNeeds(needs.map((need, index) => (index === at ? { ...need, ...part } : need)));
  const whole = needs.every(({ days, persons }) => days > 0 && persons > 0);
  return (
    <section className="wk-panel" aria-label={t("duty-needs")}>
      <h2>{t("duty-needs")}</h2>
      <p className="wk-hint">{t("duty-needs-hint")}</p>
      <div className="wk-fields">
        {needs.map((need, at) => (
          <NeedRow
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own, and hold no state of their own
            key={at}
            number={at + 1}
            need={need}
            onChange={(part) => change(at, part)}
            onRemove={() => setNeeds(needs.filter((_, index) => index !== at))}
          />
        ))}
        {send.error ? <Trouble error={send.error} /> : null}
        <div className="wk-buttons">
          <Button disabled={needs.length >= NEEDS_MAX} onClick={() => setNeeds([...needs, EVERY_DAY])}>
            {t("duty-needs-add")}
          </Button>
          <Button type="primary" disabled={!whole} loading={send.isPending} onClick={() => send.mutate({ needs })}>
            {t("duty-needs-save")}
          </Button>
        </div>
      </div>
    </section>
  );
}

interface NeedRowProps {
  number: number;
  need: DutyNeed;
  onChange: (part: Partial<DutyNeed>) => void;
  onRemove: () => void;
}

function NeedRow({ number, need, onChange, onRemove }: NeedRowProps) {
  const t = useT();
  return (
    <fieldset className="wk-duty-need">
      <legend>{t("duty-need-number", { n: number })}</legend>
      <div className="wk-duty-days">
        {DAYS.map((day) => (
          <Checkbox
            key={day}
            checked={((need.days >> day) & 1) === 1}
            onChange={() => onChange({ days: need.days ^ (1 << day) })}
          >
            {t(`duty-weekday-${day}`)}
          </Checkbox>
        ))}
      </div>
      <div className="wk-fields-two">
        <FromTo times={need} onChange={onChange} />
        <PostField value={need.post} onChange={(post) => onChange({ post })} />
        <Labelled label={t("duty-need-persons")}>
          {(id) => (
            <InputNumber
              id={id}
              min={1}
              max={50}
              value={need.persons}
              onChange={(persons) => onChange({ persons: persons ?? 1 })}
            />
          )}
        </Labelled>
      </div>
      <Button size="small" onClick={onRemove}>
        {t("action-remove")}
      </Button>
    </fieldset>
  );
}
