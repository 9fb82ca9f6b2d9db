// Where a copy is that was collected: who received it or that it stays in the unit, and each time that it moves. What is said of it is an
// entry; nothing here takes a word back.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import type { ExportRow } from "../../api/types";
import { EntryLink, Meaning, Time, Trouble, useT, Written } from "../../ui";
import { COPY_NOTE_CHARS_MAX, HOLDER_CHARS_MAX, MovedFields } from "../../ui/MovedFields";
import { TextField } from "../../ui/TextField";

/** In one line: the last word of it; before any, that it was collected and nobody has said where it is. */
export function WhereNow({ row }: { row: ExportRow }) {
  const t = useT();
  const { copy } = row;
  if (!copy?.collected_ms) return null;
  if (copy.of_retrieval) return <span className="wk-soft">{t("copy-of-retrieval")}</span>;
  const last = copy.events.at(-1);
  if (!last) return <Meaning tone="late">{t("copy-unsaid")}</Meaning>;
  return <span>{t(`retrieval-where-${last.what}`, { holder: last.holder })}</span>;
}

function useWord(row: ExportRow) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body: object }) =>
      api.post<ExportRow>(`/api/exports/${row.id}/${path}`, body),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ["exports"] });
      queries.invalidateQueries({ queryKey: ["copies"] });
    },
  });
}

export function WhereaboutsSection({ row, may }: { row: ExportRow; may: boolean }) {
  const t = useT();
  const { copy } = row;
  if (!copy?.collected_ms) return null;
  const received = copy.events.some(({ what }) => what === "receipt" || what === "kept");
  const says = may && !copy.of_retrieval;
  return (
    <section className="wk-section wk-fields" aria-label={t("retrieval-where-title")}>
      <h2>{t("retrieval-where-title")}</h2>
      <p>
        <WhereNow row={row} />
      </p>
      <div className="wk-say">
        <Written
          who={
            <>
              {t("copy-collected")} · <Time ms={copy.collected_ms} />
              {copy.collected_entry ? (
                <>
                  {" "}
                  · <EntryLink index={copy.collected_entry.index} />
                </>
              ) : null}
            </>
          }
        >
          {null}
        </Written>
        {copy.events.map((event) => (
          <Written
            key={event.entry.index}
            who={
              <>
                {t(`retrieval-event-${event.what}`)} · {event.by.name} · <Time ms={event.at_ms} /> ·{" "}
                <EntryLink index={event.entry.index} />
              </>
            }
          >
            {event.holder} {event.note ? <span className="wk-lines">{event.note}</span> : null}
          </Written>
        ))}
      </div>
      {says && !received ? <Receipt row={row} /> : null}
      {says ? <Moved row={row} /> : null}
    </section>
  );
}

function Receipt({ row }: { row: ExportRow }) {
  const t = useT();
  const word = useWord(row);
  const [stays, setStays] = useState(false);
  const [by, setBy] = useState(row.recipient.name);
  const [note, setNote] = useState("");
  const body = { received_by: by.trim(), stays_in_unit: stays, note: note.trim() };
  return (
    <div className="wk-fields">
      <p className="wk-hint">{t("copy-receipt-hint")}</p>
      <Checkbox checked={stays} onChange={(event) => setStays(event.target.checked)}>
        {t("copy-stays")}
      </Checkbox>
      <div className="wk-fields-two">
        <TextField
          label={t(stays ? "copy-kept-by" : "retrieval-received-by")}
          charsMax={HOLDER_CHARS_MAX}
          value={by}
          onChange={setBy}
        />
        <TextField label={t("retrieval-note-label")} charsMax={COPY_NOTE_CHARS_MAX} value={note} onChange={setNote} />
      </div>
      {word.error ? <Trouble error={word.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          loading={word.isPending}
          disabled={!by.trim()}
          onClick={() => word.mutate({ path: "receipt", body })}
        >
          {t(stays ? "copy-stays-enter" : "retrieval-receipt")}
        </Button>
      </div>
    </div>
  );
}

function Moved({ row }: { row: ExportRow }) {
  const word = useWord(row);
  return (
    <div className="wk-fields">
      <MovedFields
        step={word}
        onSend={(body, onSuccess) => word.mutate({ path: "whereabouts", body }, { onSuccess })}
      />
    </div>
  );
}
