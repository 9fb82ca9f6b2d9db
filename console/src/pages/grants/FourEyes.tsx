// Whether recorded footage of a unit needs a second person's word: what holds, said to everybody; set by its administrators.
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
  const queries = useQueryClient();
  const [changing, setChanging] = useState(false);
  const wanted = !unit.four_eyes;
  const act = t(wanted ? "grant-four-eyes-begin" : "grant-four-eyes-end");
  const onDone = () => {
    setChanging(false);
    queries.invalidateQueries({ queryKey: ["units"] });
  };
  return (
    <section aria-label={unit.name}>
      <Meaning tone={unit.four_eyes ? "good" : "plain"} quiet>
        {t(unit.four_eyes ? "grant-four-eyes-on" : "grant-four-eyes-off", { unit: unit.name })}
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
          hint={t(wanted ? "grant-four-eyes-begin-note" : "grant-four-eyes-end-note")}
          acts={[
            {
              label: act,
              act: ({ reason }) => api.put(`/api/units/${unit.id}/four-eyes`, { four_eyes: wanted, reason }),
            },
          ]}
          onDone={onDone}
        />
      ) : null}
    </section>
  );
}
