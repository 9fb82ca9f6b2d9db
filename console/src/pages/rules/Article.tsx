// One article: its duties in our words, the values it gives with how sure they are, and the controls that keep them.
import type { LawArticle, LawControl, LawDuty, LawParameter } from "../../api/types";
import { Meaning, said, useLanguage, useT } from "../../ui";
import { Beside } from "./Overrides";
import { isKept, useValueWords } from "./words";

export function Article({
  id,
  article,
  planned,
  marked,
}: {
  id: string;
  article: LawArticle;
  /** Only duties that are not kept yet. */
  planned: boolean;
  /** What a link led to. */
  marked: boolean;
}) {
  const t = useT();
  const { language } = useLanguage();
  const duties = planned ? article.duties.filter((duty) => !isKept(duty)) : article.duties;
  return (
    <article id={id} className={`wk-panel wk-rules-article ${marked ? "wk-rules-marked" : ""}`}>
      <h3>
        <span className="wk-code">{article.id}</span> {said(article.title, language)}
      </h3>
      {article.inferred ? <p className="wk-hint">{t("rules-inferred")}</p> : null}
      {duties.length === 0 ? <p className="wk-soft">{t("rules-no-duty")}</p> : null}
      {duties.map((duty) => (
        <Duty key={`${duty.obligation} ${duty.clause ?? ""} ${duty.text.en}`} article={article.id} duty={duty} />
      ))}
    </article>
  );
}

function Duty({ article, duty }: { article: string; duty: LawDuty }) {
  const t = useT();
  const { language } = useLanguage();
  return (
    <div className="wk-rules-duty">
      <p className="wk-rules-text">
        {said(duty.text, language)}{" "}
        <span className="wk-code wk-faint" title={t("rules-obligation", { id: duty.obligation })}>
          {duty.obligation}
        </span>
      </p>
      <p className="wk-soft">
        {t("rules-binds", { whom: duty.binds.map((party) => t(`rules-party-${party}`)).join(t("list-separator")) })}
        {/* The packs name a clause in English words only. */}
        {duty.clause && language === "en" ? ` · ${t("rules-clause", { clause: duty.clause })}` : null}
      </p>
      {duty.parameters.length ? (
        <dl className="wk-rules-values">
          {duty.parameters.map((parameter) => (
            <Value key={parameter.name} article={article} parameter={parameter} />
          ))}
        </dl>
      ) : null}
      <ul className="wk-rules-controls">
        {duty.controls.map((control) => (
          <Control key={control.id} control={control} />
        ))}
      </ul>
    </div>
  );
}

function Value({ article, parameter }: { article: string; parameter: LawParameter }) {
  const t = useT();
  const words = useValueWords();
  return (
    <>
      <dt>{t(`rules-value-${parameter.name.replaceAll("_", "-")}`)}</dt>
      <dd>
        {words(parameter.name, parameter.value)}{" "}
        {parameter.mark === "text" ? null : (
          <Meaning tone={parameter.mark === "unverified" ? "late" : "notice"}>
            {t(`rules-mark-${parameter.mark}`)}
          </Meaning>
        )}
        <Beside article={article} parameter={parameter} />
      </dd>
    </>
  );
}

function Control({ control }: { control: LawControl }) {
  const t = useT();
  const { language } = useLanguage();
  return (
    <li>
      <Meaning tone={control.done ? "good" : "late"} quiet>
        {t(`rules-kind-${control.kind}`)}
        {t("colon")}
        {said(control.name, language)}
      </Meaning>
      {control.done ? null : <strong className="wk-rules-planned">{t("rules-planned")}</strong>}
      <p className="wk-soft">{said(control.what, language)}</p>
      {control.done ? (
        <details className="wk-details">
          <summary>{t("rules-shown-by")}</summary>
          <p className="wk-code wk-soft">{control.code}</p>
          <p className="wk-code wk-soft">{control.test}</p>
        </details>
      ) : null}
    </li>
  );
}
