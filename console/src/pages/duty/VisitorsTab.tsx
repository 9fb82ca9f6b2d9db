// The register of a room's visitors: entered with one short form, let out with one button; those who are there stand first.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { api } from "../../api/client";
import { type DutyRoom, type DutyVisitor, useDutyVisitors } from "../../api/duty";
import { Empty, Loading, Meaning, Time, Trouble, useT } from "../../ui";
import { Labelled } from "../../ui/Labelled";
import { DayField, useDay } from "./LogTab";

const FIELDS = ["name", "organisation", "purpose", "host"] as const;
type Draft = Record<(typeof FIELDS)[number], string>;
const NOTHING: Draft = { name: "", organisation: "", purpose: "", host: "" };
const FIELD_CHARS_MAX = 60;

export function VisitorsTab({ room }: { room: DutyRoom }) {
  const t = useT();
  const { day, span } = useDay(room.zone);
  const visitors = useDutyVisitors({ room: room.id, ...span });
  return (
    <div className="wk-say">
      <section className="wk-panel" aria-label={t("duty-visitor-new")}>
        <h2>{t("duty-visitor-new")}</h2>
        <VisitorForm room={room} />
      </section>
      <DayField day={day} />
      {visitors.error && !visitors.data ? <Trouble error={visitors.error} onRetry={() => visitors.refetch()} /> : null}
      {visitors.isPending ? <Loading /> : null}
      {visitors.data?.length === 0 ? (
        <Empty title={t("duty-visitor-none-title")}>{t("duty-visitor-none")}</Empty>
      ) : null}
      <ul className="wk-duty-log">
        {[...(visitors.data ?? [])]
          .sort((one, other) => Number(one.out_ms !== null) - Number(other.out_ms !== null))
          .map((visitor) => (
            <Visitor key={visitor.id} visitor={visitor} />
          ))}
      </ul>
    </div>
  );
}

function VisitorForm({ room }: { room: DutyRoom }) {
  const t = useT();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(NOTHING);
  const send = useMutation({
    mutationFn: () => api.post<DutyVisitor>("/api/duty/visitors", { room_id: room.id, ...draft }),
    onSuccess: () => {
      setDraft(NOTHING);
      queries.invalidateQueries({ queryKey: ["duty"] });
    },
  });
  return (
    <div className="wk-fields">
      <div className="wk-fields-two">
        {FIELDS.map((field) => (
          <Labelled key={field} label={t(`duty-visitor-${field}`)}>
            {(id) => (
              <Input
                id={id}
                value={draft[field]}
                maxLength={FIELD_CHARS_MAX}
                onChange={(event) => setDraft({ ...draft, [field]: event.target.value })}
              />
            )}
          </Labelled>
        ))}
      </div>
      {send.error ? <Trouble error={send.error} /> : null}
      <div className="wk-buttons">
        <Button
          type="primary"
          disabled={FIELDS.some((field) => draft[field].trim() === "")}
          loading={send.isPending}
          onClick={() => send.mutate()}
        >
          {t("duty-visitor-in")}
        </Button>
      </div>
    </div>
  );
}

function Visitor({ visitor }: { visitor: DutyVisitor }) {
  const t = useT();
  const queries = useQueryClient();
  const leave = useMutation({
    mutationFn: () => api.post<DutyVisitor>(`/api/duty/visitors/${visitor.id}/leave`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["duty"] }),
  });
  return (
    <li className="wk-written">
      <VisitorWords visitor={visitor} />
      {visitor.out_ms === null ? (
        <div className="wk-buttons">
          <Meaning tone="notice">{t("duty-visitor-here")}</Meaning>
          <Button size="small" loading={leave.isPending} onClick={() => leave.mutate()}>
            {t("duty-visitor-out")}
          </Button>
        </div>
      ) : null}
      {leave.error ? <Trouble error={leave.error} /> : null}
    </li>
  );
}

export function VisitorWords({ visitor }: { visitor: DutyVisitor }) {
  const t = useT();
  return (
    <p>
      <Time ms={visitor.in_ms} /> –{" "}
      {visitor.out_ms === null || visitor.out_ms === undefined ? "…" : <Time ms={visitor.out_ms} timeOnly />}{" "}
      <strong>{visitor.name}</strong> · {visitor.organisation} · {visitor.purpose} ·{" "}
      {t("duty-visitor-with", { name: visitor.host })}
    </p>
  );
}
