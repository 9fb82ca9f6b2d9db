// Availability: of the time that cameras owe footage, how much there is, and what became of the rest; of a month by camera, by system
// of the register or by unit, or of twelve months. All that is chosen is in the address. On paper it is a form (AvailabilityForm.tsx).
import { Segmented, Select } from "antd";
import type { ReactNode } from "react";
import { queryText } from "../../api/client";
import { useAvailability, useUnits } from "../../api/queries";
import type { AvailabilityRow } from "../../api/types";
import {
  type Address,
  Facts,
  formatDuration,
  formatMonth,
  Icon,
  Loading,
  Meaning,
  serverNow,
  serverOffsetMin,
  Trouble,
  useAddress,
  useLanguage,
  useT,
} from "../../ui";
import { AvailabilityForm } from "./AvailabilityForm";
import { AvailabilityList, useRowName } from "./AvailabilityList";
import { AvailabilitySide } from "./AvailabilitySide";
import {
  askedFor,
  byMonth,
  isMonth,
  MONTHS,
  monthAt,
  monthsTo,
  percentWords,
  SUBJECTS,
  type Subject,
  sumBy,
  unjustifiedOf,
} from "./availability";
import { MonthChart } from "./MonthChart";
import { MonthField } from "./MonthField";

/** What the address asks for. */
export function askedOf(
  address: Address,
  nowMs: number,
  offsetMin: number,
): { month: string; subject: Subject; unit?: string; system?: string } {
  const subject = SUBJECTS.find((name) => name === address.by) ?? "camera";
  // The server's month: one that has begun here and not there has nothing yet.
  const newest = monthAt(nowMs, offsetMin);
  const month = isMonth(address.month) && address.month <= newest ? address.month : newest;
  return { month, subject, unit: address.unit, system: address.system };
}

export function AvailabilityTab() {
  const t = useT();
  const [address, setAddress] = useAddress();
  const { month, subject, unit, system } = askedOf(address, serverNow(), serverOffsetMin());
  const months = monthsTo(month, MONTHS);
  const overall = useAvailability({ by: "all", ...askedFor(months), unit, system });
  const single = useAvailability({ by: sumBy(subject), ...askedFor([month]), unit, system });
  const failed = [overall, single].find(({ error, data }) => error && !data);
  if (failed) return <Trouble error={failed.error} onRetry={() => failed.refetch()} />;
  if (!overall.data || !single.data) return <Loading />;
  const sums = new Map([...byMonth(overall.data.rows)].flatMap(([name, [row]]) => (row ? [[name, row] as const] : [])));
  const rows = subject === "month" ? [...sums.values()] : (byMonth(single.data.rows).get(month) ?? []);
  const open = rows.find(({ about }) => about && about.id === address.id);
  return (
    <div className="wk-say wk-screen">
      <Choice address={address} change={setAddress} rows={rows} />
      <Overview
        row={sums.get(month)}
        month={month}
        chart={
          <MonthChart months={months} rows={sums} chosen={month} onChoose={(chosen) => setAddress({ month: chosen })} />
        }
      />
      <AvailabilityList rows={rows} subject={subject} />
      <p className="wk-hint">{t("availability-text")}</p>
      <AvailabilitySide
        row={subject === "camera" ? open : undefined}
        month={month}
        onClose={() => setAddress({ id: undefined })}
      />
      <AvailabilityForm month={month} months={months} sums={sums} rows={rows} subject={subject} />
    </div>
  );
}

interface ChoiceProps {
  address: Address;
  change: (part: Address) => void;
  rows: AvailabilityRow[];
}

function Choice({ address, change, rows }: ChoiceProps) {
  const t = useT();
  const units = useUnits();
  const { month, subject, unit, system } = askedOf(address, serverNow(), serverOffsetMin());
  // Exactly the span of what is shown: the edges of other months are not in the file.
  const span = {
    from_ms: Math.min(...rows.map((row) => row.from_ms)),
    to_ms: Math.max(...rows.map((row) => row.to_ms)),
  };
  const query = queryText({ by: sumBy(subject), step: "month", ...span, unit, system });
  return (
    <div className="wk-toolbar">
      <MonthField month={month} onChange={(chosen) => change({ month: chosen })} />
      <Segmented
        aria-label={t("availability-by")}
        value={subject}
        onChange={(value) => change({ by: value === "camera" ? undefined : value, id: undefined, sort: undefined })}
        options={SUBJECTS.map((name) => ({ value: name, label: t(`availability-by-${name}`) }))}
      />
      {(units.data?.length ?? 0) > 1 ? (
        <Select
          className="wk-filter"
          aria-label={t("camera-unit")}
          placeholder={t("availability-units-all")}
          allowClear
          value={unit}
          onChange={(chosen: string | undefined) => change({ unit: chosen, system: undefined, id: undefined })}
          options={(units.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
      <SystemChoice address={address} change={change} />
      {rows.length > 0 ? (
        <a className="wk-filelink" href={`/api/availability.csv${query}`} download={`availability-${month}.csv`}>
          <Icon name="exports" size={15} />
          {t("availability-csv")}
        </a>
      ) : null}
    </div>
  );
}

/** Systems of the register that have cameras in the reader's sight in this month, and the cameras in none. */
function SystemChoice({ address, change }: Pick<ChoiceProps, "address" | "change">) {
  const t = useT();
  const { month, unit, system } = askedOf(address, serverNow(), serverOffsetMin());
  const name = useRowName();
  const made = useAvailability({ by: "system", ...askedFor([month]), unit });
  const rows = byMonth(made.data?.rows ?? []).get(month) ?? [];
  if (rows.length < 2 && !system) return null;
  return (
    <Select
      className="wk-filter"
      aria-label={t("availability-row-system")}
      placeholder={t("availability-systems-all")}
      allowClear
      value={system}
      onChange={(chosen: string | undefined) => change({ system: chosen, id: undefined })}
      options={rows.map((row) => ({ value: row.about?.id ?? "", label: name(row) }))}
    />
  );
}

function Overview({ row, month, chart }: { row: AvailabilityRow | undefined; month: string; chart: ReactNode }) {
  const t = useT();
  const { language } = useLanguage();
  const length = (seconds: number) => formatDuration(seconds * 1000, language);
  return (
    <div className="wk-overview">
      <section className="wk-panel">
        <h2>{t("availability-of", { month: formatMonth(month, language) })}</h2>
        {row ? (
          <>
            <p className="wk-big">
              <span className="wk-big-number">{percentWords(row.share, language)}</span> {t("availability-of-owed")}
            </p>
            <Facts
              of={[
                [t("availability-owed"), length(row.owed_s)],
                [t("availability-recorded"), length(row.recorded_s)],
                [t("availability-justified"), length(row.justified_s)],
                [
                  t("availability-unjustified"),
                  <Meaning key="unjustified" tone={unjustifiedOf(row) > 0 ? "late" : "good"} quiet>
                    {length(unjustifiedOf(row))}
                  </Meaning>,
                ],
                [t("availability-unaccounted"), length(row.unaccounted_s)],
              ]}
            />
          </>
        ) : (
          <p className="wk-soft">{t("availability-none")}</p>
        )}
      </section>
      <section className="wk-panel">
        <h2>{t("availability-chart")}</h2>
        {chart}
      </section>
    </div>
  );
}
