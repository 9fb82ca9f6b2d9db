// How the form of a draft ends: what the server said to it, what is still missing, what sending it means, and the buttons.
import { Button } from "antd";
import type { WantedFootage } from "./AskGrant";
import { useT } from "./i18n";
import { Missing, type Places } from "./Missing";
import { Trouble } from "./Page";

export interface DraftEndProps {
  sending: { error: unknown; isPending: boolean };
  /** What was wanted, for whoever has to ask for it. */
  wanted?: WantedFootage;
  /** The form has a purpose of its own: another one is chosen there. */
  purposeHere?: boolean;
  /** What a conflict means here. */
  conflict?: string;
  missing: string[];
  places?: Places;
  /** It was tried already: what is missing is said loudly. */
  tried?: boolean;
  note: string;
  send: string;
  onSend: () => void;
  onDrop?: () => void;
}

export function DraftEnd({
  sending,
  wanted,
  purposeHere,
  conflict,
  missing,
  places,
  tried,
  note,
  ...acts
}: DraftEndProps) {
  const t = useT();
  return (
    <section className="wk-section wk-say">
      {sending.error ? (
        <Trouble error={sending.error} wanted={wanted} purposeHere={purposeHere} conflict={conflict} />
      ) : null}
      <Missing needs={missing} loud={tried} places={places} />
      <p className="wk-hint">{note}</p>
      <div className="wk-buttons">
        <Button type="primary" onClick={acts.onSend} loading={sending.isPending} disabled={missing.length > 0}>
          {acts.send}
        </Button>
        {acts.onDrop ? <Button onClick={acts.onDrop}>{t("export-drop")}</Button> : null}
      </div>
    </section>
  );
}
