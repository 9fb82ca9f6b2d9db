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
  groupedKinds,
  kindsInOrder,
  NewRecord,
  type RecordDraft,
  RecordName,
  TableActs,
} from "../../register";
import {
  type Address,
  Empty,
  Icon,
  List,
  Loading,
  Page,
  Search,
  Side,
  said,
  Trouble,
  useAddress,
  useDraft,
  useLanguage,
  useMany,
  useT,
} from "../../ui";
import { CompletenessView } from "./Completeness";
import { HarmForm } from "./HarmForm";
import { useColumns } from "./RecordColumns";
import { RecordSide } from "./RecordSide";
import { RequestList, requestsForMe } from "./Requests";
import "./registry.css";

const PAGE_ROWS = 100;
/** Other orders than by name. */
const ORDERS = ["lacking", "oldest"] as const;
const VIEWS = ["records", "completeness", "requests"] as const;
/** What the address says of one kind's list. */
const OF_ONE_KIND = ["q", "parent", "lacks", "order", "record", "add", "edit", "field", "camera", "since"];

/** What the address filters a list by, as the server takes it. */
const filterOf = (address: Address) => ({
  query: address.q,
  unit: address.unit,
  parent: address.parent,
  incomplete: address.incomplete === "1" ? true : undefined,
  lacks: address.lacks,
});

function useRecordList(kind: string | undefined, address: Address) {
  const query = {
    ...filterOf(address),
    order: ORDERS.find((one) => one === address.order),
    limit: PAGE_ROWS,
  };
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

export default function Registry() {
  const t = useT();
  const { language } = useLanguage();
  const [address, setAddress] = useAddress();
  const { rights } = useMe();
  const kinds = useRegisterKinds();
  const requests = useChangeRequests();
  const waiting = requestsForMe(requests.data ?? [], rights.cameras).length;
  const view = VIEWS.find((one) => one === address.view) ?? "records";
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
            setAddress({ view: next === "records" ? undefined : next, record: undefined, request: undefined })
          }
          options={[
            { value: "records", label: t("register-records") },
            { value: "completeness", label: t("register-completeness-view") },
            { value: "requests", label: waiting > 0 ? `${t("register-requests")} ${waiting}` : t("register-requests") },
          ]}
        />
      }
    >
      {view === "requests" ? (
        <RequestList />
      ) : view === "completeness" ? (
        <CompletenessView kinds={ordered} />
      ) : (
        <Records kinds={ordered} kind={kind} />
      )}
      <RecordSide
        id={address.record}
        onClose={() => setAddress({ record: undefined, edit: undefined, field: undefined })}
      />
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
      onClose={() => setAddress({ add: undefined, ...NO_HARM })}
      wide
    >
      {open && kind.kind === "incident" && address.camera ? (
        <HarmForm
          key={address.camera}
          kind={kind}
          camera={address.camera}
          sinceMs={Number(address.since)}
          onDone={(record) => setAddress({ add: undefined, ...NO_HARM, record })}
        />
      ) : open ? (
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

/** What a fault said when it was to be reported as theft or damage. */
const NO_HARM = { camera: undefined, since: undefined };
const NOTHING: RecordDraft = { unit: undefined, values: {} };

function Records({ kinds, kind }: { kinds: RegisterKind[]; kind: RegisterKind }) {
  const t = useT();
  const { language } = useLanguage();
  const [address, setAddress] = useAddress();
  const { rights } = useMe();
  const list = useRecordList(kind.kind, address);
  const rows = list.data?.pages.flatMap((page) => page.records) ?? [];
  // Who looks for records that lack a value comes to give it: the form opens at that field.
  const form = (record: RegisterRecord) =>
    address.lacks && rights.cameras && !record.masked ? { edit: "1", field: address.lacks } : { edit: undefined };
  const show = (record: RegisterRecord) =>
    setAddress({ record: record.id, add: undefined, field: undefined, ...form(record) });
  const columns = useColumns(kind, show);
  const filtered = Boolean(address.q || address.unit || address.incomplete || address.parent || address.lacks);
  const total = list.data?.pages[0]?.total ?? 0;
  const many = useMany();
  const choose = (next: string) => {
    many.bar.onClear();
    setAddress({ ...Object.fromEntries(OF_ONE_KIND.map((name) => [name, undefined])), kind: next });
  };
  return (
    <div className="wk-withgroups">
      <nav className="wk-groups" aria-label={t("register-kinds")}>
        {groupedKinds(kinds).map(([group, own]) => (
          <div key={group}>
            <h2 className="wk-groups-head">{t(`register-group-${group}`)}</h2>
            <ul>
              {own.map((one) => (
                <li key={one.kind}>
                  <button type="button" aria-pressed={one.kind === kind.kind} onClick={() => choose(one.kind)}>
                    {said(one.name, language)}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        ))}
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
        options={groupedKinds(kinds).map(([group, own]) => ({
          label: t(`register-group-${group}`),
          options: own.map((one) => ({ value: one.kind, label: said(one.name, language) })),
        }))}
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
      <Select
        className="wk-filter"
        aria-label={t("complete-lacks")}
        placeholder={t("complete-lacks")}
        allowClear
        value={address.lacks}
        onChange={(lacks: string | undefined) => setAddress({ lacks })}
        options={kind.fields
          .filter(({ expected, type }) => expected && type !== "flag")
          .map((field) => ({
            value: field.name,
            label: t("complete-lacks-field", { field: said(field.label, language) }),
          }))}
      />
      <Select
        className="wk-filter"
        aria-label={t("complete-order")}
        value={ORDERS.find((one) => one === address.order) ?? "name"}
        onChange={(order: string) => setAddress({ order: order === "name" ? undefined : order })}
        options={["name", ...ORDERS].map((order) => ({ value: order, label: t(`complete-order-${order}`) }))}
      />
      {address.parent ? (
        <span className="wk-soft">
          {t("register-under")} <RecordName id={address.parent} />
        </span>
      ) : null}
      {filtered ? (
        <Button
          type="text"
          onClick={() =>
            setAddress({ q: undefined, unit: undefined, incomplete: undefined, parent: undefined, lacks: undefined })
          }
        >
          {t("action-clear")}
        </Button>
      ) : null}
    </div>
  );
}
