// Dossiers of a system in its drawer: made here, collected as one file once the entry of the making is published. What a dossier says is
// the server's; whether it is true anybody checks offline.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { components } from "../../api/schema.gen";
import { EntryLink, Icon, Meaning, Time, Trouble, useT } from "../../ui";

type SystemDossier = components["schemas"]["SystemDossier"];
/** While the minute of the making runs. */
const WAIT_MS = 5_000;

export function Dossiers({ system, makes }: { system: string; makes: boolean }) {
  const t = useT();
  const key = ["register", "dossiers", system];
  const all = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      api.get<{ dossiers: SystemDossier[] }>(`/api/systems/${system}/dossiers`, undefined, signal),
    refetchInterval: ({ state }) => (state.data?.dossiers.some(({ ready }) => !ready) ? WAIT_MS : false),
  });
  const made = all.data?.dossiers ?? [];
  if (!makes && made.length === 0) return null;
  return (
    <section className="wk-section" aria-label={t("system-dossier-title")}>
      <h2>{t("system-dossier-title")}</h2>
      {all.error ? <Trouble error={all.error} /> : null}
      {makes ? <Make system={system} stale={key} /> : null}
      {made.map((one) => (
        <Made key={one.id} dossier={one} collects={makes} />
      ))}
    </section>
  );
}

function Make({ system, stale }: { system: string; stale: string[] }) {
  const t = useT();
  const queries = useQueryClient();
  const [opened, setOpened] = useState(false);
  const make = useMutation({
    mutationFn: () => api.post(`/api/systems/${system}/dossiers`, { opened }),
    onSuccess: () => queries.invalidateQueries({ queryKey: stale }),
  });
  return (
    <div className="wk-fields">
      <p className="wk-hint">{t("system-dossier-lead")}</p>
      <Checkbox checked={opened} onChange={(event) => setOpened(event.target.checked)}>
        {t("system-dossier-open")}
      </Checkbox>
      <p className="wk-hint">{t(opened ? "system-dossier-opened-hint" : "system-dossier-sealed-hint")}</p>
      {make.error ? <Trouble error={make.error} /> : null}
      <div className="wk-buttons">
        <Button loading={make.isPending} onClick={() => make.mutate()}>
          {t("system-dossier-make")}
        </Button>
      </div>
    </div>
  );
}

function Made({ dossier, collects }: { dossier: SystemDossier; collects: boolean }) {
  const t = useT();
  return (
    <div className="wk-filing">
      <p>
        <Meaning tone={dossier.ready ? "good" : "notice"}>
          {t(dossier.ready ? "system-dossier-ready" : "system-dossier-waits")}
        </Meaning>{" "}
        <Time ms={dossier.made_ms} /> · {dossier.by.name} · {t("system-dossier-claims", { n: String(dossier.claims) })}{" "}
        · {t(dossier.opened ? "system-dossier-opened" : "system-dossier-sealed")} ·{" "}
        <EntryLink index={dossier.entry.index} />
      </p>
      {collects ? (
        <div className="wk-buttons">
          <Button
            icon={<Icon name="download" size={15} />}
            disabled={!dossier.ready}
            href={dossier.ready ? `/api/dossiers/${dossier.id}` : undefined}
            download
          >
            {t("system-dossier-collect")}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
