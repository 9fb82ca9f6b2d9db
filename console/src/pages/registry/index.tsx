// The registry: systems, points, places, contractors, papers and the rest, each kind a list; one record in the drawer; and what
// somebody asked to change and another person must authorise. Filters, open record and form are in the address.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Button, Checkbox, Segmented, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useChangeRequests, useMe, useRegisterKinds, useUnits } from "../../api/queries";
import type { RegisterKind, RegisterPage, RegisterRecord } from "../../api/types";
import {
  BulkBar,
  BulkSide,
  FieldValue,
  isEmpty,
  kindsInOrder,
  NewRecord,
  type RecordDraft,
  RecordName,
  TableActs,
} from "../../register";
import {
  type Address,
  type Column,
  Empty,
  Icon,
  List,
  Loading,
  Meaning,
  Page,
  RowLink,
  Search,
  Side,
  said,
  type Translate,
  Trouble,
  useAddress,
  useDraft,
  useLanguage,
  useMany,
  useT,
} from "../../ui";
import { RecordSide } from "./RecordSide";
import { RequestList, requestsForMe } from "./Requests";
import "./registry.css";

const PAGE_ROWS = 100;
/** What else a list shows of a kind, by field. */
const LIST_FIELDS: Record<string, string[]> = {
  point: ["purpose"],
  place: ["category", "private_kind"],
  contractor: ["roles", "valid_until"],
  document: ["paper", "dated"],
  sign: ["checked_on"],
  system: ["manager"],
};

/** What the address filters a list by, as the server takes it. */
const filterOf = (address: Address) => ({
  query: address.q,
  unit: address.unit,
  parent: address.parent,
  incomplete: address.incomplete === "1" ? true : undefined,
});

