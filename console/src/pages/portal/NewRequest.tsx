// Filing a request: why, which case, where and when in one's own words, who comes, and how the package is sealed. It grants nothing; the
// unit's desk answers it by the rules that bind there.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Radio, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { PortalFiling, PortalRequest } from "../../api/types";
import { CERTIFICATES, GROUNDS, idOf } from "../../register/retrieving";
import { DraftEnd, SealFields, Side, SpanFields, useDraft, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { fieldId, type Places } from "../../ui/Missing";
import { filingOf, missingInRequest, NOTHING, PERSONS_MAX, type RequestDraft } from "./portal";

const PLACES: Places = { "span-bad": "portal-need-span", "export-span-long": "portal-need-span" };

interface Props {
  onDone: (one: PortalRequest) => void;
}

export function NewRequest({ open, onClose, onDone }: Props & { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Side open={open} title={t("portal-new")} onClose={onClose} wide>
      {open ? <Fields onDone={onDone} /> : null}
    </Side>
  );
}

function Fields({ onDone }: Props) {
  const t = useT();
  const [draft, change, drop] = useDraft<RequestDraft>("portal", NOTHING);
  const [tried, setTried] = useState(false);
  const queries = useQueryClient();
  const file = useMutation({
    mutationFn: (filing: PortalFiling) => api.post<PortalRequest>("/api/portal/requests", filing),
    onSuccess: (one) => {
      drop();
      queries.invalidateQueries({ queryKey: ["portal"] });
      onDone(one);
    },
  });
  const send = () => {
    setTried(true);
    const filing = filingOf(draft);
    if (filing) file.mutate(filing);
  };
  return (
    <div className="wk-fields">
      <Why draft={draft} change={change} />
      <Where draft={draft} change={change} />
      <Persons draft={draft} change={change} />
      <SealFields value={draft.seal} onChange={(seal) => change({ seal })} need="portal-need-seal" always />
      <DraftEnd
        sending={file}
        missing={missingInRequest(draft)}
        places={PLACES}
        tried={tried}
        note={t("portal-note")}
        send={t("portal-file")}
        onSend={send}
        onDrop={drop}
      />
    </div>
  );
}

interface PartProps {
  draft: RequestDraft;
  change: (part: Partial<RequestDraft>) => void;
}

function Why({ draft, change }: PartProps) {
  const t = useT();
  return (
    <>
      <div className="wk-fields-two">
        <Labelled label={t("retrieval-ground")} need="portal-need-ground">
          {(id) => (
            <Select
              id={id}
              value={draft.ground}
              onChange={(ground) => change({ ground })}
              options={GROUNDS.map((value) => ({ value, label: t(`retrieval-ground-${idOf(value)}`) }))}
            />
          )}
        </Labelled>
        <Labelled label={t("retrieval-case-number")} need="portal-need-case">
          {(id) => (
            <Input
              id={id}
              maxLength={100}
              value={draft.case_number}
              onChange={(event) => change({ case_number: event.target.value })}
            />
          )}
        </Labelled>
      </div>
      <Labelled label={t("retrieval-way")}>
        {(id) => (
          <Radio.Group
            id={id}
            value={draft.way}
            onChange={(event) => change({ way: event.target.value })}
            options={(["copy", "view"] as const).map((value) => ({ value, label: t(`retrieval-way-${value}`) }))}
          />
        )}
      </Labelled>
      <Labelled label={t("retrieval-reason")}>
        {(id) => (
          <Input.TextArea
            id={id}
            rows={2}
            maxLength={500}
            value={draft.reason}
            onChange={(event) => change({ reason: event.target.value })}
          />
        )}
      </Labelled>
    </>
  );
}

function Where({ draft, change }: PartProps) {
  const t = useT();
  return (
    <>
      <Labelled label={t("portal-place")} need="portal-need-place" hint={t("portal-place-hint")}>
        {(id) => (
          <Input.TextArea
            id={id}
            rows={2}
            maxLength={500}
            value={draft.place}
            onChange={(event) => change({ place: event.target.value })}
          />
        )}
      </Labelled>
      <section className="wk-section" id={fieldId("portal-need-span")} tabIndex={-1}>
        <h2>{t("export-span")}</h2>
        <SpanFields value={draft} onChange={({ from_ms, to_ms }) => change({ from_ms, to_ms })} />
      </section>
    </>
  );
}

function Persons({ draft, change }: PartProps) {
  const t = useT();
  const { persons } = draft;
  const set = (at: number, part: Partial<(typeof persons)[number]>) =>
    change({ persons: persons.map((person, index) => (index === at ? { ...person, ...part } : person)) });
  return (
    <section className="wk-section" id={fieldId("portal-need-persons")} tabIndex={-1}>
      <h2>{t("portal-persons")}</h2>
      <p className="wk-hint">{t("portal-persons-hint")}</p>
      {persons.map((person, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a form have nothing else that stays.
        <div className="wk-fields-two" key={at}>
          <Labelled label={t("retrieval-officer-name")}>
            {(id) => (
              <Input
                id={id}
                maxLength={100}
                value={person.name}
                onChange={({ target }) => set(at, { name: target.value })}
              />
            )}
          </Labelled>
          <Labelled label={t("retrieval-officer-number")}>
            {(id) => (
              <Input
                id={id}
                maxLength={100}
                value={person.number}
                onChange={({ target }) => set(at, { number: target.value })}
              />
            )}
          </Labelled>
          <Labelled label={t("portal-certificate")}>
            {(id) => (
              <Select
                id={id}
                allowClear
                value={person.certificate}
                onChange={(certificate) => set(at, { certificate })}
                options={CERTIFICATES.map((value) => ({ value, label: t(`retrieval-paper-${idOf(value)}`) }))}
              />
            )}
          </Labelled>
        </div>
      ))}
      <div className="wk-buttons">
        <Button
          disabled={persons.length >= PERSONS_MAX}
          onClick={() => change({ persons: [...persons, { name: "", number: "" }] })}
        >
          {t("portal-person-add")}
        </Button>
      </div>
    </section>
  );
}
