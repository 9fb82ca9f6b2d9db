// Writing an observation into the watch log: what kind, of when, which cameras, in free words. On the page of the duty room, and on
// the wall, where camera and time are filled in.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal, Select } from "antd";
import { type MouseEvent, useState } from "react";
import { api } from "../../api/client";
import { type DutyNote, type DutyRoom, OBSERVED, type Observed } from "../../api/duty";
import type { Id } from "../../api/types";
import { CameraSelect } from "../CameraSelect";
import { useT } from "../i18n";
import { Labelled } from "../Labelled";
import { Trouble } from "../Page";
import { Time } from "../parts";
import { serverNow } from "../useNow";

const WORDS_CHARS_MAX = 2000;

export interface NoteFormProps {
  room: Id;
  /** Filled in: the camera that somebody looks at, and the moment. */
  camera?: Id;
  aboutMs?: number;
  /** The observation that is put right. */
  corrects?: DutyNote;
  onDone?: (note: DutyNote) => void;
}

export function NoteForm({ room, camera, aboutMs, corrects, onDone }: NoteFormProps) {
  const t = useT();
  const queries = useQueryClient();
  const [kind, setKind] = useState<Observed>(corrects?.kind ?? "routine");
  const [of, setOf] = useState(camera ?? corrects?.cameras[0]?.id);
  const [words, setWords] = useState(corrects?.words ?? "");
  const send = useMutation({
    mutationFn: () =>
      api.post<DutyNote>("/api/duty/log", {
        room_id: room,
        kind,
        about_ms: Math.floor(corrects?.about_ms ?? aboutMs ?? serverNow()),
        cameras: of ? [of] : [],
        words: words.trim(),
        ...(corrects ? { corrects_id: corrects.id } : {}),
      }),
    onSuccess: (note) => {
      setWords("");
      queries.invalidateQueries({ queryKey: ["duty"] });
      onDone?.(note);
    },
  });
  return (
    <div className="wk-fields">
      <div className="wk-fields-two">
        <Labelled label={t("duty-note-kind")}>
          {(id) => (
            <Select
              id={id}
              showSearch
              optionFilterProp="label"
              value={kind}
              onChange={setKind}
              options={OBSERVED.map((value) => ({ value, label: t(`duty-kind-${value}`) }))}
            />
          )}
        </Labelled>
        <div className="wk-field">
          <span className="wk-label">{t("duty-note-camera")}</span>
          <CameraSelect value={of} onChange={setOf} />
        </div>
      </div>
      <Labelled label={t("duty-note-words")}>
        {(id) => (
          <Input.TextArea
            id={id}
            rows={2}
            value={words}
            maxLength={WORDS_CHARS_MAX}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
      </Labelled>
      {aboutMs !== undefined ? (
        <p className="wk-hint">
          {t("duty-note-of")} <Time ms={aboutMs} />
        </p>
      ) : null}
      {send.error ? <Trouble error={send.error} /> : null}
      <div className="wk-buttons">
        <Button type="primary" disabled={words.trim() === ""} loading={send.isPending} onClick={() => send.mutate()}>
          {t(corrects ? "duty-note-correct" : "duty-note-write")}
        </Button>
      </div>
    </div>
  );
}

/** Over the wall: nothing that is watched stops. */
export function NoteDialog({ onClose, ...form }: Omit<NoteFormProps, "onDone"> & { onClose: () => void }) {
  const t = useT();
  return (
    <Modal
      open
      title={t("duty-note-this")}
      footer={null}
      onCancel={onClose}
      destroyOnHidden
      // Over a wall that fills the screen too; and what is pressed here is not pressed on the tile.
      getContainer={() => (document.fullscreenElement as HTMLElement | null) ?? document.body}
      wrapProps={{ onDoubleClick: (event: MouseEvent) => event.stopPropagation() }}
    >
      <NoteForm {...form} onDone={onClose} />
    </Modal>
  );
}

/** The room in which the reader is on shift, of a unit or of any. */
export const myRoom = (rooms: readonly DutyRoom[] | undefined, unit?: Id): DutyRoom | undefined =>
  rooms?.find((room) => room.mine && (unit === undefined || room.unit.id === unit));
