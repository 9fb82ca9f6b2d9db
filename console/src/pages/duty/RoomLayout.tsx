// Which wall the room's shifts get: one of the shared layouts, chosen by an administrator. The server says who may.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { DutyRoom } from "../../api/duty";
import type { Layout } from "../../api/types";
import { Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

const NOBODY = "none";

export function RoomLayout({ room }: { room: DutyRoom }) {
  const t = useT();
  const queries = useQueryClient();
  const layouts = useQuery({ queryKey: ["layouts"], queryFn: () => api.get<Layout[]>("/api/layouts") });
  const now = layouts.data?.find(({ post }) => post?.room_id === room.id)?.id ?? NOBODY;
  const [wanted, setWanted] = useState<string>();
  const chosen = wanted ?? now;
  const give = useMutation({
    mutationFn: async () => {
      const post = { unit_id: room.unit.id, room_id: room.id };
      if (now !== NOBODY) await api.put(`/api/layouts/${now}/post`, { post: null });
      if (chosen !== NOBODY) await api.put(`/api/layouts/${chosen}/post`, { post });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["layouts"] }),
  });
  // Another post's layout is taken back there first.
  const free = (layouts.data ?? []).filter(({ shared, post }) => shared && (!post || post.room_id === room.id));
  return (
    <section className="wk-panel" aria-label={t("duty-layout")}>
      <h2>{t("duty-layout")}</h2>
      <p className="wk-hint">{t("duty-layout-hint")}</p>
      <div className="wk-fields">
        <Labelled label={t("duty-layout-field")}>
          {(id) => (
            <Select
              id={id}
              value={chosen}
              onChange={setWanted}
              options={[
                { value: NOBODY, label: t("duty-layout-none") },
                ...free.map(({ id: value, name }) => ({ value, label: name })),
              ]}
            />
          )}
        </Labelled>
        {give.error ? <Trouble error={give.error} /> : null}
        <div className="wk-buttons">
          <Button disabled={chosen === now} loading={give.isPending} onClick={() => give.mutate()}>
            {t("duty-layout-give")}
          </Button>
        </div>
      </div>
    </section>
  );
}
