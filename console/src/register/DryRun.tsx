// What an import or a change of many would do: every problem by row and column with the cell's value, or what differs before and
// after; and the button that applies it. Nothing has changed while this is shown.
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { api, queryText } from "../api/client";
import { useRegisterKinds } from "../api/queries";
import type { DryRun, PlannedChange, RegisterField, TableProblem } from "../api/types";
import {
  type Column,
  Empty,
  EntryLink,
  formatCount,
  formatTime,
  List,
  type ListAnswer,
  Meaning,
  REASON_CHARS_MAX,
  said,
  Trouble,
  toApiLanguage,
  useLanguage,
  useT,
} from "../ui";
import { Labelled } from "../ui/Labelled";
import { FieldValue } from "./FieldValue";
import { isEmpty } from "./records";

const PAGE_ROWS = 100;

interface DryRunViewProps {
  run: DryRun;
  onApplied: () => void;
  onAgain: () => void;
}

export function DryRunView({ run, onApplied, onAgain }: DryRunViewProps) {
  const t = useT();
  const { language } = useLanguage();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const apply = useMutation({
    mutationFn: () => api.post(`/api/imports/${run.id}/apply`, { hash: run.hash, reason: reason.trim() || undefined }),
    onSuccess: async () => {
      // This run is gone with its application: it is not asked for again.
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "imports" });
      onApplied();
    },
  });
  const pages = useInfiniteQuery({
    queryKey: ["imports", run.id],
    queryFn: ({ pageParam, signal }) =>
      api.get<DryRun>(`/api/imports/${run.id}`, { offset: pageParam, limit: PAGE_ROWS }, signal),
    initialPageParam: 0,
    initialData: { pages: [run], pageParams: [0] },
    staleTime: Number.POSITIVE_INFINITY,
    getNextPageParam: (last, all) =>
      last.problems.length === PAGE_ROWS || last.changes.length === PAGE_ROWS ? all.length * PAGE_ROWS : undefined,
  });
  const problems = pages.data.pages.flatMap((page) => page.problems);
  const changes = pages.data.pages.flatMap((page) => page.changes);
  const differs = run.added + run.changed + run.cameras_added + run.cameras_changed;
  if (apply.isSuccess)
    return (
      <div className="wk-say" role="status">
        <Meaning tone="good">{t("import-applied", { n: String(differs) })}</Meaning>
      </div>
    );
  return (
    <div className="wk-dryrun">
      <Sums run={run} />
      {run.problem_count > 0 ? (
        <>
          <p>
            <Meaning tone="breach">{t("import-problems", { n: String(run.problem_count) })}</Meaning>
          </p>
          <p className="wk-soft">{t("import-nothing-changed")}</p>
          <Problems problems={problems} answer={pages} />
          <p className="wk-dryrun-acts">
            <Button href={`/api/imports/${run.id}/report${queryText({ language: toApiLanguage(language) })}`} download>
              {t("import-report")}
            </Button>
            <Button type="primary" onClick={onAgain}>
              {t("import-again")}
            </Button>
          </p>
        </>
      ) : differs === 0 ? (
        <Empty title={t("import-same-title")} action={<Button onClick={onAgain}>{t("import-again")}</Button>}>
          {t("import-same")}
        </Empty>
      ) : (
        <>
          <p className="wk-soft">{t("import-ready", { until: formatTime(run.until_ms, language) })}</p>
          <Changes changes={changes} answer={pages} />
          {run.switched_off > 0 ? (
            <Labelled
              label={t("because-reason")}
              hint={t("import-switches-off", { n: formatCount(run.switched_off, language) })}
            >
              {(id) => (
                <Input
                  id={id}
                  maxLength={REASON_CHARS_MAX}
                  value={reason}
                  onChange={(event) => setReason(event.target.value)}
                />
              )}
            </Labelled>
          ) : null}
          {apply.error ? <Trouble error={apply.error} /> : null}
          <p className="wk-dryrun-acts">
            <Button onClick={onAgain}>{t("action-cancel")}</Button>
            <Button
              type="primary"
              disabled={run.switched_off > 0 && reason.trim() === ""}
              loading={apply.isPending}
              onClick={() => apply.mutate()}
            >
              {t("import-apply", { n: String(differs) })}
            </Button>
          </p>
        </>
      )}
    </div>
  );
}

