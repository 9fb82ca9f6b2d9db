// Every version of a record with the entry that made it, and what was changed from one to the next.
import { useState } from "react";
import { useRecordVersions } from "../../api/queries";
import type { RegisterKind, RegisterRecord, RegisterVersion } from "../../api/types";
import { changedFields, FieldValue, isEmpty } from "../../register";
import { EntryLink, Facts, Loading, said, Time, Trouble, useLanguage, useT, Written } from "../../ui";

export function Versions({ record, kind }: { record: RegisterRecord; kind: RegisterKind }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  return (
    <section className="wk-section">
      <details className="wk-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t("register-versions", { n: String(record.version) })}</summary>
        {open ? <Rows id={record.id} kind={kind} /> : null}
      </details>
    </section>
  );
}

function Rows({ id, kind }: { id: string; kind: RegisterKind }) {
  const t = useT();
  const versions = useRecordVersions(id);
  if (versions.error && !versions.data) return <Trouble error={versions.error} onRetry={() => versions.refetch()} />;
  if (!versions.data) return <Loading />;
  return (
    <div className="wk-say">
      {versions.data.map((version, at) => (
        <Written
          key={version.version}
          who={
            <>
              {t("register-version", { n: String(version.version) })} · <Time ms={version.at_ms} /> ·{" "}
              <EntryLink index={version.entry.index} />
            </>
          }
        >
          <Changes kind={kind} version={version} before={versions.data[at + 1]} />
        </Written>
      ))}
    </div>
  );
}

interface ChangesProps {
  kind: RegisterKind;
  version: RegisterVersion;
  before: RegisterVersion | undefined;
}

function Changes({ kind, version, before }: ChangesProps) {
  const t = useT();
  const { language } = useLanguage();
  if (!before) return <span className="wk-soft">{t("register-version-first")}</span>;
  const changed = changedFields(kind, before.body, version.body);
  if (changed.length === 0) return <span className="wk-soft">{t("register-version-same")}</span>;
  const value = (body: RegisterVersion["body"], field: (typeof changed)[number]) =>
    isEmpty(body[field.name]) ? (
      <span className="wk-faint">–</span>
    ) : (
      <FieldValue field={field} value={body[field.name]} />
    );
  return (
    <Facts
      of={changed.map((field) => [
        said(field.label, language),
        <span key={field.name}>
          {value(before.body, field)} → {value(version.body, field)}
        </span>,
      ])}
    />
  );
}
