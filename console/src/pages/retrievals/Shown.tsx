// A viewing on the spot over the playbacks that the ledger has of it, and basic data over the table that left. What counts is the
// server's word: it offers it, and nothing else can be named here.
import { useNavigate } from "@tanstack/react-router";
import { Button, Checkbox, Input, Radio } from "antd";
import { useState } from "react";
import type { Retrieval, RetrievalDetail } from "../../api/types";
import { EntryLink, SpanText, Time, Trouble, useNames, usePurposeState, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { COPY_NOTE_CHARS_MAX } from "../../ui/MovedFields";
import { TextField } from "../../ui/TextField";
import { useStep } from "./RetrievalSide";
import { playbackOf, purposeFor } from "./retrievals";

/** As many playbacks as one outcome names. */
const NAMED_MAX = 16;

export function Viewing({ one, detail }: { one: Retrieval; detail: RetrievalDetail }) {
  const t = useT();
  const step = useStep(one);
  const [left, setLeft] = useState<readonly string[]>([]);
  const [present, setPresent] = useState("");
  const [note, setNote] = useState("");
  const [never, setNever] = useState(false);
  const footage = one.wanted === "footage";
  const shown = detail.viewings.map(({ view_id }) => view_id).filter((id) => !left.includes(id));
  const named = shown.slice(0, NAMED_MAX);
  const lacking = never ? !note.trim() : !present.trim() || (footage && named.length === 0);
  const body = never
    ? { present: present.trim(), not_shown: note.trim() }
    : { present: present.trim(), note: note.trim(), view_ids: footage ? named : [] };
  return (
    <section className="wk-section wk-fields">
      <h2>{t("retrieval-hand-over-view")}</h2>
      <p className="wk-hint">{t("retrieval-hand-over-view-note")}</p>
      {footage ? <Playbacks one={one} detail={detail} named={named} left={left} onLeft={setLeft} /> : null}
      <Checkbox checked={never} onChange={(event) => setNever(event.target.checked)}>
        {t("retrieval-never-shown")}
      </Checkbox>
      <Labelled label={t("retrieval-present")}>
        {(id) => <Input id={id} maxLength={200} value={present} onChange={(event) => setPresent(event.target.value)} />}
      </Labelled>
      <TextField
        charsMax={COPY_NOTE_CHARS_MAX}
        label={t(never ? "retrieval-never-why" : "retrieval-note-label")}
        value={note}
        onChange={setNote}
      />
      {step.error ? <Trouble error={step.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          loading={step.isPending}
          disabled={lacking}
          onClick={() => step.mutate({ path: "hand-over", body })}
        >
          {t(never ? "retrieval-never-button" : "retrieval-hand-over-view-button")}
        </Button>
      </div>
    </section>
  );
}

interface PlaybacksProps {
  one: Retrieval;
  detail: RetrievalDetail;
  named: readonly string[];
  /** Those that somebody took out. */
  left: readonly string[];
  onLeft: (left: readonly string[]) => void;
}

/** Opens playback for what was approved, under its purpose; lists what was shown since. */
function Playbacks({ one, detail, named, left, onLeft }: PlaybacksProps) {
  const t = useT();
  const navigate = useNavigate();
  const names = useNames();
  const { choose } = usePurposeState();
  const show = () => {
    choose(purposeFor(one, detail));
    navigate({ to: "/playback", search: playbackOf(one) as never });
  };
  return (
    <>
      <div className="wk-buttons">
        <Button onClick={show}>{t("retrieval-show")}</Button>
      </div>
      {detail.viewings.length === 0 ? <p className="wk-soft">{t("retrieval-shown-none")}</p> : null}
      {detail.viewings.map((viewing) => (
        <Checkbox
          key={viewing.view_id}
          checked={named.includes(viewing.view_id)}
          disabled={!named.includes(viewing.view_id) && named.length >= NAMED_MAX}
          onChange={({ target }) =>
            onLeft(target.checked ? left.filter((id) => id !== viewing.view_id) : [...left, viewing.view_id])
          }
        >
          <Time ms={viewing.begun_ms} /> {viewing.by} {"·"} {names(viewing.cameras)} {"·"}{" "}
          <SpanText fromMs={viewing.from_ms} toMs={viewing.to_ms} /> <EntryLink index={viewing.entry.index} />
        </Checkbox>
      ))}
    </>
  );
}

/** The table that was handed over, by its entry: its hash stands there. */
export function HandTable({ one, detail }: { one: Retrieval; detail: RetrievalDetail }) {
  const t = useT();
  const step = useStep(one);
  const [chosen, choose] = useState<number>();
  const [note, setNote] = useState("");
  const entry = chosen ?? detail.tables[0]?.entry.index;
  return (
    <section className="wk-section wk-fields">
      <h2>{t("retrieval-hand-over-data")}</h2>
      <p className="wk-hint">{t("retrieval-hand-over-data-note")}</p>
      {detail.tables.length === 0 ? <p className="wk-soft">{t("retrieval-table-none")}</p> : null}
      <Radio.Group value={entry} onChange={(event) => choose(event.target.value)}>
        {detail.tables.map((table) => (
          <Radio key={table.entry.index} value={table.entry.index}>
            <Time ms={table.at_ms} /> {table.by} {"·"} <code>{table.sha256.slice(0, 16)}…</code>{" "}
            <EntryLink index={table.entry.index} />
          </Radio>
        ))}
      </Radio.Group>
      <TextField charsMax={COPY_NOTE_CHARS_MAX} label={t("retrieval-note-label")} value={note} onChange={setNote} />
      {step.error ? <Trouble error={step.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          loading={step.isPending}
          disabled={entry === undefined}
          onClick={() => step.mutate({ path: "hand-over", body: { table_entry: entry, note: note.trim() } })}
        >
          {t("retrieval-hand-over-data-button")}
        </Button>
      </div>
    </section>
  );
}
