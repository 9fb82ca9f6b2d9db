// The form of a record, made from its kind's fields: adding one, changing one, asking for a change that another person must
// authorise. Only the server says what is right; its words stand at the fields.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { lazy, type ReactNode, Suspense, useEffect, useId, useRef, useState } from "react";
import { ApiError, api, isRefusal } from "../api/client";
import { recordQuery, useKeptUnits } from "../api/queries";
import type { FieldProblem, Id, RecordBody, RegisterKind, RegisterRecord } from "../api/types";
import {
  Icon,
  Loading,
  Meaning,
  REASON_CHARS_MAX,
  RefusalPanel,
  said,
  Trouble,
  useAddress,
  useLanguage,
  useT,
} from "../ui";
import { Labelled } from "../ui/Labelled";
import { Missing } from "../ui/Missing";
import { UploadBar, UploadTrouble, useUpload } from "./DocumentFile";
import { FieldInput, needOf } from "./FieldInput";
import { FileChoice } from "./FileChoice";
import { RecordChoice } from "./RecordChoice";
import "./register.css";
import { bodyOf, changedFields, changesAsked, fieldsByHand, neededFields, rebased } from "./records";

const UNIT = "unit";
/** Loaded when somebody asks for the map: most forms have none. */
const PositionField = lazy(() => import("./PositionField"));

interface FieldsProps {
  kind: RegisterKind;
  values: RecordBody;
  onChange: (values: RecordBody) => void;
  unit: Id | undefined;
  problems: FieldProblem[];
  /** The record that is changed. */
  self?: Id | undefined;
}

function Fields({ kind, values, onChange, unit, problems, self }: FieldsProps) {
  const { language } = useLanguage();
  const shown = fieldsByHand(kind);
  const elsewhere = problems.filter(({ field }) => !shown.some(({ name }) => name === field) && field !== UNIT);
  return (
    <>
      <OnTheMap kind={kind} values={values} onChange={onChange} self={self} />
      <div className="wk-fields-two">
        {shown.map((field) => (
          <FieldInput
            key={field.name}
            field={field}
            value={values[field.name]}
            onChange={(value) => onChange({ ...values, [field.name]: value })}
            unit={unit}
            problem={problems.find((problem) => problem.field === field.name)}
          />
        ))}
      </div>
      {elsewhere.map(({ field, problem }) => (
        <Meaning key={field} tone="breach">
          {`${field} · ${said(problem, language)}`}
        </Meaning>
      ))}
    </>
  );
}

/** Where it is and what it sees, on the map; for kinds that have a position. */
function OnTheMap({ kind, values, onChange, self }: Pick<FieldsProps, "kind" | "values" | "onChange" | "self">) {
  const t = useT();
  const [address] = useAddress();
  const [open, setOpen] = useState(address.place === "1");
  const has = (name: string) => kind.fields.some((field) => field.name === name);
  if (!has("longitude") || !has("latitude")) return null;
  return (
    <div className="wk-register-whole">
      <Button icon={<Icon name="map" size={15} />} aria-expanded={open} onClick={() => setOpen(!open)}>
        {t(open ? "map-form-close" : "map-form-open")}
      </Button>
      {open ? (
        <Suspense fallback={<Loading />}>
          <PositionField values={values} onChange={onChange} self={self} looks={has("direction_deg")} />
        </Suspense>
      ) : null}
    </div>
  );
}

