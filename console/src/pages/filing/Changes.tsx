// What differs between the dossier that was filed last and the one that the register yields now: what an amendment is about. Both are
// compared here, nothing is stored.

import type { FilingMade } from "../../api/types";
import type { Change } from "../../register/filing";
import { EntryLink, Loading, Meaning, Trouble, useT } from "../../ui";
import { useChangeWords } from "./words";

interface ChangesProps {
  last: FilingMade;
  /** Absent while the filed one is read. */
  changes: Change[] | undefined;
  error: unknown;
  onRetry: () => void;
}

export function Changes({ last, changes, error, onRetry }: ChangesProps) {
  const t = useT();
  return (
    <section className="wk-section wk-say" aria-label={t("filing-changes")}>
      <h2>{t("filing-changes")}</h2>
      <p className="wk-soft">
        {t("filing-changes-since", { on: last.filed_on })} <EntryLink index={last.entry.index} />
      </p>
      {changes?.length === 0 ? <Meaning tone="good">{t("filing-changes-none")}</Meaning> : null}
      {error ? <Trouble error={error} onRetry={onRetry} /> : changes ? <List changes={changes} /> : <Loading />}
    </section>
  );
}

function List({ changes }: { changes: Change[] }) {
  const t = useT();
  const words = useChangeWords();
  return (
    <ul className="wk-filing-changes">
      {changes.map((change) => (
        <li key={`${change.part} ${change.name}`}>
          <p>
            <span className="wk-term">{words.part(change)}</span> {change.name}{" "}
            {change.name ? <span className="wk-soft">{t(`filing-changes-${change.what}`)}</span> : null}
          </p>
          {change.fields.map(([name, before, after]) => (
            <p key={name} className="wk-filing-change">
              <span className="wk-soft">{words.field(change, name)}</span>{" "}
              <del>{before || t("filing-changes-nothing")}</del> <ins>{after || t("filing-changes-nothing")}</ins>
            </p>
          ))}
        </li>
      ))}
    </ul>
  );
}
