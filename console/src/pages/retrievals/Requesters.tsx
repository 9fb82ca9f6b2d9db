// Accounts of requesting authorities: who asks for whom until when, on which credentials; making one of an account without posts, and
// ending one. What such an account can do the server says.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useParts } from "../../api/parts";
import { useMe, usePeople } from "../../api/queries";
import type { Id, RequesterRequest, RequestersPart } from "../../api/types";
import { RecordChoice, RecordName } from "../../register";
import { idOf } from "../../register/retrieving";
import { Side, Time, Trouble, useAddress, useT } from "../../ui";
import { DayField } from "../../ui/DayField";
import { Labelled } from "../../ui/Labelled";
import { LEVELS, ORGANS } from "./retrievals";

export function Requesters() {
  const t = useT();
  const [address, setAddress] = useAddress();
  return (
    <>
      <div className="wk-toolbar">
        <button type="button" className="wk-link" onClick={() => setAddress({ requesters: "1", id: undefined })}>
          {t("requester-title")}
        </button>
      </div>
      <Side
        open={address.requesters !== undefined}
        title={t("requester-title")}
        onClose={() => setAddress({ requesters: undefined })}
        wide
      >
        {address.requesters ? <Accounts /> : null}
      </Side>
    </>
  );
}

function Accounts() {
  const t = useT();
  const queries = useQueryClient();
  const [makes, setMakes] = useState(false);
  const list = useParts<RequestersPart>(["requesters"], "/api/requesters");
  const all = list.data?.pages.flatMap((part) => part.requesters) ?? [];
  const end = useMutation({
    mutationFn: (person: Id) => api.delete(`/api/requesters/${person}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["requesters"] }),
  });
  return (
    <div>
      <p className="wk-hint">{t("requester-lead")}</p>
      {list.error ? <Trouble error={list.error} /> : null}
      {end.error ? <Trouble error={end.error} /> : null}
      {list.data && all.length === 0 ? <p className="wk-hint">{t("requester-none")}</p> : null}
      <ul className="wk-retrieval-list">
        {all.map((one) => (
          <li key={one.person.id}>
            <strong>{one.person.name}</strong> · {one.organ_name} · {t(`retrieval-organ-${idOf(one.organ)}`)}
            <br />
            <span className="wk-soft">
              {t("requester-until")} <Time ms={one.until_ms} />
            </span>{" "}
            · <RecordName id={one.credential_document_id} link /> ·{" "}
            <button type="button" className="wk-link" onClick={() => end.mutate(one.person.id)}>
              {t("requester-end")}
            </button>
          </li>
        ))}
      </ul>
      {list.hasNextPage ? (
        <Button onClick={() => list.fetchNextPage()} loading={list.isFetchingNextPage}>
          {t("action-more")}
        </Button>
      ) : null}
      {makes ? (
        <Make onDone={() => setMakes(false)} />
      ) : (
        <div className="wk-buttons">
          <Button onClick={() => setMakes(true)}>{t("requester-make")}</Button>
        </div>
      )}
    </div>
  );
}

function Make({ onDone }: { onDone: () => void }) {
  const t = useT();
  const me = useMe();
  const queries = useQueryClient();
  const people = usePeople();
  const unit = me.posts.find(({ role, group }) => role === "administrator" && !group)?.unit;
  const [draft, setDraft] = useState<Partial<RequesterRequest>>({});
  const change = (part: Partial<RequesterRequest>) => setDraft({ ...draft, ...part });
  const make = useMutation({
    mutationFn: () => api.post("/api/requesters", { ...draft, unit_id: unit?.id }),
    onSuccess: () => {
      onDone();
      queries.invalidateQueries({ queryKey: ["requesters"] });
    },
  });
  const free = (people.data ?? []).filter((person) => person.posts.length === 0 && person.id !== me.person.id);
  const whole =
    unit && draft.person_id && draft.organ && draft.organ_name?.trim() && /^\d{6}$/.test(draft.division ?? "");
  return (
    <section className="wk-section wk-fields wk-because" aria-label={t("requester-make")}>
      <div className="wk-fields-two">
        <Labelled label={t("requester-person")} hint={t("requester-person-hint")}>
          {(id) => (
            <Select
              id={id}
              value={draft.person_id}
              onChange={(person_id) => change({ person_id })}
              options={free.map(({ id: value, name, account }) => ({ value, label: `${name} (${account})` }))}
            />
          )}
        </Labelled>
        <Labelled label={t("retrieval-organ")}>
          {(id) => (
            <Select
              id={id}
              value={draft.organ}
              onChange={(organ) => change({ organ })}
              options={ORGANS.map((value) => ({ value, label: t(`retrieval-organ-${idOf(value)}`) }))}
            />
          )}
        </Labelled>
        <Labelled label={t("retrieval-organ-name")}>
          {(id) => (
            <Input
              id={id}
              maxLength={100}
              value={draft.organ_name}
              onChange={({ target }) => change({ organ_name: target.value })}
            />
          )}
        </Labelled>
        <Labelled label={t("retrieval-level")}>
          {(id) => (
            <Select
              id={id}
              allowClear
              value={draft.level}
              onChange={(level) => change({ level })}
              options={LEVELS.map((value) => ({ value, label: t(`retrieval-level-${value}`) }))}
            />
          )}
        </Labelled>
        <Labelled label={t("requester-division")}>
          {(id) => (
            <Input
              id={id}
              maxLength={6}
              value={draft.division}
              onChange={({ target }) => change({ division: target.value })}
            />
          )}
        </Labelled>
        <Labelled label={t("requester-until")}>
          {(id) => <DayField id={id} value={draft.until_ms} onChange={(until_ms) => change({ until_ms })} />}
        </Labelled>
      </div>
      <Labelled label={t("requester-credential")}>
        {(id) => (
          <RecordChoice
            id={id}
            kind="document"
            unit={unit?.id}
            value={draft.credential_document_id ? [draft.credential_document_id] : []}
            onChange={(chosen) => change({ credential_document_id: chosen.at(-1) })}
          />
        )}
      </Labelled>
      {make.error ? <Trouble error={make.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={!whole || !draft.credential_document_id || draft.until_ms === undefined}
          loading={make.isPending}
          onClick={() => make.mutate()}
        >
          {t("requester-make")}
        </Button>
      </div>
    </section>
  );
}
