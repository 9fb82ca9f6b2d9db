// Officers who came and the papers that they left: who they are, which certificate each has shown, who of the unit has looked at it.
import { Button, Checkbox, Input, Select } from "antd";
import { useState } from "react";
import { useMe } from "../../api/queries";
import type { Id, Retrieval, RetrievalDetail } from "../../api/types";
import { RecordChoice, RecordName } from "../../register";
import { CERTIFICATES, idOf, PAPERS } from "../../register/retrieving";
import { Meaning, Time, Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { useStep } from "./RetrievalSide";

interface PartProps {
  one: Retrieval;
  detail: RetrievalDetail;
}

export function Officers({ one, detail }: PartProps) {
  const t = useT();
  const { rights } = useMe();
  const draft = one.state === "draft" && (rights.export || rights.cameras);
  const step = useStep(one);
  const waiting = detail.officers.some((officer) => !officer.checked_by);
  return (
    <section className="wk-section" aria-label={t("retrieval-officers")}>
      <h2>{t("retrieval-officers")}</h2>
      {detail.officers.length === 0 ? <p className="wk-hint">{t("retrieval-officers-none")}</p> : null}
      <ul className="wk-retrieval-list">
        {detail.officers.map((officer) => (
          <li key={officer.id}>
            <strong>{officer.name}</strong> <span className="wk-code">{officer.number}</span>{" "}
            {officer.certificate ? t(`retrieval-paper-${idOf(officer.certificate)}`) : t("retrieval-certificate-none")}{" "}
            ·{" "}
            {officer.checked_by && officer.checked_ms != null ? (
              <Meaning tone="good" quiet>
                {t("retrieval-checked-by", { name: officer.checked_by.name })} <Time ms={officer.checked_ms} />
              </Meaning>
            ) : (
              <Meaning tone="notice" quiet>
                {t("retrieval-unchecked")}
              </Meaning>
            )}
          </li>
        ))}
      </ul>
      {draft ? <AddOfficer one={one} /> : null}
      {step.error ? <Trouble error={step.error} /> : null}
      {draft && waiting ? (
        <>
          <p className="wk-hint">{t("retrieval-check-note")}</p>
          <div className="wk-buttons">
            <Button loading={step.isPending} onClick={() => step.mutate({ path: "check" })}>
              {t("retrieval-check")}
            </Button>
          </div>
        </>
      ) : null}
    </section>
  );
}

function AddOfficer({ one }: { one: Retrieval }) {
  const t = useT();
  const step = useStep(one);
  const [name, setName] = useState("");
  const [number, setNumber] = useState("");
  const [certificate, setCertificate] = useState<(typeof CERTIFICATES)[number]>();
  const add = () =>
    step.mutate(
      { path: "papers", body: { officers: [{ name: name.trim(), number: number.trim(), certificate }] } },
      {
        onSuccess: () => {
          setName("");
          setNumber("");
        },
      },
    );
  return (
    <div className="wk-fields wk-because">
      <div className="wk-fields-two">
        <Labelled label={t("retrieval-officer-name")}>
          {(id) => <Input id={id} maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />}
        </Labelled>
        <Labelled label={t("retrieval-officer-number")}>
          {(id) => <Input id={id} maxLength={100} value={number} onChange={(event) => setNumber(event.target.value)} />}
        </Labelled>
        <Labelled label={t("retrieval-certificate")}>
          {(id) => (
            <Select
              id={id}
              allowClear
              value={certificate}
              onChange={setCertificate}
              options={CERTIFICATES.map((value) => ({ value, label: t(`retrieval-paper-${idOf(value)}`) }))}
            />
          )}
        </Labelled>
      </div>
      {step.error ? <Trouble error={step.error} /> : null}
      <div className="wk-buttons">
        <Button loading={step.isPending} disabled={!name.trim() || !number.trim()} onClick={add}>
          {t("retrieval-officer-add")}
        </Button>
      </div>
    </div>
  );
}

export function Papers({ one, detail }: PartProps) {
  const t = useT();
  const { rights } = useMe();
  const open = one.state !== "refused" && (rights.export || rights.cameras);
  // Papers are added as long as one is lacking, also of what went out before them.
  const adds = open && (one.state === "draft" || one.papers_due_ms != null);
  return (
    <section className="wk-section" aria-label={t("retrieval-papers")}>
      <h2>{t("retrieval-papers")}</h2>
      {detail.papers.length === 0 ? <p className="wk-hint">{t("retrieval-papers-none")}</p> : null}
      <ul className="wk-retrieval-list">
        {detail.papers.map((paper) => (
          <li key={`${paper.paper} ${paper.document.id}`}>
            {t(`retrieval-paper-${idOf(paper.paper)}`)} · <RecordName id={paper.document.id} link />{" "}
            {paper.valid ? null : <Meaning tone="late">{t("retrieval-paper-invalid")}</Meaning>}
          </li>
        ))}
      </ul>
      {adds ? <AddPaper one={one} /> : null}
      {open && one.state === "draft" ? <InquiryClosed one={one} detail={detail} /> : null}
    </section>
  );
}

function AddPaper({ one }: { one: Retrieval }) {
  const t = useT();
  const step = useStep(one);
  const [paper, setPaper] = useState<(typeof PAPERS)[number]>("letter_of_introduction");
  const [document, setDocument] = useState<Id>();
  const add = () =>
    step.mutate(
      { path: "papers", body: { papers: [{ paper, document_id: document }] } },
      { onSuccess: () => setDocument(undefined) },
    );
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
        <Labelled label={t("retrieval-paper-document")} hint={t("retrieval-paper-hint")}>
          {(id) => (
            <RecordChoice
              id={id}
              kind="document"
              unit={one.unit.id}
              value={document ? [document] : []}
              onChange={([chosen]) => setDocument(chosen)}
              initial={{ paper: idOf(paper), issuer: one.organ_name }}
            />
          )}
        </Labelled>
      </div>
      {step.error ? <Trouble error={step.error} /> : null}
      <div className="wk-buttons">
        <Button loading={step.isPending} disabled={!document} onClick={add}>
          {t("retrieval-paper-add")}
        </Button>
      </div>
    </div>
  );
}

/** The right of an emergency ends with its inquiry. */
function InquiryClosed({ one, detail }: PartProps) {
  const t = useT();
  const step = useStep(one);
  if (!one.ground.includes("emergency")) return null;
  return (
    <Checkbox
      checked={detail.inquiry_closed}
      disabled={detail.inquiry_closed || step.isPending}
      onChange={() => step.mutate({ path: "papers", body: { inquiry_closed: true } })}
    >
      {t("retrieval-inquiry-closed")}
    </Checkbox>
  );
}