function Sums({ run }: { run: DryRun }) {
  const t = useT();
  const sums = (["added", "changed", "cameras_added", "cameras_changed", "unchanged"] as const).filter(
    (name) => run[name] > 0,
  );
  return (
    <dl className="wk-dryrun-sums">
      <div>
        <dt>{t("import-rows")}</dt>
        <dd>{run.rows}</dd>
      </div>
      {sums.map((name) => (
        <div key={name}>
          <dt>{t(`import-${name.replace("_", "-")}`)}</dt>
          <dd>{run[name]}</dd>
        </div>
      ))}
      <div>
        <dt>{t("import-entry")}</dt>
        <dd>
          <EntryLink index={run.entry.index} />
        </dd>
      </div>
    </dl>
  );
}

/** `C` for the third column, as spreadsheets call it. */
export function columnLetters(column: number): string {
  const rest = Math.floor((column - 1) / 26);
  return (rest > 0 ? columnLetters(rest) : "") + String.fromCharCode(65 + ((column - 1) % 26));
}

function Problems({ problems, answer }: { problems: TableProblem[]; answer: ListAnswer }) {
  const t = useT();
  const { language } = useLanguage();
  const numbered = problems.map((problem, place) => ({ ...problem, place }));
  const columns: Column<TableProblem & { place: number }>[] = [
    {
      key: "row",
      title: t("import-cell"),
      width: "6.5rem",
      render: ({ row, column }) => <span className="wk-code">{column ? `${columnLetters(column)}${row}` : row}</span>,
    },
    {
      key: "problem",
      title: t("import-problem"),
      render: ({ heading, value, article, problem, remedy }) => (
        <div className="wk-dryrun-problem">
          <div>
            <strong>{heading}</strong>
            {value && value !== heading ? <span className="wk-dryrun-value">{value}</span> : null}{" "}
            {said(problem, language)}
          </div>
          <div className="wk-soft">
            {article ? <span className="wk-code">{article}</span> : null} {said(remedy, language)}
          </div>
        </div>
      ),
    },
  ];
  return (
    <List
      label={t("import-problem")}
      rows={numbered}
      rowKey={({ place }) => String(place)}
      columns={columns}
      empty={null}
      answer={answer}
    />
  );
}

function Changes({ changes, answer }: { changes: PlannedChange[]; answer: ListAnswer }) {
  const t = useT();
  const kinds = useRegisterKinds();
  const { language } = useLanguage();
  // What this table adds is not in the registry yet: its name stands here.
  const added = new Map(changes.filter(({ is_new }) => is_new).map(({ id, name }) => [id, name]));
  const field = (kind: string, name: string): RegisterField | undefined =>
    kinds.data?.find((one) => one.kind === kind)?.fields.find((one) => one.name === name);
  const columns: Column<PlannedChange>[] = [
    {
      key: "name",
      title: t("import-what"),
      width: "30%",
      render: ({ name, is_new }) => (
        <>
          {name} {is_new ? <Meaning tone="plain">{t("import-new")}</Meaning> : null}
        </>
      ),
    },
    {
      key: "changes",
      title: t("import-before-after"),
      render: ({ kind, is_new, fields }) => (
        <dl className="wk-dryrun-fields">
          {fields.slice(0, is_new ? 4 : 20).map((one) => (
            <div key={one.field}>
              <dt>{fieldWords(field(kind, one.field), one.field, language, t)}</dt>
              <dd>
                {is_new ? null : (
                  <>
                    <del>
                      <Value of={field(kind, one.field)} value={one.before} added={added} />
                    </del>
                    {" → "}
                  </>
                )}
                <Value of={field(kind, one.field)} value={one.after} added={added} />
              </dd>
            </div>
          ))}
          {is_new && fields.length > 4 ? <div className="wk-soft">…</div> : null}
        </dl>
      ),
    },
  ];
  return (
    <List
      label={t("import-before-after")}
      rows={changes}
      rowKey={({ kind, id }) => `${kind} ${id}`}
      columns={columns}
      empty={null}
      answer={answer}
    />
  );
}

function fieldWords(
  field: RegisterField | undefined,
  name: string,
  language: Parameters<typeof said>[1],
  t: (id: string) => string,
): string {
  return field ? said(field.label, language) : t(`bulk-field-${name.replace("_", "-")}`);
}

interface ValueProps {
  of: RegisterField | undefined;
  value: unknown;
  added: ReadonlyMap<string, string>;
}

function Value({ of, value, added }: ValueProps) {
  const t = useT();
  const known = typeof value === "string" ? added.get(value) : undefined;
  if (known) return <span>{known}</span>;
  if (isEmpty(value)) return <span className="wk-faint">{t("import-empty")}</span>;
  if (of) return <FieldValue field={of} value={value} link={false} />;
  if (value === true) return t("register-yes");
  return <span>{String(value)}</span>;
}
