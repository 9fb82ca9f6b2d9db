// Saying why footage is missing: the cause as a person sees it, the words, the paper. A second person judges it; the record
// of the gap stays as it is. For gaps by their numbers, or for all that cameras have in a span.
import { useQueryClient } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { api } from "../api/client";
import type { GapCause, Id } from "../api/types";
import { Because } from "./Because";
import { useT } from "./i18n";
import { Labelled } from "./Labelled";

/** Which gaps: by number, or all open ones of cameras over a span. */
export type GapChoice = { gaps: number[] } | { cameras: Id[]; from_ms: number; to_ms: number };

/** Causes that a person can give; what the registry did by itself has its own entry. */
const GIVEN: GapCause[] = ["camera", "network", "credentials", "disk", "us", "power", "privacy", "planned", "unknown"];

export interface ExplainGapsProps {
  choice: GapChoice;
  title?: string;
  cause?: GapCause;
  onDone: (gaps: number) => void;
}

export function ExplainGaps({ choice, title, cause: first, onDone }: ExplainGapsProps) {
  const t = useT();
  const queries = useQueryClient();
  const [cause, setCause] = useState<GapCause | undefined>(first);
  return (
    <Because
      title={title}
      label={t("explain-text")}
      paper
      hint={t("explain-note")}
      blocked={cause === undefined}
      acts={[
        {
          label: t("explain-send"),
          primary: true,
          act: async ({ reason, document }) => {
            const request = { ...choice, cause, text: reason, document };
            const { gaps } = await api.post<{ gaps: number }>("/api/gaps/explanations", request);
            await queries.invalidateQueries({ queryKey: ["gaps"] });
            onDone(gaps);
          },
        },
      ]}
    >
      <Labelled label={t("explain-cause")}>
        {(id) => (
          <Select
            id={id}
            value={cause}
            onChange={setCause}
            options={GIVEN.map((word) => ({ value: word, label: t(`cause-${word}`) }))}
          />
        )}
      </Labelled>
    </Because>
  );
}
