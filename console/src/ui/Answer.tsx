// The second person's part, the same for everything that takes two: what was answered to a record, and the form in which it is
// answered. Who may answer, the server decides; a page shows the form to whom it thinks it can.
import type { ReactNode } from "react";
import { Because, type ReasonedAct, Written } from "./Because";
import { Meaning } from "./Meaning";
import type { Tone } from "./tokens";

export interface AnswerWordsProps {
  approved: boolean;
  /** Approved or declined, in words. */
  words: string;
  /** How a refusal stands: late where something is owed again, notice where all stays as it was. */
  declinedTone: Tone;
  /** Who, when, in which entry. */
  by: ReactNode;
  children: ReactNode;
}

export function AnswerWords({ approved, words, declinedTone, by, children }: AnswerWordsProps) {
  return (
    <Written
      who={
        <>
          <Meaning tone={approved ? "good" : declinedTone} quiet>
            {words}
          </Meaning>{" "}
          · {by}
        </>
      }
    >
      {children}
    </Written>
  );
}

export interface AnswerFormProps {
  title: string;
  label: string;
  hint: ReactNode;
  /** Absent for whoever asked: they can only take it back. */
  approve?: Omit<ReasonedAct, "primary">;
  decline: ReasonedAct;
  onDone: () => void;
}

export function AnswerForm({ approve, decline, ...form }: AnswerFormProps) {
  return <Because {...form} acts={approve ? [{ ...approve, primary: true }, decline] : [decline]} />;
}
