// Where does this copy come from? A found file is sent to the server, which says whose copy it is, or who held its pictures, or that
// it cannot tell. The page decides nothing: the verdict and its reasons are the server's; here they get words.
import { useMutation } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useId, useRef, useState } from "react";
import { upload } from "../../api/client";
import type { Trace } from "../../api/types";
import { UploadBar, UploadTrouble } from "../../register/DocumentFile";
import "../../register/register.css";
import { formatBytes, Icon, Meaning, Page, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { TraceResult } from "./TraceResult";

/** What the server takes in. */
export const TRACE_BYTES_MAX = 2 * 1024 ** 3;
const REASON_CHARS_MAX = 300;

export default function TracePage() {
  const t = useT();
  const [file, setFile] = useState<File>();
  const [reason, setReason] = useState("");
  const [share, setShare] = useState<number>();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const ask = useMutation({
    mutationFn: (found: File) => {
      setShare(0);
      const query = { name: found.name.slice(0, 200), reason: reason.trim() };
      return upload<Trace>("/api/trace", found, { query, onProgress: setShare });
    },
    onSettled: () => setShare(undefined),
  });
  const tooLarge = file !== undefined && file.size > TRACE_BYTES_MAX;
  const choose = (chosen: File | undefined) => {
    ask.reset();
    setFile(chosen);
  };
  return (
    <Page title={t("trace-title")} lead={t("trace-lead")}>
      <section className="wk-section wk-fields" aria-label={t("trace-file")}>
        <div className="wk-field">
          <label className="wk-label" htmlFor={id}>
            {t("trace-file")}
          </label>
          <div className="wk-file-drop">
            <input
              ref={input}
              id={id}
              type="file"
              accept=".mp4,.zip"
              disabled={ask.isPending}
              onChange={({ target }) => choose(target.files?.[0])}
            />
            <Button
              icon={<Icon name="exports" size={13} />}
              disabled={ask.isPending}
              onClick={() => input.current?.click()}
            >
              {t("file-choose")}
            </Button>
            {file ? (
              <span className="wk-file-name">
                {file.name} · {formatBytes(file.size)}
              </span>
            ) : null}
          </div>
          {tooLarge ? (
            <p role="alert">
              <Meaning tone="breach">{t("trace-too-large")}</Meaning>
            </p>
          ) : (
            <span className="wk-hint">{t("trace-file-hint")}</span>
          )}
        </div>
        <Labelled label={t("trace-reason")} hint={t("trace-reason-hint")}>
          {(field) => (
            <Input
              id={field}
              maxLength={REASON_CHARS_MAX}
              value={reason}
              onChange={({ target }) => setReason(target.value)}
            />
          )}
        </Labelled>
        <UploadBar share={share} />
        <UploadTrouble error={ask.error} />
        <div className="wk-buttons">
          <Button
            type="primary"
            loading={ask.isPending}
            disabled={!file || tooLarge || !reason.trim()}
            onClick={() => file && ask.mutate(file)}
          >
            {t("trace-ask")}
          </Button>
        </div>
      </section>
      {ask.data ? <TraceResult trace={ask.data} /> : null}
    </Page>
  );
}
