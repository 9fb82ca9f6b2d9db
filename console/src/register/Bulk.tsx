// Changing many at once: what is ticked, or all that the filter finds; some fields of all of them, before and after, then applied.
// Cameras also get another password, tried on each before anything is set.
import { useMutation } from "@tanstack/react-query";
import { Button, Checkbox, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { api } from "../api/client";
import { useGroups, useRegisterKinds } from "../api/queries";
import type { DryRun, RecordBody, RegisterKind } from "../api/types";
import { Side, said, Trouble, useLanguage, useT } from "../ui";
import { Labelled } from "../ui/Labelled";
import { DryRunView } from "./DryRun";
import { FieldInput } from "./FieldInput";
import { fieldsByHand } from "./records";

/** Which ones: by id, or by the list's filter. */
export interface Selection {
  ids?: string[];
  query?: string;
  unit?: string;
  parent?: string;
  group?: string;
  incomplete?: boolean;
  lacks?: string;
}

/** Of a camera, what many can have alike. */
const CAMERA_FIELDS = ["enabled", "group", "transport", "floor_days", "camera_level", "planned_kbps"] as const;

interface BulkBarProps {
  chosen: string[];
  total: number;
  onAll: () => void;
  /** All that the filter finds, not only what is ticked. */
  all: boolean;
  onClear: () => void;
  onChange: () => void;
  onRotate?: () => void;
}

export function BulkBar({ chosen, total, all, onAll, onClear, onChange, onRotate }: BulkBarProps) {
  const t = useT();
  if (chosen.length === 0 && !all) return null;
  return (
    <div className="wk-bulkbar" role="toolbar" aria-label={t("bulk-bar")}>
      <span>{t("bulk-chosen", { n: String(all ? total : chosen.length) })}</span>
      {!all && total > chosen.length ? (
        <Button type="link" onClick={onAll}>
          {t("bulk-all", { n: String(total) })}
        </Button>
      ) : null}
      <Button onClick={onChange}>{t("bulk-change")}</Button>
      {onRotate ? <Button onClick={onRotate}>{t("bulk-rotate")}</Button> : null}
      <Button type="text" onClick={onClear}>
        {t("action-clear")}
      </Button>
    </div>
  );
}

interface BulkSideProps {
  open: boolean;
  onClose: () => void;
  kind: string;
  selection: Selection;
  count: number;
}

export function BulkSide({ open, onClose, kind, selection, count }: BulkSideProps) {
  const t = useT();
  return (
    <Side open={open} title={t("bulk-title", { n: String(count) })} onClose={onClose} wide>
      {open ? <BulkForm kind={kind} selection={selection} onClose={onClose} /> : null}
    </Side>
  );
}

function BulkForm({ kind, selection, onClose }: { kind: string; selection: Selection; onClose: () => void }) {
  const t = useT();
  const { language } = useLanguage();
  const kinds = useRegisterKinds();
  const [names, setNames] = useState<string[]>([]);
  const [values, setValues] = useState<RecordBody>({});
  const of = kinds.data?.find((one) => one.kind === kind);
  const fields = of ? forMany(of) : [];
  const set = Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
  const run = useMutation({
    mutationFn: () => api.post<DryRun>("/api/bulk", { kind, selection, set }),
  });
  if (run.data) return <DryRunView key={run.data.id} run={run.data} onApplied={onClose} onAgain={() => run.reset()} />;
  const labels = of
    ? fields.map((field) => ({ value: field.name, label: said(field.label, language) }))
    : CAMERA_FIELDS.map((name) => ({ value: name, label: t(`bulk-field-${name.replace("_", "-")}`) }));
  const put = (name: string, value: unknown) => setValues((before) => ({ ...before, [name]: value }));
  return (
    <div className="wk-import">
      <p className="wk-lead">{t("bulk-lead")}</p>
      <Labelled label={t("bulk-fields")}>
        {(id) => (
          <Select
            id={id}
            mode="multiple"
            showSearch={{ optionFilterProp: "label" }}
            value={names}
            onChange={setNames}
            options={labels}
          />
        )}
      </Labelled>
      {names.map((name) => {
        const field = fields.find((one) => one.name === name);
        return field ? (
          <FieldInput
            key={name}
            field={field}
            value={values[name]}
            onChange={(value) => put(name, value)}
            unit={undefined}
            problem={undefined}
          />
        ) : (
          <CameraField key={name} name={name} value={values[name]} onChange={(value) => put(name, value)} />
        );
      })}
      <p className="wk-soft">{t("bulk-empty-hint")}</p>
      {run.error ? <Trouble error={run.error} /> : null}
      <Button type="primary" disabled={names.length === 0} loading={run.isPending} onClick={() => run.mutate()}>
        {t("bulk-try")}
      </Button>
    </div>
  );
}

/** Not what is each record's own. */
function forMany(kind: RegisterKind) {
  return fieldsByHand(kind).filter(({ name }) => name !== "name" && name !== kind.code_field);
}

function CameraField({ name, value, onChange }: { name: string; value: unknown; onChange: (value: unknown) => void }) {
  const t = useT();
  const groups = useGroups();
  const label = t(`bulk-field-${name.replace("_", "-")}`);
  if (name === "enabled")
    return (
      <div className="wk-field">
        <Checkbox checked={value === true} onChange={(event) => onChange(event.target.checked)}>
          {label}
        </Checkbox>
      </div>
    );
  const options =
    name === "group"
      ? (groups.data ?? []).map((group) => ({ value: group.id, label: group.name }))
      : ["tcp", "udp"].map((word) => ({ value: word, label: word.toUpperCase() }));
  return (
    <Labelled label={label}>
      {(id) =>
        name === "group" || name === "transport" ? (
          <Select id={id} allowClear value={value} onChange={onChange} options={options} />
        ) : (
          <InputNumber id={id} min={0} value={value as number | undefined} onChange={onChange} />
        )
      }
    </Labelled>
  );
}

export function RotateSide({ open, onClose, selection, count }: Omit<BulkSideProps, "kind">) {
  const t = useT();
  return (
    <Side open={open} title={t("rotate-title", { n: String(count) })} onClose={onClose} wide>
      {open ? <RotateForm selection={selection} onClose={onClose} /> : null}
    </Side>
  );
}

function RotateForm({ selection, onClose }: { selection: Selection; onClose: () => void }) {
  const t = useT();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const run = useMutation({
    mutationFn: () => api.post<DryRun>("/api/bulk/credentials", { selection, username, password }),
  });
  if (run.data) return <DryRunView key={run.data.id} run={run.data} onApplied={onClose} onAgain={() => run.reset()} />;
  return (
    <form
      className="wk-import"
      onSubmit={(event) => {
        event.preventDefault();
        run.mutate();
      }}
    >
      <p className="wk-lead">{t("rotate-lead")}</p>
      <Labelled label={t("rotate-username")}>
        {(id) => (
          <Input id={id} autoComplete="off" value={username} onChange={(event) => setUsername(event.target.value)} />
        )}
      </Labelled>
      <Labelled label={t("rotate-password")}>
        {(id) => (
          <Input.Password
            id={id}
            autoComplete="new-password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Labelled>
      {run.error ? <Trouble error={run.error} /> : null}
      <Button type="primary" htmlType="submit" disabled={!username || !password} loading={run.isPending}>
        {t(run.isPending ? "rotate-trying" : "rotate-try")}
      </Button>
    </form>
  );
}
