// What waits for the reader above the morning's list: one line, each part a link to where it is answered. Nothing waits: nothing is said.
import { Link } from "@tanstack/react-router";
import { useChangeRequests, useExplanations, useMaintenance, useMe, useWaitingGrants } from "../../api/queries";
import { useRoundsOf } from "../../api/routines";
import { formatCount, useLanguage, useT } from "../../ui";
import { waitsOf } from "./waits";

/** Posts that answer for a unit, and accept a repair. */
const ACCEPTING: readonly string[] = ["administrator", "manager"];

export function WaitsLine() {
  const t = useT();
  const { language } = useLanguage();
  const { person, rights, posts } = useMe();
  const answers = rights.cameras;
  const units = posts.filter(({ role, group }) => ACCEPTING.includes(role) && !group).map(({ unit }) => unit.id);
  const waits = waitsOf({
    me: person.id,
    answers,
    changes: useChangeRequests(undefined, answers).data,
    grants: useWaitingGrants(answers).data?.grants,
    explanations: useExplanations(answers).data,
    maintenance: useMaintenance(answers).data,
    rounds: useRoundsOf([...new Set(units)]),
  });
  if (waits.length === 0) return null;
  return (
    <nav className="wk-waits" aria-label={t("finding-waits")}>
      <span className="wk-term">{t("finding-waits")}</span>
      {waits.map(({ name, count, to, search }) => (
        <Link key={name} to={to} search={search as never}>
          {t(`finding-waits-${name}`, { n: formatCount(count, language) })}
        </Link>
      ))}
    </nav>
  );
}
