// From when to when in a day, as two fields side by side; kept as a beginning and a length, which may lead over midnight.
import { Input } from "antd";
import { useT } from "../i18n";
import { Labelled } from "../Labelled";
import { clockText, lengthOf, minuteOfText } from "./zone";

interface Times {
  from_min: number;
  length_min: number;
}

export function FromTo({ times, onChange }: { times: Times; onChange: (times: Times) => void }) {
  const t = useT();
  const [from, to] = [times.from_min, (times.from_min + times.length_min) % 1440];
  const field = (label: string, minute: number, take: (minute: number) => Times) => (
    <Labelled label={label}>
      {(id) => (
        <Input
          id={id}
          type="time"
          value={clockText(minute)}
          onChange={({ target }) => {
            const typed = minuteOfText(target.value);
            if (typed !== undefined) onChange(take(typed));
          }}
        />
      )}
    </Labelled>
  );
  return (
    <>
      {field(t("duty-from"), from, (minute) => ({ from_min: minute, length_min: lengthOf(minute, to) }))}
      {field(t("duty-to"), to, (minute) => ({ from_min: from, length_min: lengthOf(from, minute) }))}
    </>
  );
}
