// The access log as a list, newest first: the filter is in the address and the server does the filtering.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Button, DatePicker, Input, Select } from "antd";
import dayjs from "dayjs";
import { useEffect, useState } from "react";
import { api } from "../../api/client";
import { useCamera, useMe, usePeople } from "../../api/queries";
import type { AccessEntry, AccessPage } from "../../api/types";
import {
  type Address,
  actId,
  CameraSelect,
  type Column,
  Empty,
  formatCount,
  formatIndex,
  formatList,
  formatTime,
  Icon,
  List,
  Meaning,
  numberOf,
  RowLink,
  shortHash,
  Time,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { ACTS } from "../../verify/acts";
import { AccessSide } from "./AccessSide";

const TYPING_PAUSE_MS = 300;
/** Most that one page of the log may have: asked for when the browser itself leaves entries out. */
const PAGE_ROWS_MAX = 200;
const FILTERS = ["q", "kind", "person", "camera", "from", "to", "refers", "subject"] as const;

function queryOf(address: Address) {
  return {
    query: address.q,
    kind: address.kind,
    person: address.person,
    camera: address.camera,
    from_ms: address.from,
    to_ms: address.to,
    refers_to: address.refers,
    limit: address.subject ? PAGE_ROWS_MAX : undefined,
  };
}

/** The entries about one thing: the server does not filter by subject, so this is done over what has been read. */
export function entriesAbout(entries: AccessEntry[], subject: string | undefined): AccessEntry[] {
  return subject ? entries.filter((entry) => entry.subject === subject) : entries;
}

function useEntries(address: Address) {
  const query = queryOf(address);
  return useInfiniteQuery({
    queryKey: ["ledger", "access", query],
    queryFn: ({ pageParam, signal }) =>
      api.get<AccessPage>("/api/ledger/access", { ...query, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** What the entry is about, in one line: cameras, or what was changed. */
export function useAbout(): (entry: AccessEntry) => string {
  const t = useT();
  const { language } = useLanguage();
  return (entry) => {
    const names = entry.cameras.map(({ name }) => name);
    const shown = formatList(names.slice(0, 3), language);
    const more = Math.max(entry.cameras_count, names.length) - Math.min(names.length, 3);
    const cameras = more > 0 && shown ? t("ledger-cameras-more", { names: shown, more: String(more) }) : shown;
    return [cameras, entry.note ?? entry.text ?? ""].filter(Boolean).join(" · ");
  };
}

function useColumns(show: (entry: AccessEntry) => void): Column<AccessEntry>[] {
  const t = useT();
  const about = useAbout();
  return [
    {
      key: "index",
      title: t("ledger-index"),
      width: "6rem",
      wide: "md",
      align: "right",
      render: (entry) => <span className="wk-soft">{formatIndex(entry.index)}</span>,
    },
    { key: "time", title: t("ledger-time"), width: "12.5rem", render: (entry) => <Time ms={entry.time_ms} /> },
    {
      key: "kind",
      title: t("ledger-kind"),
      width: "12rem",
      render: (entry) => (
        <RowLink onOpen={() => show(entry)}>{entry.kind ? t(actId(entry.kind)) : t("ledger-gone")}</RowLink>
      ),
    },
    {
      key: "person",
      title: t("ledger-person"),
      width: "8rem",
      wide: "md",
      ellipsis: true,
      render: (entry) => entry.person?.name ?? <span className="wk-soft">{t("ledger-system")}</span>,
    },
    {
      key: "purpose",
      title: t("purpose-label"),
      width: "9.5rem",
      wide: "xl",
      render: (entry) => (entry.purpose ? t(`purpose-${entry.purpose.replace("_", "-")}`) : ""),
    },
    { key: "about", title: t("ledger-about"), wide: "md", ellipsis: true, render: about },
    {
      key: "outcome",
      title: t("ledger-outcome"),
      width: "9rem",
      wide: "md",
      render: (entry) =>
        entry.outcome.permitted ? (
          <Meaning tone={entry.published ? "good" : "plain"} quiet>
            {t(entry.published ? "ledger-published" : "ledger-unpublished")}
          </Meaning>
        ) : (
          <Meaning tone="late">{t("ledger-refused")}</Meaning>
        ),
    },
  ];
}

function Filters({ address, change }: { address: Address; change: (part: Address) => void }) {
  const t = useT();
  const me = useMe();
  const [typed, setTyped] = useState(address.q ?? "");
  useEffect(() => setTyped(address.q ?? ""), [address.q]);
  useEffect(() => {
    if (typed === (address.q ?? "")) return;
    const timer = setTimeout(() => change({ q: typed || undefined }), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, address.q, change]);
  const filtered = FILTERS.some((name) => address[name]);
  return (
    <div className="wk-toolbar">
      <Input
        className="wk-search"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        prefix={<Icon name="search" size={15} />}
        placeholder={t("ledger-search")}
        aria-label={t("ledger-search")}
        allowClear
      />
      <Select
        className="wk-filter"
        aria-label={t("ledger-kind")}
        placeholder={t("ledger-kind")}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        value={address.kind}
        onChange={(kind: string | undefined) => change({ kind })}
        options={ACTS.map((act) => ({ value: act, label: t(actId(act)) }))}
      />
      {me.rights.people ? <PersonFilter value={address.person} onChange={(person) => change({ person })} /> : null}
      <CameraSelect value={address.camera} onChange={(camera) => change({ camera })} />
      {(["from", "to"] as const).map((end) => (
        <DatePicker
          key={end}
          className="wk-filter-date"
          showTime
          format="YYYY-MM-DD HH:mm"
          aria-label={t(end === "from" ? "span-from" : "span-to")}
          placeholder={t(end === "from" ? "ledger-from" : "ledger-to")}
          value={numberOf(address[end]) === undefined ? null : dayjs(numberOf(address[end]))}
          onChange={(moment) => change({ [end]: moment ? String(moment.valueOf()) : undefined })}
        />
      ))}
      {address.subject ? (
        <SubjectFilter subject={address.subject} onClear={() => change({ subject: undefined })} />
      ) : null}
      {filtered ? (
        <Button type="text" onClick={() => change(Object.fromEntries(FILTERS.map((name) => [name, undefined])))}>
          {t("action-clear")}
        </Button>
      ) : null}
    </div>
  );
}

/** Comes from the drawer of a camera or a person; here it can only be taken away. */
function SubjectFilter({ subject, onClear }: { subject: string; onClear: () => void }) {
  const t = useT();
  const me = useMe();
  const camera = useCamera(subject).camera?.name;
  const name = (text: string | undefined) => t("ledger-only-subject", { name: text ?? shortHash(subject) });
  return (
    <Button icon={<Icon name="close" size={12} />} iconPlacement="end" onClick={onClear}>
      {me.rights.people && camera === undefined ? <PersonName id={subject} words={name} /> : name(camera)}
    </Button>
  );
}

function PersonName({ id, words }: { id: string; words: (name: string | undefined) => string }) {
  const people = usePeople();
  return <>{words(people.data?.find((person) => person.id === id)?.name)}</>;
}

function PersonFilter({ value, onChange }: { value?: string; onChange: (person: string | undefined) => void }) {
  const t = useT();
  const people = usePeople();
  return (
    <Select
      className="wk-filter"
      aria-label={t("ledger-person")}
      placeholder={t("ledger-person")}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      value={value}
      onChange={onChange}
      options={(people.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
    />
  );
}

export function AccessTab() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const list = useEntries(address);
  const show = (entry: AccessEntry) => setAddress({ entry: String(entry.index) });
  const columns = useColumns(show);
  const [change] = useState(() => setAddress);
  const read = list.data?.pages.flatMap((page) => page.entries) ?? [];
  const rows = entriesAbout(read, address.subject);
  const size = list.data?.pages[0]?.size;
  const { language } = useLanguage();
  const filtered = FILTERS.some((name) => address[name]);
  return (
    <div className="wk-say">
      <Filters address={address} change={change} />
      {list.data?.pages[0]?.restored.map((run) => (
        <Meaning key={run.first_leaf} tone="late">
          {t("ledger-restored", {
            minutes: formatCount(run.minutes, language),
            from: formatTime(run.from_ms, language),
            to: formatTime(run.to_ms, language),
          })}
        </Meaning>
      ))}
      <List
        label={t("ledger-tab-access")}
        rows={rows}
        rowKey={(entry) => String(entry.index)}
        columns={columns}
        answer={list}
        open={address.entry}
        onOpen={show}
        total={size === undefined ? null : <span>{t("ledger-size", { n: formatCount(size, language) })}</span>}
        empty={
          list.hasNextPage ? (
            <Empty title={t("list-none-yet-title")}>{t("list-none-yet", { n: String(read.length) })}</Empty>
          ) : filtered ? (
            <Empty title={t("ledger-no-match-title")}>{t("ledger-no-match")}</Empty>
          ) : (
            <Empty title={t("ledger-empty-title")}>{t("ledger-empty")}</Empty>
          )
        }
      />
      <AccessSide index={numberOf(address.entry)} onClose={() => setAddress({ entry: undefined })} />
    </div>
  );
}
