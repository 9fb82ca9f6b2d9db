// A day in the future, as the instant at which it ends; three years ahead at most, as the server takes.
import { DatePicker } from "antd";
import dayjs from "dayjs";
import { serverNow } from "./useNow";

export function DayField({
  id,
  value,
  onChange,
}: {
  id: string;
  value: number | undefined;
  onChange: (ms: number | undefined) => void;
}) {
  const today = dayjs(serverNow());
  return (
    <DatePicker
      id={id}
      value={value === undefined ? null : dayjs(value)}
      onChange={(day) => onChange(day?.endOf("day").valueOf())}
      disabledDate={(day) => !day.isAfter(today, "day") || day.isAfter(today.add(3, "year").subtract(1, "day"))}
      style={{ width: "100%" }}
    />
  );
}
