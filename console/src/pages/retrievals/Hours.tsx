// When a unit's reception is open: what holds, and the form of whoever administers the unit. Terms in working hours stand still outside
// of it, terms by the calendar do not; the server says which a unit has.
import { useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { RetrievalTerms } from "../../api/types";
import { Because, EntryLink, Facts, useT } from "../../ui";
import { FromTo } from "../../ui/duty/FromTo";
import { clockText } from "../../ui/duty/zone";
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
  const change = (at: number, line: HoursLine) => setLines(lines.map((one, index) => (index === at ? line : one)));
  const whole = lines.every(({ days }) => days.length > 0) && daysOf(closed).every(isDay);
  return (
    <Because
      title={t("retrieval-hours-set")}
      label={t("because-reason")}
      hint={t("retrieval-hours-hint")}
      blocked={!whole}
      acts={[
        {
          label: t("retrieval-hours-save"),
          primary: true,
          act: ({ reason }) =>
            api.put(`/api/units/${of.unit.id}/service-hours`, {
              openings: openingsOf(lines),
              closed_days: daysOf(closed),
              reason,
            }),
        },
      ]}
      onDone={() => {
        onDone();
        queries.invalidateQueries({ queryKey: ["retrievals", "terms"] });
      }}
    >
      {lines.map((line, at) => (
        <LineFields
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name of their own, and hold no state of their own
          key={at}
          line={line}
          onChange={(next) => change(at, next)}
          onRemove={() => setLines(lines.filter((_, index) => index !== at))}
        />
      ))}
      <Button disabled={lines.length >= LINES_MAX} onClick={() => setLines([...lines, OFFICE])}>
        {t("retrieval-hours-add")}
      </Button>
      <Labelled label={t("retrieval-hours-closed")} hint={t("retrieval-hours-closed-hint")}>
        {(id) => <Input id={id} value={closed} onChange={({ target }) => setClosed(target.value)} />}
      </Labelled>
    </Because>
  );
}

interface LineFieldsProps {
  line: HoursLine;
  onChange: (line: HoursLine) => void;
  onRemove: () => void;
}

function LineFields({ line, onChange, onRemove }: LineFieldsProps) {
  const t = useT();
  return (
    <fieldset className="wk-hours-line">
      <legend>{t("retrieval-hours-line")}</legend>
      <Checkbox.Group
        options={WEEK.map((day) => ({ value: day, label: t(`duty-weekday-${day}`) }))}
        value={line.days}
        onChange={(days) => onChange({ ...line, days: [...days].sort((a, b) => a - b) })}
      />
      <div className="wk-fields-two">
        <FromTo times={line} onChange={(times) => onChange({ ...line, ...times })} />
      </div>
      <Button size="small" onClick={onRemove}>
        {t("action-remove")}
      </Button>
    </fieldset>
  );
}
