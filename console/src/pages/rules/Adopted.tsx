// Packs that a unit made its own rule, each with the document of the decision; whoever answers for the unit may add one.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useAdoptions, useLawPacks, useMe, useUnits } from "../../api/queries";
import type { LawPack, Unit } from "../../api/types";
import { RecordChoice, RecordName } from "../../register";
import { EntryLink, said, Time, Trouble, useLanguage, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";

export function Adopted({ pack }: { pack: LawPack }) {
  const t = useT();
  const units = useUnits();
  const { posts } = useMe();
  // Another unit's decision names a document that one does not see.
  const own = (units.data ?? []).filter(({ id }) => posts.some(({ unit }) => unit.id === id));
  if (own.length === 0) return null;
  return (
    <section className="wk-panel wk-rules-adopted" aria-label={t("rules-adopted")}>
      <h2>{t("rules-adopted")}</h2>
      {own.map((unit) => (
        <OfUnit key={unit.id} unit={unit} pack={pack} several={own.length > 1} />
      ))}
    </section>
  );
}

function OfUnit({ unit, pack, several }: { unit: Unit; pack: LawPack; several: boolean }) {
  const t = useT();
  const { language } = useLanguage();
  const { rights } = useMe();
  const packs = useLawPacks();
  const adoptions = useAdoptions(unit.id);
  const [adopting, setAdopting] = useState(false);
  if (adoptions.error) return <Trouble error={adoptions.error} onRetry={() => adoptions.refetch()} />;
  const adopted = adoptions.data?.some((one) => one.pack === pack.id) ?? false;
  const title = (id: string) => said(packs.data?.packs.find((one) => one.id === id)?.title, language) || id;
  return (
    <div className="wk-say">
      {several ? <h3>{unit.name}</h3> : null}
      {adoptions.data?.length === 0 ? <p className="wk-hint">{t("rules-adopted-none")}</p> : null}
      {adoptions.data?.map((one) => (
        <p key={one.pack}>
          <Link to="/rules" search={{ pack: one.pack } as never}>
            {title(one.pack)}
          </Link>
          <br />
          <span className="wk-soft">
            {t("rules-adopted-by")} <RecordName id={one.document_id} link /> · <Time ms={one.at_ms} dateOnly /> ·{" "}
            <EntryLink index={one.entry.index} />
          </span>
        </p>
      ))}
      {rights.cameras && adoptions.data && !adopted && !pack.binds ? (
        adopting ? (
          <Adopt unit={unit} pack={pack} onDone={() => setAdopting(false)} />
        ) : (
          <div className="wk-buttons">
            <Button size="small" onClick={() => setAdopting(true)}>
              {t("rules-adopt-this")}
            </Button>
          </div>
        )
      ) : null}
    </div>
  );
}

function Adopt({ unit, pack, onDone }: { unit: Unit; pack: LawPack; onDone: () => void }) {
  const t = useT();
  const { language } = useLanguage();
  const queries = useQueryClient();
  const [document, setDocument] = useState<string>();
  const adopt = useMutation({
    mutationFn: () => api.post(`/api/units/${unit.id}/adoptions`, { pack: pack.id, document_id: document }),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["register"] });
      queries.invalidateQueries({ queryKey: ["cameras"] });
      onDone();
    },
  });
  return (
    <div className="wk-fields">
      <p className="wk-hint">{t("rules-adopt-note", { pack: said(pack.title, language) })}</p>
      <Labelled label={t("rules-adopt-document")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="document"
            unit={unit.id}
            value={document ? [document] : []}
            onChange={([next]) => setDocument(next)}
            initial={{ paper: "adoption" }}
          />
        )}
      </Labelled>
      {adopt.error ? <Trouble error={adopt.error} /> : null}
      <div className="wk-buttons">
        <Button type="primary" disabled={!document} loading={adopt.isPending} onClick={() => adopt.mutate()}>
          {t("rules-adopt")}
        </Button>
        <Button onClick={onDone}>{t("action-cancel")}</Button>
      </div>
    </div>
  );
}
