// Choosing other records by name: the server is asked as one types, and whoever keeps the registry may add one on the spot.
import { useQueries } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useState } from "react";
import { recordQuery, useMe, useRegisterKinds, useRegisterPage } from "../api/queries";
import type { Id, RecordBody, RegisterRecord } from "../api/types";
import { Icon, useRested, useT } from "../ui";
import { AddRecord } from "./AddRecord";

/** As many as can be read at a glance; more are found by typing. */
const ROWS = 30;

export interface RecordChoiceProps {
  id?: string;
  kind: string;
  /** Only records of this unit, where the kind belongs to units. */
  unit?: Id | undefined;
  value: Id[];
  onChange: (ids: Id[]) => void;
  several?: boolean;
  status?: "error" | undefined;
  label?: string;
  disabled?: boolean;
  /** What a record that is added on the spot begins with. */
  initial?: RecordBody;
}

export function RecordChoice(props: RecordChoiceProps) {
  const { id, kind, unit, value, onChange, several, status, label, disabled, initial } = props;
  const t = useT();
  const { rights } = useMe();
  const kinds = useRegisterKinds();
  const [typed, setTyped] = useState("");
  const [adding, setAdding] = useState(false);
  const [wanted, setWanted] = useState(false);
  const [open, setOpen] = useState(false);
  const query = useRested(typed);
  const shared = kinds.data?.find((one) => one.kind === kind)?.shared ?? false;
  const found = useRegisterPage(kind, { query, unit: shared ? undefined : unit, limit: ROWS }, wanted);
  const chosen = useQueries({ queries: value.map((one) => recordQuery(one)) });
  const options = new Map<Id, string>();
  for (const [at, one] of value.entries()) options.set(one, chosen[at]?.data?.name ?? "…");
  for (const record of found.data?.records ?? []) options.set(record.id, optionWords(record));
  return (
    <>
      <Select<Id[] | Id | undefined>
        id={id}
        aria-label={label}
        mode={several ? "multiple" : undefined}
        status={status}
        disabled={disabled}
        value={several ? value : value[0]}
        allowClear
        showSearch={{ filterOption: false, onSearch: setTyped, searchValue: typed }}
        open={open}
        onOpenChange={(next) => {
          setOpen(next);
          if (next) setWanted(true);
          else if (!adding) setTyped("");
        }}
        onChange={(next) => onChange(next === undefined ? [] : Array.isArray(next) ? next : [next])}
        options={[...options].map(([one, words]) => ({ value: one, label: words }))}
        notFoundContent={<span className="wk-soft">{t(found.isFetching ? "loading" : "register-none-found")}</span>}
        style={{ width: "100%" }}
        popupRender={(menu) => (
          <>
            {menu}
            {rights.cameras ? (
              <div className="wk-register-add">
                <Button
                  type="text"
                  size="small"
                  icon={<Icon name="plus" size={13} />}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => {
                    // The list would lie above the form.
                    setAdding(true);
                    setOpen(false);
                  }}
                >
                  {t("register-add-another")}
                </Button>
              </div>
            ) : null}
          </>
        )}
      />
      <AddRecord
        open={adding}
        kind={kind}
        unit={unit}
        initial={typed.trim() ? { name: typed.trim(), ...initial } : initial}
        onClose={() => setAdding(false)}
        onDone={(made) => {
          setAdding(false);
          onChange(several ? [...value, made] : [made]);
        }}
      />
    </>
  );
}

function optionWords({ name, code }: RegisterRecord): string {
  return code && code.length <= 20 ? `${name} · ${code}` : name;
}
