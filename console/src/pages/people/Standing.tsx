// How one person stands: trainings, vetting, the account's term, its rest, who confirmed the posts; and a form for each, for whoever
// keeps the unit's people. Nobody enters anything about themselves: the server refuses it, and the forms are not offered.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { standingQuery, useMe } from "../../api/queries";
import type { Person, PersonStanding, Standing, Training } from "../../api/types";
import { RecordName } from "../../register";
import { Because, EntryLink, lastDayMs, Meaning, StandingFacts, Time, Trouble, useNow, useT, Written } from "../../ui";
import { TermForm, TrainingForm, VettingForm } from "./StandingForms";

type Form = "training" | "vetting" | "term" | "reactivate" | "leave" | "confirm";

export function PersonStandingSection({ person }: { person: Person }) {
  const t = useT();
  const me = useMe();
  const queries = useQueryClient();
  const [form, setForm] = useState<Form>();
  const shown = useQuery(standingQuery(person.id));
  const keeper = me.rights.standings && person.id !== me.person.id;
  const done = async (answer?: PersonStanding) => {
    if (answer) queries.setQueryData(standingQuery(person.id).queryKey, answer);
    setForm(undefined);
    await queries.invalidateQueries({ queryKey: ["people"] });
  };
  if (shown.error) return <Trouble error={shown.error} onRetry={shown.refetch} />;
  const standing = shown.data?.standing ?? person.standing;
  return (
    <section className="wk-section" aria-label={t("standing")}>
      <h3>{t("standing")}</h3>
      <StandingFacts standing={standing} posts={person.posts} />
      {keeper ? <Offers standing={standing} form={form} onForm={setForm} /> : null}
      {form ? <FormOf form={form} person={person} onDone={done} /> : null}
      <Trainings person={person} trainings={shown.data?.trainings ?? []} keeper={keeper} onDone={done} />
    </section>
  );
}

function Offers({
  standing,
  form,
  onForm,
}: {
  standing: Standing;
  form: Form | undefined;
  onForm: (form: Form | undefined) => void;
}) {
  const t = useT();
  const offered: Form[] = ["training", "vetting", "term", "confirm"];
  if (standing.dormant) offered.push("reactivate");
  if (typeof standing.left_ms !== "number") offered.push("leave");
  return (
    <div className="wk-buttons">
      {offered.map((one) => (
        <Button
          key={one}
          size="small"
          danger={one === "leave"}
          aria-expanded={form === one}
          onClick={() => onForm(form === one ? undefined : one)}
        >
          {t(`standing-${one}-enter`)}
        </Button>
      ))}
    </div>
  );
}

function FormOf({
  form,
  person,
  onDone,
}: {
  form: Form;
  person: Person;
  onDone: (answer: PersonStanding) => Promise<void>;
}) {
  const t = useT();
  const path = `/api/people/${person.id}`;
  const send = async (to: string, body: unknown) => onDone(await api.post<PersonStanding>(`${path}/${to}`, body));
  const unit = person.posts[0]?.unit.id;
  switch (form) {
    case "training":
      return <TrainingForm unit={unit} send={(body) => send("trainings", body)} />;
    case "vetting":
      return <VettingForm unit={unit} send={(body) => send("vetting", body)} />;
    case "term":
      return <TermForm unit={unit} standing={person.standing} send={(body) => send("term", body)} />;
    case "reactivate":
      return (
        <Because
          title={t("standing-reactivate-enter")}
          label={t("because-reason")}
          acts={[{ label: t("standing-reactivate-send"), primary: true, act: ({ reason }) => send(form, { reason }) }]}
        />
      );
    case "leave":
      return (
        <Because
          title={t("standing-leave-enter")}
          label={t("standing-note")}
          hint={t("standing-leave-hint")}
          acts={[
            {
              label: t("standing-leave-send"),
              danger: true,
              wordless: true,
              act: ({ reason }) => send(form, { note: reason }),
            },
          ]}
        />
      );
    case "confirm":
      return (
        <Because
          title={t("standing-confirm-enter")}
          label={t("standing-note")}
          hint={t("standing-confirm-hint")}
          acts={[
            {
              label: t("standing-confirm-send"),
              primary: true,
              wordless: true,
              act: ({ reason }) => send(form, { note: reason }),
            },
          ]}
        />
      );
  }
}

function Trainings({
  person,
  trainings,
  keeper,
  onDone,
}: {
  person: Person;
  trainings: Training[];
  keeper: boolean;
  onDone: (answer: PersonStanding) => Promise<void>;
}) {
  const t = useT();
  const now = useNow(60_000);
  const [revoking, setRevoking] = useState<string>();
  if (trainings.length === 0) return null;
  const revoke = async (id: string, reason: string) => {
    await onDone(await api.post<PersonStanding>(`/api/people/${person.id}/trainings/${id}/revoke`, { reason }));
    setRevoking(undefined);
  };
  return (
    <>
      <h4>{t("standing-trainings")}</h4>
      {trainings.map((training) => {
        const { tone, word } = trainingWord(training, now);
        return (
          <div key={training.id} className="wk-say">
            <Meaning tone={tone} quiet>
              {t(`training-${training.kind}`)} · {t(word)}
            </Meaning>
            <Written
              who={
                <>
                  {training.issuer}
                  {training.number ? ` · ${training.number}` : ""} · <EntryLink index={training.entry.index} />
                </>
              }
            >
              <Time ms={training.valid_from_ms} dateOnly /> – <Time ms={lastDayMs(training.valid_until_ms)} dateOnly />
              {training.by_public_security ? ` · ${t("training-by-public-security")}` : ""}
              {training.document_id ? (
                <>
                  {" · "}
                  <RecordName id={training.document_id} link />
                </>
              ) : null}
              {training.revoked ? (
                <p className="wk-soft">
                  <Time ms={training.revoked.at_ms} dateOnly /> {training.revoked.reason}
                </p>
              ) : null}
            </Written>
            {keeper && !training.revoked && training.valid_until_ms > now ? (
              revoking === training.id ? (
                <Because
                  title={t("training-revoke")}
                  label={t("because-reason")}
                  hint={t("training-revoke-hint")}
                  acts={[
                    { label: t("training-revoke"), danger: true, act: ({ reason }) => revoke(training.id, reason) },
                  ]}
                />
              ) : (
                <div className="wk-buttons">
                  <Button size="small" onClick={() => setRevoking(training.id)}>
                    {t("training-revoke")}
                  </Button>
                </div>
              )
            ) : null}
          </div>
        );
      })}
    </>
  );
}

function trainingWord(training: Training, now: number) {
  if (training.revoked) return { tone: "late" as const, word: "training-revoked" };
  if (training.valid_until_ms <= now) return { tone: "plain" as const, word: "training-over" };
  if (training.valid_from_ms > now) return { tone: "plain" as const, word: "training-to-come" };
  return { tone: "good" as const, word: "training-valid" };
}
