// The groups beside the list of cameras: choosing one filters, whoever manages cameras may add, rename and remove groups.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Popconfirm } from "antd";
import { type FormEvent, useState } from "react";
import { api } from "../../api/client";
import { useCameraCounts, useGroups, useKeptUnits } from "../../api/queries";
import type { Group } from "../../api/types";
import { Icon, useSayTrouble, useT } from "../../ui";

interface GroupRow {
  group: Group;
  level: number;
}

/** Groups in the order of the tree, with their depth. */
export function orderedGroups(groups: Group[]): GroupRow[] {
  const rows: GroupRow[] = [];
  const visit = (parent: string | null, level: number) => {
    if (level > 8) return;
    for (const group of groups)
      if ((group.parent_id ?? null) === parent) {
        rows.push({ group, level });
        visit(group.id, level + 1);
      }
  };
  visit(null, 0);
  return rows;
}

export function GroupList({
  chosen,
  onChoose,
  editable,
}: {
  chosen: string | undefined;
  onChoose: (group: string | undefined) => void;
  editable: boolean;
}) {
  const t = useT();
  const groups = useGroups();
  const cameras = useCameraCounts();
  const [editing, setEditing] = useState(false);
  const counts = new Map<string, number>();
  for (const { group_id, cameras: own } of cameras.data?.counts ?? []) if (group_id) counts.set(group_id, own);
  const rows = orderedGroups(groups.data ?? []);
  return (
    <aside className="wk-groups" aria-label={t("group-label")}>
      <ul>
        <li>
          <button type="button" aria-pressed={chosen === undefined} onClick={() => onChoose(undefined)}>
            <span>{t("group-all")}</span>
            <span className="wk-faint">{cameras.data?.total ?? ""}</span>
          </button>
        </li>
        {rows.map(({ group, level }) =>
          editing ? (
            <li key={group.id} style={{ paddingInlineStart: `${level * 14}px` }}>
              <GroupEditor group={group} inUse={counts.has(group.id)} />
            </li>
          ) : (
            <li key={group.id}>
              <button
                type="button"
                aria-pressed={chosen === group.id}
                style={{ paddingInlineStart: `${10 + level * 14}px` }}
                onClick={() => onChoose(group.id)}
              >
                <span>{group.name}</span>
                <span className="wk-faint">{counts.get(group.id) ?? 0}</span>
              </button>
            </li>
          ),
        )}
      </ul>
      {editing ? <NewGroup parent={chosen} /> : null}
      {editable ? (
        <Button type="text" size="small" onClick={() => setEditing(!editing)}>
          {t(editing ? "group-done" : "group-edit")}
        </Button>
      ) : null}
    </aside>
  );
}

function useGroupChange() {
  const queries = useQueryClient();
  const say = useSayTrouble();
  return useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["groups"] }),
    onError: say,
  });
}

function GroupEditor({ group, inUse }: { group: Group; inUse: boolean }) {
  const t = useT();
  const [name, setName] = useState(group.name);
  const change = useGroupChange();
  const save = () => {
    if (name.trim() && name !== group.name)
      change.mutate(() => api.patch(`/api/groups/${group.id}`, { name: name.trim() }));
  };
  return (
    <span className="wk-group-edit">
      <Input
        size="small"
        value={name}
        maxLength={60}
        aria-label={t("group-name")}
        onChange={(event) => setName(event.target.value)}
        onBlur={save}
        onPressEnter={save}
      />
      <Popconfirm
        title={t("group-remove-sure", { name: group.name })}
        okText={t("action-remove")}
        cancelText={t("action-cancel")}
        onConfirm={() => change.mutate(() => api.delete(`/api/groups/${group.id}`))}
        disabled={inUse}
      >
        <Button
          type="text"
          size="small"
          disabled={inUse}
          title={inUse ? t("group-in-use") : t("action-remove")}
          aria-label={`${t("action-remove")} ${group.name}`}
          icon={<Icon name="close" size={13} />}
        />
      </Popconfirm>
    </span>
  );
}

function NewGroup({ parent }: { parent: string | undefined }) {
  const t = useT();
  const units = useKeptUnits();
  const groups = useGroups();
  const [name, setName] = useState("");
  const change = useGroupChange();
  const above = groups.data?.find((group) => group.id === parent);
  const unit = above?.unit_id ?? units.data?.[0]?.id;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!unit || !name.trim()) return;
    change.mutate(() => api.post("/api/groups", { unit_id: unit, name: name.trim(), parent_id: above?.id }));
    setName("");
  };
  return (
    <form className="wk-group-edit" onSubmit={submit}>
      <Input
        size="small"
        value={name}
        maxLength={60}
        placeholder={above ? t("group-new-under", { name: above.name }) : t("group-new")}
        aria-label={above ? t("group-new-under", { name: above.name }) : t("group-new")}
        onChange={(event) => setName(event.target.value)}
      />
      <Button size="small" htmlType="submit" disabled={!name.trim()}>
        {t("action-add")}
      </Button>
    </form>
  );
}