/** What the server said to a form: its fields' problems are at the fields, a refusal is a panel, the rest in words. */
function Answer({ error, children }: { error: unknown; children?: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  // A form may be longer than the screen: what was answered is brought into sight.
  useEffect(() => {
    if (error) place.current?.scrollIntoView({ block: "nearest" });
  }, [error]);
  if (!error) return null;
  return (
    <div ref={place}>
      {isRefusal(error) ? (
        <RefusalPanel refusal={error.refusal}>{children}</RefusalPanel>
      ) : error instanceof ApiError && error.problems.length > 0 ? (
        <Problems count={error.problems.length} />
      ) : (
        <Trouble error={error} />
      )}
    </div>
  );
}

function Problems({ count }: { count: number }) {
  const t = useT();
  return (
    <p role="alert">
      <Meaning tone="breach">{t("register-problems", { n: String(count) })}</Meaning>
    </p>
  );
}

const problemsOf = (error: unknown) => (error instanceof ApiError ? error.problems : []);

function useNeeds(kind: RegisterKind, values: RecordBody) {
  const { language } = useLanguage();
  const needed = neededFields(kind, values);
  const words = new Map(needed.map((field) => [needOf(field.name), said(field.label, language)]));
  return { needs: [...words.keys()], words: (need: string) => words.get(need) };
}

export interface RecordDraft {
  unit: Id | undefined;
  values: RecordBody;
}

export interface NewRecordProps {
  kind: RegisterKind;
  draft: RecordDraft;
  onChange: (part: Partial<RecordDraft>) => void;
  onDone: (id: Id) => void;
  onDrop?: () => void;
}

export function NewRecord({ kind, draft, onChange, onDone, onDrop }: NewRecordProps) {
  const t = useT();
  const units = useKeptUnits();
  const queries = useQueryClient();
  const only = units.data?.length === 1 ? units.data[0]?.id : undefined;
  const unit = kind.shared ? undefined : (draft.unit ?? only);
  const add = useMutation({
    mutationFn: () => api.post<{ id: Id }>(`/api/register/${kind.kind}`, { unit_id: unit, body: bodyOf(draft.values) }),
    onSuccess: ({ id }) => {
      queries.invalidateQueries({ queryKey: ["register"] });
      if (!file) return onDone(id);
      setMade(id);
      send.mutate({ id, file });
    },
  });
  const [file, setFile] = useState<File>();
  const [made, setMade] = useState<Id>();
  const { send, share } = useUpload((record) => onDone(record.id));
  const { needs, words } = useNeeds(kind, draft.values);
  const unitNeed = kind.shared || unit ? [] : ["register-unit"];
  return (
    <div className="wk-fields">
      {kind.shared || (units.data?.length ?? 0) < 2 ? null : (
        <Labelled label={t("register-unit")} need="register-unit">
          {(id) => (
            <Select
              id={id}
              value={unit}
              onChange={(chosen: Id) => onChange({ unit: chosen })}
              options={(units.data ?? []).map(({ id: value, name }) => ({ value, label: name }))}
            />
          )}
        </Labelled>
      )}
      <Fields
        kind={kind}
        values={draft.values}
        onChange={(values) => onChange({ values })}
        unit={unit}
        problems={problemsOf(add.error)}
      />
      {kind.kind === "document" ? (
        <FileChoice file={file} onFile={setFile} disabled={add.isPending || send.isPending} />
      ) : null}
      <UploadBar share={share} />
      <UploadTrouble error={send.error} />
      <Answer error={add.error} />
      {made && send.error ? <AddedWithoutFile {...{ made, file, send, onDone }} /> : null}
      <Missing needs={[...unitNeed, ...needs]} words={words} />
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={needs.length + unitNeed.length > 0 || made !== undefined}
          loading={add.isPending || send.isPending}
          onClick={() => add.mutate()}
        >
          {t("register-add")}
        </Button>
        {onDrop ? <Button onClick={onDrop}>{t("export-drop")}</Button> : null}
      </div>
    </div>
  );
}

interface AddedWithoutFileProps {
  made: Id;
  file: File | undefined;
  send: ReturnType<typeof useUpload>["send"];
  onDone: (id: Id) => void;
}

/** The record is there and its file is not: another try, another file, or none for now. */
function AddedWithoutFile({ made, file, send, onDone }: AddedWithoutFileProps) {
  const t = useT();
  return (
    <div className="wk-buttons">
      <p className="wk-hint">{t("file-added-without")}</p>
      {file ? <Button onClick={() => send.mutate({ id: made, file })}>{t("file-again")}</Button> : null}
      <Button onClick={() => onDone(made)}>{t("file-without")}</Button>
    </div>
  );
}

export interface ChangeRecordProps {
  kind: RegisterKind;
  record: RegisterRecord;
  /** Place, purpose or coverage of a point in use: asked for, not made. */
  asks: boolean;
  onDone: (asked: boolean) => void;
  onCancel: () => void;
}

export function ChangeRecord({ kind, record, asks, onDone, onCancel }: ChangeRecordProps) {
  const t = useT();
  const queries = useQueryClient();
  const [seen, setSeen] = useState(record);
  const [values, setValues] = useState<RecordBody>(record.body);
  const [asking, setAsking] = useState(asks);
  const [why, setWhy] = useState<Why>({ reason: "" });
  const [theirs, setTheirs] = useState<string[]>();
  const [newer, setNewer] = useState<RegisterRecord>();
  const done = (asked: boolean) => {
    queries.invalidateQueries({ queryKey: ["register"] });
    queries.invalidateQueries({ queryKey: ["cameras"] });
    onDone(asked);
  };
  const save = useMutation({
    mutationFn: () => api.patch(`/api/records/${record.id}`, { version: seen.version, body: bodyOf(values) }),
    onSuccess: () => done(false),
    // A conflict is somebody else's newer version, or something else that exists already: the record itself tells which.
    onError: async (error) => {
      if (!(error instanceof ApiError) || error.kind !== "conflict") return;
      const now = await queries.fetchQuery({ ...recordQuery(record.id), staleTime: 0 });
      setNewer(now.version === seen.version ? undefined : now);
    },
  });
  const ask = useMutation({
    mutationFn: () =>
      api.post("/api/changes", {
        record_id: record.id,
        version: seen.version,
        body: bodyOf(values),
        reason: why.reason.trim(),
        document_id: why.document,
      }),
    onSuccess: () => done(true),
  });
  const { language } = useLanguage();
  const reload = (now: RegisterRecord) => {
    setTheirs(changedFields(kind, seen.body, now.body).map(({ label }) => said(label, language)));
    setValues(rebased(kind, seen.body, values, now.body));
    setSeen(now);
    setNewer(undefined);
    save.reset();
  };
  const { needs, words } = useNeeds(kind, values);
  const act = asking ? ask : save;
  const asked = changesAsked(seen.body, values);
  const unchanged = changedFields(kind, seen.body, values).length === 0;
  const blocked = needs.length > 0 || unchanged || (asking && (asked.length === 0 || why.reason.trim() === ""));
  const mustAsk = isRefusal(save.error) && save.error.refusal.code === "change_unauthorised";
  return (
    <div className="wk-fields">
      {asking ? <p className="wk-hint">{t("register-ask-note")}</p> : null}
      {theirs ? (
        <p role="status">
          <Meaning tone="notice">{t("register-reloaded", { fields: theirs.join(t("list-separator")) || "–" })}</Meaning>
        </p>
      ) : null}
      <Fields
        kind={kind}
        values={values}
        onChange={setValues}
        unit={record.unit_id ?? undefined}
        problems={problemsOf(act.error)}
        self={record.id}
      />
      {asking ? <WhyFields why={why} onChange={setWhy} unit={record.unit_id ?? undefined} /> : null}
      {newer ? (
        <Conflict onReload={() => reload(newer)} />
      ) : (
        <Answer error={act.error}>
          {mustAsk && !asking ? (
            <Button type="primary" onClick={() => setAsking(true)}>
              {t("register-ask-instead")}
            </Button>
          ) : null}
        </Answer>
      )}
      <Missing needs={needs} words={words} />
      {asking && asked.length > 0 ? (
        <p className="wk-hint">
          {t("register-asks-for", { what: asked.map((word) => t(`change-${word}`)).join(t("list-separator")) })}
        </p>
      ) : null}
      <div className="wk-buttons">
        <Button type="primary" disabled={blocked} loading={act.isPending} onClick={() => act.mutate()}>
          {t(asking ? "register-ask-send" : "action-save")}
        </Button>
        <Button onClick={onCancel}>{t("action-cancel")}</Button>
      </div>
    </div>
  );
}

function Conflict({ onReload }: { onReload: () => void }) {
  const t = useT();
  return (
    <div className="wk-trouble" role="alert">
      <Meaning tone="late">{t("register-conflict-title")}</Meaning>
      <p>{t("register-conflict")}</p>
      <Button onClick={onReload}>{t("register-reload")}</Button>
    </div>
  );
}

interface Why {
  reason: string;
  document?: Id | undefined;
}

function WhyFields({ why, onChange, unit }: { why: Why; onChange: (why: Why) => void; unit: Id | undefined }) {
  const t = useT();
  const id = useId();
  // A refusal turned the form into a request: the reason is what is asked for now.
  useEffect(() => {
    document.getElementById(`${id}-reason`)?.focus();
  }, [id]);
  return (
    <section className="wk-section">
      <h3>{t("register-ask-why")}</h3>
      <label htmlFor={`${id}-reason`}>
        <span>{t("because-reason")}</span>
        <Input.TextArea
          id={`${id}-reason`}
          rows={2}
          maxLength={REASON_CHARS_MAX}
          value={why.reason}
          onChange={(event) => onChange({ ...why, reason: event.target.value })}
        />
      </label>
      <Labelled label={t("register-paper")}>
        {(field) => (
          <RecordChoice
            id={field}
            kind="document"
            unit={unit}
            value={why.document ? [why.document] : []}
            onChange={([document]) => onChange({ ...why, document })}
          />
        )}
      </Labelled>
    </section>
  );
}
