// Giving a layout to a post: a duty room, whose shifts get it at once, or a role in a unit. Only an administrator may; the server
// says so.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Modal, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useDutyRooms } from "../../api/duty";
import { useMe } from "../../api/queries";
import type { Layout } from "../../api/types";
import { Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

type LayoutPost = NonNullable<Layout["post"]>;

/** Those who watch. */
const ROLES = ["viewer", "operator"] as const;
const NOBODY = "none";

export interface LayoutPostFormProps {
  layout: Layout;
  container: () => HTMLElement;
  onClose: () => void;
}

export function LayoutPostForm({ layout, container, onClose }: LayoutPostFormProps) {
  const t = useT();
  const me = useMe();
  const queries = useQueryClient();
  const rooms = useDutyRooms().data ?? [];
  const posts: Record<string, { label: string; post: LayoutPost | null }> = {
    [NOBODY]: { label: t("layout-post-none"), post: null },
  };
  for (const { id, name, unit } of rooms)
    posts[`room:${id}`] = { label: `${name} · ${unit.name}`, post: { unit_id: unit.id, room_id: id } };
  for (const { role, unit } of me.posts)
    if (role === "administrator")
      for (const watches of ROLES) {
        const label = `${t(`role-${watches}`)} · ${unit.name}`;
        posts[`role:${watches}:${unit.id}`] = { label, post: { unit_id: unit.id, role: watches } };
      }
  const { post } = layout;
  const now = post?.room_id ? `room:${post.room_id}` : post?.role ? `role:${post.role}:${post.unit_id}` : NOBODY;
  const [chosen, setChosen] = useState(now);
  const give = useMutation({
    mutationFn: () => api.put(`/api/layouts/${layout.id}/post`, { post: posts[chosen]?.post ?? null }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["layouts"] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t("layout-post-title", { name: layout.name })}
      onCancel={onClose}
      onOk={() => give.mutate()}
      okText={t("action-save")}
      okButtonProps={{ disabled: chosen === now, loading: give.isPending }}
      getContainer={container}
      width={420}
    >
      <div className="wk-fields">
        <p className="wk-hint">{t("layout-post-hint")}</p>
        <Labelled label={t("layout-post")}>
          {(id) => (
            <Select
              id={id}
              value={chosen}
              onChange={setChosen}
              options={Object.entries(posts).map(([value, { label }]) => ({ value, label }))}
            />
          )}
        </Labelled>
        {give.error ? <Trouble error={give.error} /> : null}
      </div>
    </Modal>
  );
}
