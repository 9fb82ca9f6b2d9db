// When a unit's reception is open: what holds, and the form of whoever administers the unit. Terms in working hours stand still outside
// of it, terms by the calendar do not; the server says which a unit has.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { RetrievalTerms } from "../../api/types";
import { EntryLink, Facts, Trouble, useT } from "../../ui";
import { clockText, lengthOf, minuteOfText } from "../../ui/duty/zone";
import { Labelled } from "../../ui/Labelled";
import { daysOf, type HoursLine, isDay, linesOf, OFFICE, openingsOf } from "./hours";

const WEEK = [0, 1, 2, 3, 4, 5, 6];
/** The server takes 28 openings: four for each day. */
const LINES_MAX = 4;

export function Hours({ of }: { of: RetrievalTerms }) {
  const t = useT();
  const [changing, setChanging] = useState(false);
  const lines = linesOf(of.service?.openings ?? []);
  const closed = of.service?.closed_days ?? [];
  return (
    <>
      <Facts
        of={[
          [
            t("retrieval-hours"),
            lines.length === 0 ? t("retrieval-hours-none") : <LineList key="lines" lines={lines} />,
          ],
          [t("retrieval-hours-closed"), closed.length === 0 ? null : closed.join(", ")],
          [
            t("retrieval-hours-term"),
            t(of.working_hours == null ? "retrieval-hours-calendar" : "retrieval-hours-working", {
              n: of.working_hours ?? 0,
            }),
          ],
          [t("export-entry"), of.service ? <EntryLink key="entry" index={of.service.entry.index} /> : null],
        ]}
      />
      {of.may_change && !changing ? (
        <Button size="small" onClick={() => setChanging(true)}>
          {t("retrieval-hours-set")}
        </Button>
      ) : null}
      {changing ? <HoursForm of={of} onDone={() => setChanging(false)} /> : null}
    </>
  );
}

function LineList({ lines }: { lines: readonly HoursLine[] }) {
  const t = useT();
  return (
    <ul>
      {lines.map((line) => (
        <li key={`${line.days.join("")}-${line.from_min}-${line.length_min}`}>
          {line.days.map((day) => t(`duty-weekday-${day}`)).join(" ")} {clockText(line.from_min)} –{" "}
          {clockText(line.from_min + line.length_min)}
        </li>
      ))}
    </ul>
  );
}

function HoursForm({ of, onDone }: { of: RetrievalTerms; onDone: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [lines, setLines] = useState(of.service ? linesOf(of.service.openings) : [OFFICE]);
  const [closed, setClosed] = useState((of.service?.closed_days ?? []).join(" "));
  const [reason, setReason] = useState("");
  const send = useMutation({
    mutationFn: () => {
      const body = { openings: openingsOf(lines), closed_days: daysOf(closed), reason: reason.trim() };
      return api.put(`/api/units/${of.unit.id}/service-hours`, body);
    },
    onSuccess: () => {
      onDone();
      return queries.invalidateQueries({ queryKey: ["retrievals", "terms"] });
    },
  });
  const change = (at: number, line: HoursLine) => setLines(lines.map((one, index) => (index === at ? line : one)));
  const whole = lines.every(({ days }) => days.length > 0) && daysOf(closed).every(isDay);
  return (
    <section className="wk-fields" aria-label={t("retrieval-hours-set")}>
      <p className="wk-hint">{t("retrieval-hours-hint")}</p>
      {lines.map((line, at) => (
        <LineFields
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name of their own and are only added at the end
          key={at}
          line={line}
          onChange={(next) => change(at, next)}
          onRemove={() => setLines(lines.filter((_, index) => index !== at))}
        />
      ))}
      <Labelled label={t("retrieval-hours-closed")} hint={t("retrieval-hours-closed-hint")}>
        {(id) => <Input id={id} value={closed} onChange={({ target }) => setClosed(target.value)} />}
      </Labelled>
      <Labelled label={t("because-reason")}>
        {(id) => <Input id={id} maxLength={500} value={reason} onChange={({ target }) => setReason(target.value)} />}
      </Labelled>
      {send.error ? <Trouble error={send.error} /> : null}
      <div className="wk-buttons">
        <Button disabled={lines.length >= LINES_MAX} onClick={() => setLines([...lines, OFFICE])}>
          {t("retrieval-hours-add")}
        </Button>
        <Button
          type="primary"
          disabled={!whole || !reason.trim()}
          loading={send.isPending}
          onClick={() => send.mutate()}
        >
          {t("retrieval-hours-save")}
        </Button>
      </div>
    </section>
  );
}

interface LineFieldsProps {
  line: HoursLine;
  onChange: (line: HoursLine) => void;
  onRemove: () => void;
}

function LineFields({ line, onChange, onRemove }: LineFieldsProps) {
  const t = useT();
  const [from, to] = [line.from_min, (line.from_min + line.length_min) % 1440];
  const time = (text: string, take: (minute: number) => void) => {
    const minute = minuteOfText(text);
    if (minute !== undefined) take(minute);
  };
  return (
    <fieldset className="wk-hours-line">
      <legend>{t("retrieval-hours-line")}</legend>
      <Checkbox.Group
        options={WEEK.map((day) => ({ value: day, label: t(`duty-weekday-${day}`) }))}
        value={line.days}
        onChange={(days) => onChange({ ...line, days: [...days].sort((a, b) => a - b) })}
      />
      <div className="wk-fields-two">
        <Labelled label={t("duty-from")}>
          {(id) => (
            <Input
              id={id}
              type="time"
              value={clockText(from)}
              onChange={({ target }) =>
                time(target.value, (minute) =>
                  onChange({ ...line, from_min: minute, length_min: lengthOf(minute, to) }),
                )
              }
            />
          )}
        </Labelled>
        <Labelled label={t("duty-to")}>
          {(id) => (
            <Input
              id={id}
              type="time"
              value={clockText(to)}
              onChange={({ target }) =>
                time(target.value, (minute) => onChange({ ...line, length_min: lengthOf(from, minute) }))
              }
            />
          )}
        </Labelled>
      </div>
      <Button size="small" onClick={onRemove}>
        {t("action-remove")}
      </Button>
    </fieldset>
  );
}
