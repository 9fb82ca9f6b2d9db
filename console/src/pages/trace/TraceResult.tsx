// The answer to a trace: the verdict in one sentence, the copies with who asked for them and to whom they went, and why not more can
// be said.
import type { Trace, TraceCopy } from "../../api/types";
import {
  CopyText,
  EntryLink,
  Facts,
  formatList,
  Meaning,
  SpanText,
  Time,
  type Tone,
  useLanguage,
  useT,
} from "../../ui";

const TONES: Record<Trace["verdict"], Tone> = {
  copy: "good",
  footage: "notice",
  contradicted: "breach",
  cannot_tell: "late",
};

const word = (text: string) => text.replaceAll("_", "-");

export function TraceResult({ trace }: { trace: Trace }) {
  const t = useT();
  return (
    <section className="wk-section" aria-label={t("trace-result")} aria-live="polite">
      <h2>{t("trace-result")}</h2>
      <p>
        <Meaning tone={TONES[trace.verdict]}>{t(`trace-verdict-${word(trace.verdict)}`)}</Meaning>
      </p>
      {trace.reasons.map((reason) => (
        <p key={reason} className="wk-soft">
          {t(`trace-why-${word(reason)}`)}
        </p>
      ))}
      <Facts
        of={[
          [t("export-entry"), <EntryLink key="entry" index={trace.entry} />],
          [t("trace-sha"), <CopyText key="sha" text={trace.sha256} label={t("trace-sha")} />],
          [
            t("trace-groups"),
            trace.groups > 0
              ? t("trace-groups-of", { matched: String(trace.matched_groups), all: String(trace.groups) })
              : undefined,
          ],
          [
            t("trace-manifest"),
            trace.manifest_is_ours === null || trace.manifest_is_ours === undefined
              ? undefined
              : t(trace.manifest_is_ours ? "trace-manifest-ours" : "trace-manifest-other"),
          ],
        ]}
      />
      {trace.spans.length > 0 ? (
        <>
          <h3>{t("trace-spans")}</h3>
          <ul>
            {trace.spans.map((span) => (
              <li key={`${span.camera.id} ${span.profile} ${span.from_ms}`}>
                {span.camera.name} <SpanText fromMs={span.from_ms} toMs={span.to_ms} zone />
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {trace.verdict === "footage" && trace.copies.length === 0 ? <p>{t("trace-no-copy")}</p> : null}
      {trace.copies.map((copy) => (
        <Copy key={copy.copy_id} copy={copy} />
      ))}
      {trace.plain_copies.length > 0 ? (
        <>
          <h3>{t("trace-plain")}</h3>
          <ul>
            {trace.plain_copies.map((plain) => (
              <li key={plain.entry}>
                <Time ms={plain.at_ms} zone /> {plain.by} <EntryLink index={plain.entry} />
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}

function Copy({ copy }: { copy: TraceCopy }) {
  const t = useT();
  const { language } = useLanguage();
  const held = copy.held_all === null || copy.held_all === undefined ? "" : copy.held_all ? "all" : "part";
  const cameras = copy.cameras.map(({ id, name }) => name || id);
  return (
    <section className="wk-section" aria-label={t("trace-copy")}>
      <h3>{t("trace-copy")}</h3>
      <Facts
        of={[
          [t("trace-copy-id"), <CopyText key="id" text={copy.copy_id} label={t("trace-copy-id")} />],
          [t("trace-found-by"), t(copy.by_id ? "trace-by-id" : "trace-by-pictures")],
          [t("trace-held"), held ? t(`trace-held-${held}`) : undefined],
          [t("export-organisation"), copy.recipient.organisation],
          [t("export-person"), copy.recipient.name],
          [t("export-by"), copy.requested_by.name],
          [t("export-at"), <Time key="at" ms={copy.requested_ms} zone />],
          [t("trace-approver"), copy.approver],
          [
            t("export-why"),
            `${t(`purpose-${word(copy.purpose)}`)} · ${t(`basis-${word(copy.legal_basis)}`)}${copy.note ? ` · ${copy.note}` : ""}`,
          ],
          [t("export-cameras"), formatList(cameras, language)],
          [t("trace-hidden"), copy.hidden_cameras > 0 ? String(copy.hidden_cameras) : undefined],
          [t("export-span"), <SpanText key="span" fromMs={copy.from_ms} toMs={copy.to_ms} zone />],
          [t("export-entry"), <EntryLink key="entry" index={copy.entry} />],
          [
            t("trace-collected"),
            copy.collected.length > 0 ? (
              <ul key="collected">
                {copy.collected.map(({ entry, at_ms }) => (
                  <li key={entry}>
                    <Time ms={at_ms} zone /> <EntryLink index={entry} />
                  </li>
                ))}
              </ul>
            ) : (
              t("trace-not-collected")
            ),
          ],
        ]}
      />
    </section>
  );
}
