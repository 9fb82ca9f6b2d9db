// One export in the drawer: what it is, the package with its hash, how to collect it and how anybody can verify it.
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMe } from "../../api/queries";
import type { ExportRow } from "../../api/types";
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
  useCameraNames,
  useLanguage,
  useT,
} from "../../ui";
import { ExportState } from "./index";

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
  return (
    <div>
      <section className="wk-section">
        <ExportState row={row} />
        {error ? <p>{error}</p> : null}
        {row.package ? <Collect row={row} /> : null}
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
      {row.package ? <HowToVerify row={row} /> : null}
    </div>
  );
}

function Collect({ row }: { row: ExportRow }) {
  const t = useT();
  const { language } = useLanguage();
  const queries = useQueryClient();
  if (!row.package) return null;
  return (
    <>
      <div className="wk-buttons">
        <a
          className="wk-button-link"
          href={`/api/exports/${row.id}/package`}
          download={row.package.file_name}
          onClick={() => setTimeout(() => queries.invalidateQueries({ queryKey: ["ledger"] }), 2000)}
        >
          {t("export-collect")}
        </a>
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
  const command = `watchkeeper verify "${file}" --policy policy.txt`;
  return (
    <section className="wk-section">
      <h2>{t("export-verify-title")}</h2>
      <p>{t("export-verify-browser")}</p>
      <p>{t("export-verify-command")}</p>
      <CopyText text={command} label={t("export-verify-title")} />
      <p>
        <Meaning tone="plain">{t("export-verify-key")}</Meaning>
      </p>
    </section>
  );
}
