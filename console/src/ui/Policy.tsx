// Who may see a camera, and what a person may do, as the rules decide at this moment. It is asked for by a button and not by itself:
// each asking is an entry.
import { useMutation } from "@tanstack/react-query";
import { Button, Checkbox, Select } from "antd";
import { useState } from "react";
import { api } from "../api/client";
import { useMe } from "../api/queries";
import type {
  Act,
  ActMay,
  ActPolicy,
  CameraPolicy,
  PersonPolicy,
  PolicyGrant,
  PolicyRefusal,
  PurposeWord,
} from "../api/types";
import { EntryLink } from "./EntryLink";
import { formatCount, formatList, formatSpan, formatTime } from "./format";
import { said, useLanguage, useT } from "./i18n";
import { Labelled } from "./Labelled";
import { Meaning } from "./Meaning";
import { Trouble } from "./Page";
import { PICTURE_PURPOSES } from "./purpose";
import { ArticleName } from "./RefusalPanel";

interface Stated {
  note: boolean;
  case: boolean;
  purpose: PurposeWord;
}

const PLAIN: Stated = { note: false, case: false, purpose: "incident" };

/** The Fluent id of an act. */
export const actId = (act: Act) => `act-${act.replaceAll("_", "-")}`;

/** The units that somebody may ask about: those that they administer or audit as a whole. */
function useAskable(): { value: string; label: string }[] {
  const { posts } = useMe();
  const asks: readonly string[] = ["administrator", "auditor", "manager"];
  const whole = posts.filter(({ role, group }) => !group && asks.includes(role));
  const units = new Map(whole.map(({ unit }) => [unit.id, unit.name]));
  return [...units].map(([value, label]) => ({ value, label }));
}

function Asking({
  stated,
  onStated,
  asked,
  pending,
  onAsk,
}: {
  stated: Stated;
  onStated: (stated: Stated) => void;
  asked: boolean;
  pending: boolean;
  onAsk: () => void;
}) {
  const t = useT();
  const purposes = PICTURE_PURPOSES.map((value) => ({ value, label: t(`purpose-${value.replaceAll("_", "-")}`) }));
  return (
    <div className="wk-buttons">
      <Select
        aria-label={t("policy-purpose")}
        value={stated.purpose}
        onChange={(purpose) => onStated({ ...stated, purpose })}
        options={purposes}
      />
      {(["note", "case"] as const).map((one) => (
        <Checkbox
          key={one}
          checked={stated[one]}
          onChange={({ target }) => onStated({ ...stated, [one]: target.checked })}
        >
          {t(`policy-${one}`)}
        </Checkbox>
      ))}
      <Button loading={pending} onClick={onAsk}>
        {t(asked ? "policy-again" : "policy-ask")}
      </Button>
    </div>
  );
}

function Why({ refusal }: { refusal: PolicyRefusal }) {
  const { language } = useLanguage();
  return (
    <>
      {said(refusal.reason, language)} <span className="wk-soft">{said(refusal.remedy, language)}</span> (
      <ArticleName article={refusal.article} />)
    </>
  );
}

/** What is missing after that, once it is mended. */
function Further({ further }: { further: PolicyRefusal[] }) {
  const t = useT();
  return further.map((refusal) => (
    <p key={refusal.code} className="wk-hint">
      {t("policy-further")} <Why refusal={refusal} />
    </p>
  ));
}

/** The grants that hold for it: which one opens it, and what the others open. */
function Grants({ grants }: { grants: PolicyGrant[] }) {
  const t = useT();
  const { language } = useLanguage();
  return grants.map(({ id, approver, from_ms, to_ms, purpose, until_ms, uses_left, opens }) => (
    <p key={id} className="wk-hint">
      {t(opens ? "policy-grant-opens" : "policy-grant-other", {
        approver,
        span: from_ms == null || to_ms == null ? t("policy-grant-live") : formatSpan(from_ms, to_ms, language),
        purpose: t(`purpose-${purpose.replaceAll("_", "-")}`),
        until: formatTime(until_ms, language),
        uses: uses_left,
      })}
    </p>
  ));
}

function Mays({ acts }: { acts: ActMay[] }) {
  const t = useT();
  return (
    <ul className="wk-mays">
      {acts.map(({ act, refusal, further, second_person, grants }) => (
        <li key={act}>
          <Meaning tone={refusal ? "plain" : "good"} quiet>
            {t(actId(act))}: {t(refusal ? "policy-no" : "policy-yes")}
            {second_person ? ` (${t("policy-with", { name: second_person })})` : ""}
          </Meaning>
          {refusal ? (
            <p className="wk-hint">
              <Why refusal={refusal} />
            </p>
          ) : null}
          <Further further={further} />
          <Grants grants={grants} />
        </li>
      ))}
    </ul>
  );
}

