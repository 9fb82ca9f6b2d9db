// One case in the drawer: what it is about, who opened and who confirmed it, and what the reader may say to that. Whoever opened it
// never confirms it; the server sees to that, this only leaves the button out.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { api } from "../../api/client";
import { useMe } from "../../api/queries";
import type { CaseRow } from "../../api/types";
import { RecordName } from "../../register";
import { Because, EntryLink, Facts, Side, systemWords, Time, Trouble, useNames, useT } from "../../ui";
import { CaseWord } from "./index";

export function CaseSide({ row, onClose }: { row: CaseRow | undefined; onClose: () => void }) {
  const t = useT();
  return (
    <Side
      open={row !== undefined}
      title={row?.title ?? ""}
      onClose={onClose}
      print={row ? `${t("case-one")} · ${row.number}` : undefined}
    >
      {row ? <Details key={row.id} row={row} /> : null}
    </Side>
  );
}

function Step({ step }: { step: CaseRow["opened"] | null | undefined }) {
  if (!step) return null;
  return (
    <>
      {step.by.name} · <Time ms={step.at_ms} /> · <EntryLink index={step.entry.index} />
    </>
  );
}

function Details({ row }: { row: CaseRow }) {
  const t = useT();
  const { rights } = useMe();
  const names = useNames()(row.cameras);
  const unseen = row.cameras_count - row.cameras.length;
  const systems = systemWords(row, t);
  return (
    <div>
      <section className="wk-section">
        <CaseWord row={row} />
        {row.state === "waiting" ? <p className="wk-hint">{t("case-waiting-note")}</p> : null}
      </section>
      <section className="wk-section">
        <Facts
          of={[
            [t("case-number"), row.number],
            [t("case-kind"), t(`case-kind-${row.kind}`)],
            [t("case-authority"), row.authority],
            [t("case-unit"), row.unit.name],
            [
              t("case-cameras"),
              row.cameras_count === 0
                ? row.systems_count === 0
                  ? t("case-cameras-all")
                  : null
                : unseen > 0
                  ? t("case-cameras-unseen", { names, n: String(unseen) })
                  : names,
            ],
            [t("case-systems"), systems],
            [
              t("because-document"),
              row.document_id && rights.cameras ? <RecordName key="document" id={row.document_id} /> : null,
            ],
            [t("case-closes"), row.closes_ms ? <Time key="closes" ms={row.closes_ms} zone /> : null],
            [t("case-opened-by"), <Step key="opened" step={row.opened} />],
            [t("case-confirmed-by"), row.confirmed ? <Step key="confirmed" step={row.confirmed} /> : null],
            [t("case-closed-by"), row.closed ? <Step key="closed" step={row.closed} /> : null],
            [t("because-reason"), row.close_reason],
          ]}
        />
      </section>
      {row.may_confirm || row.may_close ? <Acts row={row} /> : null}
    </div>
  );
}

function Acts({ row }: { row: CaseRow }) {
  const t = useT();
  const queries = useQueryClient();
  const onDone = () => queries.invalidateQueries({ queryKey: ["cases"] });
  const confirm = useMutation({
    mutationFn: () => api.post<CaseRow>(`/api/cases/${row.id}/confirm`, undefined),
    onSuccess: onDone,
  });
  return (
    <>
      {row.may_confirm ? (
        <section className="wk-section wk-say">
          <p className="wk-hint">{t("case-confirm-note")}</p>
          {confirm.error ? <Trouble error={confirm.error} /> : null}
          <div className="wk-buttons">
            <Button type="primary" loading={confirm.isPending} onClick={() => confirm.mutate()}>
              {t("case-confirm")}
            </Button>
          </div>
        </section>
      ) : null}
      {row.may_close ? (
        <section className="wk-section">
          <Because
            title={t("case-close-title")}
            label={t("because-reason")}
            hint={t("case-close-note")}
            acts={[{ label: t("case-close"), act: ({ reason }) => api.post(`/api/cases/${row.id}/close`, { reason }) }]}
            onDone={onDone}
          />
        </section>
      ) : null}
    </>
  );
}
