// What was designed beside what is built and measured, in a system's life; and the still that shows each camera as it is.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { useCommissioning, useMe } from "../../api/queries";
import type { CommissioningPoint, CommissioningTable, StillOfPoint } from "../../api/types";
import { DocumentPicture, NoteField } from "../../register";
import { EntryLink, formatOffset, formatRate, Meaning, said, Time, Trouble, useLanguage, useT } from "../../ui";
import { ArticleName } from "../../ui/RefusalPanel";
import { type Measure, measuresOf } from "./life";

export function Commissioning({ id }: { id: string }) {
  const t = useT();
  const table = useCommissioning(id);
  if (table.error && !table.data) return <Trouble error={table.error} onRetry={() => table.refetch()} />;
  if (!table.data || table.data.points.length === 0) return null;
  const rest = table.data.points_total - table.data.points.length;
  return (
    <section className="wk-section" aria-label={t("built-title")}>
      <h2>{t("built-title")}</h2>
      <Differs table={table.data} />
      <ul className="wk-built">
        {table.data.points.map((row) => (
          <Row key={`${row.point.id} ${row.camera?.id ?? ""}`} row={row} table={table.data} />
        ))}
      </ul>
      {rest > 0 ? <p className="wk-hint">{t("built-more", { n: String(rest) })}</p> : null}
    </section>
  );
}

function Differs({ table }: { table: CommissioningTable }) {
  const t = useT();
  const { language } = useLanguage();
  if (table.differs.length === 0)
    return (
      <Meaning tone="good" quiet>
        {t("built-same")}
      </Meaning>
    );
  return (
    <div>
      <Meaning tone="late">{t("built-differs", { n: String(table.differs.length) })}</Meaning>
      <ul className="wk-built-differs">
        {table.differs.map((one) => (
          <li key={`${one.about} ${one.what.en}`}>
            {one.about} · {said(one.what, language)}: {one.designed} → {one.built}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Row({ row, table }: { row: CommissioningPoint; table: CommissioningTable }) {
  const t = useT();
  return (
    <li>
      <h3>
        <Link to="/registry" search={{ kind: "point", record: row.point.id } as never}>
          {row.point.name}
        </Link>
        {row.camera ? <span className="wk-soft"> · {row.camera.name}</span> : null}
      </h3>
      {row.camera ? <Measures row={row} table={table} /> : <p className="wk-hint">{t("register-no-camera")}</p>}
      {row.camera ? <Still row={row} camera={row.camera.id} /> : null}
    </li>
  );
}

function Measures({ row, table }: { row: CommissioningPoint; table: CommissioningTable }) {
  const t = useT();
  if (!row.measured?.codec) return <p className="wk-hint">{t("built-unmeasured")}</p>;
  const { kbps, clock_offset_ms: offset } = row.measured;
  const measures: Measure[] = [
    ...measuresOf(table, row.measured),
    { what: "rate", wanted: undefined, sent: kbps ? formatRate(kbps) : "–", short: false },
    {
      what: "clock",
      wanted: `≤ ${table.clock_offset_ms_max / 1000} s`,
      sent: typeof offset === "number" ? formatOffset(offset) : "–",
      short: Math.abs(offset ?? 0) > table.clock_offset_ms_max,
    },
  ];
  return (
    <dl className="wk-built-measures">
      {measures.map(({ what, wanted, sent, short }) => (
        <div key={what}>
          <dt>{t(`built-${what}`)}</dt>
          <dd>
            {short ? <Meaning tone="late">{sent}</Meaning> : sent}
            {wanted ? <span className="wk-soft"> ({t("built-wanted", { value: wanted })})</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Still({ row, camera }: { row: CommissioningPoint; camera: string }) {
  const t = useT();
  const { rights } = useMe();
  const { still } = row;
  const [note, setNote] = useState("");
  const settled = still?.is_current && still.confirmed;
  return (
    <div className="wk-built-still">
      <p>
        {still ? (
          <StillWords still={still} />
        ) : (
          <Meaning tone={row.still_asked_by ? "late" : "plain"} quiet>
            {t("still-none")}
          </Meaning>
        )}{" "}
        {row.still_asked_by && !settled ? (
          <>
            {t("still-asked")} <ArticleName article={row.still_asked_by} />
          </>
        ) : null}
      </p>
      {still || rights.playback ? <NoteField note={note} onNote={setNote} /> : null}
      {still ? <DocumentPicture key={still.document_id} id={still.document_id} ask note={note} /> : null}
      <div className="wk-buttons">
        {rights.playback ? <TakeStill camera={camera} again={Boolean(still)} note={note} /> : null}
        {rights.cameras && still?.is_current && !still.confirmed ? <ConfirmStill still={still} /> : null}
      </div>
    </div>
  );
}

function StillWords({ still }: { still: StillOfPoint }) {
  const t = useT();
  return (
    <>
      <Meaning tone={!still.is_current ? "late" : still.confirmed ? "good" : "notice"} quiet>
        {t(!still.is_current ? "still-old" : still.confirmed ? "still-confirmed" : "still-unconfirmed")}
      </Meaning>{" "}
      <Link to="/registry" search={{ kind: "document", record: still.document_id } as never}>
        <Time ms={still.at_ms} />
      </Link>
      {still.confirmed ? (
        <>
          {" "}
          · {still.confirmed.by.name} · <EntryLink index={still.confirmed.entry.index} />
        </>
      ) : null}
    </>
  );
}

function useAgain() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["register"] });
}

function TakeStill({ camera, again, note }: { camera: string; again: boolean; note: string }) {
  const t = useT();
  const onSuccess = useAgain();
  const take = useMutation({
    mutationFn: () =>
      api.post(`/api/cameras/${camera}/commissioning-still`, {
        purpose: "maintenance",
        legal_basis: "maintenance_duty",
        note: note.trim() || undefined,
      }),
    onSuccess,
  });
  return (
    <>
      <Button size="small" loading={take.isPending} onClick={() => take.mutate()}>
        {t(again ? "still-take-again" : "still-take")}
      </Button>
      {take.error ? <Trouble error={take.error} /> : null}
    </>
  );
}

function ConfirmStill({ still }: { still: StillOfPoint }) {
  const t = useT();
  const onSuccess = useAgain();
  const confirm = useMutation({
    mutationFn: () => api.post(`/api/records/${still.document_id}/confirmation`, {}),
    onSuccess,
  });
  return (
    <>
      <Button size="small" loading={confirm.isPending} onClick={() => confirm.mutate()}>
        {t("still-confirm")}
      </Button>
      <span className="wk-hint">{t("still-confirm-note")}</span>
      {confirm.error ? <Trouble error={confirm.error} /> : null}
    </>
  );
}
