// Where a camera stands in the registry, and how it is recorded for that: as footage, in test mode, or not at all. An
// administrator puts it at a point; the server decides what may be recorded there.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe, useRecord } from "../../api/queries";
import type { Camera, CameraRecording } from "../../api/types";
import { RecordChoice, RecordName } from "../../register";
import { Facts, Meaning, type Tone, Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

const TONES: Record<CameraRecording, Tone> = { use: "good", test: "notice", no: "late" };

/** Stages in which a system has no pictures at all. */
const NOT_STREAMED = ["planned", "designed", "decommissioned"];

/** Why it is recorded as it is: the last part of a Fluent id. */
export function recordingWhy(
  { recording, before_life_cycle, point_id }: Pick<Camera, "recording" | "before_life_cycle" | "point_id">,
  stage: string | undefined,
): string {
  if (before_life_cycle) return recording === "use" ? "older" : "private";
  if (!point_id) return "without-point";
  if (recording === "no" && stage !== undefined && !NOT_STREAMED.includes(stage)) return "private";
  return recording;
}

export function CameraPoint({ camera }: { camera: Camera }) {
  const t = useT();
  const { rights } = useMe();
  const [placing, setPlacing] = useState(false);
  const point = useRecord(camera.point_id ?? undefined);
  const system = useRecord(point.data?.parent_id ?? undefined);
  return (
    <section className="wk-section">
      <div className="wk-say">
        <Meaning tone={TONES[camera.recording]} quiet>
          {t(`camera-recording-${camera.recording}`)}
        </Meaning>
        <p className="wk-hint">{t(`camera-recording-why-${recordingWhy(camera, system.data?.stage ?? undefined)}`)}</p>
        {camera.before_life_cycle ? <Meaning tone="late">{t("camera-older")}</Meaning> : null}
      </div>
      <Facts
        of={[
          [
            t("camera-point"),
            camera.point_id ? <RecordName key="point" id={camera.point_id} link /> : t("camera-point-none"),
          ],
          [
            t("camera-system"),
            system.data ? (
              <span key="system">
                <Link to="/registry" search={{ kind: "system", record: system.data.id } as never}>
                  {system.data.name}
                </Link>
                {system.data.stage ? ` · ${t(`stage-${system.data.stage.replace("_", "-")}`)}` : null}
              </span>
            ) : null,
          ],
        ]}
      />
      {rights.cameras ? (
        placing ? (
          <PutAtPoint camera={camera} onDone={() => setPlacing(false)} />
        ) : (
          <div className="wk-buttons">
            <Button onClick={() => setPlacing(true)}>
              {t(camera.point_id ? "camera-point-change" : "camera-point-put")}
            </Button>
          </div>
        )
      ) : null}
    </section>
  );
}

/** What a stage makes of a camera's recording, said before it is put there. The server decides. */
export function recordingAt(stage: string | undefined): CameraRecording | undefined {
  if (stage === undefined) return undefined;
  if (stage === "in_use") return "use";
  return NOT_STREAMED.includes(stage) ? "no" : "test";
}

function PutAtPoint({ camera, onDone }: { camera: Camera; onDone: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [point, setPoint] = useState<string>();
  const chosen = useRecord(point);
  const system = useRecord(chosen.data?.parent_id ?? undefined);
  const becomes = recordingAt(point ? (system.data?.stage ?? undefined) : undefined);
  const put = useMutation({
    mutationFn: () => api.put(`/api/cameras/${camera.id}/point`, { point_id: point }),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["cameras"] });
      queries.invalidateQueries({ queryKey: ["register"] });
      onDone();
    },
  });
  return (
    <div className="wk-fields">
      <Labelled label={t("camera-point")} hint={t("camera-point-put-note")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="point"
            unit={camera.unit_id}
            value={point ? [point] : []}
            onChange={([next]) => setPoint(next)}
          />
        )}
      </Labelled>
      {becomes === "test" || becomes === "no" ? (
        <Meaning tone="late">{t(`camera-point-becomes-${becomes}`, { system: system.data?.name ?? "" })}</Meaning>
      ) : null}
      {put.error ? <Trouble error={put.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={!point || point === camera.point_id}
          loading={put.isPending}
          onClick={() => put.mutate()}
        >
          {t("camera-point-put")}
        </Button>
        <Button onClick={onDone}>{t("action-cancel")}</Button>
      </div>
    </div>
  );
}
