// A document's file in its record: shown where a browser may show it, opened or saved otherwise, with every version that it had; and
// a new one taken in. Each reading is an entry.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Progress } from "antd";
import { useState } from "react";
import { ApiError, isRefusal, upload } from "../api/client";
import { recordQuery, useMe, useRecord, useRecordVersions } from "../api/queries";
import type { Id, RegisterRecord, RegisterVersion } from "../api/types";
import {
  EntryLink,
  Facts,
  formatBytes,
  Meaning,
  REASON_CHARS_MAX,
  RefusalPanel,
  shortHash,
  Time,
  Trouble,
  useT,
} from "../ui";
import { FileChoice } from "./FileChoice";
import { fileAddress, fileLook, STILL_PAPER } from "./records";
import "./register.css";

/** Whoever may read files: those who answer for the unit, and those who supervise it. */
export function useReadsFiles(): boolean {
  const { rights } = useMe();
  return rights.cameras || rights.ledger;
}

/** Takes in a file as the newest version of a document; `share` is how much of it was sent. */
export function useUpload(onDone: (record: RegisterRecord) => void) {
  const queries = useQueryClient();
  const [share, setShare] = useState<number>();
  const send = useMutation({
    mutationFn: async ({ id, file }: { id: Id; file: File }) => {
      setShare(0);
      const { version } = await queries.fetchQuery({ ...recordQuery(id), staleTime: 0 });
      const query = { version, name: file.name };
      return upload<RegisterRecord>(`/api/records/${id}/file`, file, { query, onProgress: setShare });
    },
    onSettled: () => setShare(undefined),
    onSuccess: (record) => {
      queries.invalidateQueries({ queryKey: ["register"] });
      onDone(record);
    },
  });
  return { send, share };
}

/** What the server said of a file. */
export function UploadTrouble({ error }: { error: unknown }) {
  const t = useT();
  if (!error) return null;
  if (isRefusal(error)) return <RefusalPanel refusal={error.refusal} />;
  if (error instanceof ApiError && error.code?.startsWith("file_"))
    return (
      <p role="alert">
        <Meaning tone="breach">{t(error.code.replaceAll("_", "-"))}</Meaning>
      </p>
    );
  return <Trouble error={error} />;
}

export function UploadBar({ share }: { share: number | undefined }) {
  const t = useT();
  if (share === undefined) return null;
  return <Progress percent={Math.round(share * 100)} aria-label={t("file-sending")} />;
}

/** The reason why a picture of a sensitive camera is looked at: it stands in the entry. */
export function NoteField({ note, onNote }: { note: string; onNote: (note: string) => void }) {
  const t = useT();
  return (
    <Input
      size="small"
      className="wk-file-note"
      value={note}
      maxLength={REASON_CHARS_MAX}
      placeholder={t("still-note")}
      aria-label={t("still-note")}
      onChange={({ target }) => onNote(target.value)}
    />
  );
}

interface DocumentPictureProps {
  id: Id;
  version?: number;
  /** It is read only when somebody asks to see it. */
  ask?: boolean;
  note?: string;
}

/** A picture, or the one frame that a still is. What is typed as a note while it is shown reads nothing again. */
export function DocumentPicture({ id, version, ask, note = "" }: DocumentPictureProps) {
  const t = useT();
  const record = useRecord(id);
  const reads = useReadsFiles();
  const [noted, setNoted] = useState(ask ? undefined : note);
  const [failed, setFailed] = useState(false);
  const look = record.data ? fileLook(record.data.body) : undefined;
  if (!reads || !record.data || (look !== "picture" && look !== "frame")) return null;
  const show = () => {
    setFailed(false);
    setNoted(note);
  };
  if (noted === undefined || failed)
    return (
      <>
        {failed ? <p className="wk-hint">{t("file-not-shown")}</p> : null}
        <Button size="small" className="wk-file-show" onClick={show}>
          {t("file-show")}
        </Button>
      </>
    );
  const address = fileAddress(id, version, false, noted);
  return look === "picture" ? (
    <img className="wk-file-picture" src={address} alt={record.data.name} onError={() => setFailed(true)} />
  ) : (
    <video
      className="wk-file-picture"
      src={address}
      aria-label={record.data.name}
      muted
      playsInline
      preload="auto"
      onError={() => setFailed(true)}
    />
  );
}

