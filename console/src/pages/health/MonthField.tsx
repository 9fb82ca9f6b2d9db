// Choosing a month; none that has not begun.
import { DatePicker } from "antd";
import dayjs from "dayjs";
import { serverNow, serverOffsetMin, useLanguage, useT } from "../../ui";
import { monthAt } from "./availability";

export function MonthField({
  month,
  onChange,
  clear,
}: {
  month: string | undefined;
  onChange: (month: string | undefined) => void;
  /** What stands there when no month is chosen; without it one always is. */
  clear?: string;
}) {
  const t = useT();
  const { language } = useLanguage();
  return (
    <DatePicker
      className="wk-filter wk-filter-date"
      aria-label={t("availability-month")}
      picker="month"
      format={language === "zh-CN" ? "YYYY-MM" : "MMM YYYY"}
      value={month ? dayjs(`${month}-01`) : null}
      allowClear={clear !== undefined}
      placeholder={clear}
      inputReadOnly
      disabledDate={(day) => day.format("YYYY-MM") > monthAt(serverNow(), serverOffsetMin())}
      onChange={(day) => onChange(day?.format("YYYY-MM"))}
    />
  );
}
