// Findings that have one remedy: what they are, how sure the rule is, what helps, and each thing that it is about as a link to
// where it is put right. The page of findings and the record that they are about both show them so.
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useLawPack, useLawPacks, useMe } from "../api/queries";
import type { Finding } from "../api/types";
import { type FindingsAlike, harmOf, placeOf, type Weight, WORDS_KNOWN } from "./findings";
import { formatCount } from "./format";
import { said, useLanguage, useT } from "./i18n";
import { Meaning } from "./Meaning";
import { Time } from "./parts";
import { ArticleName } from "./RefusalPanel";
import type { Tone } from "./tokens";

export const WEIGHT_TONES: Record<Weight, Tone> = { breach: "breach", due: "late", note: "notice" };
/** So many are shown before somebody asks for more, and so many more each time. */
const ROWS_FIRST = 6;
const ROWS_MORE = 100;
/** A moment younger than this is that of asking: the finding has no beginning that is known. */
const ASKED_MS = 5 * 60_000;

export function AlikePanel({ group, askedMs }: { group: FindingsAlike; askedMs: number }) {
  const t = useT();
  const { language } = useLanguage();
  const [first] = group.findings;
  const [shown, setShown] = useState(ROWS_FIRST);
  if (!first) return null;
  const known = WORDS_KNOWN.has(group.word);
  const reason = said(first.reason, language);
  // What is said of each alike is said once, above.
  const same = group.findings.every((one) => said(one.reason, language) === reason);
  const rest = group.findings.length - shown;
  return (
    <article className="wk-panel wk-alike">
      <h3>
        <Meaning tone={WEIGHT_TONES[group.weight]} quiet>
          {known ? t(`finding-word-${group.word.replaceAll("_", "-")}`) : reason}
        </Meaning>
        {group.findings.length > 1 ? (
          <span className="wk-alike-count">{formatCount(group.findings.length, language)}</span>
        ) : null}
      </h3>
      <p className="wk-soft">
        {group.articles.map((article, at) => (
          <span key={article}>
            {at > 0 ? t("list-separator") : null}
            <ArticleWords article={article} />
          </span>
        ))}
        {group.weight === "note" && group.articles[0] ? <HeardOnly article={group.articles[0]} /> : null}
      </p>
      {known && same && nameOf(first) && !names(first, reason) ? <p>{reason}</p> : null}
      <p>
        <span className="wk-term">{t("finding-remedy")}</span> {said(first.remedy, language)}
      </p>
      <ul className={same ? "wk-alike-names" : "wk-alike-rows"}>
        {group.findings.slice(0, shown).map((finding, at) => (
          <li key={`${finding.camera?.id ?? finding.record?.id ?? at} ${finding.reason.en}`}>
            <About finding={finding} bare={same && !names(first, reason)} />
            {finding.since_ms < askedMs - ASKED_MS ? (
              <span className="wk-faint">
                {" "}
                {t("finding-since")} <Time ms={finding.since_ms} dateOnly />
              </span>
            ) : null}
            <Harm finding={finding} />
          </li>
        ))}
      </ul>
      {rest > 0 ? (
        <button type="button" className="wk-link" onClick={() => setShown(shown + ROWS_MORE)}>
          {t("finding-more", { n: formatCount(Math.min(rest, ROWS_MORE), language) })}
        </button>
      ) : null}
    </article>
  );
}

/** A fault that may be theft or damage is reported from here; one that was leads to its incident. */
function Harm({ finding }: { finding: Finding }) {
  const t = useT();
  const { rights } = useMe();
  const { incident } = finding;
  if (incident)
    return (
      <>
        {" · "}
        <Link to="/registry" search={{ kind: "incident", record: incident.id } as never}>
          {t("finding-incident", { name: incident.name })}
        </Link>
      </>
    );
  const place = rights.cameras ? harmOf(finding) : undefined;
  return place ? (
    <>
      {" · "}
      <Link to={place.to} search={place.search as never}>
        {t("finding-report-harm")}
      </Link>
    </>
  ) : null;
}

const nameOf = ({ camera, record }: Finding) => camera?.name ?? record?.name;
const names = (finding: Finding, reason: string) => {
  const name = nameOf(finding);
  return name !== undefined && reason.includes(name);
};

/** What it is about as a link, and the reason unless that stands above; a reason that says the name is itself the link. */
function About({ finding, bare }: { finding: Finding; bare: boolean }) {
  const { language } = useLanguage();
  const [reason, name, place] = [said(finding.reason, language), nameOf(finding), placeOf(finding)];
  const title = bare ? (name ?? reason) : names(finding, reason) ? reason : (name ?? reason);
  return (
    <>
      {place ? (
        <Link to={place.to} search={place.search as never}>
          {title}
        </Link>
      ) : (
        title
      )}
      {bare || title === reason ? null : <span className="wk-soft"> {reason}</span>}
    </>
  );
}

/** The article with its title, where a pack has it. */
export function ArticleWords({ article }: { article: string }) {
  const [pack, number] = article.split(":");
  return (
    <>
      <ArticleName article={article} />
      {pack && number && pack !== "unit" ? <ArticleTitle pack={pack} article={`${pack}:${number}`} /> : null}
    </>
  );
}

function ArticleTitle({ pack, article }: { pack: string; article: string }) {
  const { language } = useLanguage();
  const page = useLawPack(pack);
  const known = page.data?.articles.find(({ id }) => id === article);
  return known ? ` ${said(known.title, language)}` : null;
}

/** Why it is only heard of: the pack's standing, where that is why. */
function HeardOnly({ article }: { article: string }) {
  const t = useT();
  const packs = useLawPacks();
  const pack = packs.data?.packs.find(({ id }) => id === article.split(":")[0]);
  const why = pack?.superseded_by ? "superseded" : pack && pack.status !== "in-force" ? pack.status : "advice";
  return <span className="wk-alike-heard">{t(`finding-heard-${why}`)}</span>;
}