export function DocumentFile({ record, editable }: { record: RegisterRecord; editable: boolean }) {
  const t = useT();
  const reads = useReadsFiles();
  const look = fileLook(record.body);
  const isStill = record.body.paper === STILL_PAPER;
  const [note, setNote] = useState("");
  return (
    <section className="wk-section" aria-label={t("file-title")}>
      <h2>{t("file-title")}</h2>
      {look ? (
        <>
          <Facts
            of={[
              [t("file-name"), String(record.body.file_name ?? "–")],
              [t("file-size"), formatBytes(Number(record.body.bytes ?? 0))],
              [
                t("file-hash"),
                <span key="hash" className="wk-code" title={String(record.body.sha256)}>
                  {shortHash(String(record.body.sha256))}
                </span>,
              ],
            ]}
          />
          {reads ? (
            <>
              {isStill ? <NoteField note={note} onNote={setNote} /> : null}
              <DocumentPicture key={record.version} id={record.id} ask={isStill} note={note} />
              <FileLinks id={record.id} look={look} note={note} />
              <p className="wk-hint">{t("file-read-note")}</p>
            </>
          ) : (
            <p className="wk-hint">{t("file-whose")}</p>
          )}
        </>
      ) : (
        <Meaning tone="notice">{t("file-none")}</Meaning>
      )}
      {editable && !isStill ? <TakeIn record={record} again={look !== undefined} /> : null}
      {look ? <FileVersions id={record.id} /> : null}
    </section>
  );
}

function FileLinks({ id, version, look, note }: { id: Id; version?: number; look: string; note?: string }) {
  const t = useT();
  return (
    <p className="wk-file-links">
      {look === "save" ? null : (
        <a href={fileAddress(id, version, false, note)} target="_blank" rel="noreferrer">
          {t("file-open")}
        </a>
      )}
      <a href={fileAddress(id, version, true, note)}>{t("file-save")}</a>
    </p>
  );
}

function TakeIn({ record, again }: { record: RegisterRecord; again: boolean }) {
  const t = useT();
  const [file, setFile] = useState<File>();
  const { send, share } = useUpload(() => setFile(undefined));
  return (
    <div className="wk-fields">
      <FileChoice
        file={file}
        onFile={(chosen) => {
          setFile(chosen);
          send.reset();
        }}
        disabled={send.isPending}
      />
      <UploadBar share={share} />
      <UploadTrouble error={send.error} />
      {file ? (
        <div className="wk-buttons">
          <Button type="primary" loading={send.isPending} onClick={() => send.mutate({ id: record.id, file })}>
            {t(again ? "file-add-version" : "file-add")}
          </Button>
        </div>
      ) : null}
      {again ? <p className="wk-hint">{t("file-version-note")}</p> : null}
    </div>
  );
}

/** The versions in which the file was another. */
function FileVersions({ id }: { id: Id }) {
  const t = useT();
  const reads = useReadsFiles();
  const versions = useRecordVersions(id);
  const all = versions.data ?? [];
  const changed = all.filter(
    ({ body }, at) => fileLook(body) !== undefined && body.sha256 !== all[at + 1]?.body.sha256,
  );
  if (changed.length < 2) return null;
  return (
    <>
      <h3>{t("file-versions", { n: String(changed.length) })}</h3>
      <ul className="wk-file-versions">
        {changed.map((version: RegisterVersion) => (
          <li key={version.version}>
            <span>
              {t("register-version", { n: String(version.version) })} · {String(version.body.file_name ?? "–")} ·{" "}
              {formatBytes(Number(version.body.bytes ?? 0))} · <Time ms={version.at_ms} /> ·{" "}
              <EntryLink index={version.entry.index} />
            </span>
            {reads ? <FileLinks id={id} version={version.version} look={fileLook(version.body) ?? "save"} /> : null}
          </li>
        ))}
      </ul>
    </>
  );
}
