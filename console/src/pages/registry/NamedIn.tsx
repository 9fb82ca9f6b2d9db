// Which other records name this one. The server is asked kind by kind, and only when somebody wants to know.
import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../api/client";
import { useRegisterKinds } from "../../api/queries";
import type { RegisterKind, RegisterPage, RegisterRecord } from "../../api/types";
import { kindsNaming, names } from "../../register";
import { said, useLanguage, useT } from "../../ui";

/** So many records of a kind are looked through; what is beyond is said. */
const ROWS_MAX = 500;

export function NamedIn({ record }: { record: RegisterRecord }) {
  const t = useT();
  const kinds = useRegisterKinds();
  const [open, setOpen] = useState(false);
  const naming = kindsNaming(kinds.data ?? [], record.kind);
  if (naming.length === 0) return null;
  return (
    <section className="wk-section">
      <details className="wk-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{t("register-named-in")}</summary>
        {open ? <Naming record={record} kinds={naming} /> : null}
      </details>
    </section>
  );
}

function Naming({ record, kinds }: { record: RegisterRecord; kinds: RegisterKind[] }) {
  const t = useT();
  const { language } = useLanguage();
  const found = useQueries({
    queries: kinds.map((kind) => {
      // By the field above it the server can tell; by any other it cannot yet.
      const above = kind.fields.find(({ name }) => name === kind.parent_field)?.record === record.kind;
      const others = kind.fields.filter((field) => field.record === record.kind && field.name !== kind.parent_field);
      const query = above && others.length === 0 ? { parent: record.id, limit: ROWS_MAX } : { limit: ROWS_MAX };
      return {
        queryKey: ["register", "page", kind.kind, query],
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          api.get<RegisterPage>(`/api/register/${kind.kind}`, query, signal),
      };
    }),
  });
  if (found.some(({ isPending }) => isPending)) return <p className="wk-soft">{t("loading")}</p>;
  const rows = kinds.map((kind, at) => ({
    kind,
    more: Boolean(found[at]?.data?.next_cursor),
    records: (found[at]?.data?.records ?? []).filter((one) => names(kind, one, record.id)),
  }));
  if (rows.every(({ records, more }) => records.length === 0 && !more))
    return <p className="wk-hint">{t("register-named-nowhere")}</p>;
  return (
    <div className="wk-say">
      {rows.map(({ kind, records, more }) =>
        records.length === 0 && !more ? null : (
          <div key={kind.kind}>
            <p className="wk-soft">{said(kind.name, language)}</p>
            <ul className="wk-register-list">
              {records.map((one) => (
                <li key={one.id}>
                  <Link to="/registry" search={{ kind: kind.kind, record: one.id } as never}>
                    {one.name}
                  </Link>
                </li>
              ))}
            </ul>
            {more ? <p className="wk-hint">{t("register-named-more", { n: String(ROWS_MAX) })}</p> : null}
          </div>
        ),
      )}
    </div>
  );
}
