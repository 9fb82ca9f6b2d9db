// Whether recorded footage of a unit needs a second person's word, whether two look together, and whether another's word is needed off
// shift: what holds, said to everybody; set by its administrators.
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useKeptUnits, useMe, useUnits } from "../../api/queries";
import type { Unit } from "../../api/types";
import { Because, Meaning, useT } from "../../ui";

export function FourEyes() {
  const { posts } = useMe();
  const units = useUnits();
  const kept = useKeptUnits();
  const own = new Set(posts.map(({ unit }) => unit.id));
  const shown = (units.data ?? []).filter(({ id }) => own.has(id));
  return (
    <div className="wk-say">
      {shown.map((unit) => (
        <UnitLine key={unit.id} unit={unit} keeps={kept.data?.some(({ id }) => id === unit.id) ?? false} />
      ))}
    </div>
  );
}

function UnitLine({ unit, keeps }: { unit: Unit; keeps: boolean }) {
  const t = useT();
  const put =
    (four_eyes: boolean, together: boolean, off_shift_word = unit.off_shift_word) =>
    (reason: string) =>
      api.put(`/api/units/${unit.id}/four-eyes`, { four_eyes, together, off_shift_word, reason });
  return (
    <section aria-label={unit.name}>
      <Rule
        on={unit.four_eyes}
        keeps={keeps}
        says={t(unit.four_eyes ? "grant-four-eyes-on" : "grant-four-eyes-off", { unit: unit.name })}
        act={t(unit.four_eyes ? "grant-four-eyes-end" : "grant-four-eyes-begin")}
        hint={t(unit.four_eyes ? "grant-four-eyes-end-note" : "grant-four-eyes-begin-note")}
        set={put(!unit.four_eyes, unit.together)}
      />
      <Rule
        on={unit.together}
        keeps={keeps}
        says={t(unit.together ? "grant-together-on" : "grant-together-off", { unit: unit.name })}
        act={t(unit.together ? "grant-together-end" : "grant-together-begin")}
        hint={t(unit.together ? "grant-four-eyes-end-note" : "grant-together-begin-note")}
        set={put(unit.four_eyes, !unit.together)}
      />
      <Rule
        on={unit.off_shift_word}
        keeps={keeps}
        says={t(unit.off_shift_word ? "grant-off-shift-on" : "grant-off-shift-off", { unit: unit.name })}
        act={t(unit.off_shift_word ? "grant-off-shift-end" : "grant-off-shift-begin")}
        hint={t(unit.off_shift_word ? "grant-off-shift-end-note" : "grant-off-shift-begin-note")}
        set={put(unit.four_eyes, unit.together, !unit.off_shift_word)}
      />
    </section>
  );
}

interface RuleProps {
  on: boolean;
  keeps: boolean;
  says: string;
  act: string;
  hint: string;
  set: (reason: string) => Promise<unknown>;
}

/** One of a unit's rules: what holds, and the form that turns it. */
function Rule({ on, keeps, says, act, hint, set }: RuleProps) {
  const t = useT();
  const queries = useQueryClient();
  const [changing, setChanging] = useState(false);
  const onDone = () => {
    setChanging(false);
    queries.invalidateQueries({ queryKey: ["units"] });
  };
  return (
    <div>
      <Meaning tone={on ? "good" : "plain"} quiet>
        {says}
      </Meaning>{" "}
      {keeps && !changing ? (
        <Button size="small" onClick={() => setChanging(true)}>
          {act}
        </Button>
      ) : null}
      {changing ? (
        <Because
          title={act}
          label={t("because-reason")}
          hint={hint}
          acts={[{ label: act, act: ({ reason }) => set(reason) }]}
          onDone={onDone}
        />
      ) : null}
    </div>
  );
}
