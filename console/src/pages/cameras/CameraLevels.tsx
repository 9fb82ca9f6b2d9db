// Spans of a camera's footage that are protected more than the camera: who raised them, when and why, and how they were taken back.
// They are raised in playback; an administrator lowers them here, by a paper of the register.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { clipLevelsQuery, useMe } from "../../api/queries";
import type { Camera, ClipLevel, Id } from "../../api/types";
import { RecordChoice, RecordName } from "../../register";
import { Because, EntryLink, Meaning, SpanText, Time, Trouble, useT, Written } from "../../ui";
import { Labelled } from "../../ui/Labelled";

export function CameraLevels({ camera }: { camera: Camera }) {
  const t = useT();
  const { posts } = useMe();
  // Who may not know is not made to ask: a refusal is an entry.
  const known = posts.some(({ role, unit }) => role !== "viewer" && unit.id === camera.unit_id);
  const levels = useQuery({ ...clipLevelsQuery(camera.id), enabled: known });
  if (levels.error) return <Trouble error={levels.error} onRetry={levels.refetch} />;
  if (!levels.data || levels.data.length === 0) return null;
  return (
    <section className="wk-section" aria-label={t("clip-levels")}>
      <h3>{t("clip-levels")}</h3>
      {levels.data.map((level) => (
        <Raised key={level.entry.index} camera={camera} level={level} />
      ))}
    </section>
  );
}

function Raised({ camera, level }: { camera: Camera; level: ClipLevel }) {
  const t = useT();
  const { rights } = useMe();
  const [lowering, setLowering] = useState(false);
  const { lowered } = level;
  return (
    <div className="wk-say">
      <Meaning tone={level.level > 2 ? "breach" : "late"} quiet={lowered !== null && lowered !== undefined}>
        {t(`clip-level-${level.level}`)}
      </Meaning>
      {level.to_ms === null || level.to_ms === undefined ? (
        <span>
          {t("clip-level-since")} <Time ms={level.from_ms} />
        </span>
      ) : (
        <SpanText fromMs={level.from_ms} toMs={level.to_ms} />
      )}
      <Words word="clip-level-raised-by" {...level} />
      {lowered ? (
        <Words word="clip-level-lowered-by" {...lowered} />
      ) : rights.cameras ? (
        lowering ? (
          <Lower camera={camera} entry={level.entry.index} onDone={() => setLowering(false)} />
        ) : (
          <div className="wk-buttons">
            <Button size="small" onClick={() => setLowering(true)}>
              {t("clip-level-lower")}
            </Button>
          </div>
        )
      ) : null}
    </div>
  );
}

type Said = Pick<ClipLevel, "person" | "at_ms" | "entry" | "reason" | "document_id">;

function Words({ word, person, at_ms, entry, reason, document_id }: Said & { word: string }) {
  const t = useT();
  const { rights } = useMe();
  return (
    <Written
      who={
        <>
          {t(word, { name: person.name })} · <Time ms={at_ms} /> · <EntryLink index={entry.index} />
        </>
      }
    >
      {reason}
      {document_id && rights.cameras ? (
        <>
          {" · "}
          <RecordName id={document_id} link />
        </>
      ) : null}
    </Written>
  );
}

function Lower({ camera, entry, onDone }: { camera: Camera; entry: number; onDone: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [document, setDocument] = useState<Id>();
  const lower = async (reason: string) => {
    await api.post(`/api/cameras/${camera.id}/levels/${entry}/lower`, { reason, document_id: document });
    await queries.invalidateQueries({ queryKey: ["cameras", camera.id, "levels"] });
  };
  return (
    <Because
      title={t("clip-level-lower")}
      label={t("because-reason")}
      hint={t("clip-level-lower-note")}
      blocked={document === undefined}
      conflict={t("clip-level-lowered-already")}
      acts={[{ label: t("clip-level-lower-send"), act: ({ reason }) => lower(reason) }]}
      onDone={onDone}
    >
      <Labelled label={t("clip-level-document")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="document"
            unit={camera.unit_id}
            value={document ? [document] : []}
            onChange={([next]) => setDocument(next)}
          />
        )}
      </Labelled>
    </Because>
  );
}
