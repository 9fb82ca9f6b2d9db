// The dossier to read on the screen, and the same as a form on A4. Both show what the server made; nothing is worked out here.
import { Button } from "antd";
import { Fragment, type ReactNode } from "react";
import type { FilingMade, Language } from "../../api/types";
import { type Change, type Dossier, positionOf, viewOf } from "../../register/filing";
import { Facts, FormFoot, FormHead, formatEntry, Icon, InLanguage, PaperForm, said, useLanguage, useT } from "../../ui";
import { useChangeWords, useFieldWords } from "./words";

type Row = [label: string, value: string | undefined];

function useDossierFacts(dossier: Dossier): Row[] {
  const t = useT();
  const { language } = useLanguage();
  const words = useFieldWords();
  const { system } = dossier;
  const text = (name: string): Row => {
    const value = system[name];
    if (typeof value !== "string") return [words.label("system", name), undefined];
    return [words.label("system", name), name === "builder_kind" ? words.choice("system", name, value) : value];
  };
  return [
    [t("filing-system"), system.name],
    ...["division", "builder_kind", "builder", "owner", "manager"].map(text),
    [t("filing-recipient"), dossier.recipient ? said(dossier.recipient, language) : undefined],
    [t("filing-filed-by"), t(`filing-by-${dossier.filed_by}`)],
    [t("filing-completed"), asText(system.completed_on)],
    [t("filing-accepted"), asText(system.accepted_on)],
    [t("filing-used"), asText(system.used_on)],
    [t("filing-article"), dossier.article],
    [
      t("filing-retention"),
      dossier.retention
        ? `${t("filing-days", { n: String(dossier.retention.days) })} (${dossier.retention.article})`
        : undefined,
    ],
  ];
}

