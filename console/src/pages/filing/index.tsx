// One filing: the dossier as the register yields it, as a form on paper and as a data file, and the entry that it was filed.
// Reading the dossier is an entry of its own: it is only made when somebody asks for it.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useRecord, useSystemFilings } from "../../api/queries";
import type { Language } from "../../api/types";
import { type Dossier, lastFiled } from "../../register/filing";
import { Empty, Loading, Meaning, Page, PrintButton, Trouble, useAddress, useLanguage, useT } from "../../ui";
import { ArticleName } from "../../ui/RefusalPanel";
import { Changes } from "./Changes";
import { DossierForms, DossierView } from "./DossierForm";
import { FileForm } from "./FileForm";
import "./filing.css";

/** In which languages the form is printed: one, or one after the other. */
const PAPERS = ["zh-CN", "en", "both"] as const;
const languagesOf = (paper: (typeof PAPERS)[number]): Language[] => (paper === "both" ? ["zh-CN", "en"] : [paper]);

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
  if (record.error) return <Page title={title}>{<Trouble error={record.error} />}</Page>;
  const made = dossier.data ? (JSON.parse(dossier.data.text) as Dossier) : undefined;
  const last = filings.data && pack ? lastFiled(filings.data.made, pack) : undefined;
  const same = last?.dossier_sha256 === dossier.data?.etag ? last : undefined;
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
        made ? (
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
              <p>{t("filing-make-text")}</p>
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
          {last ? <Changes key={dossier.data.etag} last={last} same={same !== undefined} dossier={made} /> : null}
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
          />
        </>
      ) : null}
    </Page>
  );
}
