// One filing: the dossier as the register yields it, as a form on paper and as a data file, and the entry that it was filed.
// Reading the dossier is an entry of its own: it is only made when somebody asks for it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useRecord, useSystemFilings } from "../../api/queries";
import type { FilingMade, Language } from "../../api/types";
import { amendedBy, changesOf, type Dossier, lastFiled } from "../../register/filing";
import { Empty, Loading, Meaning, Page, PrintButton, Trouble, useAddress, useLanguage, useT } from "../../ui";
import { ArticleName } from "../../ui/RefusalPanel";
import { Changes } from "./Changes";
import { DossierForms, DossierView } from "./DossierForm";
import { FileForm } from "./FileForm";
import "./filing.css";

/** In which languages the form is printed: one, or one after the other. */
const PAPERS = ["zh-CN", "en", "both"] as const;
const languagesOf = (paper: (typeof PAPERS)[number]): Language[] => (paper === "both" ? ["zh-CN", "en"] : [paper]);

/** The dossier that was filed, as it was. Its reading is an entry too. */
const useFiled = (filing: FilingMade | undefined) =>
  useQuery({
    queryKey: ["register", "dossier", "filed", filing?.id],
    queryFn: ({ signal }) => api.tagged(`/api/filings/${filing?.id}/dossier`, undefined, signal),
    enabled: filing !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });

export default function FilingPage() {
  const t = useT();
  const [{ system, pack }] = useAddress();
  const record = useRecord(system);
  const filings = useSystemFilings(system);
  const { language } = useLanguage();
  const [asked, setAsked] = useState(false);
  const [paper, setPaper] = useState<(typeof PAPERS)[number]>(language);
  const dossier = useQuery({
    queryKey: ["register", "dossier", system, pack],
    queryFn: ({ signal }) => api.tagged(`/api/systems/${system}/dossier`, { pack }, signal),
    enabled: asked && Boolean(system && pack),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const owed = filings.data?.owed.find((one) => one.pack === pack);
  const back = (
    <Link to="/registry" search={{ kind: "system", record: system } as never}>
      {t("filing-back")}
    </Link>
  );
  const title = record.data ? t("filing-title-of", { name: record.data.name }) : t("filing-title");
  const made = dossier.data ? (JSON.parse(dossier.data.text) as Dossier) : undefined;
  const last = filings.data && pack ? lastFiled(filings.data.made, pack) : undefined;
  const same = last?.dossier_sha256 === dossier.data?.etag ? last : undefined;
  const sha256 = dossier.data?.etag;
  const before = filings.data && pack && sha256 ? amendedBy(filings.data.made, pack, sha256) : undefined;
  const filed = useFiled(before);
  const changes = made && filed.data ? changesOf(JSON.parse(filed.data.text) as Dossier, made) : undefined;
  const amends = before && changes ? { before, changes } : undefined;
  if (record.error) return <Page title={title}>{<Trouble error={record.error} />}</Page>;
  const choice = (
    <Segmented
      aria-label={t("filing-paper")}
      value={paper}
      onChange={setPaper}
      options={PAPERS.map((value) => ({ value, label: t(`filing-paper-${value.toLowerCase()}`) }))}
    />
  );
  return (
    <Page
      title={title}
      lead={back}
      actions={
        made && (amends || !before) ? (
          <>
            {choice}
            <PrintButton />
          </>
        ) : undefined
      }
    >
      {filings.error ? <Trouble error={filings.error} onRetry={() => filings.refetch()} /> : null}
      {!filings.data && !filings.error ? <Loading /> : null}
      {filings.data && !owed ? <Empty title={t("filing-none-title")}>{t("filing-none-text")}</Empty> : null}
      {owed ? (
        <section className="wk-section">
          <p>
            <ArticleName article={owed.article} />
          </p>
          {owed.unverified ? <Meaning tone="notice">{t("filing-unverified")}</Meaning> : null}
          {made ? null : (
            <>
              <p>
                {t("filing-make-text")} {last ? t("filing-make-text-again") : null}
              </p>
              <Button type="primary" loading={dossier.isFetching} onClick={() => setAsked(true)}>
                {t("filing-make")}
              </Button>
            </>
          )}
          {dossier.error ? <Trouble error={dossier.error} onRetry={() => dossier.refetch()} /> : null}
        </section>
      ) : null}
      {made && dossier.data && owed && system ? (
        <>
          <DossierView
            dossier={made}
            sha256={dossier.data.etag}
            text={dossier.data.text}
            points={`/api/systems/${system}/dossier?pack=${owed.pack}&format=xlsx&language=${language === "en" ? "en" : "zh"}`}
          />
          {last ? (
            <Changes
              last={last}
              changes={same ? [] : changes}
              error={same ? null : filed.error}
              onRetry={() => filed.refetch()}
            />
          ) : null}
          <FileForm
            key={dossier.data.etag}
            system={system}
            dossier={made}
            sha256={dossier.data.etag}
            onOutdated={() => dossier.refetch()}
          />
          <DossierForms
            languages={languagesOf(paper)}
            dossier={made}
            sha256={dossier.data.etag}
            system={system}
            filed={same}
            amends={amends}
          />
        </>
      ) : null}
    </Page>
  );
}
