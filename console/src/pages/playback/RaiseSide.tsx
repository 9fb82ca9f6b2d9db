// From the timeline: the chosen span of the played cameras is protected more than the cameras are. Taking it back is on the
// camera's page.
import { useQueryClient } from "@tanstack/react-query";
import { Checkbox, Select } from "antd";
import { useRef, useState } from "react";
import { api } from "../../api/client";
import { useCamerasById } from "../../api/queries";
import type { Id } from "../../api/types";
import { Because, Meaning, Side, SpanText, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import type { Span } from "../../ui/timeline";

const LEVELS = [2, 3];

export interface RaiseSideProps {
  open: boolean;
  cameras: Id[];
  selection: Span | null;
  onClose: () => void;
}

export function RaiseSide({ open, cameras, selection, onClose }: RaiseSideProps) {
  const t = useT();
  const [done, setDone] = useState(false);
  const close = () => {
    setDone(false);
    onClose();
  };
  return (
    <Side open={open} title={t("clip-level-raise-title")} onClose={close}>
      {open && selection ? (
        done ? (
          <p role="status">
            <Meaning tone="good">{t("clip-level-raised")}</Meaning>
          </p>
        ) : (
          <RaiseForm cameras={cameras} selection={selection} onDone={() => setDone(true)} />
        )
      ) : null}
    </Side>
  );
}

function RaiseForm({ cameras, selection, onDone }: { cameras: Id[]; selection: Span; onDone: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const { known } = useCamerasById(cameras);
  const [level, setLevel] = useState(2);
  const [onwards, setOnwards] = useState(false);
  /** Those that were raised before another one failed: once is enough. */
  const raised = useRef(new Set<string>());
  const below = cameras.filter((id) => (known?.get(id)?.security_level ?? 1) < level);
  const span = { from_ms: Math.floor(selection.fromMs), to_ms: onwards ? null : Math.ceil(selection.toMs) };
  const raise = async (reason: string) => {
    for (const id of below) {
      const what = JSON.stringify([id, level, span]);
      if (raised.current.has(what)) continue;
      await api.post(`/api/cameras/${id}/levels`, { level, ...span, reason });
      raised.current.add(what);
    }
    await Promise.all(below.map((id) => queries.invalidateQueries({ queryKey: ["cameras", id, "levels"] })));
  };
  return (
    <Because
      label={t("because-reason")}
      hint={t("clip-level-raise-note")}
      blocked={below.length === 0}
      acts={[{ label: t("clip-level-raise"), primary: true, act: ({ reason }) => raise(reason) }]}
      onDone={onDone}
    >
      <SpanText fromMs={selection.fromMs} toMs={selection.toMs} zone />
      <Labelled label={t("clip-level")}>
        {(id) => (
          <Select
            id={id}
            value={level}
            onChange={setLevel}
            options={LEVELS.map((value) => ({ value, label: t(`clip-level-${value}`) }))}
          />
        )}
      </Labelled>
      <Checkbox checked={onwards} onChange={(event) => setOnwards(event.target.checked)}>
        {t("clip-level-onwards")}
      </Checkbox>
      {below.length < cameras.length ? <p className="wk-hint">{t("clip-level-above-already")}</p> : null}
    </Because>
  );
}
