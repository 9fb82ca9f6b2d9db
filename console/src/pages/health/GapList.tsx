// Every gap with its cause and where it stands, newest first. The server filters; the filters are in the address, so that a
// view can be sent to a colleague. Several gaps are chosen and explained at once.
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useMe, useUnits } from "../../api/queries";
import type { GapCause, GapPage, GapRow, GapState } from "../../api/types";
import {
  type Address,
  CameraSelect,
  type Column,
  Empty,
  ExplainGaps,
  formatCount,
  formatDuration,
  formatMonth,
  List,
  Meaning,
  numberOf,
  RowLink,
  Side,
  serverNow,
  Time,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { isMonth, monthSpan } from "./availability";
import { GapSide } from "./GapSide";
import { CAUSES, causeOfAll, explainable, gapTone, keyOf, mayExplain, PERIODS_DAYS, playbackOf, STATES } from "./gaps";

const DAY_MS = 86_400_000;

function useGapList(address: Address) {
  const days = PERIODS_DAYS.find((known) => known === numberOf(address.days));
  const month = isMonth(address.month) ? address.month : undefined;
  const query = {
    camera: address.camera,
    unit: address.unit,
    cause: CAUSES.find((known) => known === address.cause),
    state: STATES.find((known) => known === address.state),
  };
  return useInfiniteQuery({
    queryKey: ["gaps", "list", query, days, month],
    queryFn: ({ pageParam, signal }) => {
      const from_ms = days === undefined ? undefined : Math.floor(serverNow() - days * DAY_MS);
      const span = month === undefined ? { from_ms } : monthSpan(month);
      return api.get<GapPage>("/api/gaps", { ...query, ...span, cursor: pageParam }, signal);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
}

function useColumns(show: (gap: GapRow) => void): Column<GapRow>[] {
  const t = useT();
  const me = useMe();
  const { language } = useLanguage();
  return [
    {
      key: "camera",
      title: t("ledger-camera"),
      ellipsis: true,
      render: (gap) => <RowLink onOpen={() => show(gap)}>{gap.camera.name}</RowLink>,
    },
    {
      key: "from",
      title: t("gap-from"),
      width: "12.5rem",
      wide: "md",
      render: (gap) =>
        me.rights.playback ? (
          <Link to="/playback" search={playbackOf(gap)} title={t("gap-playback")}>
            <Time ms={gap.from_ms} />
          </Link>
        ) : (
          <Time ms={gap.from_ms} />
        ),
    },
    {
      key: "length",
      title: t("gap-length"),
      width: "6rem",
      align: "right",
      render: (gap) => formatDuration(gap.to_ms - gap.from_ms, language),
    },
    { key: "cause", title: t("gap-cause"), width: "7.5rem", wide: "md", render: (gap) => t(`cause-${gap.cause}`) },
    {
      key: "state",
      title: t("gap-state"),
      width: "9.5rem",
      render: (gap) => (
        <Meaning tone={gapTone(gap)} quiet>
          {t(`gap-state-${gap.state}`)}
        </Meaning>
      ),
    },
    {
      key: "said",
      title: t("gap-said"),
      width: "38%",
      wide: "xl",
      ellipsis: true,
      render: (gap) =>
        gap.explanation ? gap.explanation.text : <span className="wk-code wk-soft">{gap.evidence}</span>,
    },
  ];
}

export function GapList() {
  const t = useT();
  const { language } = useLanguage();
  const { rights } = useMe();
  const [address, setAddress] = useAddress();
  const [chosen, setChosen] = useState<string[]>([]);
  const [explaining, setExplaining] = useState(false);
  const list = useGapList(address);
  const rows = list.data?.pages.flatMap((page) => page.gaps) ?? [];
  const picked = rows.filter((gap) => explainable(gap) && chosen.includes(keyOf(gap)));
  const open = rows.find((gap) => keyOf(gap) === address.gap);
  const show = (gap: GapRow) => {
    setExplaining(false);
    setAddress({ gap: keyOf(gap) });
  };
  const columns = useColumns(show);
  const filtered = Boolean(address.camera || address.cause || address.state || address.unit);
  const total = list.data?.pages[0]?.total ?? 0;
  return (
    <div className="wk-say">
      <Filters address={address} change={setAddress} filtered={filtered} />
      {picked.length > 0 ? (
        <div className="wk-toolbar wk-chosen" role="status">
          <span>{t("gap-chosen", { n: formatCount(picked.length, language) })}</span>
          <Button
            type="primary"
            onClick={() => {
              setAddress({ gap: undefined });
              setExplaining(true);
            }}
          >
            {t("explain-chosen")}
          </Button>
          <Button type="text" onClick={() => setChosen([])}>
            {t("gap-choose-none")}
          </Button>
        </div>
      ) : null}
      <List
        label={t("health-tab-gaps")}
        rows={rows}
        rowKey={keyOf}
        columns={columns}
        answer={list}
        open={address.gap}
        onOpen={show}
        choice={
          mayExplain(rights)
            ? {
                chosen,
                onChange: setChosen,
                can: explainable,
                label: (gap) => t("gap-choose", { name: gap.camera.name }),
              }
            : undefined
        }
        total={<span>{t("gap-total", { n: formatCount(total, language) })}</span>}
        empty={
          filtered ? (
            <Empty title={t("hold-none-title")}>{t("gap-none")}</Empty>
          ) : (
            <Empty title={t("gap-empty-title")}>{t("gap-empty")}</Empty>
          )
        }
      />
      <GapSide gap={explaining ? undefined : open} onClose={() => setAddress({ gap: undefined })} />
      <Side
        open={explaining && picked.length > 0}
        title={t("explain-title-many", { n: formatCount(picked.length, language) })}
        onClose={() => setExplaining(false)}
      >
        {explaining && picked.length > 0 ? (
          <ExplainGaps
            choice={{ gaps: picked.map((gap) => gap.id as number) }}
            cause={causeOfAll(picked)}
            onDone={() => {
              setChosen([]);
              setExplaining(false);
            }}
          />
        ) : null}
      </Side>
    </div>
  );
}

interface FiltersProps {
  address: Address;
  change: (part: Address) => void;
  filtered: boolean;
}

function Filters({ address, change, filtered }: FiltersProps) {
  const t = useT();
  const units = useUnits();
  const unitChoice = (units.data?.length ?? 0) > 1;
  return (
    <div className="wk-toolbar">
      <CameraSelect value={address.camera} onChange={(camera) => change({ camera })} />
      {unitChoice ? (
        <Select
          className="wk-filter"
          aria-label={t("camera-unit")}
          placeholder={t("camera-unit")}
          allowClear
          value={address.unit}
          onChange={(unit: string | undefined) => change({ unit })}
          options={(units.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
      <Select
        className="wk-filter"
        aria-label={t("gap-cause")}
        placeholder={t("gap-cause")}
        allowClear
        value={CAUSES.find((cause) => cause === address.cause)}
        onChange={(cause: GapCause | undefined) => change({ cause })}
        options={CAUSES.map((cause) => ({ value: cause, label: t(`cause-${cause}`) }))}
      />
      <Select
        className="wk-filter"
        aria-label={t("gap-state")}
        placeholder={t("gap-state")}
        allowClear
        value={STATES.find((state) => state === address.state)}
        onChange={(state: GapState | undefined) => change({ state })}
        options={STATES.map((state) => ({ value: state, label: t(`gap-state-${state}`) }))}
      />
      <Period address={address} change={change} />
      {filtered ? (
        <Button
          type="text"
          onClick={() => change({ camera: undefined, cause: undefined, state: undefined, unit: undefined })}
        >
          {t("action-clear")}
        </Button>
      ) : null}
    </div>
  );
}

/** The last days, or the month that the page of availability led here with. */
function Period({ address, change }: Omit<FiltersProps, "filtered">) {
  const t = useT();
  const { language } = useLanguage();
  const month = isMonth(address.month) ? address.month : undefined;
  const days = PERIODS_DAYS.find((known) => known === numberOf(address.days)) ?? PERIODS_DAYS[0];
  const ofDays = PERIODS_DAYS.map((known) => ({
    value: String(known),
    label: t("gap-period-days", { n: String(known) }),
  }));
  return (
    <Select
      className="wk-filter"
      aria-label={t("gap-period")}
      value={month ?? String(days)}
      onChange={(value: string) =>
        change({ month: isMonth(value) ? value : undefined, days: value === ofDays[0]?.value ? undefined : value })
      }
      options={month ? [{ value: month, label: formatMonth(month, language) }, ...ofDays] : ofDays}
    />
  );
}
