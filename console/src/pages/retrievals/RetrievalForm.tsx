// The registration form on paper (datong-2008:21): what was asked, who came with what, what was decided, and places to sign. Its code
// and address lead to its entry with the proof, its fingerprint is the one that the approval's entry names; nothing on it asks for money
// (guangzhou-2007:18).
import type { Retrieval, RetrievalDetail } from "../../api/types";
import { idOf } from "../../register/retrieving";
import { FormFoot, FormHead, formatEntry, formatTime, PaperForm, useLanguage, useNames, useT } from "../../ui";

/** Short enough to be read out: the entry's number, and the end of the retrieval's id. */
export function formCode(one: Pick<Retrieval, "id" | "entry">): string {
  return `${one.entry.index}-${one.id.slice(-6).toUpperCase()}`;
}

/** Where its entry and the proof stand. */
export function proofAddress(one: Pick<Retrieval, "entry">, origin: string): string {
  return `${origin}/entries?entry=${one.entry.index}`;
}

/** In eights, to be compared by eye. */
export function inEights(sha256: string): string {
  return sha256.match(/.{1,8}/g)?.join(" ") ?? "";
}

/** Whether it is the form that was approved; `undefined` before that, and of those that were approved before forms had fingerprints. */
export function isApproved({ sha256, approved_sha256 }: RetrievalDetail["form"]): boolean | undefined {
  return approved_sha256 == null ? undefined : approved_sha256 === sha256;
}

export function RetrievalForm({ one, detail }: { one: Retrieval; detail: RetrievalDetail }) {
  const t = useT();
  const { language } = useLanguage();
  const names = useNames()(one.cameras);
  const time = (ms: number) => formatTime(ms, language, { zone: true });
  const last = detail.events.findLast(({ what }) => what === "approved");
  const span = one.from_ms != null && one.to_ms != null ? `${time(one.from_ms)} – ${time(one.to_ms)}` : undefined;
  return (
    <PaperForm>
      <FormHead
        title={t("retrieval-form-title")}
        facts={[
          [t("retrieval-form-code"), formCode(one)],
          [t("retrieval-organ-name"), one.organ_name],
          [t("retrieval-organ"), t(`retrieval-organ-${idOf(one.organ)}`)],
          [t("retrieval-case-number"), one.case_number],
          [t("retrieval-ground"), t(`retrieval-ground-${idOf(one.ground)}`)],
          [t("retrieval-what"), `${t(`retrieval-wanted-${idOf(one.wanted)}`)} · ${t(`retrieval-way-${one.way}`)}`],
          [t("export-cameras"), names || undefined],
          [t("export-span"), span],
          [t("retrieval-reason"), one.reason || undefined],
          [t("retrieval-verdict"), detail.verdict.article],
          [t("retrieval-form-approved"), last ? `${last.by.name} · ${time(last.at_ms)}` : undefined],
          [t("retrieval-form-sha256"), inEights(detail.form.sha256)],
          [t("retrieval-free"), detail.free_under ?? t("retrieval-free-anyway")],
          [t("export-entry"), formatEntry(one.entry.log, one.entry.index)],
        ]}
      />
      <h2>{t("retrieval-officers")}</h2>
      <table className="wk-form-table">
        <thead>
          <tr>
            <th scope="col">{t("retrieval-officer-name")}</th>
            <th scope="col">{t("retrieval-officer-number")}</th>
            <th scope="col">{t("retrieval-certificate")}</th>
            <th scope="col">{t("retrieval-form-checked")}</th>
            <th scope="col">{t("retrieval-form-sign")}</th>
          </tr>
        </thead>
        <tbody>
          {detail.officers.map((officer) => (
            <tr key={officer.id}>
              <td>{officer.name}</td>
              <td>{officer.number}</td>
              <td>{officer.certificate ? t(`retrieval-paper-${idOf(officer.certificate)}`) : ""}</td>
              <td>{officer.checked_by?.name ?? ""}</td>
              <td />
            </tr>
          ))}
        </tbody>
      </table>
      {detail.papers.length > 0 ? (
        <>
          <h2>{t("retrieval-papers")}</h2>
          <table className="wk-form-table">
            <tbody>
              {detail.papers.map((paper) => (
                <tr key={`${paper.paper} ${paper.document.id}`}>
                  <td>{t(`retrieval-paper-${idOf(paper.paper)}`)}</td>
                  <td>{paper.document.name}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      ) : null}
      {isApproved(detail.form) === false ? <p>{t("retrieval-form-changed")}</p> : null}
      {detail.form.undertaking_article ? (
        <p>
          {t("retrieval-form-secrecy")} ({detail.form.undertaking_article})
        </p>
      ) : null}
      <p>
        {t("retrieval-form-proof")} {proofAddress(one, window.location.origin)} ({formCode(one)})
      </p>
      <FormFoot signs={[t("retrieval-form-organ-signs"), t("form-made-by"), t("form-responsible")]} />
    </PaperForm>
  );
}