/** Of a camera: everybody with a post in its unit. */
export function WhoMay({ camera }: { camera: string }) {
  const t = useT();
  const [stated, setStated] = useState<Stated>(PLAIN);
  const ask = useMutation({
    mutationFn: () => api.get<CameraPolicy>(`/api/policy/cameras/${camera}`, { ...stated }),
  });
  return (
    <section className="wk-section" aria-label={t("policy-camera-title")}>
      <h3>{t("policy-camera-title")}</h3>
      <p className="wk-soft">{t("policy-camera-lead")}</p>
      <Asking
        stated={stated}
        onStated={setStated}
        asked={ask.data !== undefined}
        pending={ask.isPending}
        onAsk={() => ask.mutate()}
      />
      {ask.error ? <Trouble error={ask.error} /> : null}
      {ask.data ? (
        <>
          {ask.data.people.map(({ person, account, acts }) => (
            <article key={person.id} className="wk-panel">
              <h4 className="wk-mays-of">
                {person.name} <span className="wk-code wk-soft">{account}</span>
              </h4>
              <Mays acts={acts} />
            </article>
          ))}
          <p className="wk-hint">
            {t("policy-others", { n: String(ask.data.others) })} <EntryLink index={ask.data.entry.index} />
          </p>
        </>
      ) : null}
    </section>
  );
}

function Pictures({ policy, all }: { policy: ActPolicy; all: number }) {
  const t = useT();
  const { language } = useLanguage();
  const cameras = t("policy-cameras-of", {
    n: formatCount(policy.permitted, language),
    all: formatCount(all, language),
  });
  return (
    <li>
      <Meaning tone={policy.permitted > 0 ? "good" : "plain"} quiet>
        {t(actId(policy.act))}: {cameras}
        {policy.second_person ? ` (${t("policy-with", { name: policy.second_person })})` : ""}
      </Meaning>
      <Grants grants={policy.grants} />
      {policy.refused.map(({ refusal, further, cameras: n, examples }) => (
        <div key={[refusal, ...further].map(({ article, code }) => `${article} ${code}`).join()}>
          <p className="wk-hint">
            {t("policy-refused", { n: formatCount(n, language) })} <Why refusal={refusal} />{" "}
            {t("policy-refused-such-as", {
              names: formatList(
                examples.map(({ name }) => name),
                language,
              ),
            })}
          </p>
          <Further further={further} />
        </div>
      ))}
    </li>
  );
}

/** Of a person: with how many cameras of a unit, and what else in it. */
export function WhatMay({ person }: { person: string }) {
  const t = useT();
  const units = useAskable();
  const [unit, setUnit] = useState(units[0]?.value);
  const [stated, setStated] = useState<Stated>(PLAIN);
  const ask = useMutation({
    mutationFn: () => api.get<PersonPolicy>(`/api/policy/people/${person}`, { unit, ...stated }),
  });
  if (!unit) return null;
  return (
    <section className="wk-section" aria-label={t("policy-person-title")}>
      <h3>{t("policy-person-title")}</h3>
      <p className="wk-soft">{t("policy-person-lead")}</p>
      {units.length > 1 ? (
        <Labelled label={t("policy-unit")}>
          {(id) => <Select id={id} value={unit} onChange={setUnit} options={units} />}
        </Labelled>
      ) : null}
      <Asking
        stated={stated}
        onStated={setStated}
        asked={ask.data !== undefined}
        pending={ask.isPending}
        onAsk={() => ask.mutate()}
      />
      {ask.error ? <Trouble error={ask.error} /> : null}
      {ask.data ? (
        <>
          <h4 className="wk-mays-of">{t("policy-pictures")}</h4>
          <ul className="wk-mays">
            {ask.data.pictures.map((policy) => (
              <Pictures key={policy.act} policy={policy} all={ask.data.cameras} />
            ))}
          </ul>
          <h4 className="wk-mays-of">{t("policy-unit-acts")}</h4>
          <Mays acts={ask.data.unit_acts} />
          <p className="wk-hint">
            {t("policy-entry")} <EntryLink index={ask.data.entry.index} />
          </p>
        </>
      ) : null}
    </section>
  );
}