function useRecordList(kind: string | undefined, address: Address) {
  const query = { ...filterOf(address), limit: PAGE_ROWS };
  return useInfiniteQuery({
    queryKey: ["register", "list", kind, query],
    queryFn: ({ pageParam, signal }) =>
      api.get<RegisterPage>(`/api/register/${kind}`, { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    enabled: kind !== undefined,
    // Another kind's rows under this one's columns would be wrong.
    placeholderData: (before, query) => (query?.queryKey[2] === kind ? keepPreviousData(before) : undefined),
  });
}

/** How much is missing; on a phone the name needs the room, and what is missing stands in the drawer. */
function missingColumn(kind: RegisterKind, t: Translate): Column<RegisterRecord> {
  return {
    key: "missing",
    title: t("register-completeness"),
    width: "8rem",
    wide: kind.kind === "system" ? "md" : undefined,
    render: ({ missing }) =>
      missing > 0 ? (
        <Meaning tone="notice">{t("register-missing-short", { n: String(missing) })}</Meaning>
      ) : (
        <Meaning tone="good" quiet>
          {t("register-complete")}
        </Meaning>
      ),
  };
}

function useColumns(kind: RegisterKind | undefined, show: (record: RegisterRecord) => void): Column<RegisterRecord>[] {
  const t = useT();
  const { language } = useLanguage();
  if (!kind) return [];
  const field = (name: string | null | undefined) => kind.fields.find((one) => one.name === name);
  const [parent, code] = [field(kind.parent_field), kind.kind === "document" ? undefined : field(kind.code_field)];
  const others = (LIST_FIELDS[kind.kind] ?? []).map(field).filter((one) => one !== undefined);
  return [
    {
      key: "name",
      title: said(field("name")?.label, language),
      ellipsis: true,
      render: (record) => <RowLink onOpen={() => show(record)}>{record.name}</RowLink>,
    },
    ...(kind.kind === "system"
      ? [
          {
            key: "stage",
            title: t("register-stage"),
            width: "9.5rem",
            render: ({ stage }: RegisterRecord) =>
              stage ? (
                <Meaning tone={stage === "in_use" ? "good" : "plain"} quiet>
                  {t(`stage-${stage.replace("_", "-")}`)}
                </Meaning>
              ) : null,
          },
        ]
      : []),
    ...(code
      ? [
          {
            key: "code",
            title: said(code.label, language),
            width: "13rem",
            wide: "xl" as const,
            render: (record: RegisterRecord) => <span className="wk-code">{record.code}</span>,
          },
        ]
      : []),
    ...(parent
      ? [
          {
            key: "parent",
            title: said(parent.label, language),
            width: "18%",
            wide: "md" as const,
            ellipsis: true,
            render: ({ parent_id }: RegisterRecord) => (parent_id ? <RecordName id={parent_id} /> : null),
          },
        ]
      : []),
    ...others.map((one) => ({
      key: one.name,
      title: said(one.label, language),
      width: one.type === "date" ? "8.5rem" : "16%",
      wide: "xl" as const,
      ellipsis: true,
      render: ({ body }: RegisterRecord) =>
        isEmpty(body[one.name]) ? null : <FieldValue field={one} value={body[one.name]} link={false} />,
    })),
    missingColumn(kind, t),
  ];
}

export default function Registry() {
  const t = useT();
  const { language } = useLanguage();
  const [address, setAddress] = useAddress();
  const { rights } = useMe();
  const kinds = useRegisterKinds();
  const requests = useChangeRequests();
  const waiting = requestsForMe(requests.data ?? [], rights.cameras).length;
  const view = address.view === "requests" ? "requests" : "records";
  const ordered = kindsInOrder(kinds.data ?? []);
  const kind = ordered.find((one) => one.kind === address.kind) ?? ordered[0];
  const lead = t("register-lead");
  if (kinds.error && !kinds.data)
    return (
      <Page title={t("page-registry")} lead={lead}>
        <Trouble error={kinds.error} onRetry={() => kinds.refetch()} />
      </Page>
    );
  if (!kind)
    return (
      <Page title={t("page-registry")} lead={lead}>
        <Loading />
      </Page>
    );
  return (
    <Page
      title={t("page-registry")}
      lead={lead}
      actions={
        view === "records" ? (
          <>
            <TableActs
              kind={kind.kind}
              name={said(kind.name, language)}
              shared={kind.shared}
              query={filterOf(address)}
            />
            {rights.cameras ? <AddButton /> : null}
          </>
        ) : null
      }
      toolbar={
        <Segmented
          aria-label={t("register-view")}
          value={view}
          onChange={(next) =>
            setAddress({ view: next === "requests" ? next : undefined, record: undefined, request: undefined })
          }
          options={[
            { value: "records", label: t("register-records") },
            { value: "requests", label: waiting > 0 ? `${t("register-requests")} ${waiting}` : t("register-requests") },
          ]}
        />
      }
    >
      {view === "requests" ? <RequestList /> : <Records kinds={ordered} kind={kind} />}
      <RecordSide id={address.record} onClose={() => setAddress({ record: undefined, edit: undefined })} />
      <AddSide kind={kind} />
    </Page>
  );
}

function AddButton() {
  const t = useT();
  const [, setAddress] = useAddress();
  return (
    <Button
      type="primary"
      icon={<Icon name="plus" size={15} />}
      onClick={() => setAddress({ add: "1", record: undefined, edit: undefined }, true)}
    >
      {t("register-add")}
    </Button>
  );
}

function AddSide({ kind }: { kind: RegisterKind }) {
  const t = useT();
  const { language } = useLanguage();
  const { rights } = useMe();
  const [address, setAddress] = useAddress();
  const open = address.add !== undefined && rights.cameras;
  return (
    <Side
      open={open}
      title={t("register-add-kind", { kind: said(kind.name, language) })}
      onClose={() => setAddress({ add: undefined })}
      wide
    >
      {open ? (
        <AddForm key={kind.kind} kind={kind} onDone={(record) => setAddress({ add: undefined, record })} />
      ) : null}
    </Side>
  );
}

function AddForm({ kind, onDone }: { kind: RegisterKind; onDone: (id: string) => void }) {
  const [draft, change, drop] = useDraft<RecordDraft>(`record-${kind.kind}`, NOTHING);
  return (
    <NewRecord
      kind={kind}
      draft={draft}
      onChange={change}
      onDrop={drop}
      onDone={(id) => {
        drop();
        onDone(id);
      }}
    />
  );
}

const NOTHING: RecordDraft = { unit: undefined, values: {} };

function Records({ kinds, kind }: { kinds: RegisterKind[]; kind: RegisterKind }) {
  const t = useT();
  const { language } = useLanguage();
  const [address, setAddress] = useAddress();
  const { rights } = useMe();
  const list = useRecordList(kind.kind, address);
  const rows = list.data?.pages.flatMap((page) => page.records) ?? [];
  const show = (record: RegisterRecord) => setAddress({ record: record.id, add: undefined, edit: undefined });
  const columns = useColumns(kind, show);
  const filtered = Boolean(address.q || address.unit || address.incomplete || address.parent);
  const total = list.data?.pages[0]?.total ?? 0;
  const many = useMany();
  const choose = (next: string) =>
    setAddress({ kind: next, q: undefined, parent: undefined, record: undefined, add: undefined, edit: undefined });
  return (
    <div className="wk-withgroups">
      <nav className="wk-groups" aria-label={t("register-kinds")}>
        <ul>
          {kinds.map((one) => (
            <li key={one.kind}>
              <button type="button" aria-pressed={one.kind === kind.kind} onClick={() => choose(one.kind)}>
                {said(one.name, language)}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <div className="wk-withgroups-list">
        <Filters kinds={kinds} kind={kind} onKind={choose} filtered={filtered} />
        <BulkBar {...many.bar} total={total} onChange={() => setAddress({ many: "change" }, true)} />
        <BulkSide
          open={address.many === "change" && many.any && rights.cameras}
          onClose={() => {
            setAddress({ many: undefined });
            many.bar.onClear();
          }}
          kind={kind.kind}
          selection={many.bar.all ? filterOf(address) : { ids: many.bar.chosen }}
          count={many.bar.all ? total : many.bar.chosen.length}
        />
        {list.error && !list.data ? (
          <Trouble error={list.error} onRetry={() => list.refetch()} />
        ) : (
          <List
            key={kind.kind}
            label={said(kind.name, language)}
            rows={rows}
            rowKey={({ id }) => id}
            columns={columns}
            answer={list}
            open={address.record}
            onOpen={show}
            choice={rights.cameras ? { ...many.choice, label: ({ name }) => t("bulk-choose", { name }) } : undefined}
            total={<span>{t("register-total", { n: String(total) })}</span>}
            more={list.hasNextPage ? { load: () => list.fetchNextPage(), loading: list.isFetchingNextPage } : undefined}
            empty={
              filtered ? (
                <Empty title={t("register-no-match-title")}>{t("register-no-match")}</Empty>
              ) : (
                <Empty title={t("register-empty-title")} action={rights.cameras ? <AddButton /> : null}>
                  {t(kind.kind === "system" ? "register-empty-systems" : "register-empty")}
                </Empty>
              )
            }
          />
        )}
      </div>
    </div>
  );
}

interface FiltersProps {
  kinds: RegisterKind[];
  kind: RegisterKind;
  onKind: (kind: string) => void;
  filtered: boolean;
}

function Filters({ kinds, kind, onKind, filtered }: FiltersProps) {
  const t = useT();
  const { language } = useLanguage();
  const [address, setAddress] = useAddress();
  const units = useUnits();
  const [setQuery] = useState(() => (q: string | undefined) => setAddress({ q }));
  return (
    <div className="wk-toolbar">
      <Select
        className="wk-only-narrow"
        aria-label={t("register-kinds")}
        value={kind.kind}
        onChange={onKind}
        options={kinds.map((one) => ({ value: one.kind, label: said(one.name, language) }))}
      />
      <Search label={t("register-search")} value={address.q} onChange={setQuery} />
      {!kind.shared && (units.data?.length ?? 0) > 1 ? (
        <Select
          className="wk-filter"
          aria-label={t("register-unit")}
          placeholder={t("register-unit")}
          allowClear
          value={address.unit}
          onChange={(unit: string | undefined) => setAddress({ unit })}
          options={(units.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
      <Checkbox
        checked={address.incomplete === "1"}
        onChange={(event) => setAddress({ incomplete: event.target.checked ? "1" : undefined })}
      >
        {t("register-incomplete-only")}
      </Checkbox>
      {address.parent ? (
        <span className="wk-soft">
          {t("register-under")} <RecordName id={address.parent} />
        </span>
      ) : null}
      {filtered ? (
        <Button
          type="text"
          onClick={() => setAddress({ q: undefined, unit: undefined, incomplete: undefined, parent: undefined })}
        >
          {t("action-clear")}
        </Button>
      ) : null}
    </div>
  );
}
