// Above the map: what is looked for and what is shown of it. Filters are in the address.
import { AutoComplete, Button, Checkbox, Select } from "antd";
import { type ReactNode, useMemo, useState } from "react";
import { useUnits } from "../../api/queries";
import type { MapSystem } from "../../api/types";
import { type Item, search } from "../../register/placed";
import { useAddress, useT } from "../../ui";

const STAGES = ["planned", "designed", "built", "tested", "accepted", "in_use", "decommissioned"];

export interface BarProps {
  items: readonly Item[];
  systems: readonly MapSystem[];
  onFly: (id: string) => void;
  children: ReactNode;
}

export function Bar({ items, systems, onFly, children }: BarProps) {
  const t = useT();
  const [address, setAddress] = useAddress();
  const units = useUnits();
  const kept = useMemo(() => new Set(systems.map(({ unit_id }) => unit_id)), [systems]);
  const own = (units.data ?? []).filter(({ id }) => kept.has(id) || items.some(({ unit }) => unit === id));
  const isFiltered = Boolean(address.unit || address.system || address.stage || address.finding);
  return (
    <search className="wk-mapbar">
      <Finder
        {...{ items, systems, onFly }}
        onSystem={(system) => setAddress({ system, id: undefined, list: "seen" })}
      />
      {own.length > 1 ? (
        <Select
          className="wk-filter"
          aria-label={t("register-unit")}
          placeholder={t("register-unit")}
          allowClear
          value={address.unit}
          onChange={(unit: string | undefined) => setAddress({ unit })}
          options={own.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
      <Select
        className="wk-filter"
        aria-label={t("map-system")}
        placeholder={t("map-system")}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        value={address.system}
        onChange={(system: string | undefined) => setAddress({ system })}
        options={systems.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <Select
        className="wk-filter wk-mapbar-stage"
        aria-label={t("register-stage")}
        placeholder={t("register-stage")}
        allowClear
        value={address.stage}
        onChange={(stage: string | undefined) => setAddress({ stage })}
        options={STAGES.map((stage) => ({ value: stage, label: t(`stage-${stage.replace("_", "-")}`) }))}
      />
      <Checkbox
        checked={address.finding === "1"}
        onChange={(event) => setAddress({ finding: event.target.checked ? "1" : undefined })}
      >
        {t("map-findings-only")}
      </Checkbox>
      {isFiltered ? (
        <Button
          type="text"
          onClick={() => setAddress({ unit: undefined, system: undefined, stage: undefined, finding: undefined })}
        >
          {t("action-clear")}
        </Button>
      ) : null}
      <span className="wk-mapbar-acts">{children}</span>
    </search>
  );
}

interface FinderProps {
  items: readonly Item[];
  systems: readonly MapSystem[];
  onFly: (id: string) => void;
  onSystem: (id: string) => void;
}

/** Flies to a point or a place, or shows a system alone. */
function Finder({ items, systems, onFly, onSystem }: FinderProps) {
  const t = useT();
  const [typed, setTyped] = useState("");
  const found = useMemo(() => search(items, systems, typed), [items, systems, typed]);
  return (
    <AutoComplete
      className="wk-mapbar-find"
      value={typed}
      onChange={setTyped}
      onSelect={(id: string) => {
        const one = found.find((each) => each.id === id);
        if (!one) return;
        setTyped("");
        if (one.of === "system") onSystem(one.id);
        else onFly(one.id);
      }}
      options={found.map(({ id, name, of }) => ({
        value: id,
        label: (
          <span className="wk-mapbar-option">
            <span>{name}</span> <span className="wk-faint">{t(`map-of-${of}`)}</span>
          </span>
        ),
      }))}
      placeholder={t("map-find")}
      aria-label={t("map-find")}
      allowClear
    />
  );
}
