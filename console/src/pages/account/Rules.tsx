// The rules in force that one is to follow: read, and confirmed for oneself. Nobody confirms for another.
import { Button } from "antd";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import { useOwnRules, useRoutineAct } from "../../api/routines";
import type { Id } from "../../api/types";
import { Meaning, Time, Trouble, useT } from "../../ui";

export function OwnRules() {
  const t = useT();
  const { posts } = useMe();
  const rules = useOwnRules(posts.length > 0);
  const confirm = useRoutineAct((id: Id) => api.post(`/api/routines/rules/${id}/confirm`));
  if (!rules.data || rules.data.length === 0) return null;
  return (
    <section className="wk-panel" aria-label={t("own-rules")}>
      <h2>{t("own-rules")}</h2>
      <p className="wk-soft">{t("own-rules-hint")}</p>
      <ul className="wk-sessions">
        {rules.data.map((rule) => (
          <li key={rule.id}>
            <a href={`/api/routines/rules/${rule.id}/file`} target="_blank" rel="noreferrer">
              {t(`rule-kind-${rule.kind}`)} · {rule.document}
            </a>
            <span className="wk-soft">{rule.unit.name}</span>
            {rule.confirmed_ms == null ? (
              <Button
                size="small"
                loading={confirm.isPending && confirm.variables === rule.id}
                onClick={() => confirm.mutate(rule.id)}
              >
                {t("own-rules-confirm")}
              </Button>
            ) : (
              <Meaning tone="good" quiet>
                {t("own-rules-confirmed")} <Time ms={rule.confirmed_ms} />
              </Meaning>
            )}
          </li>
        ))}
      </ul>
      {confirm.error ? <Trouble error={confirm.error} /> : null}
    </section>
  );
}
