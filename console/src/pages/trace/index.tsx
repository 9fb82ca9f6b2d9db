// Where does this copy come from? A found file is sent to the server, which says whose copy it is, or who held its pictures, or that
// it cannot tell. The page decides nothing: the verdict and its reasons are the server's; here they get words.
import { useMutation } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { upload } from "../../api/client";
import type { Trace } from "../../api/types";
import { UploadBar, UploadTrouble } from "../../register/DocumentFile";
import { type Choosable, FileChoice } from "../../register/FileChoice";
import "../../register/register.css";
import { CaseSelect, Page, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { TraceResult } from "./TraceResult";

/** What the server takes in. */
const TRACE_BYTES_MAX = 2 * 1024 ** 3;
const FOUND: Choosable = {
  title: "trace-file",
  hint: "trace-file-hint",
  endings: [".mp4", ".zip"],
  problem: ({ size }) => (size > TRACE_BYTES_MAX ? "trace-too-large" : undefined),
};
const REASON_CHARS_MAX = 300;

export default function TracePage() {
  const t = useT();
  const [file, setFile] = useState<File>();
  const [reason, setReason] = useState("");
  const [of, setOf] = useState<string>();
  const [share, setShare] = useState<number>();
  const ask = useMutation({
    mutationFn: (found: File) => {
      setShare(0);
      const query = { name: found.name.slice(0, 200), reason: reason.trim(), case: of };
      return upload<Trace>("/api/trace", found, { query, onProgress: setShare });
    },
    onSettled: () => setShare(undefined),
  });
  const choose = (chosen: File | undefined) => {
    ask.reset();
    setFile(chosen);
  };
  return (
    <Page title={t("trace-title")} lead={t("trace-lead")}>
      <section className="wk-section wk-fields" aria-label={t("trace-file")}>
        <FileChoice of={FOUND} file={file} onFile={choose} disabled={ask.isPending} />
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
        <Labelled label={t("case-label")}>
          {(field) => <CaseSelect id={field} value={of} onChange={(row) => setOf(row?.id)} />}
        </Labelled>
        <UploadBar share={share} />
        <UploadTrouble error={ask.error} />
        <div className="wk-buttons">
          <Button
            type="primary"
            loading={ask.isPending}
            disabled={!file || !reason.trim()}
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
