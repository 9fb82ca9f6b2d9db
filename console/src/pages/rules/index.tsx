// The rules: each pack, its articles, what each asks of whom, and what this system does about it. Only reads; what a refusal
// names leads here.
import { Select, Switch } from "antd";
import { useEffect } from "react";
import { useLawPack, useLawPacks } from "../../api/queries";
import type { LawArticle, LawPack } from "../../api/types";
import { Empty, Loading, Meaning, Page, said, Trouble, useAddress, useLanguage, useT } from "../../ui";
import { Adopted } from "./Adopted";
import { Article } from "./Article";
import { PackHead } from "./PackHead";
import "./rules.css";
import { isKept } from "./words";

export default function Rules() {
  const t = useT();
  const { language } = useLanguage();
  const [address, setAddress] = useAddress();
  const packs = useLawPacks();
  const ordered = packsInOrder(packs.data?.packs ?? []);
  const chosen = ordered.find((pack) => pack.id === address.pack) ?? ordered[0];
  const lead = t("rules-lead");
  if (packs.error && !packs.data)
    return (
      <Page title={t("page-rules")} lead={lead}>
        <Trouble error={packs.error} onRetry={() => packs.refetch()} />
      </Page>
    );
  if (!packs.data || !chosen)
    return (
      <Page title={t("page-rules")} lead={lead}>
        <Loading />
      </Page>
    );
  const planned = address.planned === "1";
  return (
    <Page
      title={t("page-rules")}
      lead={lead}
      toolbar={
        <>
          <Select
            aria-label={t("rules-pack")}
            className="wk-rules-choice"
            value={chosen.id}
            onChange={(pack) => setAddress({ pack, article: undefined })}
            options={ordered.map((pack) => ({
              value: pack.id,
              label: packLabel(pack, said(pack.title, language)),
            }))}
          />
          <span className="wk-nowrap">
            <Switch
              id="rules-planned"
              size="small"
              checked={planned}
              onChange={(on) => setAddress({ planned: on ? "1" : undefined })}
            />{" "}
            <label htmlFor="rules-planned">{t("rules-only-planned")}</label>
          </span>
        </>
      }
    >
      {packs.data.left_out.map((wrong) => (
        <p key={wrong.file}>
          <Meaning tone="breach">{t("rules-left-out", { file: wrong.file })}</Meaning>{" "}
          <span className="wk-code wk-soft">{wrong.problem}</span>
        </p>
      ))}
      <Pack pack={chosen} planned={planned} article={address.article} />
    </Page>
  );
}

/** What binds comes first; what is superseded, last. */
export function packsInOrder(packs: readonly LawPack[]): LawPack[] {
  const rank = (pack: LawPack) => (pack.superseded_by ? 2 : pack.binds ? 0 : 1);
  return [...packs].sort((one, other) => rank(one) - rank(other));
}

function packLabel(pack: LawPack, title: string): string {
  return `${title} · ${pack.id}`;
}

function Pack({ pack, planned, article }: { pack: LawPack; planned: boolean; article: string | undefined }) {
  const t = useT();
  const page = useLawPack(pack.id);
  const loaded = page.data?.pack.id === pack.id ? page.data : undefined;
  // A refusal's link names an article: it is brought into sight once it is there.
  useEffect(() => {
    if (loaded && article) document.getElementById(anchor(article))?.scrollIntoView({ block: "start" });
  }, [loaded, article]);
  const wanted = (known: LawArticle) => !planned || known.duties.some((duty) => !isKept(duty));
  const shown = loaded?.articles.filter(wanted) ?? [];
  return (
    <div className="wk-rules">
      <div className="wk-rules-head">
        <PackHead pack={pack} />
        <Adopted pack={pack} />
      </div>
      {page.error ? (
        <Trouble error={page.error} onRetry={() => page.refetch()} />
      ) : !loaded ? (
        <Loading />
      ) : shown.length === 0 ? (
        <Empty title={t("rules-none-planned-title")}>{t("rules-none-planned")}</Empty>
      ) : (
        <div className="wk-say">
          {shown.map((known) => (
            <Article
              key={known.id}
              id={anchor(known.number)}
              article={known}
              planned={planned}
              marked={article !== undefined && plainNumber(article) === known.number}
            />
          ))}
        </div>
      )}
    </div>
  );
}

/** A clause below an article leads to the article. */
function plainNumber(article: string): string {
  return article.split("(")[0] ?? article;
}

function anchor(article: string): string {
  return `article-${plainNumber(article)}`;
}
