// Entering that the dossier on the page was handed in. The entry names its hash; if the register has changed meanwhile the server
// says so, and the dossier is made anew.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, DatePicker, Input } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { ApiError, api } from "../../api/client";
import type { Dossier } from "../../register/filing";
import { Meaning, said, Trouble, useLanguage, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

interface FileFormProps {
  system: string;
  dossier: Dossier;
  sha256: string;
  onOutdated: () => void;
}

export function FileForm({ system, dossier, sha256, onOutdated }: FileFormProps) {
  const t = useT();
  const { language } = useLanguage();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [on, setOn] = useState(() => dayjs().format("YYYY-MM-DD"));
  const [recipient, setRecipient] = useState(dossier.recipient ? said(dossier.recipient, language) : "");
  const [filer, setFiler] = useState(String(dossier.system.owner ?? dossier.unit));
  const [note, setNote] = useState("");
  const file = useMutation({
    mutationFn: () =>
      api.post(`/api/systems/${system}/filings`, {
        pack: dossier.pack,
        filed_on: on,
        recipient: recipient.trim(),
        filer: filer.trim(),
        note: note.trim(),
        dossier_sha256: sha256,
      }),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["register"] });
      queries.invalidateQueries({ queryKey: ["gaps"] });
      navigate({ to: "/registry", search: { kind: "system", record: system } as never });
    },
  });
  const outdated = file.error instanceof ApiError && file.error.kind === "conflict";
  return (
    <section className="wk-section wk-fields wk-panel wk-filing-form" aria-label={t("filing-enter")}>
      <h2>{t("filing-enter")}</h2>
      <p className="wk-hint">{t("filing-enter-text")}</p>
      <Labelled label={t("filing-on")}>
        {(id) => (
          <DatePicker
            id={id}
            allowClear={false}
            maxDate={dayjs()}
            value={dayjs(on)}
            onChange={(day) => day && setOn(day.format("YYYY-MM-DD"))}
          />
        )}
      </Labelled>
      <Labelled label={t("filing-recipient")}>
        {(id) => <Input id={id} maxLength={200} value={recipient} onChange={(e) => setRecipient(e.target.value)} />}
      </Labelled>
      <Labelled label={t("filing-filer")}>
        {(id) => <Input id={id} maxLength={200} value={filer} onChange={(e) => setFiler(e.target.value)} />}
      </Labelled>
      <Labelled label={t("life-note")}>
        {(id) => (
          <Input.TextArea id={id} rows={2} maxLength={1000} value={note} onChange={(e) => setNote(e.target.value)} />
        )}
      </Labelled>
      {outdated ? (
        <div role="alert">
          <Meaning tone="late">{t("filing-changed")}</Meaning>
          <div className="wk-buttons">
            <Button onClick={onOutdated}>{t("filing-make-again")}</Button>
          </div>
        </div>
      ) : null}
      {file.error && !outdated ? <Trouble error={file.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          loading={file.isPending}
          disabled={!recipient.trim() || !filer.trim()}
          onClick={() => file.mutate()}
        >
          {t("filing-enter-button")}
        </Button>
      </div>
    </section>
  );
}
