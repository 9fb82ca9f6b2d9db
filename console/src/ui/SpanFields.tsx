// Choosing a span of time: two points with seconds, the usual shortcuts, the zone said. Values are Unix milliseconds.
import { DatePicker } from "antd";
import dayjs from "dayjs";
import { useId } from "react";
import { formatDuration, formatZone } from "./format";
import { useLanguage, useT } from "./i18n";
import { Meaning } from "./Meaning";
import { serverNow } from "./useNow";

const MINUTE_MS = 60_000;
const FORMAT = "YYYY-MM-DD HH:mm:ss";

export interface SpanValue {
  from_ms?: number;
  to_ms?: number;
}

export function SpanFields({
  value,
  onChange,
  shortcuts = true,
  future,
}: {
  value: SpanValue;
  onChange: (value: SpanValue) => void;
  shortcuts?: boolean;
  /** Of what is to come: days in the future instead of those gone by. */
  future?: boolean;
}) {
  const t = useT();
  const { language } = useLanguage();
  const id = useId();
  const { from_ms, to_ms } = value;
  const last = (minutes: number) => () => {
    const now = Math.floor(serverNow() / 1000) * 1000;
    onChange({ from_ms: now - minutes * MINUTE_MS, to_ms: now });
  };
  const today = () =>
    onChange({ from_ms: dayjs(serverNow()).startOf("day").valueOf(), to_ms: Math.floor(serverNow() / 1000) * 1000 });
  return (
    <div className="wk-span">
      <div className="wk-fields-two">
        {(["from_ms", "to_ms"] as const).map((end) => (
          <label key={end} htmlFor={`${id}-${end}`}>
            <span>{t(end === "from_ms" ? "span-from" : "span-to")}</span>
            <DatePicker
              id={`${id}-${end}`}
              showTime
              format={FORMAT}
              value={value[end] === undefined ? null : dayjs(value[end])}
              onChange={(moment) => onChange({ ...value, [end]: moment?.valueOf() })}
              disabledDate={(day) =>
                future ? day.isBefore(dayjs(serverNow()).startOf("day")) : day.isAfter(dayjs(serverNow()).endOf("day"))
              }
              placeholder={FORMAT}
              style={{ width: "100%" }}
            />
          </label>
        ))}
      </div>
      <div className="wk-span-foot">
        {shortcuts ? (
          <span className="wk-shortcuts">
            <button type="button" className="wk-link" onClick={last(2)}>
              {t("span-last-2")}
            </button>
            <button type="button" className="wk-link" onClick={last(10)}>
              {t("span-last-10")}
            </button>
            <button type="button" className="wk-link" onClick={last(60)}>
              {t("span-last-60")}
            </button>
            <button type="button" className="wk-link" onClick={today}>
              {t("span-today")}
            </button>
          </span>
        ) : null}
        <span className="wk-hint">
          {from_ms !== undefined && to_ms !== undefined ? (
            to_ms > from_ms ? (
              <>{t("span-length", { length: formatDuration(to_ms - from_ms, language) })} · </>
            ) : (
              <Meaning tone="late">{t("span-bad")}</Meaning>
            )
          ) : null}
          {t("span-zone", { zone: formatZone(from_ms ?? serverNow()) })}
        </span>
      </div>
    </div>
  );
}
