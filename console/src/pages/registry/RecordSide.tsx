// One record in the drawer: what it holds and what is missing, its life if it is a system, where it is named, its versions.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Popconfirm } from "antd";
import { type ReactNode, useEffect } from "react";
import { api } from "../../api/client";
import { useCameraPage, useMe, useRecord, useRegisterKinds, useUnits } from "../../api/queries";
import type { RegisterKind, RegisterRecord } from "../../api/types";
import { ChangeRecord, DocumentFile, FieldValue, isEmpty, missingFields, needOf } from "../../register";
import {
  Facts,
  Loading,
  Meaning,
  Side,
  said,
  Time,
  Trouble,
  useAddress,
  useLanguage,
  useSayTrouble,
  useT,
} from "../../ui";
import { goToField } from "../../ui/Missing";
import { Dossiers } from "./Dossiers";
import { Filings } from "./Filings";
import { Life } from "./Life";
import { NamedIn } from "./NamedIn";
import { RecordFindings } from "./RecordFindings";
import { OpenRequests } from "./Requests";
import { Versions } from "./Versions";

export function RecordSide({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const record = useRecord(id);
  const kinds = useRegisterKinds();
  const shown = record.data?.id === id ? record.data : undefined;
  const kind = kinds.data?.find((one) => one.kind === shown?.kind);
  return (
    <Side open={id !== undefined} title={shown?.name ?? ""} onClose={onClose} wide print={shown?.name}>
      {shown && kind ? (
        <Details key={shown.id} record={shown} kind={kind} onClose={onClose} />
      ) : record.error ? (
        <Trouble error={record.error} onRetry={() => record.refetch()} />
      ) : (
        <Loading />
      )}
    </Side>
  );
}

interface DetailsProps {
  record: RegisterRecord;
  kind: RegisterKind;
  onClose: () => void;
}

function Details({ record, kind, onClose }: DetailsProps) {
  const [address, setAddress] = useAddress();
  const { rights } = useMe();
  const stop = () => setAddress({ edit: undefined, field: undefined });
  const editable = rights.cameras && !record.masked && !record.removed_ms;
  if (address.edit && editable)
    return (
      <AtField name={address.field}>
        <ChangeRecord kind={kind} record={record} asks={address.edit === "ask"} onDone={stop} onCancel={stop} />
      </AtField>
    );
  return (
    <div>
      <section className="wk-section">
        <State record={record} kind={kind} />
        {rights.health && !record.removed_ms ? <RecordFindings record={record} /> : null}
      </section>
      {record.kind === "system" && !record.removed_ms ? (
        <>
          <Life id={record.id} />
          <Filings system={record.id} unit={record.unit_id ?? undefined} />
          <Dossiers system={record.id} makes={editable} />
        </>
      ) : null}
      <section className="wk-section">
        <Values record={record} kind={kind} />
        {editable ? <Acts record={record} onClose={onClose} /> : null}
      </section>
      {record.kind === "document" && !record.removed_ms ? <DocumentFile record={record} editable={editable} /> : null}
      {record.kind === "point" ? (
        <>
          <OpenRequests record={record} />
          <PointCameras id={record.id} />
        </>
      ) : null}
      <NamedIn record={record} />
      <Versions record={record} kind={kind} />
    </div>
  );
}

/** A form that opens at one of its fields: what somebody came to fill in. */
function AtField({ name, children }: { name: string | undefined; children: ReactNode }) {
  useEffect(() => {
    if (name) goToField(needOf(name));
  }, [name]);
  return children;
}

/** How complete it is, and what of it one may not see. */
function State({ record, kind }: Omit<DetailsProps, "onClose">) {
  const t = useT();
  const { language } = useLanguage();
  const missing = missingFields(kind, record).map(({ label }) => said(label, language));
  return (
    <>
      {record.removed_ms ? (
        <Meaning tone="late">
          {t("register-removed")} <Time ms={record.removed_ms} />
        </Meaning>
      ) : null}
      {missing.length > 0 ? (
        <div>
          <Meaning tone="notice">{t("register-missing", { n: String(missing.length) })}</Meaning>
          <p className="wk-soft">{missing.join(t("list-separator"))}</p>
        </div>
      ) : (
        <Meaning tone="good" quiet>
          {t("register-complete")}
        </Meaning>
      )}
      {record.masked ? (
        <div>
          <Meaning tone="notice">{t("register-masked")}</Meaning>
          <p className="wk-hint">{t("register-masked-note")}</p>
        </div>
      ) : null}
    </>
  );
}

function Values({ record, kind }: Omit<DetailsProps, "onClose">) {
  const t = useT();
  const { language } = useLanguage();
  const units = useUnits();
  const value = (field: RegisterKind["fields"][number]): ReactNode => {
    // A field may have the name of something that every object has: `constructor` is whoever builds.
    const own = Object.hasOwn(record.body, field.name) ? record.body[field.name] : undefined;
    if (!isEmpty(own)) return <FieldValue field={field} value={own} />;
    if (record.masked && field.confidential) return <span className="wk-faint">{t("register-masked-value")}</span>;
    return null;
  };
  return (
    <Facts
      of={[
        ...kind.fields.map((field): [string, ReactNode] => [said(field.label, language), value(field)]),
        [t("register-unit"), units.data?.find(({ id }) => id === record.unit_id)?.name],
        [t("register-changed"), <Time key="changed" ms={record.changed_ms} />],
      ]}
    />
  );
}

function Acts({ record, onClose }: Omit<DetailsProps, "kind">) {
  const t = useT();
  const [, setAddress] = useAddress();
  const queries = useQueryClient();
  const say = useSayTrouble();
  const system = useRecord(record.kind === "point" ? (record.parent_id ?? undefined) : undefined);
  const inUse = system.data?.stage === "in_use";
  const remove = useMutation({
    mutationFn: () => api.delete(`/api/records/${record.id}?version=${record.version}`),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["register"] });
      onClose();
    },
    onError: say,
  });
  return (
    <>
      <div className="wk-buttons">
        <Button onClick={() => setAddress({ edit: "1" }, true)}>{t("action-edit")}</Button>
        {inUse ? <Button onClick={() => setAddress({ edit: "ask" }, true)}>{t("register-ask-change")}</Button> : null}
        <Popconfirm
          title={t("register-remove-sure", { name: record.name })}
          description={t("register-remove-note")}
          okText={t("action-remove")}
          cancelText={t("action-cancel")}
          onConfirm={() => remove.mutate()}
        >
          <Button danger type="text" loading={remove.isPending}>
            {t("action-remove")}
          </Button>
        </Popconfirm>
      </div>
      {inUse ? <p className="wk-hint">{t("register-in-use-note")}</p> : null}
    </>
  );
}

function PointCameras({ id }: { id: string }) {
  const t = useT();
  const cameras = useCameraPage({ record: id });
  const here = cameras.data?.cameras ?? [];
  return (
    <section className="wk-section">
      <h2>{t("page-cameras")}</h2>
      {here.length === 0 ? <p className="wk-hint">{t("register-no-camera")}</p> : null}
      {here.map((camera) => (
        <Link key={camera.id} to="/cameras" search={{ id: camera.id } as never}>
          {camera.name}
        </Link>
      ))}
    </section>
  );
}
