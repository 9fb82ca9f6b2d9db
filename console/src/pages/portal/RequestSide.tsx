// One request in the drawer: how far it is, what the law finds missing and under which article, papers, what was asked and answered, and
// the package, which is collected against a receipt by name.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Select, Steps } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { ExportCollection, PortalDetail, PortalRequest } from "../../api/types";
import { FileChoice } from "../../register/FileChoice";
import "../../register/register.css";
import { RequestSteps } from "../../register/RequestSteps";
import { idOf, PAPERS } from "../../register/retrieving";
import { Because, Facts, Meaning, Side, SpanText, said, Time, Trouble, useLanguage, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { ArticleName } from "../../ui/RefusalPanel";
import { PASSPHRASE_CHARS_MIN } from "../../ui/SealFields";
import { RequestState } from "./index";
import { isOpen, STEPS, stepsDone } from "./portal";

export function RequestSide({ one, onClose }: { one: PortalRequest | undefined; onClose: () => void }) {
  const t = useT();
  return (
    <Side open={one !== undefined} title={t("portal-one")} onClose={onClose} wide>
      {one?.detail ? <Details key={one.id} one={one} detail={one.detail} /> : null}
    </Side>
  );
}

/** Takes a step; what comes back is shown at once. */
function useStep(one: PortalRequest) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body: object }) =>
      api.post<PortalRequest>(`/api/portal/requests/${one.id}/${path}`, body),
    onSuccess: (next) => {
      queries.setQueryData(["portal", "one", one.id], next);
      queries.invalidateQueries({ queryKey: ["portal"] });
    },
  });
}

interface PartProps {
  one: PortalRequest;
  detail: PortalDetail;
}

function Details({ one, detail }: PartProps) {
  const t = useT();
  const done = stepsDone(one.state);
  const step = useStep(one);
  const ended = one.state === "refused" || one.state === "withdrawn";
  return (
    <div>
      <section className="wk-section">
        <p>
          <RequestState one={one} />{" "}
          {one.due_ms != null ? (
            <span>
              {t("portal-due")} <Time ms={one.due_ms} />
            </span>
          ) : null}
        </p>
        <Steps
          className="wk-portal-steps"
          size="small"
          responsive={false}
          titlePlacement="vertical"
          current={Math.min(done, STEPS.length - 1)}
          status={ended ? "error" : done === STEPS.length ? "finish" : "process"}
          items={STEPS.map((name) => ({ title: t(`portal-step-${name}`) }))}
        />
      </section>
      {one.state === "ready" ? <Receipt one={one} /> : null}
      {one.state === "received" ? <Collect one={one} detail={detail} /> : null}
      {isOpen(one.state) ? <Lacks detail={detail} /> : null}
      <RequestSteps steps={detail.steps} />
      <Papers one={one} detail={detail} />
      <Asked one={one} detail={detail} />
      {isOpen(one.state) ? (
        <section className="wk-section">
          <Because
            title={t("portal-withdraw-title")}
            label={t("because-reason")}
            hint={t("portal-withdraw-hint")}
            acts={[
              {
                label: t("portal-withdraw"),
                danger: true,
                act: ({ reason }) => step.mutateAsync({ path: "withdraw", body: { reason } }),
              },
            ]}
          />
        </section>
      ) : null}
    </div>
  );
}

