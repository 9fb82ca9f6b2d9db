// Within which time each unit answers authorities, and when its reception is open. Whoever administers a unit may make it quicker than
// it must be, with a reason; the server refuses longer.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, InputNumber } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { RetrievalTerms } from "../../api/types";
import { EntryLink, Facts, Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { Hours } from "./Hours";

const useTerms = () =>
  useQuery({
    queryKey: ["retrievals", "terms"],
    queryFn: async ({ signal }) =>
      (await api.get<{ terms: RetrievalTerms[] }>("/api/retrieval-terms", undefined, signal)).terms,
  });

export function Terms() {
  const t = useT();
  const terms = useTerms();
  const rows = terms.data ?? [];
  if (rows.length === 0) return null;
  return (
    <section className="wk-section wk-panel" aria-label={t("retrieval-terms")}>
      <h2>{t("retrieval-terms")}</h2>
      <p className="wk-hint">{t("retrieval-terms-hint")}</p>
      {rows.map((of) => (
        <div key={`${of.unit.id}-${of.entry?.index ?? ""}-${of.service?.entry.index ?? ""}`}>
          <Facts
            of={[
              [t("retrieval-terms-unit"), of.unit.name],
              [t("retrieval-terms-answer"), t("retrieval-terms-hours", { n: of.answer_hours })],
              [t("retrieval-terms-papers"), t("retrieval-terms-hours", { n: of.papers_hours })],
              [t("retrieval-terms-open"), of.open_words || null],
              [t("export-entry"), of.entry ? <EntryLink key="entry" index={of.entry.index} /> : null],
            ]}
          />
          {of.may_change ? <Change of={of} /> : null}
          <Hours of={of} />
        </div>
      ))}
    </section>
  );
}

function Change({ of }: { of: RetrievalTerms }) {
  const t = useT();
  const queries = useQueryClient();
  const [answer, setAnswer] = useState<number | null>(of.answer_hours);
  const [papers, setPapers] = useState<number | null>(of.papers_hours);
  const [open, setOpen] = useState(of.open_words);
  const [reason, setReason] = useState("");
  const set = useMutation({
    mutationFn: () => {
      const body = { answer_hours: answer, papers_hours: papers, open_words: open.trim(), reason: reason.trim() };
      return api.put(`/api/units/${of.unit.id}/retrieval-terms`, body);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["retrievals", "terms"] }),
  });
  const same = answer === of.answer_hours && papers === of.papers_hours && open.trim() === of.open_words;
  return (
    <div className="wk-fields">
      <div className="wk-fields-two">
        <Labelled label={t("retrieval-terms-answer")} hint={t("retrieval-terms-most", { n: of.answer_hours_max })}>
          {(id) => <InputNumber id={id} min={1} max={of.answer_hours_max} value={answer} onChange={setAnswer} />}
        </Labelled>
        <Labelled label={t("retrieval-terms-papers")} hint={t("retrieval-terms-most", { n: of.papers_hours_max })}>
          {(id) => <InputNumber id={id} min={1} max={of.papers_hours_max} value={papers} onChange={setPapers} />}
        </Labelled>
      </div>
      <Labelled label={t("retrieval-terms-open")} hint={t("retrieval-terms-open-hint")}>
        {(id) => <Input id={id} maxLength={100} value={open} onChange={({ target }) => setOpen(target.value)} />}
      </Labelled>
      <Labelled label={t("because-reason")}>
        {(id) => <Input id={id} maxLength={500} value={reason} onChange={({ target }) => setReason(target.value)} />}
      </Labelled>
      {set.error ? <Trouble error={set.error} /> : null}
      <div className="wk-buttons">
        <Button
          disabled={same || !answer || !papers || !reason.trim()}
          loading={set.isPending}
          onClick={() => set.mutate()}
        >
          {t("retrieval-terms-set")}
        </Button>
      </div>
    </div>
  );
}