function asText(value: string | boolean | null | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

interface TableProps {
  className: string;
  head: string[];
  rows: (string | null | undefined)[][];
}

function Table({ className, head, rows }: TableProps) {
  return (
    <table className={className}>
      <thead>
        <tr>
          {head.map((words) => (
            <th key={words} scope="col">
              {words}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a document that never changes
          <tr key={at}>
            {row.map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same
              <td key={column}>{cell ?? ""}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The parts that have rows, each with its heading. */
function useTables(dossier: Dossier): { title: string; head: string[]; rows: TableProps["rows"] }[] {
  const t = useT();
  const words = useFieldWords();
  const parameters = Object.entries(dossier.technical_parameters);
  const tables = [
    {
      title: t("filing-contractors"),
      head: ["work", "name", "credit-code", "certificate", "valid-until"].map((one) => t(`filing-column-${one}`)),
      rows: dossier.contractors.map((one) => [
        words.choice("contractor", "roles", one.work),
        one.name,
        one.credit_code,
        one.certificate,
        one.valid_until,
      ]),
    },
    {
      title: t("filing-equipment"),
      head: ["maker", "model", "certificate", "count"].map((one) => t(`filing-column-${one}`)),
      rows: dossier.equipment.map((one) => [one.maker, one.model, one.certificate, String(one.points)]),
    },
    {
      title: t("filing-technical"),
      head: ["parameter", "value"].map((one) => t(`filing-column-${one}`)),
      rows: parameters.map(([name, value]) => [
        words.label("system", name),
        name === "codec" ? words.choice("system", name, String(value)) : String(value),
      ]),
    },
    {
      title: t("filing-points", { n: String(dossier.points.length) }),
      head: ["number", "point", "place", "position", "view", "purpose", "level", "product"].map((one) =>
        t(`filing-column-${one}`),
      ),
      rows: dossier.points.map((point, at) => [
        String(at + 1),
        [point.name, point.gb28181_id].filter(Boolean).join(" "),
        [point.place, point.address].filter(Boolean).join(" "),
        positionOf(point),
        viewOf(point),
        point.purpose,
        point.security_level === null ? "" : String(point.security_level),
        point.product,
      ]),
    },
    {
      title: t("filing-papers"),
      head: ["kind", "title", "paper-number", "dated", "digest"].map((one) => t(`filing-column-${one}`)),
      rows: dossier.papers.map((paper) => [
        words.choice("document", "paper", paper.kind),
        paper.title,
        paper.number,
        paper.dated,
        paper.sha256?.slice(0, 16),
      ]),
    },
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

export interface DossierViewProps {
  dossier: Dossier;
  sha256: string;
  text: string;
  /** Where its points lie as a workbook. */
  points: string;
}

/** On the screen. */
export function DossierView({ dossier, sha256, text, points }: DossierViewProps) {
  const t = useT();
  const facts = useDossierFacts(dossier);
  const tables = useTables(dossier);
  const download = () => {
    const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `filing-${dossier.pack}-${sha256.slice(0, 8)}.json`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <section className="wk-section wk-dossier" aria-label={t("filing-dossier")}>
      <h2>{t("filing-dossier")}</h2>
      <Facts of={facts.map(([label, value]): [string, ReactNode] => [label, value])} />
      {tables.map(({ title, head, rows }) => (
        <Fragment key={title}>
          <h3>{title}</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls by key too */}
          <section className="wk-dossier-table" aria-label={title} tabIndex={0}>
            <Table className="wk-plain-table" head={head} rows={rows} />
          </section>
        </Fragment>
      ))}
      <p className="wk-hint">
        {t("filing-digest")} <span className="wk-code wk-dossier-digest">{sha256}</span>
      </p>
      <div className="wk-buttons">
        <Button icon={<Icon name="exports" size={15} />} onClick={download}>
          {t("filing-download")}
        </Button>
        <Button href={points} download>
          {t("filing-points-file")}
        </Button>
      </div>
    </section>
  );
}

/** Short enough to be read out: the number of the filing's entry, and the beginning of the dossier's hash. */
export const formCode = (filed: Pick<FilingMade, "entry">, sha256: string): string =>
  `${filed.entry.index}-${sha256.slice(0, 8).toUpperCase()}`;

/** Where the entry stands with its proof: of the filing; before it was entered, of the dossier's making, by the system. */
export const proofAddress = (origin: string, system: string, filed?: Pick<FilingMade, "entry">): string =>
  filed ? `${origin}/entries?entry=${filed.entry.index}` : `${origin}/entries?kind=read_dossier&subject=${system}`;

export interface DossierFormProps {
  dossier: Dossier;
  sha256: string;
  system: string;
  /** The filing of these very bytes, if it was entered. */
  filed: FilingMade | undefined;
  /** What it amends, if it is not the first: the filing before, and what is otherwise than there. */
  amends: { before: FilingMade; changes: Change[] } | undefined;
}

/** On paper, once in each of these languages. */
export function DossierForms({ languages, ...form }: DossierFormProps & { languages: readonly Language[] }) {
  const { dossier, sha256 } = form;
  return (
    <PaperForm foot={`${dossier.system.name} · ${dossier.pack} · SHA-256 ${sha256.slice(0, 16)}`}>
      {languages.map((language) => (
        <InLanguage key={language} language={language}>
          <div className="wk-paper-form" lang={language}>
            <DossierForm {...form} />
          </div>
        </InLanguage>
      ))}
    </PaperForm>
  );
}

function DossierForm({ dossier, sha256, system, filed, amends }: DossierFormProps) {
  const t = useT();
  const facts = useDossierFacts(dossier);
  const tables = useTables(dossier);
  const entry: Row[] = filed
    ? [
        [t("filing-form-code"), formCode(filed, sha256)],
        [t("export-entry"), formatEntry(filed.entry.log, filed.entry.index)],
      ]
    : [];
  const before: Row[] = amends
    ? [
        [
          t("filing-form-amends"),
          t("filing-form-amends-of", {
            on: amends.before.filed_on,
            entry: formatEntry(amends.before.entry.log, amends.before.entry.index),
          }),
        ],
      ]
    : [];
  return (
    <>
      <FormHead
        title={t(amends ? "filing-form-title-amendment" : "filing-form-title")}
        facts={[...before, ...facts, ...entry]}
      />
      {tables.map(({ title, head, rows }) => (
        <Fragment key={title}>
          <h2>{title}</h2>
          <Table className="wk-form-table" head={head} rows={rows} />
        </Fragment>
      ))}
      {amends ? <FormChanges on={amends.before.filed_on} changes={amends.changes} /> : null}
      <p>
        {t("filing-digest")} {sha256}
      </p>
      <p>
        {t(filed ? "filing-form-proof" : "filing-form-proof-made")}{" "}
        {proofAddress(window.location.origin, system, filed)} {filed ? `(${formCode(filed, sha256)})` : ""}
      </p>
      <p>{t("filing-form-check")}</p>
      <FormFoot signs={[t("form-made-by"), t("form-responsible"), t("filing-form-received")]} />
    </>
  );
}

/** On paper: what is otherwise than it was filed, thing by thing. */
function FormChanges({ on, changes }: { on: string; changes: Change[] }) {
  const t = useT();
  const words = useChangeWords();
  const rows = changes.flatMap((change) => {
    const what = [words.part(change), change.name].filter(Boolean).join(" ");
    if (change.fields.length === 0) return [[what, t(`filing-changes-${change.what}`), "", ""]];
    return change.fields.map(([name, before, after]) => [what, words.field(change, name), before, after]);
  });
  return (
    <section className="wk-form-changes">
      <h2>{t("filing-form-changes", { on })}</h2>
      {rows.length === 0 ? (
        <p>{t("filing-changes-none")}</p>
      ) : (
        <Table
          className="wk-form-table"
          head={["what", "field", "before", "after"].map((one) => t(`filing-column-${one}`))}
          rows={rows}
        />
      )}
    </section>
  );
}
