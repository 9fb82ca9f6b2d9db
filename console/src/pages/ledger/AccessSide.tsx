// One entry of the access log in the drawer: every field, what it refers to, and its check.
import { Link } from "@tanstack/react-router";
import { useAccessProof } from "../../api/queries";
import type { AccessEntry } from "../../api/types";
import {
  actId,
  CaseLink,
  Facts,
  formatBytes,
  formatCount,
  formatEntry,
  formatIndex,
  formatList,
  Loading,
  Meaning,
  Side,
  SpanText,
  said,
  Time,
  type Translate,
  Trouble,
  useLanguage,
  useT,
  Witnessed,
} from "../../ui";
import { useArticleWords } from "../../ui/RefusalPanel";
import { checkAccess } from "../../verify/check";
import { Proof } from "./Proof";

export function AccessSide({ index, onClose }: { index: number | undefined; onClose: () => void }) {
  const t = useT();
  const proof = useAccessProof(index);
  return (
    <Side
      open={index !== undefined}
      title={index === undefined ? "" : t("ledger-entry-title", { index: String(index) })}
      onClose={onClose}
      wide
      print={proof.data ? `${t("page-ledger")} · ${formatEntry("access", proof.data.entry.index)}` : undefined}
    >
      {proof.error ? <Trouble error={proof.error} onRetry={() => proof.refetch()} /> : null}
      {proof.data ? (
        <div>
          <section className="wk-section">
            <Entry entry={proof.data.entry} />
            {proof.data.entry.class === "viewing" && proof.data.entry.kind !== "use" ? (
              <Link to="/entries" search={{ refers: String(proof.data.entry.index) }}>
                {t("ledger-uses")}
              </Link>
            ) : null}
          </section>
          <Proof
            key={proof.data.entry.index}
            log="access"
            check={(key) => checkAccess(proof.data, key)}
            bytes={[
              [t("proof-record"), proof.data.record_b64 ?? ""],
              [t("proof-salt"), proof.data.salt_hex ?? ""],
              [t("proof-commitment"), proof.data.commitment_hex],
              [t("proof-leaf"), proof.data.leaf_b64],
              [t("proof-batch-leaf"), proof.data.batch_leaf_b64 ?? ""],
            ]}
            checkpoint={proof.data.checkpoint}
          />
        </div>
      ) : proof.isPending && index !== undefined ? (
        <Loading />
      ) : null}
    </Side>
  );
}

/** The record writes roles by their frozen words; here they are read in the language. */
export function postText(post: string, t: Translate): string {
  return post.replace(/\b(viewer|operator|administrator|auditor)\b/g, (role) => t(`role-${role}`));
}

function Entry({ entry }: { entry: AccessEntry }) {
  const t = useT();
  const { language } = useLanguage();
  const articleWords = useArticleWords();
  const { outcome, served } = entry;
  return (
    <Facts
      of={[
        [t("ledger-time"), <Time key="time" ms={entry.time_ms} zone />],
        [t("ledger-kind"), entry.kind ? t(actId(entry.kind)) : t("ledger-gone")],
        [t("ledger-class"), t(`class-${entry.class.replaceAll("_", "-")}`)],
        [t("ledger-person"), entry.person?.name ?? t("ledger-system")],
        [
          t("ledger-account"),
          entry.account ? (
            <span key="account" className="wk-code">
              {entry.account}
            </span>
          ) : null,
        ],
        [t("ledger-post"), postText(entry.post, t)],
        [
          t("ledger-outcome"),
          outcome.permitted ? (
            <Meaning key="outcome" tone="good" quiet>
              {t("ledger-permitted")}
            </Meaning>
          ) : (
            <Meaning key="outcome" tone="late">
              {t("ledger-refused")}
            </Meaning>
          ),
        ],
        [t("refusal-article-name"), outcome.article ? articleWords(outcome.article) : null],
        [t("ledger-reason"), said(outcome.reason, language)],
        [t("ledger-remedy"), said(outcome.remedy, language)],
        [
          t("ledger-cameras"),
          entry.cameras.length > 0
            ? formatList(
                entry.cameras.map(({ name }) => name),
                language,
              )
            : entry.cameras_count > 0
              ? t("ledger-cameras-count", { n: String(entry.cameras_count) })
              : null,
        ],
        [
          t("ledger-span"),
          entry.span ? <SpanText key="span" fromMs={entry.span[0]} toMs={entry.span[1]} zone /> : null,
        ],
        [t("purpose-label"), entry.purpose ? t(`purpose-${entry.purpose.replace("_", "-")}`) : null],
        [t("basis-label"), entry.legal_basis ? t(`basis-${entry.legal_basis.replace("_", "-")}`) : null],
        [t("ledger-case"), entry.case ? <CaseLink key="case" id={entry.case} /> : null],
        [t("ledger-approver"), entry.approver],
        [t("ledger-note"), entry.note],
        [t("ledger-recipient"), entry.recipient],
        [
          t("ledger-text"),
          entry.text ? (
            <span key="text" className="wk-code wk-lines">
              {entry.text}
            </span>
          ) : null,
        ],
        [
          t("ledger-subject"),
          entry.subject ? (
            <span key="subject" className="wk-code">
              {entry.subject}
            </span>
          ) : null,
        ],
        [
          t("ledger-place"),
          entry.place ? (
            <span key="place" className="wk-code">
              {entry.place}
            </span>
          ) : null,
        ],
        [
          t("ledger-served"),
          served
            ? t("ledger-served-value", {
                units: formatCount(served.units, language),
                bytes: formatBytes(served.bytes),
              })
            : null,
        ],
        [t("witnessed-label"), <Witnessed key="witnessed" index={entry.index} />],
        [
          t("ledger-refers"),
          entry.refers_to === null || entry.refers_to === undefined ? null : (
            <Link key="refers" to="/entries" search={{ entry: String(entry.refers_to) }}>
              {formatIndex(entry.refers_to)}
            </Link>
          ),
        ],
      ]}
    />
  );
}
