// Targets of the area against what stands: those of one's own authority and of those below. Setting one, and taking one back with a reason.
import { Button, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { type AreaFigures, type AreaTarget, useSupervising } from "../../api/supervision";
import {
  Because,
  type Column,
  Empty,
  Facts,
  List,
  Meaning,
  OfficeEntry,
  RowLink,
  Side,
  serverNow,
  Time,
  Trouble,
  useAddress,
  useT,
} from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { amountWords, INDICATORS, indicatorWord, isShare, reachedPercent } from "./figures";

const YEARS_AHEAD = 20;
const SHARE_MAX = 100;
const NUMBER_MAX = 10_000_000;
const PLAN_CHARS_MAX = 200;

export function Targets({ figures }: { figures: AreaFigures }) {
  const t = useT();
  const [{ id: open }, setAddress] = useAddress();
  const setOpen = (id: string | undefined) => setAddress({ id });
  const [adding, setAdding] = useState(false);
  const target = figures.targets.find(({ id }) => id === open);
  const columns: Column<AreaTarget>[] = [
    {
      key: "indicator",
      title: t("target-indicator"),
      ellipsis: true,
      render: (row) => <RowLink onOpen={() => setOpen(row.id)}>{t(indicatorWord(row.indicator))}</RowLink>,
    },
    {
      key: "division",
      title: t("figures-division"),
      ellipsis: true,
      wide: "md",
      render: (row) => row.division_name ?? row.division,
    },
    { key: "year", title: t("target-year"), width: "5rem", wide: "md", render: (row) => row.year },
    {
      key: "target",
      title: t("target-value"),
      width: "7rem",
      align: "right",
      render: (row) => amountWords(row.target_hundredths, row.is_share),
    },
    {
      key: "stands",
      title: t("target-stands"),
      width: "12rem",
      wide: "md",
      render: (row) => (
        <span className="wk-share-cell">
          <span className="wk-bar" aria-hidden="true">
            <span style={{ inlineSize: `${reachedPercent(row)}%` }} />
          </span>
          <span className="wk-share-number">{amountWords(row.stands_hundredths, row.is_share)}</span>
        </span>
      ),
    },
    { key: "plan", title: t("target-plan"), ellipsis: true, wide: "xl", render: (row) => row.plan },
    { key: "state", title: t("target-state"), width: "8rem", render: (row) => <TargetWord target={row} /> },
  ];
  return (
    <section className="wk-section" aria-label={t("figures-targets")}>
      <h3>{t("figures-targets")}</h3>
      <List
        label={t("figures-targets")}
        rows={figures.targets}
        rowKey={({ id }) => id}
        columns={columns}
        open={open}
        onOpen={(row) => setOpen(row.id)}
        empty={<Empty title={t("target-none-title")}>{t("target-none")}</Empty>}
      />
      <div className="wk-buttons">
        <Button onClick={() => setAdding(true)}>{t("target-set")}</Button>
      </div>
      <Side open={adding} title={t("target-set")} onClose={() => setAdding(false)}>
        <NewTarget division={figures.authority.division} onDone={() => setAdding(false)} />
      </Side>
      <Side
        open={target !== undefined}
        title={target ? t(indicatorWord(target.indicator)) : ""}
        onClose={() => setOpen(undefined)}
      >
        {target ? <TargetView key={target.id} target={target} onDone={() => setOpen(undefined)} /> : null}
      </Side>
    </section>
  );
}

function TargetWord({ target }: { target: AreaTarget }) {
  const t = useT();
  const tone = { open: "plain", reached: "good", missed: "breach" } as const;
  return <Meaning tone={tone[target.state]}>{t(`target-state-${target.state}`)}</Meaning>;
}

function TargetView({ target, onDone }: { target: AreaTarget; onDone: () => void }) {
  const t = useT();
  const send = useSupervising<{ reason: string }>(() => `/api/supervision/targets/${target.id}/end`, onDone);
  const { is_share: share } = target;
  return (
    <div className="wk-say">
      <TargetWord target={target} />
      <Facts
        of={[
          [t("figures-division"), [target.division_name, target.division].filter(Boolean).join(" · ")],
          [t("target-value"), amountWords(target.target_hundredths, share)],
          [t("target-stands"), amountWords(target.stands_hundredths, share)],
          [t("target-year"), String(target.year)],
          [t("target-plan"), target.plan],
          [t("target-authority"), target.authority.name],
          [t("target-by"), target.by.name],
          [t("target-at"), <Time key="at" ms={target.at_ms} zone />],
          [t("order-entry"), <OfficeEntry key="entry" index={target.entry.index} />],
        ]}
      />
      {target.own ? (
        <Because
          title={t("target-end")}
          label={t("because-reason")}
          acts={[{ label: t("target-end-do"), act: ({ reason }) => send.mutateAsync({ reason }) }]}
        />
      ) : null}
    </div>
  );
}

interface NewTargetBody {
  division: string;
  indicator: string;
  target_hundredths: number;
  year: number;
  plan: string;
}

function NewTarget({ division, onDone }: { division: string; onDone: () => void }) {
  const t = useT();
  const thisYear = new Date(serverNow()).getFullYear();
  const [where, setWhere] = useState(division);
  const [indicator, setIndicator] = useState<string>("places_covered");
  const [value, setValue] = useState<number | null>(null);
  const [year, setYear] = useState<number | null>(thisYear);
  const [plan, setPlan] = useState("");
  const send = useSupervising<NewTargetBody>(() => "/api/supervision/targets", onDone);
  const share = isShare(indicator);
  const missing = !/^\d{6}$/.test(where) || !value || !year || plan.trim() === "";
  const submit = () =>
    send.mutate({
      division: where,
      indicator,
      target_hundredths: Math.round((value ?? 0) * 100),
      year: year ?? thisYear,
      plan: plan.trim(),
    });
  return (
    <div className="wk-fields">
      <Labelled label={t("target-indicator")}>
        {(id) => (
          <Select
            id={id}
            value={indicator}
            onChange={setIndicator}
            options={INDICATORS.map((one) => ({ value: one, label: t(indicatorWord(one)) }))}
          />
        )}
      </Labelled>
      <Labelled label={t("target-value")} hint={share ? t("target-value-share") : undefined}>
        {(id) => (
          <InputNumber
            id={id}
            min={0.01}
            max={share ? SHARE_MAX : NUMBER_MAX}
            precision={share ? 2 : 0}
            value={value}
            onChange={setValue}
          />
        )}
      </Labelled>
      <Labelled label={t("target-year")} hint={t("target-year-hint")}>
        {(id) => (
          <InputNumber
            id={id}
            min={thisYear}
            max={thisYear + YEARS_AHEAD}
            precision={0}
            value={year}
            onChange={setYear}
          />
        )}
      </Labelled>
      <Labelled label={t("target-division")} hint={t("target-division-hint")}>
        {(id) => (
          <Input id={id} value={where} maxLength={6} onChange={(event) => setWhere(event.target.value.trim())} />
        )}
      </Labelled>
      <Labelled label={t("target-plan")} hint={t("target-plan-hint")}>
        {(id) => (
          <Input id={id} value={plan} maxLength={PLAN_CHARS_MAX} onChange={(event) => setPlan(event.target.value)} />
        )}
      </Labelled>
      {send.error ? <Trouble error={send.error} /> : null}
      <Button type="primary" disabled={missing} loading={send.isPending} onClick={submit}>
        {t("target-set-do")}
      </Button>
    </div>
  );
}
