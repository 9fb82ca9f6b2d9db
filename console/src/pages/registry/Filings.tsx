// A system's filings in its drawer: what each pack asks for and until when, what was filed, the organ's receipt.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, DatePicker, Input } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe, useRegisterKinds, useSystemFilings } from "../../api/queries";
import type { FilingMade, FilingOwed } from "../../api/types";
import { RecordChoice, RecordName } from "../../register";
import { isOpen, TONES } from "../../register/filing";
import { EntryLink, formatList, Meaning, said, Time, Trouble, useLanguage, useT, Written } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { ArticleName } from "../../ui/RefusalPanel";

export function Filings({ system, unit }: { system: string; unit: string | undefined }) {
  const t = useT();
  const filings = useSystemFilings(system);
  if (filings.error && !filings.data) return <Trouble error={filings.error} onRetry={() => filings.refetch()} />;
  if (!filings.data) return null;
  const { owed, made } = filings.data;
  return (
    <section className="wk-section" aria-label={t("filing-title")}>
      <h2>{t("filing-title")}</h2>
      {owed.length === 0 ? <p className="wk-hint">{t("filing-none-text")}</p> : null}
      {owed.map((one) => (
        <Owed key={one.pack} owed={one} system={system} />
      ))}
      {made.length > 0 ? (
        <div className="wk-say">
          {made.map((one) => (
            <Made key={one.id} made={one} unit={unit} />
          ))}
        </div>
      ) : null}
    </section>
  );
}

function Owed({ owed, system }: { owed: FilingOwed; system: string }) {
  const t = useT();
  const { language } = useLanguage();
  const { rights } = useMe();
  const kinds = useRegisterKinds();
  const papers = kinds.data?.find(({ kind }) => kind === "document")?.fields.find(({ name }) => name === "paper");
  const paper = (word: string) => {
    const known = papers?.choices?.find(({ id }) => id === word);
    return known ? said(known.name, language) : word;
  };
  return (
    <div className="wk-filing">
      <p>
        <Meaning tone={TONES[owed.state] ?? "plain"}>
          {t(`filing-state-${owed.state.replace("_", "-")}`, {
            due: owed.due ?? "",
            on: owed.filed_on ?? "",
            n: String(Math.abs(owed.days_left ?? 0)),
          })}
        </Meaning>{" "}
        <ArticleName article={owed.article} />
        {owed.binds ? null : ` (${t("life-pack-warns")})`}
      </p>
      {isOpen(owed) || owed.state === "not_yet" ? (
        <p className="wk-soft">
          {t("filing-window", { n: String(owed.window_days) })} {t(`filing-from-${owed.from}`)}{" "}
          {t(`filing-by-sentence-${owed.by}`)}
          {owed.recipient ? ` ${t("filing-with", { to: said(owed.recipient, language) })}` : ""}
        </p>
      ) : null}
      {owed.unverified && isOpen(owed) ? <p className="wk-hint">{t("filing-unverified")}</p> : null}
      {isOpen(owed) && owed.missing.length > 0 ? (
        <p className="wk-hint">
          {t("filing-missing")} {formatList(owed.missing.map(paper), language)}
        </p>
      ) : null}
      {rights.cameras ? (
        <div className="wk-buttons">
          <Link className="wk-link" to="/filing" search={{ system, pack: owed.pack } as never}>
            {t("filing-open")}
          </Link>
        </div>
      ) : null}
    </div>
  );
}

function Made({ made, unit }: { made: FilingMade; unit: string | undefined }) {
  const t = useT();
  const { rights } = useMe();
  const [adding, setAdding] = useState(false);
  return (
    <Written
      who={
        <>
          {t("filing-made", { pack: made.pack, on: made.filed_on })} · <Time ms={made.at_ms} /> ·{" "}
          <EntryLink index={made.entry.index} />
        </>
      }
    >
      <p>{t("filing-made-words", { filer: made.filer, recipient: made.recipient })}</p>
      {made.note ? <p className="wk-lines">{made.note}</p> : null}
      {made.receipt ? (
        <p>
          {t("filing-receipt-words", { number: made.receipt.number, on: made.receipt.received_on })}{" "}
          <RecordName id={made.receipt.document_id} link />
        </p>
      ) : null}
      {rights.cameras && !made.receipt && !adding ? (
        <Button size="small" onClick={() => setAdding(true)}>
          {t("filing-receipt-add")}
        </Button>
      ) : null}
      {adding && !made.receipt ? <ReceiptForm filing={made.id} unit={unit} onDone={() => setAdding(false)} /> : null}
    </Written>
  );
}

function ReceiptForm({ filing, unit, onDone }: { filing: string; unit: string | undefined; onDone: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [document, setDocument] = useState<string[]>([]);
  const [number, setNumber] = useState("");
  const [on, setOn] = useState(() => dayjs().format("YYYY-MM-DD"));
  const enter = useMutation({
    mutationFn: () =>
      api.post(`/api/filings/${filing}/receipt`, { document_id: document[0], number: number.trim(), received_on: on }),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["register"] });
      onDone();
    },
  });
  return (
    <section className="wk-fields wk-panel" aria-label={t("filing-receipt-add")}>
      <Labelled label={t("filing-receipt-document")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="document"
            unit={unit}
            value={document}
            onChange={setDocument}
            initial={{ paper: "other" }}
          />
        )}
      </Labelled>
      <Labelled label={t("filing-receipt-number")}>
        {(id) => <Input id={id} maxLength={200} value={number} onChange={(event) => setNumber(event.target.value)} />}
      </Labelled>
      <Labelled label={t("filing-receipt-on")}>
        {(id) => (
          <DatePicker
            id={id}
            allowClear={false}
            maxDate={dayjs()}
            value={dayjs(on)}
            onChange={(day) => day && setOn(day.format("YYYY-MM-DD"))}
          />
        )}
      </Labelled>
      {enter.error ? <Trouble error={enter.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          loading={enter.isPending}
          disabled={document.length === 0 || !number.trim()}
          onClick={() => enter.mutate()}
        >
          {t("filing-receipt-enter")}
        </Button>
        <Button onClick={onDone}>{t("action-cancel")}</Button>
      </div>
    </section>
  );
}
