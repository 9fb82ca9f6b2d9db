// What differs between the dossier that was filed last and the one that the register yields now: what an amendment is about.
// The filed one is read only when somebody asks, since each reading is an entry; both are compared here, nothing is stored.
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { FilingMade } from "../../api/types";
import { type Change, changesOf, type Dossier } from "../../register/filing";
import { EntryLink, Meaning, Trouble, useT } from "../../ui";
import { useFieldWords } from "./DossierForm";

interface ChangesProps {
  last: FilingMade;
  /** The bytes are the same: nothing differs, and nothing has to be read to know it. */
  same: boolean;
  dossier: Dossier;
}

export function Changes({ last, same, dossier }: ChangesProps) {
  const t = useT();
  const [asked, setAsked] = useState(false);
  const filed = useQuery({
    queryKey: ["register", "dossier", "filed", last.id],
    queryFn: ({ signal }) => api.tagged(`/api/filings/${last.id}/dossier`, undefined, signal),
    enabled: asked,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <section className="wk-section wk-say" aria-label={t("filing-changes")}>
      <h2>{t("filing-changes")}</h2>
      <p className="wk-soft">
        {t("filing-changes-since", { on: last.filed_on })} <EntryLink index={last.entry.index} />
      </p>
      {same ? <Meaning tone="good">{t("filing-changes-none")}</Meaning> : null}
      {!same && !filed.data ? (
        <div className="wk-buttons">
          <Button loading={filed.isFetching} onClick={() => setAsked(true)}>
            {t("filing-changes-show")}
          </Button>
        </div>
      ) : null}
      {filed.error ? <Trouble error={filed.error} onRetry={() => filed.refetch()} /> : null}
      {!same && filed.data ? <List changes={changesOf(JSON.parse(filed.data.text) as Dossier, dossier)} /> : null}
    </section>
  );
}

/** The register's kind whose fields a part shows. */
const KINDS: Record<Change["part"], string> = {
  dossier: "dossier",
  system: "system",
  technical: "system",
  contractors: "contractor",
  equipment: "product",
  points: "point",
  papers: "document",
};

function List({ changes }: { changes: Change[] }) {
  const t = useT();
  const words = useFieldWords();
  const label = ({ part }: Change, name: string) =>
    part === "dossier" ? t(`filing-changes-field-${name.replaceAll("_", "-")}`) : words.label(KINDS[part], name);
  return (
    <ul className="wk-filing-changes">
      {changes.map((change) => (
        <li key={`${change.part} ${change.name}`}>
          <p>
            <span className="wk-term">{t(`filing-changes-${change.part}`)}</span> {change.name}{" "}
            {change.name ? <span className="wk-soft">{t(`filing-changes-${change.what}`)}</span> : null}
          </p>
          {change.fields.map(([name, before, after]) => (
            <p key={name} className="wk-filing-change">
              <span className="wk-soft">{label(change, name)}</span> <del>{before || t("filing-changes-nothing")}</del>{" "}
              <ins>{after || t("filing-changes-nothing")}</ins>
            </p>
          ))}
        </li>
      ))}
    </ul>
  );
}
