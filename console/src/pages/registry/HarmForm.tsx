// A fault of a camera reported as theft or damage: the form of an incident with its point, system, unit, name and day filled in from the
// camera. What happened stays open: that a camera is silent does not say why.
import { useState } from "react";
import { useCamera, useRecord } from "../../api/queries";
import type { Id, RegisterKind } from "../../api/types";
import { NewRecord, type RecordDraft } from "../../register";
import { Empty, Loading, serverNow, Trouble, useT } from "../../ui";

export interface HarmFormProps {
  kind: RegisterKind;
  camera: Id;
  sinceMs: number;
  onDone: (id: Id) => void;
}

/** The day of the units (UTC+8) on which it was found. */
const dayOf = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10);

export function HarmForm({ camera: id, sinceMs, ...form }: HarmFormProps) {
  const t = useT();
  const { camera, known, asking, error, refetch } = useCamera(id);
  const point = useRecord(camera?.point_id ?? undefined);
  if (error || point.error) return <Trouble error={error ?? point.error} onRetry={refetch} />;
  if (camera && !camera.point_id) return <Empty title={t("harm-no-point-title")}>{t("harm-no-point")}</Empty>;
  if (!camera || !point.data)
    return known && !asking && !camera ? <Empty title={t("camera-gone-title")}>{t("camera-gone")}</Empty> : <Loading />;
  const day = dayOf(Number.isFinite(sinceMs) && sinceMs > 0 ? sinceMs : serverNow());
  const initial: RecordDraft = {
    unit: point.data.unit_id ?? undefined,
    values: {
      name: t("harm-name", { camera: camera.name, day }),
      point: point.data.id,
      found_on: dayOf(serverNow()),
      note: t("harm-note", { camera: camera.name, day }),
      ...(point.data.parent_id ? { system: point.data.parent_id } : {}),
    },
  };
  return <Filled key={point.data.id} initial={initial} {...form} />;
}

function Filled({ initial, kind, onDone }: { initial: RecordDraft } & Pick<HarmFormProps, "kind" | "onDone">) {
  const [draft, setDraft] = useState(initial);
  return (
    <NewRecord
      kind={kind}
      draft={draft}
      onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
      onDone={onDone}
    />
  );
}