/** What the law finds missing today, each with the article that asks for it. */
function Lacks({ detail }: Pick<PartProps, "detail">) {
  const t = useT();
  const { language } = useLanguage();
  const { missing } = detail.verdict;
  if (missing.length === 0) return null;
  return (
    <section className="wk-section wk-panel" aria-label={t("portal-missing")}>
      <h2>{t("portal-missing")}</h2>
      <ul className="wk-portal-list">
        {missing.map((lack) => (
          <li key={`${lack.article} ${lack.code} ${said(lack.reason, language)}`}>
            {said(lack.reason, language)} <ArticleName article={lack.article} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Papers({ one, detail }: PartProps) {
  const t = useT();
  const takes = ["filed", "asked", "taken"].includes(one.state);
  return (
    <section className="wk-section" aria-label={t("portal-papers")}>
      <h2>{t("portal-papers")}</h2>
      {detail.papers.length === 0 ? <p className="wk-hint">{t("portal-papers-none")}</p> : null}
      <ul className="wk-portal-list">
        {detail.papers.map((paper, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: papers are only ever added at the end.
          <li key={at}>
            {t(`retrieval-paper-${idOf(paper.paper)}`)} · {paper.name}{" "}
            {paper.taken ? (
              <Meaning tone="good" quiet>
                {t("portal-paper-taken")}
              </Meaning>
            ) : null}
          </li>
        ))}
      </ul>
      {takes ? <SendPaper one={one} /> : null}
    </section>
  );
}

function SendPaper({ one }: { one: PortalRequest }) {
  const t = useT();
  const queries = useQueryClient();
  const [paper, setPaper] = useState<(typeof PAPERS)[number]>("letter_of_introduction");
  const [file, setFile] = useState<File>();
  const [dated, setDated] = useState("");
  const [valid, setValid] = useState("");
  const send = useMutation({
    mutationFn: (chosen: File) =>
      api.upload<PortalRequest>(
        `/api/portal/requests/${one.id}/papers`,
        { paper, name: chosen.name, dated, ...(valid ? { valid_until: valid } : {}) },
        chosen,
      ),
    onSuccess: (next) => {
      setFile(undefined);
      queries.setQueryData(["portal", "one", one.id], next);
      queries.invalidateQueries({ queryKey: ["portal"] });
    },
  });
  return (
    <div className="wk-fields wk-because">
      <div className="wk-fields-two">
        <Labelled label={t("retrieval-paper-kind")}>
          {(id) => (
            <Select
              id={id}
              value={paper}
              onChange={setPaper}
              options={PAPERS.map((value) => ({ value, label: t(`retrieval-paper-${idOf(value)}`) }))}
            />
          )}
        </Labelled>
        <Labelled label={t("portal-dated")} hint={t("portal-dated-hint")}>
          {(id) => <Input id={id} type="date" value={dated} onChange={({ target }) => setDated(target.value)} />}
        </Labelled>
        <Labelled label={t("portal-valid-until")}>
          {(id) => <Input id={id} type="date" value={valid} onChange={({ target }) => setValid(target.value)} />}
        </Labelled>
      </div>
      <FileChoice file={file} onFile={setFile} disabled={send.isPending} />
      {send.error ? <Trouble error={send.error} /> : null}
      <div className="wk-buttons">
        <Button disabled={!file || !dated} loading={send.isPending} onClick={() => file && send.mutate(file)}>
          {t("portal-paper-send")}
        </Button>
      </div>
    </div>
  );
}

/** The receipt by name: only after it the package leaves. */
function Receipt({ one }: { one: PortalRequest }) {
  const t = useT();
  const step = useStep(one);
  const [name, setName] = useState("");
  const [undertakes, setUndertakes] = useState(false);
  const asked = one.detail?.undertaking_article;
  return (
    <section className="wk-section wk-panel wk-fields" aria-label={t("portal-receipt-title")}>
      <h2>{t("portal-receipt-title")}</h2>
      <Labelled label={t("retrieval-received-by")} hint={t("portal-receipt-hint")}>
        {(id) => <Input id={id} maxLength={100} value={name} onChange={({ target }) => setName(target.value)} />}
      </Labelled>
      {asked ? (
        <Checkbox checked={undertakes} onChange={({ target }) => setUndertakes(target.checked)}>
          {t("portal-undertakes")} <ArticleName article={asked} />
        </Checkbox>
      ) : null}
      {step.error ? <Trouble error={step.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={!name.trim() || (asked != null && !undertakes)}
          loading={step.isPending}
          onClick={() => step.mutate({ path: "receipt", body: { received_by: name.trim(), undertakes } })}
        >
          {t("portal-receipt")}
        </Button>
      </div>
    </section>
  );
}

function Collect({ one, detail }: PartProps) {
  const t = useT();
  const queries = useQueryClient();
  const [words, setWords] = useState("");
  const href = `/api/exports/${one.export_id}/package`;
  const by = detail.seal_to === "passphrase";
  const download = (name: string) => {
    Object.assign(document.createElement("a"), { href, download: name }).click();
    window.setTimeout(() => queries.invalidateQueries({ queryKey: ["portal"] }), 2_000);
  };
  const begin = useMutation({
    mutationFn: () => api.post<ExportCollection>(`/api/exports/${one.export_id}/collection`, { passphrase: words }),
    onSuccess: ({ file_name }) => {
      setWords("");
      download(file_name);
    },
  });
  const ready = one.collections_left > 0 && (!by || [...words].length >= PASSPHRASE_CHARS_MIN);
  return (
    <section className="wk-section wk-panel wk-fields" aria-label={t("portal-collect-title")}>
      <h2>{t("portal-collect-title")}</h2>
      <p className="wk-hint">
        {t("portal-collect-left", { n: String(one.collections_left) })}{" "}
        {one.collect_until_ms != null ? (
          <>
            {t("portal-collect-until")} <Time ms={one.collect_until_ms} />
          </>
        ) : null}
      </p>
      {by ? (
        <Labelled label={t("seal-passphrase")} hint={t("seal-passphrase-hint")}>
          {(id) => (
            <Input.Password
              id={id}
              value={words}
              maxLength={200}
              autoComplete="off"
              onChange={({ target }) => setWords(target.value)}
            />
          )}
        </Labelled>
      ) : null}
      {begin.error ? <Trouble error={begin.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={!ready}
          loading={begin.isPending}
          onClick={() => (by ? begin.mutate() : download("package.zip.age"))}
        >
          {t("portal-collect")}
        </Button>
      </div>
    </section>
  );
}

function Asked({ one, detail }: PartProps) {
  const t = useT();
  return (
    <section className="wk-section">
      <h2>{t("retrieval-asked")}</h2>
      <Facts
        of={[
          [t("retrieval-unit"), one.unit.name],
          [t("retrieval-ground"), t(`retrieval-ground-${idOf(one.ground)}`)],
          [t("retrieval-case-number"), one.case_number],
          [t("retrieval-way"), t(`retrieval-way-${one.way}`)],
          [t("portal-place"), detail.place],
          [t("export-span"), <SpanText key="span" fromMs={one.from_ms} toMs={one.to_ms} zone />],
          [t("retrieval-reason"), detail.reason || null],
          [t("portal-persons"), detail.persons.map(({ name, number }) => `${name} (${number})`).join(" · ")],
          [t("seal-title"), detail.seal_to === "passphrase" ? t("seal-by-passphrase") : detail.seal_to],
          [t("portal-filed-at"), <Time key="at" ms={one.at_ms} zone />],
          [t("export-entry"), t("ledger-entry-number", { index: String(one.entry.index) })],
        ]}
      />
    </section>
  );
}
