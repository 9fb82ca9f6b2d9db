// One export in the drawer: what it is, the package with its hash, how to collect it and how anybody can verify it.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { ExportCollection, ExportRow } from "../../api/types";
import {
  CopyText,
  Facts,
  formatBytes,
  formatEntry,
  formatList,
  formatTime,
  Meaning,
  Side,
  SpanText,
  Time,
  Trouble,
  useCameraNames,
  useLanguage,
  useT,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { PASSPHRASE_CHARS_MIN } from "../../ui/SealFields";
import { ExportState } from "./index";
import { WhereaboutsSection } from "./Whereabouts";

export function ExportSide({ row, onClose }: { row: ExportRow | undefined; onClose: () => void }) {
  const t = useT();
  return (
    <Side
      open={row !== undefined}
      title={t("export-one")}
      onClose={onClose}
      print={row ? `${t("export-one")} · ${formatEntry(row.entry.log, row.entry.index)}` : undefined}
    >
      {row ? <ExportDetails row={row} /> : null}
    </Side>
  );
}

function ExportDetails({ row }: { row: ExportRow }) {
  const t = useT();
  const { language } = useLanguage();
  const names = useCameraNames(row.cameras);
  const me = useMe();
  const { entry } = row;
  const { error } = row;
  const own = row.requested_by.id === me.person.id;
  return (
    <div>
      <section className="wk-section">
        <ExportState row={row} />
        {error ? <p>{error}</p> : null}
        {row.package && own ? <Collect row={row} /> : null}
        {row.state === "expired" ? <p className="wk-soft">{t("export-expired-note")}</p> : null}
      </section>
      <section className="wk-section">
        <Facts
          of={[
            [
              t("export-cameras"),
              formatList(
                row.cameras.map((camera) => names.get(camera) ?? camera),
                language,
              ),
            ],
            [t("export-span"), <SpanText key="span" fromMs={row.from_ms} toMs={row.to_ms} zone />],
            [t("export-organisation"), row.recipient.organisation],
            [t("export-person"), row.recipient.name],
            [
              t("seal-title"),
              row.sealed_to ? (row.sealed_to === "passphrase" ? t("seal-by-passphrase") : row.sealed_to) : null,
            ],
            [t("export-by"), row.requested_by.name],
            [t("export-at"), <Time key="at" ms={row.requested_ms} zone />],
            [
              t("export-entry"),
              me.rights.ledger ? (
                <Link key="entry" to="/entries" search={{ entry: String(entry.index) }}>
                  {t("ledger-entry-number", { index: String(entry.index) })}
                </Link>
              ) : (
                t("ledger-entry-number", { index: String(entry.index) })
              ),
            ],
          ]}
        />
      </section>
      <WhereaboutsSection key={row.id} row={row} may={own || me.rights.people} />
      {row.package && own ? <HowToVerify row={row} /> : null}
    </div>
  );
}

/** The passphrase is typed here and sent once; the server keeps what it makes of it for this collection only. */
function PassphraseCollect({ row, href }: { row: ExportRow; href: string }) {
  const t = useT();
  const [words, setWords] = useState("");
  const begin = useMutation({
    mutationFn: () => api.post<ExportCollection>(`/api/exports/${row.id}/collection`, { passphrase: words }),
    onSuccess: ({ file_name }) => {
      setWords("");
      const link = Object.assign(document.createElement("a"), { href, download: file_name });
      link.click();
    },
  });
  const ready = [...words].length >= PASSPHRASE_CHARS_MIN;
  return (
    <>
      <Labelled label={t("seal-passphrase")} hint={t("seal-passphrase-hint")}>
        {(id) => (
          <Input.Password
            id={id}
            value={words}
            maxLength={200}
            autoComplete="off"
            onChange={({ target }) => setWords(target.value)}
            onPressEnter={() => ready && begin.mutate()}
          />
        )}
      </Labelled>
      {begin.error ? <Trouble error={begin.error} /> : null}
      <Button type="primary" disabled={!ready} loading={begin.isPending} onClick={() => begin.mutate()}>
        {t("seal-collect")}
      </Button>
    </>
  );
}

function Collect({ row }: { row: ExportRow }) {
  const t = useT();
  const { language } = useLanguage();
  const queries = useQueryClient();
  if (!row.package) return null;
  const href = `/api/exports/${row.id}/package`;
  return (
    <>
      <div className="wk-buttons">
        {row.sealed_to === "passphrase" ? (
          <PassphraseCollect row={row} href={href} />
        ) : (
          <a
            className="wk-button-link"
            href={href}
            download={row.package.file_name}
            onClick={() => setTimeout(() => queries.invalidateQueries({ queryKey: ["ledger"] }), 2000)}
          >
            {t("export-collect")}
          </a>
        )}
        <span className="wk-soft">
          {row.package.file_name} · {formatBytes(row.package.bytes)} ·{" "}
          {t("export-collect-until", { until: formatTime(row.collect_until_ms, language, { zone: true }) })}
        </span>
      </div>
      <p className="wk-hint">{t("export-collect-note")}</p>
      <h3>{t("export-sha")}</h3>
      <CopyText text={row.package.manifest_sha256} label={t("export-sha")} />
    </>
  );
}

function HowToVerify({ row }: { row: ExportRow }) {
  const t = useT();
  const file = row.package?.file_name ?? "package.zip";
  const plain = file.replace(/\.age$/, "");
  const command = `watchkeeper verify "${plain}" --policy policy.txt`;
  const open =
    row.sealed_to === "passphrase" ? `age -d -o "${plain}" "${file}"` : `age -d -i key.txt -o "${plain}" "${file}"`;
  return (
    <section className="wk-section">
      <h2>{t("export-verify-title")}</h2>
      {row.sealed_to ? (
        <>
          <p>{t("seal-open")}</p>
          <CopyText text={open} label={t("seal-open-title")} />
        </>
      ) : null}
      <p>{t("export-verify-browser")}</p>
      <p>{t("export-verify-command")}</p>
      <CopyText text={command} label={t("export-verify-title")} />
      <p>
        <Meaning tone="plain">{t("export-verify-key")}</Meaning>
      </p>
    </section>
  );
}
